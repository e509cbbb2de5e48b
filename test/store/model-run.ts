// An operation of the model, done with a real store.
import type { CalendarAddress } from '../../src/calendar/calendar-address.ts'
import { nameDay } from '../../src/freebusy/quota.ts'
import type { Store, StoreChange, StoreReader } from '../../src/store/store.ts'
import { hoursOfQuota, type Operation } from './model-operations.ts'
import { collect, makeBooking, makeMail, makeVerdict } from './samples.ts'

/** The clock of every schedule. */
export const modelStart = 1_773_136_800
const hour = 3600
const quota = 'rooms'

const nameRoom = (letter: string): CalendarAddress => `mailto:room-${letter}@example.com`

/** `rest`: whoever else wants to go on may do so here; before each mail, and while a transaction works. */
export async function runOperation(store: Store, operation: Operation, rest: () => Promise<void>): Promise<string> {
  switch (operation.kind) {
    case 'book': {
      const { rooms, hour: at, uid } = operation
      return change(store, rest, rooms, [], async (reader) => {
        for (const room of rooms) if (await isTaken(reader, room, at)) return ['taken', []]
        const mail: StoreChange = { user: nameRoom(rooms[0] ?? ''), outgoing: makeMail(`<${uid}.${at}@example.com>`) }
        return ['booked', [...rooms.map((room) => makeBook(room, at, uid)), mail]]
      })
    }
    case 'cancel': {
      const { rooms, uid } = operation
      return change(store, rest, rooms, [], async (reader) => {
        const own = await Promise.all(rooms.map((room) => reader.readBookings(nameRoom(room), uid)))
        const changes = rooms.map((room): StoreChange => ({ user: nameRoom(room), effect: { kind: 'release', uid } }))
        return own.flat().length === 0 ? ['nothing', []] : ['released', changes]
      })
    }
    case 'move': {
      const { room, hour: at, uid } = operation
      return change(store, rest, [room], [], async (reader) => {
        const { single } = await reader.readWindow(nameRoom(room), [makePeriod(at)])
        if (single.some((booking) => booking.uid !== uid)) return ['taken', []]
        return ['moved', [{ user: nameRoom(room), effect: { kind: 'release', uid } }, makeBook(room, at, uid)]]
      })
    }
    case 'reserve': {
      const { room, hour: at, uid } = operation
      return change(store, rest, [room], [quota], async (reader) => {
        if (await isTaken(reader, room, at)) return ['taken', []]
        const charged = [...(await reader.readHolder(quota, 'board')).values()].reduce((a, b) => a + b, 0)
        if (charged >= hoursOfQuota * hour) return ['full', []]
        const { start, end } = makePeriod(at)
        const reservation = {
          resource: nameRoom(room),
          uid,
          holder: 'board',
          charges: new Map([[nameDay(start), hour]]),
          bookings: [makeBooking(uid, start, end)],
        }
        return ['booked', [makeBook(room, at, uid), { quota: { kind: 'book-quota', group: quota, reservation } }]]
      })
    }
    case 'give-back': {
      const { room, uid } = operation
      return change(store, rest, [room], [quota], async (reader) => {
        if (!(await reader.readReservation(quota, nameRoom(room), uid))) return ['nothing', []]
        return [
          'released',
          [
            { user: nameRoom(room), effect: { kind: 'release', uid } },
            { quota: { kind: 'release-quota', group: quota, resource: nameRoom(room), uid } },
          ],
        ]
      })
    }
    case 'look': {
      const { bookings } = await store.readUser(nameRoom(operation.room))
      return bookings
        .map(({ uid, start }) => `${operation.room} ${(start.local - modelStart) / hour} ${uid}`)
        .toSorted()
        .join()
    }
    case 'look-at-quota': {
      const stored = await store.readWholeQuota(quota)
      if (!stored) return ' 0'
      const names = stored.reservations.map(({ resource, uid }) => `${resource.slice(12, 13)} ${uid}`).toSorted()
      const sums = [...stored.holders.values()].flatMap((charges) => [...charges.values()])
      return `${names.join()} ${sums.reduce((a, b) => a + b, 0) / hour}`
    }
    case 'flush': {
      const sent: string[] = []
      await store.flushOutbox(nameRoom(operation.room), async ({ mail }) => {
        await rest()
        sent.push(mail.messageId)
        return 'done'
      })
      return sent.join()
    }
    case 'note':
      await store.noteVerdict({ ...makeVerdict(nameRoom(operation.room), modelStart), uid: operation.name })
      return 'noted'
    case 'expire':
      await store.expireUser(nameRoom(operation.room), {
        ageUid: ({ series }) => ({ kind: 'stays', series, next: modelStart + 86_400 }),
        verdicts: 90 * 86_400,
      })
      return 'any'
    case 'mend':
      return (await store.checkSchedule(nameRoom(operation.room), 'mend')).join()
    case 'make-room':
      await store.makeRoom(nameRoom(operation.room))
      return 'any'
    case 'mark-due':
      await store.markDue(nameRoom(operation.room), modelStart)
      await collect(store.listDue('expire'))
      return 'any'
    case 'list-outbox':
      return (await collect(store.readOutbox())).map(({ mail }) => mail.messageId).join()
    case 'rebuild-due':
      await store.rebuildDue()
      return 'any'
  }
}

function change(
  store: Store,
  rest: () => Promise<void>,
  rooms: readonly string[],
  groups: readonly string[],
  work: (reader: StoreReader) => Promise<readonly [string, readonly StoreChange[]]>,
): Promise<string> {
  return store.transact(rooms.map(nameRoom), groups, async (reader) => {
    await rest()
    const [result, changes] = await work(reader)
    await rest()
    return { changes, result }
  })
}

async function isTaken(reader: StoreReader, room: string, at: number): Promise<boolean> {
  return (await reader.readWindow(nameRoom(room), [makePeriod(at)])).single.length > 0
}

function makeBook(room: string, at: number, uid: string): StoreChange {
  const { start, end } = makePeriod(at)
  return { user: nameRoom(room), effect: { kind: 'book', bookings: [makeBooking(uid, start, end)] } }
}

function makePeriod(at: number) {
  return { start: modelStart + at * hour, end: modelStart + (at + 1) * hour }
}
