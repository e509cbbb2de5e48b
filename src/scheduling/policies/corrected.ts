// schedule_corrected_in_freebusy [N]: times that are not permitted are corrected to the nearest that are, and proposed if they are free.
import { isFault } from '../../calendar/fault.ts'
import type { Period } from '../../calendar/period.ts'
import { serializeInstant } from '../../calendar/time.ts'
import type { Booking } from '../../freebusy/record.ts'
import { makeReason } from '../../itip/reason.ts'
import { listAskedDates } from '../asked-dates.ts'
import type { BookingRequest } from '../booking-request.ts'
import { findUncovered } from '../covered.ts'
import { moveBooking, readFirstPeriod } from '../move-booking.ts'
import { listNeededPeriods } from '../needed-periods.ts'
import { findLocalZone } from '../open-hours.ts'
import { type Outcome, requestStatuses, type WantedForScheduling } from '../outcome.ts'
import { findNearest, type Grid, isOnGrid, makeGrid } from '../permitted-grid.ts'
import { refuse } from '../refuse-dates.ts'
import { findRefusal } from '../rules.ts'
import { findTakenDates } from '../taken-dates.ts'
import { declineTaken } from '../taken-reason.ts'
import { declineUnreadable, judgeFree } from './free-busy.ts'

const rule = 'scheduling_function schedule_corrected_in_freebusy'

export function scheduleCorrectedInFreeBusy(
  request: BookingRequest,
  policyArguments: readonly string[],
): Outcome | WantedForScheduling {
  const capacity = Number(policyArguments[0] ?? 1)
  const grid = makeGrid(request.preferences.bookingRules.permittedTimes, findLocalZone(request))
  const dates = listAskedDates(request.asked, request)
  if (isFault(dates)) return declineUnreadable(dates, rule)
  // Whole days are on every grid: they are not asked for by the clock.
  const isFine =
    request.asked.every(({ start }) => start.kind === 'date') || dates.every((date) => isPermitted(date, grid))
  if (isFine) return judgeFree(request, capacity, rule)
  const corrected = correctAll(request, grid)
  const moved = corrected && listAskedDates(corrected.bookings, request)
  if (!corrected || !moved || isFault(moved) || !moved.every((date) => isPermitted(date, grid)))
    return refuse(
      'not-permitted-time',
      rule,
      'its times are not permitted and cannot be corrected',
      requestStatuses.invalidTime,
    )
  const needed = listNeededPeriods(corrected.bookings, request)
  if (isFault(needed)) return declineUnreadable(needed, rule)
  const uncovered = findUncovered(needed, request.freeBusy.covers)
  if (uncovered.length > 0) return { kind: 'wanted', periods: uncovered }
  const conflicts = findTakenDates(request, corrected.bookings, capacity)
  if (isFault(conflicts)) return declineUnreadable(conflicts, rule)
  if ('kind' in conflicts) return conflicts
  const refusal = findRefusal(request, moved)
  if (conflicts.length > 0 || refusal) {
    const declined = declineTaken(conflicts, capacity, rule)
    const text = `not a permitted time; the nearest ${
      conflicts.length > 0 ? `is not free: it ${declined.because.text}` : `cannot be booked: ${refusal?.because.text}`
    }`
    const code = conflicts.length > 0 ? 'not-permitted-time' : 'corrected-time'
    // None of the asked dates can be had as they stand.
    return {
      ...declined,
      because: makeReason(code, rule, text),
      clashes: dates.map((period) => ({ period, with: [] })),
      tried: { times: corrected.times, because: refusal?.because, clashes: conflicts, isAboutTime: true },
    }
  }
  const [first] = corrected.times
  return {
    kind: 'propose',
    because: makeReason(
      'corrected-time',
      rule,
      `not a permitted time; the nearest is ${first ? `${serializeInstant(first.start)}/${serializeInstant(first.end)}` : 'another'}`,
    ),
    requestStatus: requestStatuses.invalidTime,
    proposals: [corrected],
  }
}

function isPermitted({ start, end }: Period, grid: Grid): boolean {
  return isOnGrid(grid, start) && isOnGrid(grid, end)
}

function correctAll(
  request: BookingRequest,
  grid: Grid,
): { readonly times: readonly Period[]; readonly bookings: readonly Booking[] } | undefined {
  const times: Period[] = []
  const bookings: Booking[] = []
  for (const booking of request.asked) {
    const period = readFirstPeriod(booking, request)
    const time = period && correct(period, grid)
    const moved = time && moveBooking(booking, time, request)
    if (!time || !moved) return undefined
    times.push(time)
    bookings.push(moved)
  }
  return { times, bookings }
}

/** Start and end each to the nearest permitted time; what would last no time any more ends at the next one. */
export function correct({ start, end }: Period, grid: Grid): Period | undefined {
  const from = findNearest(grid, start)
  const to = findNearest(grid, end)
  if (from === undefined || to === undefined) return undefined
  if (to > from || start === end) return { start: from, end: Math.max(to, from) }
  const next = grid.next(from + 1)
  return next === undefined ? undefined : { start: from, end: next }
}
