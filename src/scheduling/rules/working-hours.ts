// working_hours: an event must lie inside one stretch of them.
import type { Period } from '../../calendar/period.ts'
import { listWorkingHours } from '../../freebusy/open-hours.ts'
import type { BookingRequest } from '../booking-request.ts'
import { findLocalZone } from '../open-hours.ts'
import type { Decline } from '../outcome.ts'
import { refuseDates } from '../refuse-dates.ts'

/** Longer than this is inside only of what is never closed. */
const longestLooked = 14 * 86_400

export function checkWorkingHours(request: BookingRequest, dates: readonly Period[]): Decline | undefined {
  const { workingHours } = request.preferences.bookingRules
  if (workingHours.length === 0) return undefined
  const zone = findLocalZone(request)
  const outside = dates.filter(({ start, end }) => {
    const looked = { start, end: Math.min(end, start + longestLooked) }
    return !listWorkingHours(workingHours, looked, zone).some((open) => open.start <= start && looked.end <= open.end)
  })
  return refuseDates(outside, {
    code: 'outside-working-hours',
    rule: 'working_hours',
    text: 'it is outside the hours at which this can be booked',
  })
}
