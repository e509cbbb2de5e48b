// Which periods of a schedule must be known before asked bookings can be judged; what lies behind the listed dates of endless series
// is searched for when it matters (taken-dates.ts).
import { type CalendarFault, isFault } from '../calendar/fault.ts'
import type { Period } from '../calendar/period.ts'
import { listAskedPeriods } from '../freebusy/asked-periods.ts'
import type { Booking } from '../freebusy/record.ts'
import type { BookingRequest } from './booking-request.ts'
import { readGap } from './gap.ts'

export function listNeededPeriods(
  asked: readonly Booking[],
  { now, zoneTables, preferences }: BookingRequest,
): readonly Period[] | CalendarFault {
  const gap = readGap(preferences)
  const periods: Period[] = []
  for (const booking of asked) {
    const needed = listAskedPeriods(booking, zoneTables, preferences.zone, now)
    if (isFault(needed)) return needed
    periods.push(...needed.listed)
  }
  return gap === 0 ? periods : periods.map(({ start, end }) => ({ start: start - gap, end: end + gap }))
}
