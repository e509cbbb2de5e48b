// A small life of two rooms and two quotas, step by step, for the tests that stop or refuse the store at any call.
import type { CalendarAddress } from '../../src/calendar/calendar-address.ts'
import { nameDay, type QuotaSettings } from '../../src/freebusy/quota.ts'
import type { Booking } from '../../src/freebusy/record.ts'
import type { QuotaChange, Store, StoreChange } from '../../src/store/store.ts'
import {
  at,
  change,
  collect,
  look,
  makeBooking,
  makeMail,
  makeRecurrence,
  makeSeries,
  makeVerdict,
  otherRoom,
  room,
} from './samples.ts'

const ten = at('2026-03-10T10:00:00Z')
const hour = 3600
const day = 86_400

/** One atomic thing that somebody asks of the store. */
export type Step = (store: Store) => Promise<void>

const commit = (users: readonly CalendarAddress[], changes: readonly StoreChange[]): Step => {
  return (store) => store.transact(users, [], async () => ({ changes, result: undefined }))
}

const book = (...bookings: readonly Booking[]): StoreChange => ({ user: room, effect: { kind: 'book', bookings } })

const settings: QuotaSettings = {
  limits: new Map([['*', 10 * hour]]),
  groups: new Map([['mailto:pat@example.com', 'board']]),
  delegates: [room, otherRoom],
}

const commitQuota = (
  users: readonly CalendarAddress[],
  groups: readonly string[],
  changes: readonly StoreChange[],
): Step => {
  return (store) => store.transact(users, groups, async () => ({ changes, result: undefined }))
}

function reserve(group: string, resource: CalendarAddress, uid: string, later: number): QuotaChange {
  const start = ten + later
  const bookings = [makeBooking(uid, start, start + hour)]
  const charges = new Map([[nameDay(start), hour]])
  return { kind: 'book-quota', group, reservation: { resource, uid, holder: 'board', charges, bookings } }
}

const manyInOneDay = Array.from({ length: 24 }, (_, index) =>
  makeBooking(`many-${index}@example.com`, ten + 5 * day + index * 600, ten + 5 * day + index * 600 + 600),
)

export const workload: readonly Step[] = [
  commit(
    [room],
    [
      { user: room, effect: { kind: 'save-series', series: makeSeries('one@example.com') } },
      book(makeBooking('one@example.com', ten, ten + hour)),
      { user: room, outgoing: makeMail('<one@example.com>') },
      { user: room, verdict: makeVerdict(room, ten, 'one') },
    ],
  ),
  commit([room], [book(makeBooking('long@example.com', ten, ten + 9 * day))]),
  // Two rooms at once, one of them new.
  commit(
    [room, otherRoom],
    [
      book(makeBooking('two@example.com', ten + hour, ten + 2 * hour)),
      { user: otherRoom, effect: { kind: 'book', bookings: [makeBooking('two@example.com', ten, ten + hour)] } },
      { user: otherRoom, outgoing: makeMail('<two@example.com>') },
    ],
  ),
  commit(
    [room],
    [book(makeBooking('weekly@example.com', ten, ten + hour, { recurrence: makeRecurrence('20260310T100000Z') }))],
  ),
  (store) => store.flushOutbox(room, async () => 'done'),
  (store) => store.flushOutbox(otherRoom, async () => 'keep'),
  commit([room], [book(...manyInOneDay)]),
  // A reschedule.
  commit(
    [room],
    [
      { user: room, effect: { kind: 'release', uid: 'one@example.com' } },
      book(makeBooking('one@example.com', ten + day, ten + day + hour)),
      { user: room, effect: { kind: 'queue-request', uid: 'one@example.com' } },
      { user: room, outgoing: makeMail('<three@example.com>') },
    ],
  ),
  // So many that the day is written anew.
  commit(
    [room],
    manyInOneDay.slice(0, 20).map(({ uid }) => ({ user: room, effect: { kind: 'release', uid } })),
  ),
  // Two rooms that are both there.
  commit(
    [otherRoom, room],
    [
      { user: otherRoom, effect: { kind: 'release', uid: 'two@example.com' } },
      { user: room, effect: { kind: 'release', uid: 'two@example.com' } },
      { user: room, effect: { kind: 'release', uid: 'long@example.com' } },
    ],
  ),
  (store) => change(store, room, { kind: 'dequeue-request', uid: 'one@example.com' }),
  // A quota is made; then reserved from together with a schedule; then two of them with two schedules.
  commitQuota([], ['rooms'], [{ quota: { kind: 'set-quota', group: 'rooms', settings } }]),
  commitQuota(
    [room],
    ['rooms'],
    [
      book(makeBooking('three@example.com', ten, ten + hour)),
      { quota: reserve('rooms', room, 'three@example.com', 0) },
    ],
  ),
  commitQuota(
    [room, otherRoom],
    ['cars', 'rooms'],
    [
      { user: room, effect: { kind: 'release', uid: 'three@example.com' } },
      { quota: { kind: 'release-quota', group: 'rooms', resource: room, uid: 'three@example.com' } },
      { user: otherRoom, effect: { kind: 'book', bookings: [makeBooking('three@example.com', ten, ten + hour)] } },
      { quota: reserve('rooms', otherRoom, 'three@example.com', 0) },
      { quota: reserve('cars', otherRoom, 'three@example.com', 40 * day) },
      { user: room, outgoing: makeMail('<four@example.com>') },
    ],
  ),
  // A night removes half of what is there.
  async (store) => {
    await store.expireUser(room, {
      ageUid: ({ series, bookings }) =>
        bookings.some(({ uid }) => uid.startsWith('many-'))
          ? { kind: 'gone' }
          : { kind: 'stays', series, next: ten + day },
      verdicts: 90 * day,
    })
  },
]

