// imip-admin copy-store between stores in files: everything, again, killed, in use, damaged, on a disk that is full.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, watch, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { copyBetween } from '../../src/admin/copy-store.ts'
import { makeStoreSource } from '../../src/admin/copy-store-source.ts'
import type { CalendarAddress } from '../../src/calendar/calendar-address.ts'
import { loadConfig } from '../../src/config/load-config.ts'
import { dumpUser, serializeDump } from '../../src/store/dump.ts'
import { dumpQuota, serializeQuotaDump } from '../../src/store/dump-quota.ts'
import type { FileSystem } from '../../src/store/file/file-system.ts'
import { openFileStore } from '../../src/store/file/store.ts'
import { makeMemoryStore } from '../../src/store/memory/store.ts'
import type { Store } from '../../src/store/store.ts'
import { loadSystemZones } from '../../src/zones/system-zones.ts'
import { at, change, collect, makeBooking, makeSeries, makeVerdict, otherRoom, room } from '../store/samples.ts'
import { workload } from '../store/workload.ts'
import { buildPrograms } from '../support/built-programs.ts'
import { makeRefusingFileSystem } from '../support/refusing-file-system.ts'
import { type AdminRoom, makeAdminRoom } from './admin-room.ts'

const now = at('2026-03-02T09:00:00Z')
const kim: CalendarAddress = 'mailto:kim@example.net'
const ten = at('2026-03-10T10:00:00Z')
let folder: string
let admin: AdminRoom
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'copy-'))
  admin = makeAdminRoom()
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
  admin.remove()
})

function open(name: string, fileSystem?: FileSystem): Store {
  return openFileStore({
    directory: join(folder, name, 'store'),
    now: () => now,
    ...(fileSystem ? { fileSystem } : {}),
  })
}

const copy = (from: string, to: string, ...more: readonly string[]) =>
  admin.run('copy-store', join(folder, from, 'store'), join(folder, to, 'store'), ...more)

/** Two rooms and two quotas with a past, and all that can stand about a user. */
async function fill(store: Store): Promise<void> {
  for (const step of workload) await step(store)
  const answer = { attendee: kim, key: '', participation: 'ACCEPTED', sequence: 0, stamp: ten }
  const event = makeSeries('full@example.com').parts[0]?.component
  if (!event) throw new Error('a series has a part')
  await change(store, room, {
    kind: 'save-series',
    series: makeSeries('full@example.com', {
      answers: [answer],
      cancelled: [{ key: '20260317T100000Z', component: event }],
      counters: [{ attendee: kim, key: '', component: event }],
      held: [
        {
          agent: 'imip-person',
          method: 'REPLY',
          components: [event],
          timeZones: [],
          because: 'unknown-uid',
          at: now,
          key: 'a key',
          mail: { messageId: '<held@example.net>', from: ['kim@example.net'], sender: [], envelopeSender: '' },
        },
      ],
      decided: [
        { key: 'another key', messageId: '<decided@example.net>', at: now, verdict: 'applied', reason: 'free' },
      ],
      takenUntil: ten,
      pinned: { address: kim, proof: 'dkim', at: now },
    }),
  })
  const offer = makeBooking('proposed@example.com', ten, ten + 3600, { expires: now + 3600 })
  await change(store, room, { kind: 'offer', bookings: [offer] })
  await change(store, room, { kind: 'offer', bookings: [{ ...offer, uid: 'over@example.com', expires: now - 1 }] })
  await change(store, room, { kind: 'queue-request', uid: 'full@example.com', recurrenceId: '20260317T100000Z' })
  await change(store, room, { kind: 'queue-request', uid: 'full@example.com', type: 'COUNTER' })
  const piece = { uid: '', stamp: now, expires: ten, within: { start: ten, end: ten + 3600 }, busy: [] }
  await change(store, room, { kind: 'record-others', others: { sender: kim, pieces: [piece], asked: [now] } })
  await store.noteVerdict(makeVerdict(room, now, 'alone'))
  await store.noteVerdict(makeVerdict(kim, now, 'without a room'))
  await store.makeRoom('mailto:empty@example.com')
}

