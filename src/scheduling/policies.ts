// The table of scheduling functions: name as in the preference `scheduling_function` → policy.
import { scheduleInFreeBusy } from './policies/free-busy.ts'
import type { Policy } from './policy.ts'

export const policies: Readonly<Record<string, Policy>> = {
  schedule_in_freebusy: scheduleInFreeBusy,
}
