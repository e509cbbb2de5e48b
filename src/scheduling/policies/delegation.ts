// schedule_for_delegate [QUOTA]: a free resource among the delegates of a quota takes the booking; of a pool's address the least used one,
// of a delegate's own address that one first.
import { makeReason } from '../../itip/reason.ts'
import { readQuotaName } from '../../preferences/quota-names.ts'
import type { BookingRequest } from '../booking-request.ts'
import { type Decline, type FreeTimes, type Outcome, requestStatuses, type WantedForScheduling } from '../outcome.ts'
import { scheduleInFreeBusy } from './free-busy.ts'

const rule = 'scheduling_function schedule_for_delegate'

export function scheduleForDelegate(
  request: BookingRequest,
  [name]: readonly string[],
): Outcome | WantedForScheduling | undefined {
  const group = readQuotaName(name, request.resource)
  const quota = request.quotas?.get(group)
  if (!quota) return undefined
  const delegation = request.delegation ?? { kind: 'open', isHeldByOther: false }
  const isDelegate = quota.settings.delegates.includes(request.resource)
  switch (delegation.kind) {
    case 'taken':
      return { kind: 'accept', because: makeReason('taken-by-delegate', rule, delegation.name) }
    case 'given-up':
      return makeRefusal('given-to-other', `another resource of ${group} has it now, or none has`)
    case 'asked-for-other':
      return isDelegate ? scheduleInFreeBusy(request, []) : makeRefusal('all-taken', `${request.resource} has no time`)
    case 'none':
      return isDelegate
        ? withFree(scheduleInFreeBusy(request, []), delegation.free)
        : withFree(makeRefusal('all-taken', `none of ${group} can take it: ${delegation.asked} asked`), delegation.free)
    case 'open': {
      const own = isDelegate && !delegation.isHeldByOther ? scheduleInFreeBusy(request, []) : undefined
      return own?.kind === 'accept' ? own : { kind: 'wanted', periods: request.freeBusy.covers, delegation: group }
    }
  }
}

/** When the others could take it. */
function withFree(outcome: Outcome | WantedForScheduling, free: FreeTimes): Outcome | WantedForScheduling {
  return outcome.kind === 'decline' && free.times.length > 0 ? { ...outcome, free } : outcome
}

function makeRefusal(code: string, text: string): Decline {
  return {
    kind: 'decline',
    because: makeReason(code, rule, text),
    clashes: [],
    requestStatus: requestStatuses.conflict,
    whole: true,
  }
}
