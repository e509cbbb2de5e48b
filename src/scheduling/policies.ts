// The table of scheduling functions: name as in the preference `scheduling_function` → policy.
import type { Policy } from './outcome.ts'
import { scheduleInFreeBusy } from './policies/free-busy.ts'

export const policies: Readonly<Record<string, Policy>> = {
  schedule_in_freebusy: scheduleInFreeBusy,
}
