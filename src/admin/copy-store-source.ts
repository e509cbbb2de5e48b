// Where copy-store reads: a store of ours, or one that the predecessor wrote.
import type { Verdict } from '../agents/verdict.ts'
import type { CalendarAddress } from '../calendar/calendar-address.ts'
import type { QuotaGroup } from '../freebusy/quota.ts'
import type { Store, StoredQuota, StoredUser, TellDamage } from '../store/store.ts'

export interface CopySource {
  /** In byte order; also of those whose room cannot be opened. */
  listUsers(): AsyncIterable<CalendarAddress>
  /** What cannot be read is told and left out. */
  readUser(user: CalendarAddress, tell: TellDamage): Promise<CopiedUser>
  /** Asked for after all users have been read. */
  listQuotas(tell: TellDamage): AsyncIterable<QuotaGroup>
  readQuota(group: QuotaGroup, tell: TellDamage): Promise<StoredQuota | undefined>
  /** About users who have no room. */
  readOtherVerdicts(users: ReadonlySet<CalendarAddress>): AsyncIterable<Verdict>
  close(): Promise<void>
}

export interface CopiedUser extends StoredUser {
  /** Oldest first. */
  readonly verdicts: readonly Verdict[]
  /** Answers that are not sent yet; they stay where they are. */
  readonly waiting: number
}

export function makeStoreSource(store: Store): CopySource {
  return {
    listUsers: () => store.listUsers(),
    readUser: async (user, tell) => ({
      ...(await store.readUser(user, tell)),
      verdicts: await readAllVerdicts(store, user),
      waiting: await countOutbox(store, user),
    }),
    listQuotas: () => store.listQuotas(),
    readQuota: (group, tell) => store.readWholeQuota(group, tell),
    async *readOtherVerdicts(users) {
      for await (const verdict of store.readVerdicts(undefined, 0)) if (!users.has(verdict.user)) yield verdict
    },
    close: () => store.close(),
  }
}

async function countOutbox(store: Store, user: CalendarAddress): Promise<number> {
  let count = 0
  for await (const _ of store.readOutbox(user)) count += 1
  return count
}

export async function readAllVerdicts(store: Store, user: CalendarAddress): Promise<readonly Verdict[]> {
  const verdicts: Verdict[] = []
  for await (const verdict of store.readVerdicts(user, 0)) verdicts.push(verdict)
  return verdicts
}
