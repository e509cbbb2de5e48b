// What only the store in files has: its layout, its format, its modes, and what it says when something is wrong.
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { TemporaryFailure } from '../../../src/failure.ts'
import { type FileStoreOptions, openFileStore } from '../../../src/store/file/store.ts'
import { openStore } from '../../../src/store/open-store.ts'
import type { Store } from '../../../src/store/store.ts'
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
  room,
} from '../samples.ts'

const uid = 'planning@example.com'
const ten = at('2026-03-10T10:00:00Z')
const hour = 3600

let folder: string
let directory: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'imip-agent-file-'))
  directory = join(folder, 'store')
})
afterEach(() => rmSync(folder, { recursive: true }))

function open(options: Partial<FileStoreOptions> = {}): Store {
  return openFileStore({ directory, now: () => ten, ...options })
}

const path = (...names: readonly string[]): string => join(directory, room, ...names)
const book = (store: Store, name: string, start = ten): Promise<void> =>
  change(store, room, { kind: 'book', bookings: [makeBooking(name, start, start + hour)] })

describe('layout', () => {
  test('is what docs/store.md says', async () => {
    const store = open({ zoneVersion: '2025b' })
    const recurrence = makeRecurrence('20260310T100000Z')
    await store.transact([room], [], async () => ({
      changes: [
        { user: room, effect: { kind: 'save-series', series: makeSeries(uid) } },
        { user: room, effect: { kind: 'book', bookings: [makeBooking(uid, ten, ten + hour)] } },
        { user: room, effect: { kind: 'book', bookings: [makeBooking('long', ten, ten + 20 * 86_400)] } },
        { user: room, effect: { kind: 'book', bookings: [makeBooking('year', ten, ten + 200 * 86_400)] } },
        { user: room, effect: { kind: 'book', bookings: [makeBooking('weekly', ten, ten + hour, { recurrence })] } },
        { user: room, effect: { kind: 'queue-request', uid } },
        { user: room, outgoing: makeMail('<1@example.com>') },
        { user: room, verdict: makeVerdict(room, ten) },
      ],
      result: undefined,
    }))
    await store.noteVerdict(makeVerdict('mailto:nobody@example.com', ten))
    expect(listTree(directory)).toEqual([
      '.due/2026-03-10/mailto:room@example.com',
      '.lock',
      '.outbox/mailto:room@example.com',
      '.verdicts/2026-03',
      'FORMAT',
      'mailto:room@example.com/due/new',
      'mailto:room@example.com/freebusy/2026/03',
      'mailto:room@example.com/freebusy/2026/03-10',
      'mailto:room@example.com/freebusy/2026/year',
      'mailto:room@example.com/freebusy/always',
      'mailto:room@example.com/log',
      'mailto:room@example.com/objects/long',
      'mailto:room@example.com/objects/planning@example.com',
      'mailto:room@example.com/objects/weekly',
      'mailto:room@example.com/objects/year',
      'mailto:room@example.com/outbox/000000000001-0006',
      'mailto:room@example.com/requests/planning@example.com',
      'mailto:room@example.com/verdicts/2026-03',
    ])
    expect(readFileSync(join(directory, 'FORMAT'), 'utf8')).toBe('format 1\nzones 2025b\n')
    expect(readFileSync(path('freebusy/2026/03-10'), 'utf8')).toBe(
      '+20260310T100000Z\t20260310T110000Z\tBUSY\tplanning@example.com\t\tmailto:pat@example.com\tPlanning\n',
    )
    expect(readFileSync(path('requests', uid), 'utf8')).toBe('REQUEST\tplanning@example.com\n')
    expect(readFileSync(path('objects', uid), 'utf8').replaceAll('\r', '')).toBe(
      [
        'imip-agent series 1',
        'uid "planning@example.com"',
        'booking 20260310T100000Z\t20260310T110000Z\tBUSY\tplanning@example.com\t\tmailto:pat@example.com\tPlanning',
        'series',
        'part ""',
        '',
        'BEGIN:VCALENDAR',
        'VERSION:2.0',
        'PRODID:-//imip-agent//store//EN',
        'BEGIN:VEVENT',
        'UID:planning@example.com',
        'DTSTAMP:20260302T085900Z',
        'DTSTART:20260310T100000Z',
        'SUMMARY:Planning',
        'END:VEVENT',
        'END:VCALENDAR',
        '',
      ].join('\n'),
    )
  })

  test('no name from a mail leaves its directory', async () => {
    for (const name of ['../../../escaped', '/escaped', '..', '.', '.hidden', 'x'.repeat(4000)]) {
      await change(
        open(),
        room,
        { kind: 'save-series', series: makeSeries(name) },
        { kind: 'queue-request', uid: name },
      )
    }
    expect(readdirSync(folder)).toEqual(['store'])
    expect(readdirSync(directory).toSorted()).toEqual(['.due', '.lock', 'FORMAT', room])
    expect(readdirSync(path('objects'))).toHaveLength(6)
    for (const name of readdirSync(path('objects'))) expect(name.length).toBeLessThan(256)
  })

  test('directories and files have the modes asked for, whatever the umask', async () => {
    const before = process.umask(0o077)
    try {
      const store = open({ permissions: { directory: 0o2750, file: 0o640 } })
      await store.transact([room], [], async () => ({
        changes: [
          { user: room, effect: { kind: 'save-series', series: makeSeries(uid) } },
          { user: room, effect: { kind: 'book', bookings: [makeBooking(uid, ten, ten + hour)] } },
          { user: room, outgoing: makeMail('<1@example.com>') },
          { user: room, verdict: makeVerdict(room, ten) },
        ],
        result: undefined,
      }))
    } finally {
      process.umask(before)
    }
    for (const name of listTree(directory)) expect(`${name} ${modeOf(join(directory, name))}`).toBe(`${name} 640`)
    for (const name of ['', '.outbox', room, `${room}/objects`, `${room}/freebusy/2026`]) {
      expect(`${name} ${modeOf(join(directory, name))}`).toBe(`${name} 2750`)
    }
  })

  test('the index of outboxes forgets a room by the next look after all is sent, and finds what a boot has lost', async () => {
    const store = open()
    await store.transact([room], [], async () => ({
      changes: [{ user: room, outgoing: makeMail('<1@example.com>') }],
      result: undefined,
    }))
    expect(await collect(store.readOutbox())).toHaveLength(1)
    rmSync(join(directory, '.outbox'), { recursive: true })
    expect(await collect(store.readOutbox())).toHaveLength(1)
    expect(existsSync(join(directory, '.outbox', room))).toBe(true)
    await store.flushOutbox(room, async () => 'done')
    expect(await collect(store.readOutbox())).toEqual([])
    expect(existsSync(join(directory, '.outbox', room))).toBe(false)
  })

  test('a log that has grown is started anew, and a day of released bookings is written anew', async () => {
    const store = open({ longestLog: 20_000 })
    for (let index = 0; index < 100; index++) await book(store, `b${index}`)
    for (let index = 0; index < 90; index++) await change(store, room, { kind: 'release', uid: `b${index}` })
    expect(statSync(path('log')).size).toBeLessThan(21_000)
    expect(readFileSync(path('freebusy/2026/03-10'), 'utf8').split('\n').length).toBeLessThan(40)
    const stored = await open().readUser(room)
    expect(stored.bookings.map((booking) => booking.uid)).toEqual(
      Array.from({ length: 10 }, (_, index) => `b${index + 90}`),
    )
    await change(store, room, ...stored.bookings.map((booking) => ({ kind: 'release' as const, uid: booking.uid })))
    expect(existsSync(path('freebusy/2026/03-10'))).toBe(false)
    expect(readdirSync(path('objects'))).toEqual([])
  })
})

