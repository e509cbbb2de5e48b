// What a resource that declines could be had at instead.
import type { Period } from '../calendar/period.ts'
import type { Conflict } from '../freebusy/conflicts.ts'
import type { BookingRequest } from '../scheduling/booking-request.ts'
import { readCapacity } from '../scheduling/capacity.ts'
import { findFreeSlots } from '../scheduling/free-slots.ts'
import { readFirstPeriod } from '../scheduling/move-booking.ts'
import { type Decline, type FreeTimes, mostProposals, type WantedForScheduling } from '../scheduling/outcome.ts'
import { findSeriesTimes } from '../scheduling/series-times.ts'

export const noFreeTimes: FreeTimes = { times: [], of: 'event' }

/** `asked` of the request is what the functions were asked about. Nothing where other times would not help, or several events are asked for. */
export function findFreeTimes(
  request: BookingRequest,
  outcome: Decline,
  coming: readonly Conflict[],
): FreeTimes | WantedForScheduling {
  const others = outcome.free ?? noFreeTimes
  const [booking, second] = request.asked
  const isHopeless = outcome.whole && outcome.tried?.isAboutTime !== true
  if (isHopeless || !booking || second) return others
  const capacity = readCapacity(request.preferences.schedulingFunctions)
  if (!booking.recurrence) {
    const asked = readFirstPeriod(booking, request)
    if (!asked) return noFreeTimes
    const slots = findFreeSlots(request, { asked, isDays: booking.start.kind === 'date', capacity })
    return 'kind' in slots ? slots : { times: chooseEarliest([...slots, ...others.times]), of: 'event' }
  }
  // Each time that is tried for all of a series without end costs as much as the request itself.
  const found = booking.recurrence.until === undefined ? [] : findSeriesTimes(booking, request, capacity)
  if ('kind' in found) return found
  const own = { times: found.flatMap((proposal) => proposal.times.slice(0, 1)), of: 'series' } as const
  const all = joinFreeTimes([own, others])
  if (all.times.length > 0 && all.of === 'series') return all
  const [first] = coming
  if (!first) return noFreeTimes
  const slots = findFreeSlots(request, { asked: first.period, isDays: booking.start.kind === 'date', capacity })
  return 'kind' in slots ? slots : joinFreeTimes([{ times: slots, of: 'first-date' }, others])
}

/** The earliest of several resources; times for a whole series are better than those for its first refused date. */
export function joinFreeTimes(all: readonly FreeTimes[]): FreeTimes {
  const filled = all.filter(({ times }) => times.length > 0)
  const best = filled.find(({ of }) => of !== 'first-date') ?? filled[0] ?? noFreeTimes
  return { of: best.of, times: chooseEarliest(filled.filter(({ of }) => of === best.of).flatMap(({ times }) => times)) }
}

/** Each once, in order. */
function chooseEarliest(times: readonly Period[]): readonly Period[] {
  const each = new Map(times.map((period) => [`${period.start} ${period.end}`, period]))
  return [...each.values()].sort((a, b) => a.start - b.start || a.end - b.end).slice(0, mostProposals)
}
