// The store in memory: for tests and dry runs. What it holds ends with it.

import type { StoreEffect } from '../../agents/effect.ts'
import type { Verdict } from '../../agents/verdict.ts'
import type { CalendarAddress } from '../../calendar/calendar-address.ts'
import { isOverlapping, type Period } from '../../calendar/period.ts'
import type { Instant } from '../../calendar/time.ts'
import { type OthersFreeBusy, withoutExpiredPieces } from '../../freebusy/others.ts'
import {
  noCharges,
  type QuotaCharges,
  type QuotaGroup,
  type QuotaSettings,
  type Reservation,
} from '../../freebusy/quota.ts'
import type { Booking } from '../../freebusy/record.ts'
import { compareWaiting, listWaiting } from '../../itip/waiting.ts'
import { findSpan } from '../booking-span.ts'
import { type Day, endMonth, nameDay, nameDayAfter } from '../expired.ts'
import { checkNamed, nameUserLock, orderLocks, orderNames } from '../lock-order.ts'
import { makeLockQueue, type QueuePlace } from '../lock-queue.ts'
import type {
  AgeRules,
  ExpiredUser,
  NightlyDone,
  NightlyTask,
  OutboxEntry,
  QuotaChange,
  Store,
  StoreChange,
  StoredQuota,
  StoredUser,
  StoreReader,
} from '../store.ts'
import { applyToOffers, listOffersNear, withOffers, withoutExpired } from '../stored-offers.ts'
import {
  type ChargesName,
  changeQuota,
  emptySettings,
  isQuotaChanged,
  listQuotaLines,
  makeReservationKey,
  nameGiven,
  nameHolder,
  type QuotaContents,
} from '../stored-quota.ts'
import {
  applyEffect,
  compareBookings,
  compareText,
  isEmpty,
  listUids,
  makeStoredUid,
  type StoredBooking,
  type StoredUid,
} from '../stored-uid.ts'

export interface MemoryStoreOptions {
  readonly now: () => Instant
}

interface Room {
  readonly uids: Map<string, StoredUid>
  readonly others: Map<CalendarAddress, OthersFreeBusy>
  offers: readonly StoredBooking[]
  /** Oldest first. */
  readonly outbox: OutboxEntry[]
}

/** Who is due: by day for every task, and what one task leaves to another. */
interface DueIndex {
  readonly days: Map<Day, Set<CalendarAddress>>
  readonly left: Readonly<Record<NightlyTask, Set<CalendarAddress>>>
}

interface Quota {
  settings: QuotaSettings
  readonly reservations: Map<string, Reservation>
  readonly charges: Map<ChargesName, QuotaCharges>
}

