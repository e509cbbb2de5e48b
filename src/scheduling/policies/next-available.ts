// schedule_next_available_in_freebusy [N]: what is free is accepted; for what is not, the next free times are proposed.
import { isFault } from '../../calendar/fault.ts'
import type { Period } from '../../calendar/period.ts'
import { secondsOfDay, serializeInstant } from '../../calendar/time.ts'
import type { Booking } from '../../freebusy/record.ts'
import { makeReason } from '../../itip/reason.ts'
import { listAskedDates } from '../asked-dates.ts'
import type { BookingRequest } from '../booking-request.ts'
import { findUncovered } from '../covered.ts'
import { findFreeSlots } from '../free-slots.ts'
import { moveBooking, readFirstPeriod } from '../move-booking.ts'
import { listNeededPeriods } from '../needed-periods.ts'
import { findLocalZone } from '../open-hours.ts'
import { mostProposals, type Outcome, type Proposal, requestStatuses, type WantedForScheduling } from '../outcome.ts'
import { isPermittedByRules } from '../rules.ts'
import { findTakenDates } from '../taken-dates.ts'
import { judgeFree } from './free-busy.ts'

const rule = 'scheduling_function schedule_next_available_in_freebusy'

export function scheduleNextAvailable(
  request: BookingRequest,
  policyArguments: readonly string[],
): Outcome | WantedForScheduling {
  const capacity = Number(policyArguments[0] ?? 1)
  const asItIs = judgeFree(request, capacity, rule)
  if (asItIs.kind === 'wanted' || (asItIs.kind === 'decline' && asItIs.whole)) return asItIs
  const dates = listAskedDates(request.asked, request)
  if (isFault(dates)) return asItIs
  const refused = new Set(asItIs.kind === 'decline' ? asItIs.clashes.map(({ period }) => period.start) : [])
  const isPermitted = dates.length === 0 || isPermittedByRules(request, dates)
  if (refused.size === 0 && isPermitted) return asItIs
  // Several events at once, or a series of which something can be had: the other dates are the better answer.
  const [booking, second] = request.asked
  const isPartlyFree = dates.some((date) => !refused.has(date.start) && isPermittedByRules(request, [date]))
  if (!booking || second || isPartlyFree) return asItIs
  const proposals = booking.recurrence
    ? proposeSeries(booking, request, capacity)
    : proposeSingle(booking, request, capacity)
  if ('kind' in proposals) return proposals
  if (proposals.length === 0) return asItIs
  const named = proposals.flatMap(({ times }) => times.map(({ start }) => serializeInstant(start)))
  const why = asItIs.kind === 'decline' ? asItIs.because.text : 'it cannot be booked then'
  return {
    kind: 'propose',
    because: makeReason('next-available', rule, `${why}; next free: ${named.join(', ')}`),
    requestStatus: requestStatuses.conflict,
    proposals,
  }
}

function proposeSingle(
  booking: Booking,
  request: BookingRequest,
  capacity: number,
): readonly Proposal[] | WantedForScheduling {
  const asked = readFirstPeriod(booking, request)
  if (!asked) return []
  const slots = findFreeSlots(request, { asked, isDays: booking.start.kind === 'date', capacity })
  return 'kind' in slots ? slots : slots.flatMap((slot) => makeProposal(booking, slot, request) ?? [])
}

/** How many times of the same day are tried for a series: each costs a look at all of its dates. */
const mostTried = 6

/** A series keeps its days: other times of its first day are tried for all of it. */
function proposeSeries(
  booking: Booking,
  request: BookingRequest,
  capacity: number,
): readonly Proposal[] | WantedForScheduling {
  const asked = readFirstPeriod(booking, request)
  if (!asked) return []
  const zone = findLocalZone(request)
  const dayStart = zone.toInstant(Math.floor(zone.toLocal(asked.start) / secondsOfDay) * secondsOfDay)
  const dayEnd = zone.toInstant((Math.floor(zone.toLocal(asked.start) / secondsOfDay) + 1) * secondsOfDay)
  const later = findFreeSlots(request, { asked, isDays: false, capacity, most: mostTried, horizon: dayEnd - asked.end })
  if ('kind' in later) return later
  const earlier = findFreeSlots(request, {
    asked: { start: dayStart, end: dayStart + (asked.end - asked.start) },
    isDays: false,
    capacity,
    most: mostTried,
    horizon: asked.start - dayStart,
  })
  if ('kind' in earlier) return earlier
  const candidates = [...later, ...earlier.toReversed()]
    .slice(0, mostTried)
    .flatMap((slot) => makeProposal(booking, slot, request) ?? [])
  const uncovered = candidates.flatMap(({ bookings }) => {
    const needed = listNeededPeriods(bookings, request)
    return isFault(needed) ? [] : findUncovered(needed, request.freeBusy.covers)
  })
  if (uncovered.length > 0) return { kind: 'wanted', periods: uncovered }
  const free: Proposal[] = []
  for (const candidate of candidates) {
    const isCandidateFree = isFree(candidate.bookings, request, capacity)
    if (typeof isCandidateFree !== 'boolean') return isCandidateFree
    if (isCandidateFree) free.push(candidate)
    if (free.length >= mostProposals) break
  }
  return free
}

function isFree(
  bookings: readonly Booking[],
  request: BookingRequest,
  capacity: number,
): boolean | WantedForScheduling {
  const taken = findTakenDates(request, bookings, capacity)
  if (isFault(taken)) return false
  if ('kind' in taken) return taken
  const dates = listAskedDates(bookings, request)
  return taken.length === 0 && !isFault(dates) && isPermittedByRules(request, dates)
}

function makeProposal(booking: Booking, slot: Period, request: BookingRequest): Proposal | undefined {
  const moved = moveBooking(booking, slot, request)
  return moved && { times: [slot], bookings: [moved] }
}
