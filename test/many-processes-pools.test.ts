// Fifty processes book two pools of five rooms under one quota at once: the real programs, the file store, an SMTP receiver for the answers.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { CalendarAddress } from '../src/calendar/calendar-address.ts'
import type { Booking } from '../src/freebusy/record.ts'
import { openFileStore } from '../src/store/file/store.ts'
import type { Store } from '../src/store/store.ts'
import { buildPrograms, type ProgramFolder, runProgram } from './support/built-programs.ts'
import { type Receiver, startReceiver } from './support/lmtp-receiver.ts'

const now = 1_772_442_000
const hour = 3600
const first = Date.UTC(2026, 2, 10, 8) / 1000
/** Both pools name it: so many hours each organizer may hold. */
const hoursEach = 6

let programs: ProgramFolder
let receiver: Receiver
let folder: string

beforeAll(async () => {
  programs = await buildPrograms()
})
afterAll(() => programs.remove())

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'imip-pools-'))
  receiver = await startReceiver({ protocol: 'smtp', listen: 'port' })
  for (const pool of pools) {
    const lines = ['check_quota hours', `schedule_for_delegate ${pool}`]
    const place = join(folder, 'preferences', `mailto:${pool}@example.com`)
    mkdirSync(place, { recursive: true })
    writeFileSync(join(place, 'scheduling_function'), `${lines.join('\n')}\n`)
  }
  await withStore(async (store) => {
    for (const pool of pools) await set(store, pool, {}, roomsOf(pool))
    await set(store, 'hours', { '*': hoursEach * hour }, [])
  })
  return async () => {
    await receiver.close()
    rmSync(folder, { recursive: true, force: true })
  }
})

const pools = ['blue', 'green'] as const
const organizers = ['pat', 'kim', 'lee', 'sam'] as const

function roomsOf(pool: string): readonly CalendarAddress[] {
  return numbers(5).map((number): CalendarAddress => `mailto:${pool}-${number}@example.com`)
}

describe('50 processes at once', () => {
  it('two pools of five rooms under one quota: nothing is booked twice, no limit is exceeded, everybody is answered once', async () => {
    const seed = Number(process.env.SEED ?? 20_260_310)
    const random = makeRandom(seed)
    const asked = numbers(50).map((number): Asked => {
      const start = first + Math.floor(random() * 4) * (hour / 2)
      return {
        uid: `asked-${number}@example.com`,
        pool: pools[number % 2] ?? 'blue',
        organizer: organizers[number % organizers.length] ?? 'pat',
        start,
        end: start + (1 + Math.floor(random() * 2)) * hour,
      }
    })
    const endings = await Promise.all(asked.map((each) => ask(each)))
    expect(endings.map((ending) => ending.code)).toEqual(asked.map(() => 0))
    expect(endings.map((ending) => ending.stdout + ending.stderr).join('')).toBe('')

    const answers = readAnswers()
    expect(answers.map((answer) => answer.uid).sort()).toEqual(asked.map((each) => each.uid).sort())
    const accepted = answers.filter((answer) => answer.participation === 'ACCEPTED')
    const declined = answers.filter((answer) => answer.participation === 'DECLINED')
    expect([accepted.length + declined.length, Math.min(accepted.length, declined.length) > 5]).toEqual([50, true])

    const { bookings, holders } = await withStore(readAll)
    const rooms = [...bookings.values()]
    // Whatever was accepted lies in exactly one room of its own pool, and nothing else anywhere.
    const booked = rooms.flat().map((booking) => booking.uid)
    expect(booked.toSorted(), `seed ${seed}`).toEqual(accepted.map((answer) => answer.uid).sort())
    for (const [room, own] of bookings)
      for (const { uid } of own)
        expect(room).toMatch(new RegExp(`^mailto:${asked.find((each) => each.uid === uid)?.pool}-`))
    for (const own of rooms) expect(findOverlap(own), `seed ${seed}`).toBeUndefined()
    // The limits were reached by somebody, and exceeded by nobody; the journal says what lies in the rooms.
    for (const organizer of organizers) {
      const seconds = asked
        .filter((each) => each.organizer === organizer && booked.includes(each.uid))
        .reduce((sum, each) => sum + each.end - each.start, 0)
      expect(seconds, `seed ${seed}, ${organizer}`).toBeLessThanOrEqual(hoursEach * hour)
      expect(holders.get(`mailto:${organizer}@example.com`) ?? 0).toBe(seconds)
    }
    // Who was declined could not have been accepted at the end either.
    for (const { uid, pool, organizer, start, end } of asked) {
      if (booked.includes(uid)) continue
      const isTaken = roomsOf(pool).every((room) =>
        (bookings.get(room) ?? []).some((each) => each.start.local < end && start < each.end.local),
      )
      const used = holders.get(`mailto:${organizer}@example.com`) ?? 0
      expect(isTaken || used + end - start > hoursEach * hour, `seed ${seed}, ${uid}`).toBe(true)
    }
  }, 240_000)
})

