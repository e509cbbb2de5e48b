// Who is due, and what a night removes: the contract of every store, on a clock that moves; and what it costs in files.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ageUid } from '../../src/agents/ages.ts'
import type { CalendarAddress } from '../../src/calendar/calendar-address.ts'
import { type FileSystem, makeNodeFileSystem } from '../../src/store/file/file-system.ts'
import { openFileStore } from '../../src/store/file/store.ts'
import { makeMemoryStore } from '../../src/store/memory/store.ts'
import type { AgeRules, NightlyTask, Store } from '../../src/store/store.ts'
import { loadSystemZones } from '../../src/zones/system-zones.ts'
import {
  at,
  change,
  collect,
  look,
  makeBooking,
  makeEvent,
  makeMail,
  makeRecurrence,
  makeSeries,
  makeVerdict,
  otherRoom,
  room,
} from './samples.ts'

const day = 86_400
const hour = 3600
const ten = at('2026-03-10T10:00:00Z')
const zoneTables = loadSystemZones()

let directory: string
let now: number
let opened: string[]

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'nightly-'))
  now = at('2026-03-02T09:00:00Z')
  opened = []
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

const rules: AgeRules = {
  ageUid: (known) =>
    ageUid(
      known,
      { bookings: 365 * day, cancellations: 180 * day, held: 14 * day },
      { now, zoneTables, localZone: 'UTC' },
    ),
  verdicts: 90 * day,
}

/** Notes which files are opened. */
function makeWatched(): FileSystem {
  const system = makeNodeFileSystem()
  return {
    ...system,
    open: (path, access, mode) => {
      opened.push(path.slice(directory.length + 1))
      return system.open(path, access, mode)
    },
  }
}

const openFile = (): Store => openFileStore({ directory, now: () => now, fileSystem: makeWatched() })

const stores = { memory: () => makeMemoryStore({ now: () => now }), file: openFile }

const due = (store: Store, task: NightlyTask): Promise<readonly CalendarAddress[]> => collect(store.listDue(task))

/** A night: everybody who is due; the sums. */
async function expireAll(store: Store) {
  const all = await Promise.all((await due(store, 'expire')).map((user) => store.expireUser(user, rules)))
  return all.map(({ failures: _, ...sums }) => sums)
}

const nothing = { events: 0, held: 0, offers: 0, others: 0, verdicts: 0 }

function makeDated(uid: string, start: number, more: Parameters<typeof makeSeries>[1] = {}) {
  const time = new Date(start * 1000).toISOString().replaceAll(/[-:]|\.\d+/g, '')
  return makeSeries(uid, {
    parts: [{ key: '', component: makeEvent(uid, ['DTSTART', time], ['DURATION', 'PT1H']) }],
    ...more,
  })
}

