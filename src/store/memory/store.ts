// The store in memory: for tests and dry runs. What it holds ends with it.

import type { StoreEffect } from '../../agents/effect.ts'
import type { Verdict } from '../../agents/verdict.ts'
import type { CalendarAddress } from '../../calendar/calendar-address.ts'
import { isOverlapping, type Period } from '../../calendar/period.ts'
import type { Instant } from '../../calendar/time.ts'
import type { OthersFreeBusy } from '../../freebusy/others.ts'
import { findSpan } from '../booking-span.ts'
import { nameUserLock, orderLocks, orderNames } from '../lock-order.ts'
import { makeLockQueue, type QueuePlace } from '../lock-queue.ts'
import type { OutboxEntry, Store, StoreChange, StoredUser, StoreReader } from '../store.ts'
import { applyToOffers, listOffersNear, withOffers, withoutExpired } from '../stored-offers.ts'
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

export function makeMemoryStore({ now }: MemoryStoreOptions): Store {
  const rooms = new Map<CalendarAddress, Room>()
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

  function applyChange(change: StoreChange): void {
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
        const { changes, result } = await work(makeReader(rooms, users, now))
        const stranger = changes.find((change) => !users.includes(change.user))
        if (stranger) throw new Error(`${stranger.user} is not named in this transaction`)
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
): StoreReader {
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
    async readSeries(user, uid) {
      return find(user, uid).series
    },
    async readBookings(user, uid) {
      return find(user, uid).bookings.map(({ booking }) => booking)
    },
    async readOffers(user) {
      return listOffers(user).map(({ booking }) => booking)
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

function isReaching(span: Period, periods: readonly Period[]): boolean {
  return periods.some((period) => isOverlapping(span, period))
}
