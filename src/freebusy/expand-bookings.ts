// Bookings as the times they take inside a window, recurring ones occurrence by occurrence: for those who look, not for decisions.
import { makeTimeLike } from '../calendar/duration.ts'
import { type CalendarFault, isFault } from '../calendar/fault.ts'
import type { Period } from '../calendar/period.ts'
import { listOccurrences } from '../calendar/recurrence.ts'
import { makeRecurrenceKey } from '../calendar/recurrence-id.ts'
import type { CalendarTime } from '../calendar/time.ts'
import { readZone, toInstant, type ZoneTables } from '../calendar/time-zone.ts'
import { readBookedRecurrence } from './booked-recurrence.ts'
import type { Booking } from './record.ts'
import { makeBookingZones } from './record-zones.ts'

export interface BookedTime {
  readonly booking: Booking
  /** Key of the instance; of a single booking that of the booking, if it has one. */
  readonly recurrenceId: string | undefined
  readonly period: Period
  /** UTC, or a date, or floating, as the event has it. */
  readonly start: CalendarTime
  readonly end: CalendarTime
}

export interface ExpandedBookings {
  /** By start, then by UID. */
  readonly times: readonly BookedTime[]
  /** What could not be expanded, and why. */
  readonly faults: readonly { readonly booking: Booking; readonly fault: CalendarFault }[]
}

/** All that share time with the window, and what takes no time but lies inside it. */
export function expandBookings(
  bookings: readonly Booking[],
  within: Period,
  zoneTables: ZoneTables,
  localZone: string,
): ExpandedBookings {
  const times: BookedTime[] = []
  const faults: { booking: Booking; fault: CalendarFault }[] = []
  for (const booking of bookings) {
    const expanded = expandBooking(booking, within, zoneTables, localZone)
    if (isFault(expanded)) faults.push({ booking, fault: expanded })
    else times.push(...expanded.filter(({ period }) => isTouching(period, within)))
  }
  times.sort((a, b) => a.period.start - b.period.start || compareText(a.booking.uid, b.booking.uid))
  return { times, faults }
}

function expandBooking(
  booking: Booking,
  within: Period,
  zoneTables: ZoneTables,
  localZone: string,
): readonly BookedTime[] | CalendarFault {
  const zones = makeBookingZones(booking, zoneTables, localZone)
  const recurrence = readBookedRecurrence(booking.recurrence)
  if (isFault(recurrence)) return recurrence
  if (recurrence === undefined) {
    const [start, end] = [toInstant(booking.start, zones), toInstant(booking.end, zones)]
    if (isFault(start)) return start
    if (isFault(end)) return end
    const { recurrenceId } = booking
    return [{ booking, recurrenceId, period: { start, end }, start: booking.start, end: booking.end }]
  }
  const occurrences = listOccurrences(recurrence, zones, within)
  if (isFault(occurrences)) return occurrences
  const times: BookedTime[] = []
  for (const { id, start, end, time = id } of occurrences) {
    const zone = readZone(time, zones)
    if (isFault(zone)) return zone
    const key = makeRecurrenceKey(id, zones)
    const isPlain = time.kind === 'date' || time.kind === 'floating'
    times.push({
      booking,
      recurrenceId: isFault(key) ? undefined : key,
      period: { start, end },
      start: isPlain ? time : { kind: 'utc', local: start },
      end: isPlain ? makeTimeLike(time, end, zone) : { kind: 'utc', local: end },
    })
  }
  return times
}

function isTouching(period: Period, within: Period): boolean {
  return period.start < within.end && (period.end > within.start || period.start >= within.start)
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
