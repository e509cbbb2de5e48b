// A program of its own on a store, for processes.test.ts: says `ready`, waits for a line, then does what it was started for.
import { once } from 'node:events'
import { openFileStore } from '../../src/store/file/store.ts'
import type { Store, StoreChange } from '../../src/store/store.ts'
import { makeBooking, makeMail, otherRoom, room } from './samples.ts'

const [directory = '', lockModule = '', task = '', number = '0', from = '0'] = process.argv.slice(2)
const hour = 3600
const start = 1_773_136_800

const store = openFileStore({ directory, lockModule, now: () => start, longestLog: 6000 })
process.stdout.write('ready\n')
await once(process.stdin, 'data')
if (task === 'live') await live(store, Number(number), Number(from))
else process.stdout.write(`${await book(store, task === 'same' ? 0 : Number(number), number)}\n`)
process.stdin.destroy()

/** Looks and books: `booked` or `taken`. */
function book(where: Store, slot: number, name: string): Promise<string> {
  const period = { start: start + slot * hour, end: start + (slot + 1) * hour }
  return where.transact([room], [], async (reader) => {
    const { single } = await reader.readWindow(room, [period])
    if (single.length > 0) return { changes: [], result: 'taken' }
    const bookings = [makeBooking(`${name}@example.com`, period.start, period.end)]
    return { changes: [{ user: room, effect: { kind: 'book', bookings } }], result: 'booked' }
  })
}

/** Moves its own booking hour by hour, in every second step in both rooms, and says so each time; for ever. */
async function live(where: Store, worker: number, first: number): Promise<void> {
  const uid = `worker-${worker}@example.com`
  for (let step = first; ; step++) {
    const users = step % 2 === 0 ? [room, otherRoom] : [room]
    const begin = start + (worker * 1000 + step) * hour
    const bookings = [makeBooking(uid, begin, begin + hour, { summary: `step ${step}` })]
    const changes = users.flatMap((user): readonly StoreChange[] => [
      { user, effect: { kind: 'release', uid } },
      { user, effect: { kind: 'book', bookings } },
    ])
    const mail: StoreChange = { user: room, outgoing: makeMail(`<${worker}-${step}@example.com>`) }
    await where.transact(users, [], async () => ({ changes: [...changes, mail], result: undefined }))
    process.stdout.write(`${step}\n`)
    if (step % 5 === 0) await where.flushOutbox(room, async () => 'done')
  }
}
