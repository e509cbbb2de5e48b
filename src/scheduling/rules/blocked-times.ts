// blocked_times and availability: when nothing can be booked.
import { isOverlapping, type Period } from '../../calendar/period.ts'
import type { BookingRequest } from '../booking-request.ts'
import { findLocalZone, listBlocked } from '../open-hours.ts'
import type { Decline } from '../outcome.ts'
import { refuseDates } from '../refuse-dates.ts'

export function checkBlockedTimes(request: BookingRequest, dates: readonly Period[]): Decline | undefined {
  const { bookingRules, availability } = request.preferences
  const { blockedTimes } = bookingRules
  if (blockedTimes.length === 0 && !availability) return undefined
  const blocked = listBlocked(request, findLocalZone(request), dates)
  const refused = dates.filter((date) => blocked.some((period) => isOverlapping(date, period)))
  const why = blockedTimes.find((_, index) => {
    const period = blocked[index]
    return period && refused.some((date) => isOverlapping(date, period))
  })?.why
  return refuseDates(refused, {
    code: 'blocked',
    rule: 'blocked_times',
    text: why === undefined || why === '' ? 'it cannot be booked then' : `it cannot be booked then (${why})`,
  })
}