/** All that can be seen of a store from outside. */
async function show(store: Store): Promise<string> {
  let text = ''
  for await (const user of store.listUsers()) {
    const stored = await store.readUser(user)
    const offers = stored.offers.filter(({ expires = 0 }) => expires > now)
    text += `= ${user}\n${serializeDump(dumpUser({ ...stored, offers }, { zoneTables: loadSystemZones() }))}`
    text += stored.series.map((series) => `${JSON.stringify(series)}\n`).join('')
  }
  for await (const group of store.listQuotas()) {
    const quota = await store.readWholeQuota(group)
    if (quota) text += `= quota ${group}\n${serializeQuotaDump(dumpQuota(quota, now))}`
  }
  const verdicts = await collect(store.readVerdicts(undefined, 0))
  return (
    text +
    verdicts
      .map((verdict) => `${JSON.stringify(verdict)}\n`)
      .sort()
      .join('')
  )
}

async function copyThrough(
  from: Store,
  to: Store,
  replaces = false,
): Promise<{ code: number; out: string; said: string[] }> {
  let out = ''
  const said: string[] = []
  const code = await copyBetween(makeStoreSource(from), to, {
    world: {
      now: () => now,
      say: (line) => said.push(line),
      write: (text) => {
        out += text
      },
      draw: () => {},
      isTerminal: false,
      configuration: loadConfig({ file: join(admin.folder, 'config.toml'), environment: {}, overrides: [] }),
    },
    replaces,
    directories: [],
    outboxHint: 'flush it',
  })
  return { code, out, said }
}

test('everything, there and back; again it changes nothing', async () => {
  await fill(open('one'))
  const { code, out, error } = await copy('one', 'two')
  expect(error).toMatch(/note: 3 answers wait in the outbox of FROM and stay there.*-S .*one\/store outbox flush/)
  expect(out).toBe(
    [
      'users: 3 copied or brought up to date, 0 as they were',
      'quotas: 2',
      'series: 2 of 2 are the same in TO',
      'bookings: 3 of 3 are the same in TO',
      'offers: 1 of 1 are the same in TO',
      'requests: 2 of 2 are the same in TO',
      'others: 1 of 1 are the same in TO',
      'verdicts: 2 of 2 are the same in TO',
      'users: 3 of 3 are the same in TO',
      'quotas: 2 of 2 are the same in TO',
      'reservations: 2 of 2 are the same in TO',
      '',
    ].join('\n'),
  )
  expect(code).toBe(0)
  expect(await show(open('two'))).toBe(await show(open('one')))
  expect(await collect(open('two').readOutbox())).toEqual([])
  expect((await copy('two', 'three')).code).toBe(0)
  expect(await show(open('three'))).toBe(await show(open('one')))
  expect((await copy('one', 'two')).out).toContain('users: 0 copied or brought up to date, 3 as they were\n')
  expect(await show(open('two'))).toBe(await show(open('one')))
})

test('between types of stores', async () => {
  await fill(open('one'))
  const memory = makeMemoryStore({ now: () => now })
  expect(await copyThrough(open('one'), memory)).toMatchObject({ code: 0 })
  expect(await show(memory)).toBe(await show(open('one')))
  expect(await copyThrough(memory, open('two'))).toMatchObject({ code: 0 })
  expect(await show(open('two'))).toBe(await show(open('one')))
})

test('what differs is named and left, or replaced where that is asked for; what only TO has stays', async () => {
  await fill(open('one'))
  await copy('one', 'two')
  const two = open('two')
  await change(two, room, { kind: 'book', bookings: [makeBooking('own@example.com', ten, ten + 3600)] })
  await change(two, room, { kind: 'book', bookings: [makeBooking('one@example.com', ten, ten + 60)] })
  await change(two, room, { kind: 'withdraw-offer', uid: 'proposed@example.com' })
  await change(two, room, { kind: 'record-others', others: { sender: kim, pieces: [] } })
  const left = await copy('one', 'two')
  expect(left.code).toBe(1)
  expect(left.error).toContain('room@example.com: one@example.com differs there; left as it is\n')
  expect(left.error).toContain(
    'room@example.com: the free/busy of mailto:kim@example.net differs there; left as it is\n',
  )
  expect(left.out).toContain('offers: 1 of 1 are the same in TO')
  expect(left.out).toContain('not all of it was copied')
  expect((await two.readUser(room)).bookings.filter(({ uid }) => uid === 'one@example.com')).toHaveLength(2)
  const replaced = await copy('one', 'two', '--replace')
  expect(replaced.error).not.toContain('differs')
  expect(replaced.code).toBe(0)
  expect((await two.readUser(room)).bookings.map(({ uid }) => uid)).toContain('own@example.com')
  await change(two, room, { kind: 'release', uid: 'own@example.com' })
  expect(await show(two)).toBe(await show(open('one')))
})

