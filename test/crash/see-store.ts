// What can be seen of a store from outside once the programs are gone: rooms, quotas, what waits, what was decided.
import type { CalendarAddress } from '../../src/calendar/calendar-address.ts'
import type { Instant } from '../../src/calendar/time.ts'
import type { Booking } from '../../src/freebusy/record.ts'
import { dumpUser, serializeDump } from '../../src/store/dump.ts'
import type { Store } from '../../src/store/store.ts'
import { loadSystemZones } from '../../src/zones/system-zones.ts'
import { listAll, showAllQuotas } from '../support/case-world.ts'

export interface SeenStore {
  /** Of each user, publication and quota the lines that show it; what has none is as what is not there. */
  readonly lines: ReadonlyMap<string, readonly string[]>
  /** Message-IDs of what was committed and is not sent. */
  readonly waiting: readonly string[]
  /** What was decided, a line each. */
  readonly verdicts: readonly string[]
  /** What the store itself finds wrong with a schedule. */
  readonly contradictions: readonly string[]
}

/** Throws where something cannot be read. */
export async function seeStore(
  store: Store,
  now: () => Instant,
  showPublished: (user: string) => readonly string[],
): Promise<SeenStore> {
  const lines = new Map<string, readonly string[]>()
  const keep = (name: string, shown: readonly string[]) => shown.length > 0 && lines.set(name, shown)
  const waiting: string[] = []
  const verdicts: string[] = []
  const contradictions: string[] = []
  for (const user of await listAll(store)) {
    keep(user, await showRoom(store, user))
    keep(`published of ${user}`, showPublished(user))
    for (const line of await store.checkSchedule(user as CalendarAddress, 'look'))
      contradictions.push(`the schedule of ${user}: ${line}`)
    contradictions.push(...(await findOwnContradictions(store, user as CalendarAddress)))
  }
  for await (const { mail } of store.readOutbox()) waiting.push(mail.messageId)
  for await (const { user, uid, recurrenceId, method, verdict, answer, reason } of store.readVerdicts(undefined, 0))
    verdicts.push([user, uid, recurrenceId, method, verdict, answer, reason.code].join(' '))
  for (const [quota, shown] of await showAllQuotas(store, { now, set: () => {} })) keep(`quota ${quota}`, shown)
  return { lines, waiting, verdicts, contradictions }
}

const zoneTables = loadSystemZones()

async function showRoom(store: Store, user: string): Promise<readonly string[]> {
  const stored = await store.readUser(user as CalendarAddress)
  return serializeDump(dumpUser(stored, { zoneTables }))
    .split('\n')
    .filter((line) => line !== '')
}

const allTimes = [{ start: Number.NEGATIVE_INFINITY, end: Number.POSITIVE_INFINITY }]

/** The windows of the schedule and the whole of it are read in different ways, and must say the same. */
async function findOwnContradictions(store: Store, user: CalendarAddress): Promise<readonly string[]> {
  const { bookings, offers } = await store.readUser(user)
  const { single, recurring } = await store.transact([user], [], async (reader) => ({
    changes: [],
    result: await reader.readWindow(user, allTimes),
  }))
  const inWindow = [...single, ...recurring].filter(({ expires }) => expires === undefined)
  // What takes no time shares none with a window.
  const takesTime = ({ start, end, recurrence }: Booking) => recurrence !== undefined || end.local > start.local
  const of = (all: readonly Booking[]) =>
    all
      .filter(takesTime)
      .map((each) => JSON.stringify(each))
      .toSorted()
  const [whole, window] = [of(bookings), of(inWindow)]
  if (whole.join('\n') !== window.join('\n'))
    return [`the schedule of ${user} has ${whole.length} bookings, a window of all times ${window.length}`]
  const shownOffers = single.length + recurring.length - inWindow.length
  return shownOffers > offers.length ? [`a window of ${user} has more offers than there are`] : []
}
