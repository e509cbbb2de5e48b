// Which of the asked dates are taken in the resource's own schedule.
import { type CalendarFault, isFault } from '../calendar/fault.ts'
import { type Conflict, findConflicts } from '../freebusy/conflicts.ts'
import type { Booking } from '../freebusy/record.ts'
import type { FreeBusyWindow } from '../freebusy/window.ts'
import type { BookingRequest } from './booking-request.ts'
import { readGap, withGap } from './gap.ts'

/** In order of time; what is over is not asked for any more. */
export function findTakenDates(
  request: BookingRequest,
  asked: readonly Booking[],
  capacity: number,
): readonly Conflict[] | CalendarFault {
  const gap = readGap(request.preferences)
  const lengthen = (booking: Booking): Booking => withGap(booking, gap, request)
  const { covers, single, recurring } = listHolding(request)
  const conflicts = findConflicts({
    asked: asked.map(lengthen),
    window: { covers, single: single.map(lengthen), recurring: recurring.map(lengthen) },
    uid: request.uid,
    capacity,
    zoneTables: request.zoneTables,
    localZone: request.preferences.zone,
  })
  if (isFault(conflicts)) return conflicts
  const shorten = <Timed extends Pick<Conflict, 'period'>>(timed: Timed): Timed => ({
    ...timed,
    period: { start: timed.period.start, end: timed.period.end - gap },
  })
  return conflicts
    .map((conflict) => ({ ...shorten(conflict), with: conflict.with.map(shorten) }))
    .filter(({ period }) => period.end > request.now)
}

/** What keeps others out: neither expired offers nor, where the resource wants it so, tentative bookings. */
export function listHolding({ freeBusy, now, preferences }: BookingRequest): FreeBusyWindow {
  const ignoresTentative = preferences.bookingRules.tentativeBookings === 'ignore'
  const isHolding = ({ expires, busyType }: Booking): boolean =>
    expires === undefined ? !(ignoresTentative && busyType === 'BUSY-TENTATIVE') : expires > now
  return {
    covers: freeBusy.covers,
    single: freeBusy.single.filter(isHolding),
    recurring: freeBusy.recurring.filter(isHolding),
  }
}
