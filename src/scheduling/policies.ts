// The table of scheduling functions: name as in the preference `scheduling_function` → policy.
import { applyAccessList } from './policies/access-list.ts'
import { scheduleAcrossNetwork } from './policies/across-network.ts'
import { scheduleAcrossQuota } from './policies/collective.ts'
import { scheduleCorrectedInFreeBusy } from './policies/corrected.ts'
import { scheduleForDelegate } from './policies/delegation.ts'
import { scheduleInFreeBusy } from './policies/free-busy.ts'
import { scheduleNextAvailable } from './policies/next-available.ts'
import { checkQuota } from './policies/quota.ts'
import { acceptSameDomainOnly } from './policies/same-domain.ts'
import type { Policy } from './policy.ts'

export const policies: Readonly<Record<string, Policy>> = {
  schedule_in_freebusy: scheduleInFreeBusy,
  schedule_corrected_in_freebusy: scheduleCorrectedInFreeBusy,
  schedule_next_available_in_freebusy: scheduleNextAvailable,
  schedule_across_network: scheduleAcrossNetwork,
  same_domain_only: acceptSameDomainOnly,
  access_control_list: applyAccessList,
  check_quota: checkQuota,
  schedule_across_quota: scheduleAcrossQuota,
  schedule_for_delegate: scheduleForDelegate,
}