interface Asked {
  readonly uid: string
  readonly pool: string
  readonly organizer: string
  readonly start: number
  readonly end: number
}

function ask(asked: Asked) {
  const address = `${asked.pool}@example.com`
  const args = [
    ...['-S', join(folder, 'store'), '-p', join(folder, 'preferences'), '-j', join(folder, 'journal')],
    ...['--set', `log=${join(folder, 'log')}`, '--smtp', receiver.address],
    ...['-o', address, '-s', `${asked.organizer}@example.com`, '--now', '2026-03-02T09:00:00Z'],
  ]
  return runProgram(programs.bin('imip-resource'), args, { input: makeRequest(asked, address) })
}

async function withStore<Result>(work: (store: Store) => Promise<Result>): Promise<Result> {
  const store = openFileStore({ directory: join(folder, 'store'), journal: join(folder, 'journal'), now: () => now })
  try {
    return await work(store)
  } finally {
    await store.close()
  }
}

function set(
  store: Store,
  group: string,
  limits: Readonly<Record<string, number>>,
  delegates: readonly CalendarAddress[],
): Promise<void> {
  const settings = { limits: new Map(Object.entries(limits)), groups: new Map<string, string>(), delegates }
  return store.transact([], [group], async () => ({
    changes: [{ quota: { kind: 'set-quota', group, settings } }],
    result: undefined,
  }))
}

interface Found {
  readonly bookings: ReadonlyMap<string, readonly Booking[]>
  /** Seconds counted in the quota of both pools. */
  readonly holders: ReadonlyMap<string, number>
}

async function readAll(store: Store): Promise<Found> {
  const bookings = new Map<string, readonly Booking[]>()
  for (const pool of pools) for (const room of roomsOf(pool)) bookings.set(room, (await store.readUser(room)).bookings)
  for (const pool of pools) {
    expect((await store.readUser(`mailto:${pool}@example.com`)).bookings).toEqual([])
    const given = (await store.readWholeQuota(pool))?.reservations ?? []
    const own = roomsOf(pool).flatMap((room) => bookings.get(room) ?? [])
    expect(given.map(({ uid }) => uid).sort()).toEqual(own.map(({ uid }) => uid).sort())
  }
  const hours = await store.readWholeQuota('hours')
  const sums = [...(hours?.holders ?? [])].map(
    ([holder, charges]) => [holder, [...charges.values()].reduce((a, b) => a + b, 0)] as const,
  )
  return { bookings, holders: new Map(sums) }
}

function findOverlap(bookings: readonly Booking[]): Booking | undefined {
  const sorted = bookings.toSorted((a, b) => a.start.local - b.start.local)
  return sorted.find(
    (booking, index) => (sorted[index + 1]?.start.local ?? Number.POSITIVE_INFINITY) < booking.end.local,
  )
}

interface Answer {
  readonly uid: string
  readonly participation: string
}

function readAnswers(): readonly Answer[] {
  return receiver.mails.map(({ bytes }) => {
    const text = bytes.toString('utf8')
    const encoded = text.slice(text.lastIndexOf('base64') + 'base64'.length, text.lastIndexOf('\r\n--'))
    const calendar = Buffer.from(encoded, 'base64').toString('utf8')
    return {
      uid: /^UID:(.*)\r$/m.exec(calendar)?.[1] ?? '',
      participation: /PARTSTAT=([A-Z]+)/.exec(calendar)?.[1] ?? '',
    }
  })
}

function makeRequest({ uid, organizer, start, end }: Asked, address: string): string {
  const stamp = (seconds: number): string => new Date(seconds * 1000).toISOString().replace(/[-:]|\.000/g, '')
  return [
    `From: ${organizer}@example.com`,
    `To: ${address}`,
    `Subject: ${uid}`,
    `Message-ID: <${uid}>`,
    'MIME-Version: 1.0',
    'Content-Type: text/calendar; charset=utf-8; method=REQUEST',
    '',
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//example.com//many//EN',
    'METHOD:REQUEST',
    'BEGIN:VEVENT',
    `UID:${uid}`,
    'DTSTAMP:20260302T085900Z',
    `DTSTART:${stamp(start)}`,
    `DTEND:${stamp(end)}`,
    'SUMMARY:Planning',
    `ORGANIZER:mailto:${organizer}@example.com`,
    `ATTENDEE;RSVP=TRUE:mailto:${address}`,
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ].join('\n')
}

function numbers(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index)
}

/** A small generator of numbers from 0 to 1; the same seed gives the same run. */
function makeRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}
