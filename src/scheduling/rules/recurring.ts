// recurring_bookings: whether events that repeat are taken.
import type { BookingRequest } from '../booking-request.ts'
import { type Decline, requestStatuses } from '../outcome.ts'
import { refuse } from '../refuse-dates.ts'

export function checkRecurring({ asked, preferences }: BookingRequest): Decline | undefined {
  if (preferences.bookingRules.recurringBookings || asked.every((booking) => !booking.recurrence)) return undefined
  return refuse(
    'no-recurring-bookings',
    'recurring_bookings',
    'events that repeat cannot be booked here',
    requestStatuses.unsupported,
  )
}