describe('trouble', () => {
  test('a damaged series, a room without its log, a closed room: named, all else is copied', async () => {
    await fill(open('one'))
    for (const name of ['annex', 'half', 'closed'])
      await change(open('one'), `mailto:${name}@example.com`, {
        kind: 'book',
        bookings: [makeBooking('event@example.com', ten, ten + 3600)],
      })
    const path = (name: string): string => join(folder, 'one', 'store', name)
    rmSync(path('mailto:half@example.com/log'))
    writeFileSync(path('mailto:annex@example.com/objects/event@example.com'), 'imip-agent series 1\nuid')
    const closed = makeRefusingFileSystem((_, file) => (file.includes('closed@') ? 'EACCES' : undefined))
    const { code, said, out } = await copyThrough(open('one', closed), open('two'))
    expect(code).toBe(1)
    expect(said.filter((line) => !line.startsWith('note: '))).toEqual([
      `annex@example.com: the store is damaged: ${path('mailto:annex@example.com/objects/event@example.com')}: it is no series as we write them`,
      expect.stringMatching(`^closed@example.com: the store cannot be used: EACCES: .*closed@example.com`),
      `half@example.com: the store is damaged: ${path('mailto:half@example.com')}: it has objects but no log`,
      // Which users have a room decides which verdicts stand beside the rooms.
      expect.stringMatching('^verdicts: the store cannot be used: EACCES: .*closed@example.com'),
      '4 things were left out; each is named above',
    ])
    expect(out).toContain('users: 3 of 5 are the same in TO')
    const two = open('two')
    expect((await two.readUser(room)).bookings).toEqual((await open('one').readUser(room)).bookings)
    expect((await two.readUser(otherRoom)).bookings.map(({ uid }) => uid)).toEqual(['three@example.com'])
    expect(existsSync(join(folder, 'two', 'store', 'mailto:half@example.com'))).toBe(false)
  })

  test('a disk that fills up: named, nothing by half, and the same call ends it', async () => {
    await fill(open('one'))
    let left = 12
    const full = makeRefusingFileSystem((call) => (call === 'write' && left-- <= 0 ? 'ENOSPC' : undefined))
    const { code, said } = await copyThrough(open('one'), open('two', full))
    expect(code).toBe(1)
    expect(said.join('\n')).toMatch(/room@example\.com: the store cannot be used: ENOSPC: refused, write '.*two/)
    // Whatever is there is whole: nobody finds a difference.
    const again = await copyThrough(open('one'), open('two'))
    expect(again.said.filter((line) => !line.startsWith('note: '))).toEqual([])
    expect(again.code).toBe(0)
    expect(await show(open('two'))).toBe(await show(open('one')))
  })

  test.each([
    [['nowhere', 'two'], 1, 'nowhere/store: there is no such store'],
    [['one', 'one'], 64, 'FROM and TO are the same store'],
    [['one', 'strange'], 75, 'strange/store is no store of ours: it has no FORMAT, but something'],
    [['one', 'two', '--to-journal', 'one/journal'], 64, 'both would keep their quotas in'],
  ])('%j', async ([from = '', to = '', ...more], code, reason) => {
    await fill(open('one'))
    mkdirSync(join(folder, 'strange', 'store', 'something'), { recursive: true })
    const args = more.map((text) => (text.startsWith('--') ? text : join(folder, text)))
    const said = await copy(from, to, ...args)
    expect(said).toMatchObject({ code })
    expect(said.error).toContain(reason)
  })
})

test('preferences and published files, where asked for', async () => {
  await fill(open('one'))
  admin.write('preferences/mailto:room@example.com/TZID', 'Europe/Oslo\n')
  admin.write('preferences/mailto:Annex@Example.com/CN', 'Annex\n')
  admin.write('preferences/@example.com/LANG', 'nb\n')
  admin.write('publish/mailto:room@example.com/token/freebusy', 'BEGIN:VCALENDAR\r\n')
  const to = (name: string): string => join(folder, 'two', name)
  const options = ['--to-preferences', to('preferences'), '--to-publish', to('publish')]
  const { code, out } = await copy('one', 'two', ...options)
  expect(code).toBe(0)
  expect(out).toContain('preferences: 3 of 3 are the same in TO\npublished files: 1 of 1 are the same in TO\n')
  expect(readdirSync(to('preferences'))).toEqual([
    '@example.com',
    'mailto:annex@example.com',
    'mailto:room@example.com',
  ])
  expect(existsSync(to('publish/mailto:room@example.com/token/freebusy'))).toBe(true)
  writeFileSync(to('preferences/@example.com/LANG'), 'en\n')
  const again = await copy('one', 'two', ...options)
  expect(again.code).toBe(1)
  expect(again.error).toContain(`preferences: ${to('preferences/@example.com/LANG')} differs from `)
  expect((await copy('one', 'two', ...options, '--replace')).code).toBe(0)
})

test('progress on a terminal', async () => {
  await fill(open('one'))
  const terminal = makeAdminRoom({ isTerminal: true })
  const { error } = await terminal.run('copy-store', join(folder, 'one/store'), join(folder, 'two/store'))
  terminal.remove()
  expect(error).toContain('] 1 of 3 users\r')
  expect(error).toContain('] 3 of 3 users\r')
})

test('killed in the middle and called again, there and back', async () => {
  const users = Array.from({ length: 120 }, (_, index): CalendarAddress => `mailto:room-${index}@example.com`)
  const one = open('one')
  for (const [number, user] of users.entries())
    await one.transact([user], [], async () => ({
      changes: Array.from({ length: 5 }, (_, index) => {
        const uid = `event-${number}-${index}@example.com`
        const start = ten + (number * 5 + index) * 3600
        return [
          { user, effect: { kind: 'save-series' as const, series: makeSeries(uid) } },
          { user, effect: { kind: 'book' as const, bookings: [makeBooking(uid, start, start + 3600)] } },
        ]
      }).flat(),
      result: undefined,
    }))
  const programs = await buildPrograms()
  try {
    mkdirSync(join(folder, 'two', 'store'), { recursive: true })
    const child = spawn(
      programs.bin('imip-admin'),
      ['copy-store', join(folder, 'one/store'), join(folder, 'two/store')],
      { stdio: 'ignore', detached: true },
    )
    const seen = watch(join(folder, 'two', 'store'))
    const ended = once(child, 'exit')
    seen.on('change', () => {
      if (readdirSync(join(folder, 'two', 'store')).length > 30 && child.pid) {
        seen.close()
        process.kill(-child.pid, 'SIGKILL')
      }
    })
    expect((await ended)[1]).toBe('SIGKILL')
    const there = await collect(open('two').listUsers())
    expect(there.length).toBeGreaterThan(10)
    expect(there.length).toBeLessThan(users.length)
  } finally {
    programs.remove()
  }
  const resumed = await copy('one', 'two')
  expect(resumed).toMatchObject({ code: 0, error: '' })
  expect(resumed.out).toContain('bookings: 600 of 600 are the same in TO')
  expect(await copy('two', 'three')).toMatchObject({ code: 0 })
  expect(await show(open('three'))).toBe(await show(open('one')))
}, 60_000)

test('while both are in use', async () => {
  await fill(open('one'))
  const [one, two] = [open('one'), open('two')]
  const mails = async (store: Store, name: string): Promise<void> => {
    for (let index = 0; index < 40; index++)
      await change(store, room, { kind: 'book', bookings: [makeBooking(`${name}-${index}`, ten, ten + 60)] })
  }
  await Promise.all([copyThrough(one, two), mails(one, 'one'), mails(two, 'two'), copyThrough(one, two)])
  expect(await copyThrough(one, two)).toMatchObject({ code: 0 })
  const uids = new Set((await two.readUser(room)).bookings.map(({ uid }) => uid))
  for (const { uid } of (await one.readUser(room)).bookings) expect(uids).toContain(uid)
  for (let index = 0; index < 40; index++) expect(uids).toContain(`two-${index}`)
})
