// A long-lived program serves other rooms while the disk is waited for: what it has said to be committed is so, whenever it is killed or the power fails.
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { CalendarAddress } from '../../../src/calendar/calendar-address.ts'
import type { FileSystem } from '../../../src/store/file/file-system.ts'
import { openFileStore } from '../../../src/store/file/store.ts'
import type { Store } from '../../../src/store/store.ts'
import { at, collect, makeBooking, makeMail } from '../samples.ts'
import { makeSimulatedDisk, type SimulatedProgram, type Trouble } from '../simulated-disk.ts'

const ten = at('2026-03-10T10:00:00Z')
const hour = 3600
const rooms: readonly CalendarAddress[] = ['mailto:a@example.com', 'mailto:b@example.com', 'mailto:c@example.com']
const each = 12

/** The same calls, but whoever waits for the disk lets the others go on. */
function letOthersGoOn(system: FileSystem): FileSystem {
  return {
    ...system,
    async syncMeanwhile(file) {
      await setImmediate()
      system.sync(file)
    },
    async syncAll(paths) {
      for (const path of paths) {
        await setImmediate()
        if (system.stat(path)) await system.syncAll([path])
      }
    },
  }
}

function open({ system }: SimulatedProgram, warn: (text: string) => void = () => {}): Store {
  return openFileStore({
    directory: '/var/store',
    now: () => ten,
    fileSystem: letOthersGoOn(system),
    waiting: 'meanwhile',
    longestLog: 3000,
    lockTimeout: 1,
    // In one program everybody comes to their turn; only who gives up a place is told.
    wait: (_, signal) =>
      signal
        ? new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('left'))))
        : Promise.resolve(),
    warn,
  })
}

function nameUid(room: CalendarAddress, number: number): string {
  return `${number}.${room.slice('mailto:'.length)}`
}

async function book(store: Store, room: CalendarAddress, number: number): Promise<string> {
  const uid = nameUid(room, number)
  const start = ten + number * hour
  await store.transact([room], [], async () => ({
    changes: [
      { user: room, effect: { kind: 'book', bookings: [makeBooking(uid, start, start + hour)] } },
      { user: room, outgoing: makeMail(`<${uid}>`) },
    ],
    result: undefined,
  }))
  return uid
}

/** All at once; the UIDs that were said to be committed. */
async function bookAll(store: Store): Promise<readonly string[]> {
  const work = rooms.flatMap((room) => Array.from({ length: each }, (_, number) => book(store, room, number)))
  const outcomes = await Promise.allSettled(work)
  return outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []))
}

/** What is booked, and what mails wait: each committed whole or not at all. */
async function readBooked(store: Store): Promise<ReadonlySet<string>> {
  const booked = new Set<string>()
  for (const room of rooms) for (const { uid } of (await store.readUser(room)).bookings) booked.add(uid)
  const mails = (await collect(store.readOutbox())).map(({ mail }) => mail.messageId.slice(1, -1))
  expect(new Set(mails)).toEqual(booked)
  return booked
}

async function countChanges(): Promise<number> {
  const program = makeSimulatedDisk().connect({ kind: 'killed', at: Number.MAX_SAFE_INTEGER })
  expect(await bookAll(open(program))).toHaveLength(rooms.length * each)
  return program.calls()
}

describe('killed while many wait for the disk', { timeout: 240_000 }, () => {
  const stride = process.env.CRASH_TEST === 'all' ? 1 : 17
  const losses: readonly (readonly [name: string, choose: (() => number) | undefined])[] = [
    ['with the power on', undefined],
    ['without power, all lost that was not synced', () => 0],
    ['without power, all torn that was not synced', () => 2],
  ]

  test.each(losses)('%s: what was committed is there, whole', async (_, choose) => {
    const changes = await countChanges()
    for (let at = 1 + (process.pid % stride); at <= changes; at += stride) {
      const disk = makeSimulatedDisk()
      const trouble: Trouble = { kind: 'killed', at }
      const committed = await bookAll(open(disk.connect(trouble)))
      if (choose) disk.losePower(choose)
      const booked = await readBooked(open(disk.connect()))
      for (const uid of committed) expect(booked, `call ${at}`).toContain(uid)
      // The rest of the work goes on, and nothing of it is lost either.
      await bookAll(open(disk.connect()))
      disk.losePower(() => 0)
      expect((await readBooked(open(disk.connect()))).size).toBe(rooms.length * each)
    }
  })
})

test('a disk that refuses what is synced ahead is told of, and loses nothing', async () => {
  const disk = makeSimulatedDisk()
  const program = disk.connect()
  const told = new Set<string>()
  const system: FileSystem = {
    ...program.system,
    syncAll: async (paths) => {
      const isOfRoom = paths.some((path) => path.endsWith('/objects'))
      if (isOfRoom) throw Object.assign(new Error('EIO: simulated'), { code: 'EIO', syscall: 'fsync' })
      await program.system.syncAll(paths)
    },
  }
  const store = open({ ...program, system }, (text) => told.add(text))
  expect(await bookAll(store)).toHaveLength(rooms.length * each)
  expect([...told].sort()[0]).toMatch(/^the log of mailto:a@example\.com could not be started anew: .*EIO/)
  disk.losePower(() => 0)
  expect((await readBooked(open(disk.connect()))).size).toBe(rooms.length * each)
})

describe('on a real disk', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'imip-agent-meanwhile-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  test('a log that has grown is started anew once its files are synced; mails that are gone by then need nothing', async () => {
    const directory = join(folder, 'store')
    const warnings: string[] = []
    const longestLog = 10_000
    const store = openFileStore({
      directory,
      now: () => ten,
      waiting: 'meanwhile',
      longestLog,
      warn: (text) => warnings.push(text),
    })
    const [room = 'mailto:a@example.com'] = rooms
    for (let number = 0; number < 100; number++) {
      await book(store, room, number)
      await store.flushOutbox(room, async () => 'done')
    }
    expect(warnings).toEqual([])
    expect(statSync(join(directory, room, 'log')).size).toBeLessThan(longestLog * 5)
    const [, , , , base] = readFileSync(join(directory, room, 'log'), 'latin1').split(' ')
    expect(Number(base)).toBeGreaterThan(0)
    expect((await store.readUser(room)).bookings).toHaveLength(100)
  })
})
