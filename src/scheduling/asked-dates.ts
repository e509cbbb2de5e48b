// The dates that are asked for and not over, as far as they are looked at one by one.
import { type CalendarFault, isFault } from '../calendar/fault.ts'
import type { Period } from '../calendar/period.ts'
import { walkOccurrences } from '../calendar/recurrence.ts'
import { toInstant } from '../calendar/time-zone.ts'
import { readBookedRecurrence } from '../freebusy/booked-recurrence.ts'
import type { Booking } from '../freebusy/record.ts'
import { makeBookingZones } from '../freebusy/record-zones.ts'
import type { BookingRequest } from './booking-request.ts'

/** Of each booking; as many as freebusy/asked-periods.ts looks up one by one. */
const mostDates = 1000

/** In order of time. */
export function listAskedDates(
  asked: readonly Booking[],
  { now, zoneTables, preferences }: BookingRequest,
): readonly Period[] | CalendarFault {
  const dates: Period[] = []
  for (const booking of asked) {
    const zones = makeBookingZones(booking, zoneTables, preferences.zone)
    const recurrence = readBookedRecurrence(booking.recurrence)
    if (isFault(recurrence)) return recurrence
    if (recurrence === undefined) {
      const [start, end] = [toInstant(booking.start, zones), toInstant(booking.end, zones)]
      if (isFault(start)) return start
      if (isFault(end)) return end
      dates.push({ start, end })
      continue
    }
    let count = 0
    for (const occurrence of walkOccurrences(recurrence, zones, now)) {
      if (isFault(occurrence)) return occurrence
      dates.push({ start: occurrence.start, end: occurrence.end })
      count += 1
      if (count === mostDates) break
    }
  }
  return dates.filter(({ start, end }) => end > now || start >= now).sort((a, b) => a.start - b.start)
}