export function makeMemoryStore({ now }: MemoryStoreOptions): Store {
  const rooms = new Map<CalendarAddress, Room>()
  const quotas = new Map<QuotaGroup, Quota>()
  const verdicts: Verdict[] = []
  const queue = makeLockQueue()
  const due: DueIndex = { days: new Map(), left: { 'make-freebusy': new Set(), expire: new Set() } }

  async function withLocks<Result>(names: readonly string[], work: () => Promise<Result>): Promise<Result> {
    const places: QueuePlace[] = []
    try {
      for (const name of names) {
        const place = queue.enter(name)
        places.push(place)
        await place.turn
      }
      return await work()
    } finally {
      for (const place of places) place.leave()
    }
  }

  function openRoom(user: CalendarAddress): Room {
    const room = rooms.get(user) ?? { uids: new Map(), others: new Map(), offers: [], outbox: [] }
    rooms.set(user, room)
    return room
  }

  function applyQuotaChange(change: QuotaChange): void {
    const quota = quotas.get(change.group) ?? { settings: emptySettings, reservations: new Map(), charges: new Map() }
    const changed = changeQuota(readContents(quotas.get(change.group)), [change], now())
    if (!isQuotaChanged(changed)) return
    quotas.set(change.group, quota)
    quota.settings = changed.settings ?? quota.settings
    for (const [key, reservation] of changed.reservations)
      if (reservation) quota.reservations.set(key, reservation)
      else quota.reservations.delete(key)
    for (const [name, charges] of changed.charges)
      if (charges.size > 0) quota.charges.set(name, charges)
      else quota.charges.delete(name)
  }

  function applyChange(change: StoreChange): void {
    if ('quota' in change) {
      applyQuotaChange(change.quota)
      return
    }
    if ('verdict' in change) {
      verdicts.push(change.verdict)
      return
    }
    if ('outgoing' in change) {
      const entry = { user: change.user, mail: change.outgoing, committedAt: now(), attempts: 0 }
      openRoom(change.user).outbox.push(entry)
      return
    }
    applyOffers(change.user, change.effect)
    if (change.effect.kind === 'record-others')
      openRoom(change.user).others.set(change.effect.others.sender, change.effect.others)
    for (const uid of listUids(change.effect)) {
      const before = rooms.get(change.user)?.uids.get(uid)
      const after = applyEffect(before ?? makeStoredUid(uid), change.effect)
      if (!isEmpty(after)) openRoom(change.user).uids.set(uid, after)
      else if (before) openRoom(change.user).uids.delete(uid)
    }
  }

  function applyOffers(user: CalendarAddress, effect: StoreEffect): void {
    const before = rooms.get(user)?.offers ?? []
    const after = applyToOffers(withoutExpired(before, now()), effect)
    if (before.length > 0 || after.length > 0) openRoom(user).offers = after
  }

  function addToDue(user: CalendarAddress, day: Day): void {
    due.days.set(day, (due.days.get(day) ?? new Set()).add(user))
  }

  function settleDue({ user, task, next }: NightlyDone): void {
    if (next !== undefined) addToDue(user, nameDayAfter(next, now()))
    const other = task === 'expire' ? 'make-freebusy' : 'expire'
    for (const [day, users] of due.days) {
      if (day > nameDay(now()) || !users.delete(user)) continue
      due.left[other].add(user)
    }
    due.left[task].delete(user)
  }

  /** What is over goes; the next instant at which something will be. */
  function expireRoom(user: CalendarAddress, rules: AgeRules): ExpiredUser & { readonly next: Instant | undefined } {
    const room = rooms.get(user)
    let [events, held, others] = [0, 0, 0]
    const nexts: Instant[] = []
    for (const before of room?.uids.values() ?? []) {
      if (before.series === undefined && before.bookings.length === 0) continue
      const bookings = before.bookings.map(({ booking }) => booking)
      const aged = rules.ageUid({ series: before.series, bookings })
      const left = aged.kind === 'stays' ? (aged.series?.held.length ?? 0) : 0
      held += (before.series?.held.length ?? 0) - left
      if (aged.kind === 'gone') {
        events++
        room?.uids.delete(before.uid)
        continue
      }
      if (aged.next !== undefined) nexts.push(aged.next)
      room?.uids.set(before.uid, { ...before, series: aged.series })
    }
    for (const known of room?.others.values() ?? []) {
      const aged = withoutExpiredPieces(known, now())
      if (aged.next !== undefined) nexts.push(aged.next)
      if (aged.others !== known) others++
      if (aged.others) room?.others.set(known.sender, aged.others)
      else room?.others.delete(known.sender)
    }
    const offers = room?.offers.length ?? 0
    if (room) room.offers = withoutExpired(room.offers, now())
    nexts.push(...(room?.offers.map(({ booking }) => booking.expires ?? 0) ?? []))
    const months = room ? removeVerdicts((verdict) => verdict.user === user, rules.verdicts) : { gone: 0, next: [] }
    nexts.push(...months.next)
    return {
      ...{ events, held, others },
      offers: offers - (room?.offers.length ?? 0),
      verdicts: months.gone,
      failures: [],
      next: nexts.length === 0 ? undefined : Math.min(...nexts),
    }
  }

  function removeVerdicts(
    isMeant: (verdict: Verdict) => boolean,
    age: number,
  ): { readonly gone: number; readonly next: readonly Instant[] } {
    const gone = new Set<string>()
    const next: Instant[] = []
    const kept = verdicts.filter((verdict) => {
      if (!isMeant(verdict)) return true
      const month = nameDay(verdict.at).slice(0, 7)
      const end = endMonth(month, age)
      if (end <= now()) gone.add(month)
      else next.push(end)
      return end > now()
    })
    verdicts.splice(0, verdicts.length, ...kept)
    return { gone: gone.size, next }
  }

  return {
    transact: (users, groups, work) =>
      withLocks(orderLocks(users, groups), async () => {
        const {
          changes,
          result,
          done = [],
        } = await work({
          ...makeReader(rooms, users, now),
          ...makeQuotaReader(quotas, groups),
        })
        checkNamed(changes, new Set(users), new Set(groups))
        for (const change of changes) {
          applyChange(change)
          if ('user' in change && rooms.has(change.user)) addToDue(change.user, nameDay(now()))
        }
        for (const each of done) settleDue(each)
        return result
      }),

    readUser: (user) =>
      withLocks([nameUserLock(user)], async (): Promise<StoredUser> => {
        const uids = [...(rooms.get(user)?.uids.values() ?? [])].sort((a, b) => compareText(a.uid, b.uid))
        return {
          user,
          series: uids.flatMap((stored) => stored.series ?? []),
          bookings: uids
            .flatMap((stored) => stored.bookings)
            .sort(compareBookings)
            .map(({ booking }) => booking),
          offers: (rooms.get(user)?.offers ?? []).map(({ booking }) => booking),
          requests: uids.flatMap((stored) => stored.requests),
          others: [...(rooms.get(user)?.others.values() ?? [])].sort((a, b) => compareText(a.sender, b.sender)),
        }
      }),

    async *listUsers() {
      yield* orderNames([...rooms.keys()])
    },

    async *listQuotas() {
      yield* orderNames([...quotas.keys()])
    },

    readWholeQuota: (group) =>
      withLocks(orderLocks([], [group]), async () => {
        const quota = quotas.get(group)
        return quota && makeStoredQuota(group, quota)
      }),

    async makeReady() {},

    async makeRoom(user) {
      openRoom(user)
      addToDue(user, nameDay(now()))
    },

    async noteVerdict(verdict) {
      verdicts.push(verdict)
      if (rooms.has(verdict.user)) addToDue(verdict.user, nameDay(verdict.at))
    },

    async *readVerdicts(user, since) {
      const wanted = verdicts.filter((verdict) => verdict.at >= since && (user === undefined || verdict.user === user))
      yield* wanted.sort((a, b) => a.at - b.at)
    },

    async *readOutbox(user) {
      const users = user === undefined ? orderNames([...rooms.keys()]) : [user]
      yield* users.flatMap((each) => rooms.get(each)?.outbox ?? [])
    },

    flushOutbox: (user, send) =>
      withLocks([`outbox ${user}`], async () => {
        const outbox = rooms.get(user)?.outbox ?? []
        for (const entry of [...outbox]) {
          const outcome = await send(entry)
          const place = outbox.indexOf(entry)
          if (outcome === 'done') outbox.splice(place, 1)
          else outbox[place] = { ...entry, attempts: entry.attempts + 1 }
        }
      }),

    async *listDue(task) {
      const today = nameDay(now())
      const users = [...due.days].flatMap(([day, each]) => (day <= today ? [...each] : []))
      yield* orderNames([...new Set([...users, ...due.left[task]])])
    },

    async markDue(user, at) {
      addToDue(user, nameDay(at))
    },

    async rebuildDue() {
      for (const user of rooms.keys()) addToDue(user, nameDay(now()))
    },

    expireUser: (user, rules) =>
      withLocks([nameUserLock(user)], async () => {
        const { next, ...expired } = expireRoom(user, rules)
        settleDue({ user, task: 'expire', next })
        return expired
      }),

    expireVerdicts: async (age) => removeVerdicts(({ user }) => !rooms.has(user), age).gone,

    // Windows are read from the bookings of the UIDs.
    checkSchedule: async () => [],

    async close() {},
  }
}

