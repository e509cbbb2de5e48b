// Other times of the day for a whole series.
import { isFault } from '../calendar/fault.ts'
import { secondsOfDay } from '../calendar/time.ts'
import type { Booking } from '../freebusy/record.ts'
import { listAskedDates } from './asked-dates.ts'
import type { BookingRequest } from './booking-request.ts'
import { findUncovered } from './covered.ts'
import { findFreeSlots } from './free-slots.ts'
import { makeProposal } from './make-proposal.ts'
import { readFirstPeriod } from './move-booking.ts'
import { listNeededPeriods } from './needed-periods.ts'
import { findLocalZone } from './open-hours.ts'
import { mostProposals, type Proposal, type WantedForScheduling } from './outcome.ts'
import { isPermittedByRules } from './rules.ts'
import { findTakenDates } from './taken-dates.ts'

/** How many times of the same day are tried for a series: each costs a look at all of its dates. */
const mostTried = 6

/** A series keeps its days: other times of its first day, at most three, at which all of it can be had. */
export function findSeriesTimes(
  booking: Booking,
  request: BookingRequest,
  capacity: number,
): readonly Proposal[] | WantedForScheduling {
  const asked = readFirstPeriod(booking, request)
  if (!asked || request.isEnoughSearched) return []
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
  // A look behind the listed dates costs as much as the request itself: for a time that nobody asked for that is too much.
  if ('kind' in taken) return taken.far ? false : taken
  const dates = listAskedDates(bookings, request)
  return taken.length === 0 && !isFault(dates) && isPermittedByRules(request, dates)
}
