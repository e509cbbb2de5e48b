// schedule_across_quota [QUOTA]: a request is accepted if no resource of the quota is taken in its time: they are scheduled as one.
import { isFault } from '../../calendar/fault.ts'
import { makeReason } from '../../itip/reason.ts'
import { readQuotaName } from '../../preferences/quota-names.ts'
import type { BookingRequest } from '../booking-request.ts'
import { findUncovered } from '../covered.ts'
import { listNeededPeriods } from '../needed-periods.ts'
import type { Outcome, WantedForScheduling } from '../outcome.ts'
import { scheduleInFreeBusy } from './free-busy.ts'

const rule = 'scheduling_function schedule_across_quota'

export function scheduleAcrossQuota(
  request: BookingRequest,
  [name]: readonly string[],
): Outcome | WantedForScheduling | undefined {
  const group = readQuotaName(name, request.resource)
  const quota = request.quotas?.get(group)
  const needed = listNeededPeriods(request.asked, request)
  if (!quota || isFault(needed)) return undefined
  if (findUncovered(needed, quota.freeBusy.covers).length > 0)
    return { kind: 'wanted', periods: request.freeBusy.covers, quotas: [group] }
  const outcome = scheduleInFreeBusy({ ...request, freeBusy: quota.freeBusy }, [])
  if (outcome.kind === 'wanted')
    return { ...outcome, ...(outcome.far ? { far: { ...outcome.far, quota: group } } : {}) }
  const { code, text } = outcome.because
  const words = code === 'free' ? `free in all of ${group}` : `in ${group}: ${text}`
  return { ...outcome, because: makeReason(code, rule, words) }
}
