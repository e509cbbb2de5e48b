// Which periods of a schedule must be looked at before asked bookings can be made.
import { type CalendarFault, isFault, makeFault } from '../calendar/fault.ts'
import type { Period } from '../calendar/period.ts'
import { walkOccurrences } from '../calendar/recurrence.ts'
import type { Instant } from '../calendar/time.ts'
import { toInstant, type ZoneTables } from '../calendar/time-zone.ts'
import { readBookedRecurrence } from './booked-recurrence.ts'
import type { Booking } from './record.ts'
import { makeBookingZones } from './record-zones.ts'

export interface AskedPeriods {
  /** One for each single booking, and for the first occurrences of each series. */
  readonly listed: readonly Period[]
  /** Where a series goes on behind the listed occurrences (far-search.ts). */
  readonly remainder: Period | undefined
}

/** Twenty years of a weekly meeting, some years of a daily one: so far each date is looked up on its own. */
const mostListed = 1000

/** A rule that goes on and on at shorter steps takes a room away rather than booking it. */
const shortestStep = 3600

/** Long dates are looked up with all that is booked meanwhile: no more than three years of it at once. */
const longestListed = 1100 * 86_400

/** The end of the year 9999, the last that iCalendar can write. */
const endOfTime = 253_402_300_800

/** Of a series those that are not over at `from`. */
export function listAskedPeriods(
  booking: Booking,
  zoneTables: ZoneTables,
  localZone: string,
  from: Instant = Number.NEGATIVE_INFINITY,
): AskedPeriods | CalendarFault {
  const zones = makeBookingZones(booking, zoneTables, localZone)
  const start = toInstant(booking.start, zones)
  if (isFault(start)) return start
  const end = toInstant(booking.end, zones)
  if (isFault(end)) return end
  if (!booking.recurrence) return { listed: [{ start, end }], remainder: undefined }
  const recurrence = readBookedRecurrence(booking.recurrence)
  if (isFault(recurrence)) return recurrence
  const listed: Period[] = []
  let length = 0
  for (const occurrence of recurrence === undefined ? [] : walkOccurrences(recurrence, zones, from)) {
    if (isFault(occurrence)) return occurrence
    const first = listed[0]?.start ?? occurrence.start
    if (listed.length === mostListed && occurrence.start - first < mostListed * shortestStep)
      return makeFault('too-many-occurrences', 'a series that repeats more than once an hour is not booked')
    if (listed.length === mostListed || (listed.length > 0 && length >= longestListed))
      return {
        listed,
        remainder: { start: occurrence.start, end: Math.max(booking.recurrence.until ?? endOfTime, occurrence.end) },
      }
    listed.push({ start: occurrence.start, end: occurrence.end })
    length += occurrence.end - occurrence.start
  }
  return { listed, remainder: undefined }
}
