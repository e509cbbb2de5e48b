// What a request costs does not grow with what else the schedule holds: system calls and bytes, counted, not timed.
import { expect, test } from 'vitest'
import type { FileSystem } from '../../../src/store/file/file-system.ts'
import { openFileStore } from '../../../src/store/file/store.ts'
import type { Store, StoreChange } from '../../../src/store/store.ts'
import { at, change, look, makeBooking, makeRecurrence, room } from '../samples.ts'
import { makeSimulatedDisk } from '../simulated-disk.ts'

const first = at('2026-01-05T08:00:00Z')
const hour = 3600
const day = 86_400

/** A program and what it has asked of the system so far. */
function makeCounted(system: FileSystem): { readonly system: FileSystem; readonly cost: () => readonly number[] } {
  let [calls, bytesRead, bytesWritten] = [0, 0, 0]
  const counted = Object.fromEntries(
    Object.entries(system).map(([name, call]) => [
      name,
      (...values: readonly unknown[]) => {
        calls++
        const result = (call as (...values: readonly unknown[]) => unknown)(...values)
        if (name === 'read') bytesRead += Number(result)
        if (name === 'write') bytesWritten += Number(result)
        return result
      },
    ]),
  ) as unknown as FileSystem
  return { system: counted, cost: () => [calls, bytesRead, bytesWritten] }
}

/** Ten bookings a day, from one day on; the odd one lasts weeks or recurs. */
async function fill(store: Store, bookings: number): Promise<void> {
  for (let index = 0; index < bookings; index += 500) {
    const changes = Array.from({ length: Math.min(500, bookings - index) }, (_, offset): StoreChange => {
      const number = index + offset
      const start = first + Math.floor(number / 10) * day + (number % 10) * hour
      const more = number % 50 === 7 ? { recurrence: makeRecurrence('20260105T080000Z', start + 8 * day) } : {}
      const end = number % 50 === 8 ? start + 20 * day : start + hour
      return {
        user: room,
        effect: { kind: 'book', bookings: [makeBooking(`b${number}@example.com`, start, end, more)] },
      }
    })
    await store.transact([room], [], async () => ({ changes, result: undefined }))
  }
}

async function measure(bookings: number): Promise<readonly (readonly number[])[]> {
  const disk = makeSimulatedDisk()
  const options = { directory: '/var/store', now: () => first, lockTimeout: 0, wait: async () => {} }
  await fill(openFileStore({ ...options, fileSystem: disk.connect().system }), bookings)
  const costs: (readonly number[])[] = []
  // Each as a program of its own: nothing is known from before.
  const run = async (work: (store: Store) => Promise<unknown>): Promise<void> => {
    const { system, cost } = makeCounted(disk.connect().system)
    await work(openFileStore({ ...options, fileSystem: system }))
    costs.push(cost())
  }
  const free = first + 6 * day + 12 * hour
  await run((store) => look(store, room, (reader) => reader.readWindow(room, [{ start: free, end: free + hour }])))
  await run((store) =>
    change(store, room, { kind: 'book', bookings: [makeBooking('new@example.com', free, free + hour)] }),
  )
  await run((store) => look(store, room, (reader) => reader.readBookings(room, 'b33@example.com')))
  await run((store) => change(store, room, { kind: 'release', uid: 'new@example.com' }))
  return costs
}

test('a request, a booking and a cancel ask as much of the system in a full schedule as in a small one', async () => {
  const [small, full] = [await measure(100), await measure(5000)]
  for (const [index, costs] of full.entries()) {
    const [calls = 0, bytesRead = 0, bytesWritten = 0] = small[index] ?? []
    expect(costs[0]).toBeLessThanOrEqual(calls + 1)
    // The rest of the month and the year has more in it, too, but no more than a block.
    expect(costs[1]).toBeLessThanOrEqual(bytesRead + 4096)
    expect(costs[2]).toBeLessThanOrEqual(bytesWritten + 100)
  }
})
