// check_quota [QUOTA]: accepts while the organizer, or the organizer's group, has enough of a quota left.
import { isFault } from '../../calendar/fault.ts'
import { addCharges, findLimit, subtractCharges, sumCharges } from '../../freebusy/quota.ts'
import { countCharges } from '../../freebusy/quota-charges.ts'
import { makeReason } from '../../itip/reason.ts'
import { readQuotaName } from '../../preferences/quota-names.ts'
import type { BookingRequest } from '../booking-request.ts'
import { describeLength } from '../describe-length.ts'
import { type Decline, type Outcome, requestStatuses } from '../outcome.ts'

const rule = 'scheduling_function check_quota'

export function checkQuota(request: BookingRequest, [name]: readonly string[]): Outcome {
  const group = readQuotaName(name, request.resource)
  const quota = request.quotas?.get(group)
  if (!quota && name === undefined)
    return { kind: 'accept', because: makeReason('quota-unlimited', rule, `no limits are set for ${group}`) }
  if (!quota) return makeRefusal('no-quota', `the quota ${group} does not exist`)
  const { settings, holder, held, own } = quota
  const who = holder.replace(/^mailto:/, '')
  const limit = findLimit(settings, holder)
  if (limit === undefined) return makeRefusal('no-quota', `nothing of the quota ${group} is set aside for ${who}`)
  if (limit === 'unlimited')
    return { kind: 'accept', because: makeReason('quota-unlimited', rule, `${who} has no limit in the quota ${group}`) }
  const { asked, rest = [], now, zoneTables, preferences } = request
  const charges = countCharges([...asked, ...rest], now, zoneTables, preferences.zone)
  if (isFault(charges))
    return { ...makeRefusal(charges.code, charges.text), requestStatus: requestStatuses.unsupported }
  // What this very event has reserved is given back when it is booked anew.
  const others = own?.holder === holder ? subtractCharges(held, own.charges) : held
  const [used, wanted] = [sumCharges(others, now), sumCharges(charges, now)]
  const amounts = `${describeLength(used)} of ${describeLength(limit)} used, ${describeLength(wanted)} asked for`
  if (sumCharges(addCharges(others, charges), now) > limit)
    return makeRefusal('quota-exhausted', `not enough of the quota ${group} left for ${who}: ${amounts}`)
  const because = makeReason('quota-left', rule, `enough of the quota ${group} left for ${who}: ${amounts}`)
  return { kind: 'accept', because }
}

function makeRefusal(code: string, text: string): Decline {
  return {
    kind: 'decline',
    because: makeReason(code, rule, text),
    clashes: [],
    requestStatus: requestStatuses.noAuthority,
    whole: true,
  }
}
