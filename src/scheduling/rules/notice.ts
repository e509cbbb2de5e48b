// What is over cannot be booked; minimum_notice: how long before it begins an event must be asked for.
import type { Period } from '../../calendar/period.ts'
import type { BookingRequest } from '../booking-request.ts'
import { describeSeconds } from '../describe-seconds.ts'
import { type Decline, requestStatuses } from '../outcome.ts'
import { refuse, refuseDates } from '../refuse-dates.ts'

/** Of a series the dates that are over are left alone; where nothing else is asked for, it comes too late. */
export function checkPast(_: BookingRequest, dates: readonly Period[]): Decline | undefined {
  if (dates.length > 0) return undefined
  return refuse('in-the-past', 'past', 'all its times are over', requestStatuses.invalidTime)
}

export function checkNotice({ now, preferences }: BookingRequest, dates: readonly Period[]): Decline | undefined {
  const { minimumNotice } = preferences.bookingRules
  if (minimumNotice === 0) return undefined
  // What has begun already was booked before; only its time to come changes.
  const late = dates.filter(({ start }) => now <= start && start < now + minimumNotice)
  const text = `it must be asked for at least ${describeSeconds(minimumNotice)} before`
  return refuseDates(late, { code: 'too-late', rule: 'minimum_notice', text })
}
