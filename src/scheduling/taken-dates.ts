// Which of the asked dates are taken in the resource's own schedule.
import { type CalendarFault, isFault } from '../calendar/fault.ts'
import type { Instant } from '../calendar/time.ts'
import { listAskedPeriods } from '../freebusy/asked-periods.ts'
import { type Conflict, findConflicts } from '../freebusy/conflicts.ts'
import { type FarQuestion, type FarSteps, searchFar } from '../freebusy/far-search.ts'
import type { Booking } from '../freebusy/record.ts'
import type { FreeBusyWindow } from '../freebusy/window.ts'
import type { BookingRequest } from './booking-request.ts'
import { readGap, withGap } from './gap.ts'
import { readMostRefused } from './most-refused.ts'
import type { WantedForScheduling } from './outcome.ts'

/** In order of time; what is over is not asked for any more. Wanted is a search behind the listed dates of endless series. */
export function findTakenDates(
  request: BookingRequest,
  asked: readonly Booking[],
  capacity: number,
): readonly Conflict[] | WantedForScheduling | CalendarFault {
  const gap = readGap(request.preferences)
  const question = makeQuestion(request, asked, capacity)
  const conflicts = findConflicts({ ...question, window: prepare(request.freeBusy, request) })
  if (isFault(conflicts)) return conflicts
  const near = conflicts.map((conflict) => shorten(conflict, gap)).filter(({ period }) => period.end > request.now)
  // Enough is refused already, or there is nothing behind.
  if (near.length > question.most || !goesOnFar(question)) return near
  const key = nameSearch(request, question)
  const far = request.freeBusy.far?.get(key)
  if (far === undefined) {
    const run = (lastEnd: Instant) => runSearch(request, question, lastEnd)
    return { kind: 'wanted', periods: [], far: { key, run } }
  }
  return isFault(far) ? far : [...near, ...far]
}

function makeQuestion(request: BookingRequest, asked: readonly Booking[], capacity: number): FarQuestion {
  const { uid, now, zoneTables, preferences } = request
  const gap = readGap(preferences)
  return {
    asked: asked.map((booking) => withGap(booking, gap, request)),
    uid,
    capacity,
    from: now,
    most: readMostRefused(preferences),
    zoneTables,
    localZone: preferences.zone,
  }
}

function goesOnFar({ asked, zoneTables, localZone, from }: FarQuestion): boolean {
  return asked.some((booking) => {
    if (!booking.recurrence) return false
    const periods = listAskedPeriods(booking, zoneTables, localZone, from)
    return !isFault(periods) && periods.remainder !== undefined
  })
}

function nameSearch({ now, uid }: BookingRequest, { asked, capacity, most }: FarQuestion): string {
  const series = asked.map(({ start, end, recurrence }) => [start, end, recurrence?.component, recurrence?.range])
  return JSON.stringify([uid, now, capacity, most, series])
}

/** As the schedule is looked at nearby: without what does not count, each booking longer by the gap. */
function* runSearch(request: BookingRequest, question: FarQuestion, lastEnd: Instant): FarSteps {
  const gap = readGap(request.preferences)
  const search = searchFar(question, lastEnd + gap)
  let step = search.next()
  while (!step.done) {
    const wide = step.value.map(({ start, end }) => ({ start: start - gap, end: end + gap }))
    step = search.next(prepare({ covers: wide, ...(yield wide) }, request))
  }
  return isFault(step.value) ? step.value : step.value.map((conflict) => shorten(conflict, gap))
}

function prepare(window: FreeBusyWindow, request: BookingRequest): FreeBusyWindow {
  const gap = readGap(request.preferences)
  const lengthen = (booking: Booking): Booking => withGap(booking, gap, request)
  const { covers, single, recurring } = listHolding({ ...request, freeBusy: window })
  return { covers, single: single.map(lengthen), recurring: recurring.map(lengthen) }
}

function shorten(conflict: Conflict, gap: number): Conflict {
  const cut = <Timed extends Pick<Conflict, 'period'>>(timed: Timed): Timed => ({
    ...timed,
    period: { start: timed.period.start, end: timed.period.end - gap },
  })
  return { ...cut(conflict), with: conflict.with.map(cut) }
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