describe('format', () => {
  test('a newer one is refused', async () => {
    await book(open(), uid)
    writeFileSync(join(directory, 'FORMAT'), 'format 2\nzones 2031a\n')
    await expectFailure(book(open(), 'b'), 'has format 2, this imip-agent knows up to 1')
    await expectFailure(open().makeReady(), 'needs a newer imip-agent')
    expect(existsSync(path('objects/b'))).toBe(false)
  })

  test('a FORMAT that says nothing is refused', async () => {
    mkdirSync(directory)
    writeFileSync(join(directory, 'FORMAT'), '')
    await expectFailure(open().readUser(room), 'names no format')
  })

  test('rooms without FORMAT are somebody else’s', async () => {
    mkdirSync(join(directory, room), { recursive: true })
    await expectFailure(book(open(), uid), 'it has no FORMAT, but mailto:room@example.com')
  })

  test('a store type that is not there yet says so', () => {
    expect(() => openStore({ type: 'postgresql', directory: 'postgresql://localhost/imip' })).toThrow(TemporaryFailure)
  })
})

describe('locks', () => {
  test('a reader that was kept reads nothing without the lock', async () => {
    const store = open()
    await book(store, uid)
    const kept = await look(store, room, async (reader) => reader)
    await expect(kept.readSeries(room, uid)).rejects.toThrow('not named in this transaction')
  })

  test('one that others keep is a temporary failure that says whose and how long', async () => {
    const waited: number[] = []
    const busy = open()
    const other = open({
      lockTimeout: 3,
      wait: async (milliseconds) => {
        waited.push(milliseconds)
      },
    })
    await look(busy, room, async () => {
      await expectFailure(book(other, uid), 'user mailto:room@example.com has been locked by others for 3 seconds')
    })
    expect(waited.reduce((sum, each) => sum + each, 0)).toBeGreaterThanOrEqual(3000)
    await book(other, uid)
  })

  test('inside one program too, without asking the system again and again', async () => {
    const store = open({ lockTimeout: 3, wait: async () => {} })
    await look(store, room, () => expectFailure(book(store, uid), 'has been locked by others for 3 seconds'))
    await book(store, uid)
  })

  test('a room that is busy holds back no other', async () => {
    const store = open({ lockTimeout: 0 })
    await look(store, room, () =>
      change(store, 'mailto:annex@example.com', { kind: 'queue-request', uid: 'other@example.com' }),
    )
  })

  test('a native module that is not there is a temporary failure', async () => {
    // A program loads the module once; this one begins anew.
    const { loadKernelLock } = await import('../../../src/store/file/kernel-lock.ts?fresh' as string)
    expect(() => loadKernelLock('/nowhere/fs-native-extensions.node')).toThrow('the file store cannot lock')
  })
})

