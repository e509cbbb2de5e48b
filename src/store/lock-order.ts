// In which order a transaction takes its locks: groups by name, then users by address, in byte order. So no two wait for each other.
import type { CalendarAddress } from '../calendar/calendar-address.ts'
import type { QuotaGroup } from '../freebusy/quota.ts'
import type { StoreChange } from './store.ts'

export function orderLocks(users: readonly CalendarAddress[], groups: readonly QuotaGroup[]): readonly string[] {
  return [...orderNames(groups).map((group) => `group ${group}`), ...orderNames(users).map(nameUserLock)]
}

export function nameUserLock(user: CalendarAddress): string {
  return `user ${user}`
}

/** Only what was locked may be changed. */
export function checkNamed(
  changes: readonly StoreChange[],
  users: { has(user: CalendarAddress): boolean },
  groups: { has(group: QuotaGroup): boolean },
): void {
  for (const change of changes) {
    if ('user' in change && !users.has(change.user)) throw new Error(`${change.user} is not named in this transaction`)
    if ('quota' in change && !groups.has(change.quota.group))
      throw new Error(`the quota ${change.quota.group} is not named in this transaction`)
  }
}

/** Each once, by their bytes in UTF-8. */
export function orderNames<Name extends string>(names: readonly Name[]): readonly Name[] {
  return [...new Set(names)].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
}
