// How much bookings count in a quota, and until when.
import { type CalendarFault, isFault, makeFault } from '../calendar/fault.ts'
import { walkOccurrences } from '../calendar/recurrence.ts'
import { type Instant, secondsOfDay } from '../calendar/time.ts'
import { toInstant, type ZoneTables } from '../calendar/time-zone.ts'
import { readBookedRecurrence } from './booked-recurrence.ts'
import { always, nameDay, type QuotaCharges } from './quota.ts'
import type { Booking } from './record.ts'
import { makeBookingZones } from './record-zones.ts'

/**
 * A series that goes on for longer counts what it takes in so long, for as long as it is booked: as each date passes another one comes
 * into the year. Otherwise a series without end would count without end, or need counting anew each night.
 */
const longestCounted = 366 * secondsOfDay

/** More dates than hours in a year: what would be charged is no meeting any more. */
const mostCounted = 10_000

/**
 * Each date counts its length until the day on which it ends is over; what is over now, FREE, or held by the organizer alone counts
 * nothing. A series that is not over within 366 days counts the dates of these days, all of them until its last day.
 */
export function countCharges(
  bookings: readonly Booking[],
  now: Instant,
  zoneTables: ZoneTables,
  localZone: string,
): QuotaCharges | CalendarFault {
  const charges = new Map<string, number>()
  const charge = (day: string, seconds: number): void => {
    if (seconds > 0) charges.set(day, (charges.get(day) ?? 0) + seconds)
  }
  for (const booking of bookings) {
    if (booking.busyType === 'FREE' || booking.busyType === 'ORG') continue
    const dates = listDates(booking, now, zoneTables, localZone)
    if (isFault(dates)) return dates
    for (const { start, end } of dates.counted) charge(dates.until ?? nameDay(end - 1), end - start)
  }
  return charges
}

interface CountedDates {
  readonly counted: readonly { readonly start: Instant; readonly end: Instant }[]
  /** The day that gives all of them back; without it, each its own. */
  readonly until: string | undefined
}

function listDates(
  booking: Booking,
  now: Instant,
  zoneTables: ZoneTables,
  localZone: string,
): CountedDates | CalendarFault {
  const zones = makeBookingZones(booking, zoneTables, localZone)
  const recurrence = readBookedRecurrence(booking.recurrence)
  if (isFault(recurrence)) return recurrence
  if (recurrence === undefined) {
    const [start, end] = [toInstant(booking.start, zones), toInstant(booking.end, zones)]
    if (isFault(start)) return start
    if (isFault(end)) return end
    return { counted: end > now ? [{ start, end }] : [], until: undefined }
  }
  const counted: { readonly start: Instant; readonly end: Instant }[] = []
  for (const date of walkOccurrences(recurrence, zones, now)) {
    if (isFault(date)) return date
    if (date.end <= now) continue
    const first = counted[0] ?? date
    if (date.start - first.start >= longestCounted) return { counted, until: nameLastDay(booking) }
    if (counted.length >= mostCounted)
      return makeFault('too-many-occurrences', `a series of more than ${mostCounted} dates in a year is not counted`)
    counted.push(date)
  }
  return { counted, until: undefined }
}

function nameLastDay({ recurrence }: Booking): string {
  return recurrence?.until === undefined ? always : nameDay(recurrence.until - 1)
}
