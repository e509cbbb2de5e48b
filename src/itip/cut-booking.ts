// A recurring booking up to an instant only: for what was taken no farther.
import { isFault } from '../calendar/fault.ts'
import { findUntil, firstOccurrenceAfter, walkOccurrences } from '../calendar/recurrence.ts'
import { makeRecurrenceKey } from '../calendar/recurrence-id.ts'
import type { Instant } from '../calendar/time.ts'
import type { Zones } from '../calendar/time-zone.ts'
import { readBookedRecurrence } from '../freebusy/booked-recurrence.ts'
import type { BookedRecurrence, Booking } from '../freebusy/record.ts'
import { withUntil } from './series-end.ts'

/**
 * The booking without the occurrences that start at an instant or later; nothing where none is left. What does not repeat, and what ends
 * before, stays the same object. The zones are those of makeBookingZones.
 */
export function cutBooking(booking: Booking, until: Instant, zones: Zones): Booking | undefined {
  const recurrence = readBookedRecurrence(booking.recurrence)
  if (!booking.recurrence || recurrence === undefined || isFault(recurrence)) return booking
  const [first] = walkOccurrences(recurrence, zones)
  if (first === undefined || isFault(first)) return booking
  if (first.start >= until) return undefined
  const next = firstOccurrenceAfter(recurrence, zones, until - 1)
  // By its original start: so it is for what follows a range, too.
  const key = next === undefined || isFault(next) ? undefined : makeRecurrenceKey(next.id, zones)
  if (key === undefined || isFault(key)) return booking
  const cut: BookedRecurrence = {
    ...booking.recurrence,
    component: withUntil(booking.recurrence.component, key, zones),
  }
  const left = readBookedRecurrence(cut)
  const end = left === undefined || isFault(left) ? undefined : findUntil(left, zones)
  return typeof end === 'number' ? { ...booking, recurrence: { ...cut, until: end } } : booking
}