/** All that can be seen of the two rooms and quotas from outside; fails where what is seen contradicts itself. */
export async function describeStores(
  store: Store,
): Promise<{ readonly content: string; readonly outbox: readonly string[] }> {
  const users = [otherRoom, room]
  const content: unknown[] = []
  for (const user of users) {
    const stored = await store.readUser(user)
    const { single, recurring } = await look(store, user, (reader) =>
      reader.readWindow(user, [{ start: Number.NEGATIVE_INFINITY, end: Number.POSITIVE_INFINITY }]),
    )
    const near = await look(store, user, (reader) => reader.readWindow(user, [{ start: ten, end: ten + 30 * day }]))
    const byLine = (bookings: readonly Booking[]): string =>
      JSON.stringify(bookings.map((each) => JSON.stringify(each)).sort())
    if (byLine(stored.bookings) !== byLine([...single, ...recurring]))
      throw new Error('the schedule is not what the UIDs say')
    if (byLine(stored.bookings) !== byLine([...near.single, ...near.recurring]))
      throw new Error('a window misses bookings')
    await look(store, user, async (reader) => {
      for (const uid of new Set(stored.bookings.map((booking) => booking.uid))) {
        const own = await reader.readBookings(user, uid)
        if (byLine(own) !== byLine(stored.bookings.filter((each) => each.uid === uid)))
          throw new Error(`${uid} differs`)
      }
    })
    content.push(
      stored,
      (await collect(store.readVerdicts(user, 0))).map((verdict) => verdict.reason.code),
    )
  }
  for (const group of ['cars', 'rooms']) content.push(group, await describeQuota(store, group))
  const outbox = (await collect(store.readOutbox())).map(({ mail, attempts }) => `${mail.messageId} ${attempts}`)
  return { content: JSON.stringify(content, sortKeys), outbox: outbox.toSorted() }
}

/** All of a quota; fails where its parts contradict each other. */
async function describeQuota(store: Store, group: string): Promise<unknown> {
  const stored = await store.readWholeQuota(group)
  const { single } = await store.transact([], [group], async (reader) => ({
    changes: [],
    result: await reader.readQuotaWindow(group, [{ start: ten - day, end: ten + 60 * day }]),
  }))
  if (!stored) return single.length === 0 ? 'nothing' : single
  const { reservations, holders, given } = stored
  if (single.length !== reservations.flatMap((each) => each.bookings).length) throw new Error('the schedule differs')
  const sums = [holders, given].map((all) =>
    [...all.values()].flatMap((charges) => [...charges.values()]).reduce((a, b) => a + b, 0),
  )
  if (sums.some((sum) => sum !== reservations.length * hour)) throw new Error('the charges are not what is reserved')
  return stored
}

function sortKeys(_: string, value: unknown): unknown {
  if (value instanceof Map) return [...value].sort(([a], [b]) => (String(a) < String(b) ? -1 : 1))
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}
