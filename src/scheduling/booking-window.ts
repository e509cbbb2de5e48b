// booking_window: how far ahead may be booked. A series that runs past it is cut there, or declined.
import type { Period } from '../calendar/period.ts'
import type { Instant } from '../calendar/time.ts'
import type { Booking } from '../freebusy/record.ts'
import { makeBookingZones } from '../freebusy/record-zones.ts'
import { cutBooking } from '../itip/cut-booking.ts'
import type { BookingRequest } from './booking-request.ts'
import { describeSeconds } from './describe-seconds.ts'
import { type Decline, requestStatuses } from './outcome.ts'
import { refuse, refuseDates } from './refuse-dates.ts'

export interface WithinWindow {
  /** What is left of the asked bookings and of their dates. */
  readonly asked: readonly Booking[]
  readonly dates: readonly Period[]
  /** Where a series was cut: what starts then or later is not asked for any more. */
  readonly until: Instant | undefined
  readonly refusal: Decline | undefined
}

export function applyBookingWindow(request: BookingRequest, dates: readonly Period[]): WithinWindow {
  const { bookingWindow, seriesBeyondWindow } = request.preferences.bookingRules
  const all = { asked: request.asked, dates, until: undefined, refusal: undefined }
  if (bookingWindow === undefined) return all
  const until = request.now + bookingWindow
  const inside = dates.filter(({ start }) => start < until)
  const running = request.asked.filter(
    ({ recurrence }) => recurrence && (recurrence.until === undefined || recurrence.until > until),
  )
  const rule = 'booking_window'
  const text = `it can be booked ${describeSeconds(bookingWindow)} ahead at most`
  if (inside.length === 0 && dates.length > 0)
    return { ...all, refusal: refuse('beyond-window', rule, text, requestStatuses.invalidTime) }
  const cut = new Map(running.map((booking) => [booking, cutAtEnd(booking, until, request)]))
  const isCut = [...cut].some(([booking, rest]) => rest !== booking)
  if (isCut && seriesBeyondWindow === 'decline')
    return {
      ...all,
      refusal: refuse('beyond-window', rule, `${text}, and the series goes on`, requestStatuses.invalidTime),
    }
  const beyond = dates.filter(({ start }) => start >= until)
  // Single dates beyond the window are refused; those of a series that was cut are not asked for any more.
  const refusal = isCut ? undefined : refuseDates(beyond, { code: 'beyond-window', rule, text })
  const asked = request.asked.flatMap((booking) => (cut.has(booking) ? (cut.get(booking) ?? []) : [booking]))
  return { asked, dates: inside, until: isCut ? until : undefined, refusal }
}

/** The same booking where its last occurrence starts before. */
function cutAtEnd(booking: Booking, until: Instant, { zoneTables, preferences }: BookingRequest): Booking | undefined {
  return cutBooking(booking, until, makeBookingZones(booking, zoneTables, preferences.zone))
}