function makeReader(
  rooms: ReadonlyMap<CalendarAddress, Room>,
  users: readonly CalendarAddress[],
  now: () => Instant,
): Omit<StoreReader, keyof QuotaReader> {
  const find = (user: CalendarAddress, uid: string): StoredUid => {
    return open(user)?.uids.get(uid) ?? makeStoredUid(uid)
  }
  const open = (user: CalendarAddress): Room | undefined => {
    if (!users.includes(user)) throw new Error(`${user} is not named in this transaction`)
    return rooms.get(user)
  }
  const listOffers = (user: CalendarAddress): readonly StoredBooking[] =>
    withoutExpired(open(user)?.offers ?? [], now())
  return {
    users: new Set(users),
    async listUids(user) {
      return orderNames([...(open(user)?.uids.keys() ?? [])])
    },
    async readSeries(user, uid) {
      return find(user, uid).series
    },
    async readBookings(user, uid) {
      return find(user, uid).bookings.map(({ booking }) => booking)
    },
    async readOffers(user) {
      return listOffers(user).map(({ booking }) => booking)
    },
    async readWaiting(user) {
      const series = [...(open(user)?.uids.values() ?? [])].flatMap((stored) => stored.series ?? [])
      return series.flatMap(listWaiting).sort(compareWaiting)
    },
    async readOthers(user, sender) {
      return open(user)?.others.get(sender)
    },
    async readWindow(user, periods) {
      const bookings = [...(open(user)?.uids.values() ?? [])]
        .flatMap((stored) => stored.bookings)
        .filter(({ booking }) => isReaching(findSpan(booking), periods))
        .sort(compareBookings)
        .map(({ booking }) => booking)
      const window = {
        covers: periods,
        single: bookings.filter((booking) => !booking.recurrence),
        recurring: bookings.filter((booking) => booking.recurrence),
      }
      return withOffers(window, listOffersNear(listOffers(user), periods))
    },
    async readLastEnd(user) {
      const stored = [...(open(user)?.uids.values() ?? [])].flatMap(({ bookings }) => bookings)
      return findLastEnd([...stored, ...listOffers(user)])
    },
  }
}

