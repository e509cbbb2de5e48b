// open_bookings: how many bookings that are not over one organizer may have here; a series counts as one.
import { showAddress } from '../calendar/calendar-address.ts'
import { isFault } from '../calendar/fault.ts'
import { secondsOfDay } from '../calendar/time.ts'
import { toInstant } from '../calendar/time-zone.ts'
import type { Booking } from '../freebusy/record.ts'
import { makeBookingZones } from '../freebusy/record-zones.ts'
import type { BookingRequest } from './booking-request.ts'
import { findUncovered } from './covered.ts'
import { type Decline, requestStatuses, type WantedForScheduling } from './outcome.ts'
import { refuse } from './refuse-dates.ts'

/** Where resources may be booked without end: who holds as many within two years holds enough. */
const farthest = 731 * secondsOfDay

/** Looks at the whole booking window of the schedule, and is asked only where there is a limit. */
export function checkOpenBookings(request: BookingRequest): Decline | WantedForScheduling | undefined {
  const { now, uid, organizer, preferences, freeBusy } = request
  const { openBookings, bookingWindow } = preferences.bookingRules
  if (openBookings === undefined) return undefined
  const period = { start: now, end: now + (bookingWindow ?? farthest) }
  if (findUncovered([period], freeBusy.covers).length > 0) return { kind: 'wanted', periods: [period] }
  const held = [...freeBusy.single, ...freeBusy.recurring].filter(
    (booking) =>
      booking.uid !== uid &&
      booking.organizer === (organizer ?? '') &&
      booking.expires === undefined &&
      !isOver(booking, request),
  )
  const count = new Set(held.map((booking) => booking.uid)).size
  if (count < openBookings) return undefined
  const who = organizer === undefined ? 'the organizer' : showAddress(organizer)
  const text = `${who} has ${count} ${count === 1 ? 'booking' : 'bookings'} here already, of ${openBookings} at most`
  return refuse('too-many-bookings', 'open_bookings', text, requestStatuses.noAuthority)
}

function isOver(booking: Booking, { now, zoneTables, preferences }: BookingRequest): boolean {
  if (booking.recurrence) return booking.recurrence.until !== undefined && booking.recurrence.until <= now
  const end = toInstant(booking.end, makeBookingZones(booking, zoneTables, preferences.zone))
  return !isFault(end) && end <= now
}
