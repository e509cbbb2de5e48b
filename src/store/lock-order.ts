// In which order a transaction takes its locks: groups by name, then users by address, in byte order. So no two wait for each other.
import type { CalendarAddress } from '../calendar/calendar-address.ts'
import type { QuotaGroup } from './store.ts'

export function orderLocks(users: readonly CalendarAddress[], groups: readonly QuotaGroup[]): readonly string[] {
  return [...orderNames(groups).map((group) => `group ${group}`), ...orderNames(users).map(nameUserLock)]
}

export function nameUserLock(user: CalendarAddress): string {
  return `user ${user}`
}

/** Each once, by their bytes in UTF-8. */
export function orderNames<Name extends string>(names: readonly Name[]): readonly Name[] {
  return [...new Set(names)].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
}