function findLastEnd(stored: readonly { readonly booking: Booking }[]): Instant {
  return stored.reduce(
    (latest, { booking }) => (booking.recurrence ? latest : Math.max(latest, findSpan(booking).end)),
    Number.NEGATIVE_INFINITY,
  )
}

type QuotaReader = Pick<
  StoreReader,
  'readQuota' | 'readHolder' | 'readGiven' | 'readReservation' | 'readQuotaWindow' | 'readQuotaLastEnd'
>

function makeQuotaReader(quotas: ReadonlyMap<QuotaGroup, Quota>, groups: readonly QuotaGroup[]): QuotaReader {
  const find = (group: QuotaGroup): Quota | undefined => {
    if (!groups.includes(group)) throw new Error(`the quota ${group} is not named in this transaction`)
    return quotas.get(group)
  }
  return {
    async readQuota(group) {
      return find(group)?.settings
    },
    async readHolder(group, holder) {
      return readContents(find(group)).readCharges(nameHolder(holder))
    },
    async readGiven(group, resource) {
      return readContents(find(group)).readCharges(nameGiven(resource))
    },
    async readReservation(group, resource, uid) {
      return find(group)?.reservations.get(makeReservationKey(resource, uid))
    },
    async readQuotaLastEnd(group) {
      return findLastEnd([...(find(group)?.reservations.values() ?? [])].flatMap(listQuotaLines))
    },
    async readQuotaWindow(group, periods) {
      const lines = [...(find(group)?.reservations.values() ?? [])].flatMap(listQuotaLines)
      const bookings = lines
        .filter(({ booking }) => isReaching(findSpan(booking), periods))
        .sort(compareBookings)
        .map(({ booking }) => booking)
      return {
        covers: periods,
        single: bookings.filter((booking) => !booking.recurrence),
        recurring: bookings.filter((booking) => booking.recurrence),
      }
    },
  }
}

function readContents(quota: Quota | undefined): QuotaContents {
  return {
    readSettings: () => quota?.settings,
    readReservation: (key) => quota?.reservations.get(key),
    readCharges: (name) => quota?.charges.get(name) ?? noCharges,
  }
}

function makeStoredQuota(group: QuotaGroup, { settings, reservations, charges }: Quota): StoredQuota {
  const list = (prefix: string): readonly (readonly [string, QuotaCharges])[] =>
    [...charges]
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, own]) => [name.slice(prefix.length), own] as const)
      .sort(([a], [b]) => compareText(a, b))
  return {
    group,
    settings,
    reservations: [...reservations].sort(([a], [b]) => compareText(a, b)).map(([, reservation]) => reservation),
    holders: new Map(list('journal/')),
    given: new Map(list('use/')) as ReadonlyMap<CalendarAddress, QuotaCharges>,
  }
}

function isReaching(span: Period, periods: readonly Period[]): boolean {
  return periods.some((period) => isOverlapping(span, period))
}
