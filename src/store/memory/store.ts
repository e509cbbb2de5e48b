// The store in memory: for tests and dry runs. What it holds ends with it.

import type { StoreEffect } from '../../agents/effect.ts'
import type { Verdict } from '../../agents/verdict.ts'
import type { CalendarAddress } from '../../calendar/calendar-address.ts'
import { isOverlapping, type Period } from '../../calendar/period.ts'
import type { Instant } from '../../calendar/time.ts'
import type { OthersFreeBusy } from '../../freebusy/others.ts'
import {
  noCharges,
  type QuotaCharges,
  type QuotaGroup,
  type QuotaSettings,
  type Reservation,
} from '../../freebusy/quota.ts'
import { compareWaiting, listWaiting } from '../../itip/waiting.ts'
import { findSpan } from '../booking-span.ts'
import { checkNamed, nameUserLock, orderLocks, orderNames } from '../lock-order.ts'
import { makeLockQueue, type QueuePlace } from '../lock-queue.ts'
import type { OutboxEntry, QuotaChange, Store, StoreChange, StoredQuota, StoredUser, StoreReader } from '../store.ts'
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

  return {
    transact: (users, groups, work) =>
      withLocks(orderLocks(users, groups), async () => {
        const { changes, result } = await work({
          ...makeReader(rooms, users, now),
          ...makeQuotaReader(quotas, groups),
        })
        checkNamed(changes, new Set(users), new Set(groups))
        for (const change of changes) applyChange(change)
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
    },

    async noteVerdict(verdict) {
      verdicts.push(verdict)
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
  }
}

type QuotaReader = Pick<StoreReader, 'readQuota' | 'readHolder' | 'readGiven' | 'readReservation' | 'readQuotaWindow'>

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
