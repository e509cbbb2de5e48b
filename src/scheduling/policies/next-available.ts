// schedule_next_available_in_freebusy [N]: what is free is accepted; for what is not, the next free times are proposed.
import { isFault } from '../../calendar/fault.ts'
import { serializeInstant } from '../../calendar/time.ts'
import type { Booking } from '../../freebusy/record.ts'
import { makeReason } from '../../itip/reason.ts'
import { listAskedDates } from '../asked-dates.ts'
import type { BookingRequest } from '../booking-request.ts'
import { findFreeSlots } from '../free-slots.ts'
import { makeProposal } from '../make-proposal.ts'
import { readFirstPeriod } from '../move-booking.ts'
import { type Outcome, type Proposal, requestStatuses, type WantedForScheduling } from '../outcome.ts'
import { isPermittedByRules } from '../rules.ts'
import { findSeriesTimes } from '../series-times.ts'
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
    ? findSeriesTimes(booking, request, capacity)
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