describe.each(Object.keys(stores) as (keyof typeof stores)[])('%s', (kind) => {
  let store: Store
  beforeEach(() => {
    store = stores[kind]()
  })

  test('who was changed is due for every task until each is done', async () => {
    await change(store, room, { kind: 'book', bookings: [makeBooking('a', ten, ten + hour)] })
    expect(await due(store, 'expire')).toEqual([room])
    expect(await store.expireUser(room, rules)).toEqual({ ...nothing, failures: [] })
    expect(await due(store, 'expire')).toEqual([])
    expect(await due(store, 'make-freebusy')).toEqual([room])
    const next = now + 2 * day
    const done = [{ user: room, task: 'make-freebusy' as const, next }]
    await store.transact([room], [], async () => ({ changes: [], result: undefined, done }))
    expect(await due(store, 'make-freebusy')).toEqual([])
    now += 2 * day
    expect(await due(store, 'make-freebusy')).toEqual([])
    now += day
    expect(await due(store, 'make-freebusy')).toEqual([room])
    await change(store, otherRoom, { kind: 'book', bookings: [makeBooking('a', ten, ten + hour)] })
    expect(await due(store, 'expire')).toEqual([otherRoom, room])
  })

  test('a user is due from the day that is named; everybody once the index is made anew', async () => {
    await store.makeRoom(room)
    await expireAll(store)
    await store.markDue(room, now + day)
    expect(await due(store, 'expire')).toEqual([])
    await store.rebuildDue()
    expect(await due(store, 'expire')).toEqual([room])
    await store.expireUser(room, rules)
    now += day
    expect(await due(store, 'expire')).toEqual([room])
  })

  test('an event goes a year after its last instance, with bookings, decisions and what waits for the user; endless ones never', async () => {
    await change(
      store,
      room,
      { kind: 'save-series', series: makeDated('single', ten) },
      { kind: 'book', bookings: [makeBooking('single', ten, ten + hour)] },
      { kind: 'queue-request', uid: 'single' },
      {
        kind: 'book',
        bookings: [makeBooking('weekly', ten, ten + hour, { recurrence: makeRecurrence('20260310T100000Z') })],
      },
      {
        kind: 'book',
        bookings: [
          makeBooking('ends', ten, ten + hour, { recurrence: makeRecurrence('20260310T100000Z', ten + 70 * day) }),
        ],
      },
    )
    expect(await expireAll(store)).toEqual([nothing])
    now = ten + hour + 365 * day
    expect(await expireAll(store)).toEqual([])
    expect((await store.readUser(room)).bookings).toHaveLength(3)
    now += day
    expect(await expireAll(store)).toEqual([{ ...nothing, events: 1 }])
    const left = await store.readUser(room)
    expect([left.series, left.requests]).toEqual([[], []])
    expect(left.bookings.map(({ uid }) => uid)).toEqual(['ends', 'weekly'])
    const window = await look(store, room, (reader) => reader.readWindow(room, [{ start: ten - day, end: ten + day }]))
    expect(window.single).toEqual([])
    now += 70 * day
    expect(await expireAll(store)).toEqual([{ ...nothing, events: 1 }])
    now += 4000 * day
    expect(await expireAll(store)).toEqual([])
    expect(await look(store, room, (reader) => reader.listUids(room))).toEqual(['weekly'])
  })

  test('an event that was moved meanwhile stays as long as it is now', async () => {
    await change(store, room, { kind: 'book', bookings: [makeBooking('moved', ten, ten + hour)] })
    await expireAll(store)
    now += 100 * day
    const later = makeBooking('moved', ten + 200 * day, ten + 200 * day + hour)
    await change(store, room, { kind: 'release', uid: 'moved' }, { kind: 'book', bookings: [later] })
    await expireAll(store)
    now = ten + 366 * day
    expect(await expireAll(store)).toEqual([nothing])
    now = ten + 566 * day
    expect(await expireAll(store)).toEqual([{ ...nothing, events: 1 }])
  })

  test('offers go when they have expired, messages that wait after fourteen days, others after thirty', async () => {
    const offer = makeBooking('offered', ten, ten + hour, { expires: now + 3 * day })
    const held = {
      agent: 'imip-person',
      method: 'CANCEL' as const,
      components: [],
      timeZones: [],
      because: 'early-cancel',
      at: now,
      key: 'k',
    }
    const mail = { messageId: '<h@example.com>', from: [], sender: [], envelopeSender: 'pat@example.com' }
    const piece = { uid: 'p', stamp: now, expires: now + 30 * day, within: { start: ten, end: ten + day }, busy: [] }
    await change(
      store,
      room,
      { kind: 'offer', bookings: [offer] },
      { kind: 'save-series', series: makeSeries('early', { parts: [], held: [{ ...held, mail }] }) },
      { kind: 'record-others', others: { sender: 'mailto:kim@example.org', pieces: [piece] } },
    )
    expect(await expireAll(store)).toEqual([nothing])
    const nights: string[] = []
    for (let night = 1; night <= 40; night++) {
      now += day
      for (const { events, held: waiting, offers, others } of await expireAll(store))
        nights.push(`${night}: ${events} ${waiting} ${offers} ${others}`)
    }
    expect(nights).toEqual(['4: 0 0 1 0', '15: 1 1 0 0', '31: 0 0 0 1'])
    expect(await store.readUser(room)).toMatchObject({ series: [], offers: [], others: [] })
    expect(await look(store, room, (reader) => reader.readWaiting(room))).toEqual([])
  })

  test('verdicts go by whole months, ninety days after the month; those of users without a room, too', async () => {
    await store.makeRoom(room)
    await expireAll(store)
    await store.noteVerdict(makeVerdict(room, now, 'first'))
    await store.noteVerdict(makeVerdict(otherRoom, now, 'nobody'))
    expect(await expireAll(store)).toEqual([nothing])
    now = at('2026-04-20T09:00:00Z')
    await store.noteVerdict(makeVerdict(room, now, 'second'))
    now = at('2026-06-29T03:00:00Z')
    await expireAll(store)
    expect(await collect(store.readVerdicts(room, 0))).toHaveLength(2)
    now = at('2026-06-30T03:00:00Z')
    expect(await expireAll(store)).toEqual([{ ...nothing, verdicts: 1 }])
    expect((await collect(store.readVerdicts(room, 0))).map(({ reason }) => reason.code)).toEqual(['second'])
    expect(await store.expireVerdicts(90 * day)).toBe(1)
    expect(await store.expireVerdicts(90 * day)).toBe(0)
    expect(await collect(store.readVerdicts(otherRoom, 0))).toEqual([])
    now = at('2026-07-30T03:00:00Z')
    expect(await expireAll(store)).toEqual([{ ...nothing, verdicts: 1 }])
  })

  test('two nights at once', async () => {
    for (let number = 0; number < 20; number++)
      await change(store, room, {
        kind: 'book',
        bookings: [makeBooking(`b${number}`, ten + number * hour, ten + number * hour + 600)],
      })
    now = ten + 400 * day
    const other = kind === 'file' ? openFile() : store
    const sums = [...(await Promise.all([expireAll(store), expireAll(other)]))].flat()
    expect(sums.reduce((sum, { events }) => sum + events, 0)).toBe(20)
    expect((await store.readUser(room)).bookings).toEqual([])
    expect(await due(store, 'expire')).toEqual([])
  })
})

