// The table of scheduling functions: name as in the preference `scheduling_function` → policy.
import { scheduleAcrossQuota } from './policies/collective.ts'
import { scheduleForDelegate } from './policies/delegation.ts'
import { scheduleInFreeBusy } from './policies/free-busy.ts'
import { checkQuota } from './policies/quota.ts'
import type { Policy } from './policy.ts'

export const policies: Readonly<Record<string, Policy>> = {
  schedule_in_freebusy: scheduleInFreeBusy,
  check_quota: checkQuota,
  schedule_across_quota: scheduleAcrossQuota,
  schedule_for_delegate: scheduleForDelegate,
}
