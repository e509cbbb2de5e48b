// requests_per_day: how many requests of one organizer the resource decides within a day.
import { showAddress } from '../../calendar/calendar-address.ts'
import type { BookingRequest } from '../booking-request.ts'
import { type Decline, requestStatuses } from '../outcome.ts'
import { refuse } from '../refuse-dates.ts'

/** Changes count as new requests do; a repetition of what was decided does not come here. */
export function checkRequests({ organizer, requestsToday = 0, preferences }: BookingRequest): Decline | undefined {
  const { requestsPerDay } = preferences.bookingRules
  if (requestsPerDay === undefined || organizer === undefined || requestsToday < requestsPerDay) return undefined
  const text = `${showAddress(organizer)} has sent ${requestsToday} requests within a day, of ${requestsPerDay} at most`
  return refuse('too-many-requests', 'requests_per_day', text, requestStatuses.noAuthority)
}