describe('in files', () => {
  test('a night reads what is due, and nothing of what is not', async () => {
    const store = openFile()
    for (const user of [room, otherRoom])
      for (let number = 0; number < 30; number++) {
        const start = ten + number * 10 * day
        await change(store, user, { kind: 'book', bookings: [makeBooking(`b${number}`, start, start + hour)] })
      }
    await expireAll(openFile())
    await change(store, room, { kind: 'book', bookings: [makeBooking('new', ten, ten + hour)] })
    opened = []
    await expireAll(openFile())
    expect(opened.filter((path) => path.includes('/objects/') && !path.endsWith('.new'))).toEqual([
      `${room}/objects/new`,
    ])
    expect(opened.filter((path) => path.startsWith(otherRoom))).toEqual([])
    now = ten + 366 * day
    opened = []
    expect(await expireAll(openFile())).toEqual([
      { ...nothing, events: 1 },
      { ...nothing, events: 2 },
    ])
    const read = opened.filter((path) => path.includes('/objects/'))
    expect(read.toSorted()).toEqual([`${otherRoom}/objects/b0`, `${room}/objects/b0`, `${room}/objects/new`])
    expect(opened.filter((path) => path.includes('/freebusy/')).every((path) => path.endsWith('2026/03-10'))).toBe(true)
    expect(readdirSync(join(directory, room, 'freebusy', '2026'))).not.toContain('03-10')
    opened = []
    expect(await expireAll(openFile())).toEqual([])
    expect(opened.filter((path) => path.startsWith('mailto:'))).toEqual([])
  })

  test('days that are over are taken away', async () => {
    const store = openFile()
    await change(store, room, { kind: 'book', bookings: [makeBooking('a', ten, ten + hour)] })
    await expireAll(store)
    await store.transact([room], [], async () => ({
      changes: [],
      result: undefined,
      done: [{ user: room, task: 'make-freebusy', next: undefined }],
    }))
    now += day
    await expireAll(store)
    expect(readdirSync(join(directory, '.due')).toSorted()).toEqual(['.state', '2027-03-11', 'make-freebusy'])
  })

  test('after another boot everybody is due once, and nothing is forgotten', async () => {
    await change(openFile(), room, { kind: 'book', bookings: [makeBooking('a', ten, ten + hour)] })
    await expireAll(openFile())
    rmSync(join(directory, '.due', '2027-03-11'), { recursive: true })
    const booted = openFileStore({
      directory,
      now: () => now,
      fileSystem: { ...makeNodeFileSystem(), readBootId: () => 'another' },
    })
    expect(await expireAll(booted)).toEqual([nothing])
    expect(await expireAll(booted)).toEqual([])
    now = ten + 366 * day
    expect(await expireAll(booted)).toEqual([{ ...nothing, events: 1 }])
  })

  test('without an index everything is looked at once; new zone data makes everybody due', async () => {
    await change(openFile(), room, { kind: 'book', bookings: [makeBooking('a', ten, ten + hour)] })
    await expireAll(openFile())
    rmSync(join(directory, '.due'), { recursive: true })
    rmSync(join(directory, room, 'due'), { recursive: true })
    now = ten + 366 * day
    expect(await expireAll(openFile())).toEqual([{ ...nothing, events: 1 }])
    const newer = openFileStore({ directory, now: () => now, zoneVersion: '2027a' })
    expect(await due(newer, 'expire')).toEqual([room])
  })

  test('a damaged object is named, costs the others nothing, and is tried again the next night', async () => {
    const store = openFile()
    for (const uid of ['a', 'b', 'c'])
      await change(store, room, { kind: 'book', bookings: [makeBooking(uid, ten, ten + hour)] })
    writeFileSync(join(directory, room, 'objects', 'b'), 'nonsense')
    await due(store, 'expire')
    now = ten + 366 * day
    const expired = await store.expireUser(room, rules)
    expect(expired).toMatchObject({ events: 2, failures: [expect.stringContaining(join(room, 'objects', 'b'))] })
    expect(await due(store, 'expire')).toEqual([])
    now += day
    expect(await due(store, 'expire')).toEqual([room])
  })

  test('the schedule is made anew from the objects', async () => {
    const store = openFile()
    await change(store, room, { kind: 'book', bookings: [makeBooking('a', ten, ten + hour)] })
    await change(store, room, { kind: 'book', bookings: [makeBooking('b', ten + day, ten + day + hour)] })
    expect(await store.checkSchedule(room, 'look')).toEqual([])
    const bucket = join(directory, room, 'freebusy', '2026')
    writeFileSync(join(bucket, '03-10'), 'nonsense')
    rmSync(join(bucket, '03-11'))
    const other = openFile()
    const differences = await other.checkSchedule(room, 'look')
    expect(differences.map((line) => line.slice(0, 18))).toEqual([
      expect.stringMatching(/^! /),
      '+ 20260310T100000Z',
      '+ 20260311T100000Z',
    ])
    expect(await other.checkSchedule(room, 'mend')).toEqual(differences)
    expect(await openFile().checkSchedule(room, 'look')).toEqual([])
    const window = await look(openFile(), room, (reader) =>
      reader.readWindow(room, [{ start: ten, end: ten + 2 * day }]),
    )
    expect(window.single.map(({ uid }) => uid)).toEqual(['a', 'b'])
  })

  test('what only goes out is due, too', async () => {
    const store = openFile()
    await store.transact([room], [], async () => ({
      changes: [{ user: room, outgoing: makeMail('<1@example.com>') }],
      result: undefined,
    }))
    expect(await due(store, 'expire')).toEqual([room])
  })
})
