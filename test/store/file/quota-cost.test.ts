// What a booking in a quota costs does not grow with what the quota holds: system calls and bytes, counted, not timed.
import { expect, test } from 'vitest'
import { nameDay } from '../../../src/freebusy/quota.ts'
import type { FileSystem } from '../../../src/store/file/file-system.ts'
import { openFileStore } from '../../../src/store/file/store.ts'
import type { QuotaChange, Store } from '../../../src/store/store.ts'
import { at, makeBooking, room } from '../samples.ts'
import { makeSimulatedDisk } from '../simulated-disk.ts'

const first = at('2026-01-05T08:00:00Z')
const hour = 3600
const day = 86_400
const group = 'rooms'
const holder = 'board'

function reserve(uid: string, start: number): QuotaChange {
  const bookings = [makeBooking(uid, start, start + hour)]
  const charges = new Map([[nameDay(start), hour]])
  return { kind: 'book-quota', group, reservation: { resource: room, uid, holder, charges, bookings } }
}

/** Ten reservations a day inside one year: more of them lie on the same days. */
async function fill(store: Store, reservations: number): Promise<void> {
  for (let index = 0; index < reservations; index += 200) {
    const changes = Array.from({ length: Math.min(200, reservations - index) }, (_, offset) => {
      const number = index + offset
      return { quota: reserve(`r${number}@example.com`, first + (number % 365) * day + (number % 10) * hour) }
    })
    await store.transact([], [group], async () => ({ changes, result: undefined }))
  }
}

/** Calls, bytes read, bytes written, each by a program of its own: nothing is known from before. */
async function measure(reservations: number): Promise<readonly (readonly number[])[]> {
  const disk = makeSimulatedDisk()
  const options = { directory: '/var/store', now: () => first, lockTimeout: 0, wait: async () => {} }
  await fill(openFileStore({ ...options, fileSystem: disk.connect().system }), reservations)
  const costs: (readonly number[])[] = []
  const run = async (work: (store: Store) => Promise<unknown>): Promise<void> => {
    let [calls, bytesRead, bytesWritten] = [0, 0, 0]
    const { system } = disk.connect()
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
    await work(openFileStore({ ...options, fileSystem: counted }))
    costs.push([calls, bytesRead, bytesWritten])
  }
  const free = first + 400 * day
  await run((store) =>
    store.transact([], [group], async (reader) => {
      await reader.readQuota(group)
      await reader.readHolder(group, holder)
      await reader.readReservation(group, room, 'new@example.com')
      await reader.readQuotaWindow(group, [{ start: free, end: free + hour }])
      return { changes: [{ quota: reserve('new@example.com', free) }], result: undefined }
    }),
  )
  await run((store) =>
    store.transact([], [group], async () => ({
      changes: [{ quota: { kind: 'release-quota', group, resource: room, uid: 'new@example.com' } }],
      result: undefined,
    })),
  )
  return costs
}

test('a reservation and its release cost the same, ten times as many others or not', async () => {
  // Both fill every day of a year, so that the sums by day have as many lines.
  const [some, many] = [await measure(400), await measure(4000)]
  for (const [index, costs] of many.entries()) {
    const [calls = 0, bytesRead = 0, bytesWritten = 0] = some[index] ?? []
    expect(costs[0]).toBeLessThanOrEqual(calls + 1)
    expect(costs[1]).toBeLessThanOrEqual(bytesRead + 4096)
    expect(costs[2]).toBeLessThanOrEqual(bytesWritten + 2 * 366 * 2)
  }
  // A line of the sums is some 15 bytes, a holder's and a resource's file a year of them, written once to the log and once in place.
  for (const [, , bytesWritten = 0] of many) expect(bytesWritten).toBeLessThan(4 * 366 * 16 + 4096)
})