describe('damage is told, never guessed away', () => {
  beforeEach(async () => {
    const store = open()
    await book(store, 'first')
    await book(store, 'second', ten + hour)
    await book(store, 'third', ten + 2 * hour)
  })

  test('a byte of the log, with sound records behind it', async () => {
    const log = readFileSync(path('log'))
    const place = log.indexOf('second')
    log[place] = 'S'.charCodeAt(0)
    // As a crash leaves it: without the mark that the files have followed.
    writeFileSync(path('log'), log.subarray(0, log.length - 64))
    await expectFailure(book(open(), 'fourth'), /the store is damaged: .*log: no sound record at offset \d+/)
    expect(existsSync(path('objects/fourth'))).toBe(false)
  })

  test('the last record, when a mark says that it was there', async () => {
    const log = readFileSync(path('log'))
    log[log.lastIndexOf('third')] = 'T'.charCodeAt(0)
    writeFileSync(path('log'), Buffer.concat([log, Buffer.from('torn')]))
    await expectFailure(open().readUser(room), 'the store is damaged')
  })

  test('a header', async () => {
    writeFileSync(path('log'), '')
    await expectFailure(open().readUser(room), 'no header of a log at offset 0')
  })

  test('a log that is gone', async () => {
    rmSync(path('log'))
    await expectFailure(book(open(), 'fourth'), 'it has objects but no log')
  })

  test('is told where it is asked, and what is sound is read all the same', async () => {
    writeFileSync(path('objects/first'), 'something else\n')
    writeFileSync(path('requests'), 'in the way')
    const told: string[] = []
    const { bookings } = await open().readUser(room, (reason) => told.push(reason))
    expect(bookings.map(({ uid }) => uid)).toEqual(['second', 'third'])
    expect(told).toEqual([
      `the store is damaged: ${path('objects/first')}: it is no series as we write them`,
      expect.stringContaining(`ENOTDIR: not a directory, scandir '${path('requests')}'`),
    ])
  })

  test('does not hide whose room it is', async () => {
    rmSync(path('log'))
    const users = []
    for await (const user of open().listUsers()) users.push(user)
    expect(users).toEqual([room])
  })

  test('a torn tail has not happened', async () => {
    const size = statSync(path('log')).size
    appendFileSync(path('log'), 'commit 4 1000 0123456789abcdef0123456789abcdef - -\nput objects/fourth 900\nhalf of')
    expect((await open().readUser(room)).bookings).toHaveLength(3)
    expect(statSync(path('log')).size).toBe(size + 64)
    await book(open(), 'fourth', ten + 3 * hour)
    expect((await open().readUser(room)).bookings).toHaveLength(4)
  })

  test('a series, a booking, a mail', async () => {
    writeFileSync(path('objects/first'), 'something else\n')
    await expectFailure(
      look(open(), room, (reader) => reader.readSeries(room, 'first')),
      /damaged: .*objects\/first/,
    )
    writeFileSync(path('freebusy/2026/03-10'), 'something else\n')
    await expectFailure(
      look(open(), room, (reader) => reader.readWindow(room, [{ start: ten, end: ten + 1 }])),
      /damaged: .*freebusy\/2026\/03-10/,
    )
    mkdirSync(path('outbox'))
    writeFileSync(path('outbox/000000000009-0000'), 'something else\n')
    await expectFailure(collect(open().readOutbox(room)), /damaged: .*outbox/)
  })

  test('a file of another UID', async () => {
    writeFileSync(path('objects/first'), readFileSync(path('objects/second')))
    await expectFailure(
      look(open(), room, (reader) => reader.readBookings(room, 'first')),
      'it is of another UID',
    )
  })
})

test('a mail that brings the text of a log with it changes nothing', async () => {
  const store = open()
  await book(store, 'first')
  const log = readFileSync(path('log'))
  // The log's own words are no secret to whoever can guess its nonce; those of an older log are worth nothing.
  const forged = log.subarray(64).toString('latin1')
  const mail = makeMail('<1@example.com>', `${'x'.repeat(100)}\n${forged}`)
  await store.transact([room], [], async () => ({ changes: [{ user: room, outgoing: mail }], result: undefined }))
  const before = readFileSync(path('log'))
  writeFileSync(path('log'), before.subarray(0, before.length - 64))
  const [entry] = await collect(open().readOutbox(room))
  expect(Buffer.from(entry?.mail.bytes ?? []).toString('latin1')).toBe(Buffer.from(mail.bytes).toString('latin1'))
  expect((await open().readUser(room)).bookings).toHaveLength(1)
})

async function expectFailure(work: Promise<unknown>, text: string | RegExp): Promise<void> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(TemporaryFailure)
  expect((error as Error).message).toMatch(text)
}

function modeOf(name: string): string {
  return (statSync(name).mode & 0o7777).toString(8)
}

/** All files below, with their paths. */
function listTree(root: string): readonly string[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .toSorted()
}
