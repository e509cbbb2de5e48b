// shortest_booking and longest_booking: how long an event may last; of a series each date is looked at.
import type { Period } from '../../calendar/period.ts'
import type { BookingRequest } from '../booking-request.ts'
import { describeSeconds } from '../describe-seconds.ts'
import { type Decline, requestStatuses } from '../outcome.ts'
import { refuseDates } from '../refuse-dates.ts'

export function checkShortest({ preferences }: BookingRequest, dates: readonly Period[]): Decline | undefined {
  const { shortestBooking } = preferences.bookingRules
  return refuseDates(
    dates.filter(({ start, end }) => end - start < shortestBooking),
    {
      code: 'too-short',
      rule: 'shortest_booking',
      text: `it must last at least ${describeSeconds(shortestBooking)}`,
      requestStatus: requestStatuses.invalidTime,
      whole: true,
    },
  )
}

export function checkLongest({ preferences }: BookingRequest, dates: readonly Period[]): Decline | undefined {
  const longest = preferences.bookingRules.longestBooking
  if (longest === undefined) return undefined
  return refuseDates(
    dates.filter(({ start, end }) => end - start > longest),
    {
      code: 'too-long',
      rule: 'longest_booking',
      text: `it may last ${describeSeconds(longest)} at most`,
      requestStatus: requestStatuses.invalidTime,
      whole: true,
    },
  )
}
