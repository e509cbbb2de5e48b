// imip-admin make-freebusy and expire, night after night, on a store in files.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { runAdmin } from '../../src/admin/run-admin.ts'
import type { ZoneTables } from '../../src/calendar/time-zone.ts'
import { makeFixedClock as makeFixedOffset } from '../../src/calendar/zone-clock.ts'
import { openFileStore } from '../../src/store/file/store.ts'
import { loadSystemZones } from '../../src/zones/system-zones.ts'
import { type FixedClock, makeFixedClock } from '../support/fixed-clock.ts'
import { makeRecordingTransport } from '../support/recording-transport.ts'
import { makeRefusingFileSystem, type RefusedCall } from '../support/refusing-file-system.ts'
import { makeCalendar } from './admin-room.ts'

const day = 86_400
const user = 'room@example.com'
const zones = loadSystemZones()

let folder: string
let clock: FixedClock
let isTerminal: boolean
let zoneTables: ZoneTables
/** What the disk refuses to the store. */
let refuse: (call: RefusedCall, path: string) => string | undefined

beforeEach(() => {
  refuse = () => undefined
  zoneTables = zones
  folder = mkdtempSync(join(tmpdir(), 'nightly-'))
  clock = makeFixedClock('2026-03-02T03:17:00Z')
  isTerminal = false
  const places = ['store', 'journal', 'preferences', 'publish'].map((name) => `${name}_dir = "${join(folder, name)}"`)
  writeFileSync(
    join(folder, 'config.toml'),
    [...places, `log = "${join(folder, 'agent.log')}"`, 'tzid = "Europe/Oslo"'].join('\n'),
  )
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

async function run(...args: readonly string[]) {
  let [out, error] = ['', '']
  const code = await runAdmin(['-c', join(folder, 'config.toml'), ...args], {
    environment: {},
    write: (text) => {
      out += text
    },
    writeError: (text) => {
      error += text
    },
    isTerminal,
    now: clock.now,
    makeIdentifier: () => 'made',
    loadZones: () => zoneTables,
    hasStore: () => true,
    openStore: (configuration, { now, zones: { version } }) =>
      openFileStore({
        directory: configuration.storeDir,
        journal: configuration.journalDir,
        now,
        zoneVersion: version,
        fileSystem: makeRefusingFileSystem((call, path) => refuse(call, path)),
      }),
    makeOutward: () => makeRecordingTransport({}),
    readInput: (file) => readFileSync(file ?? ''),
    makeCodeCaches: async () => [],
    codeCachePaths: [],
  })
  return { code, out, error }
}

async function importEvents(address: string, ...events: readonly (readonly string[])[]): Promise<void> {
  const file = join(folder, 'events.ics')
  writeFileSync(file, makeCalendar(...events))
  expect((await run('import', address, file)).code).toBe(0)
}

async function publish(address: string): Promise<void> {
  await run('preferences', address, 'freebusy_sharing', 'share')
  await run('preferences', address, 'freebusy_publishing', 'publish')
  await run('preferences', address, 'freebusy_outside', 'full')
}

const objectPath = (uid: string): string => join(folder, 'store', `mailto:${user}`, 'objects', uid)
const published = (): string => readFileSync(join(folder, 'publish', `mailto:${user}`, 'freebusy'), 'utf8')
const readBusy = (): readonly string[] =>
  published()
    .split('\r\n')
    .filter((line) => line.startsWith('FREEBUSY'))
const utc = (instant: number): string => new Date(instant * 1000).toISOString().replaceAll(/[-:]|\.\d+/g, '')

test('an endless weekly series through 14 months of nights: what is published is a fresh expansion each night', async () => {
  await importEvents(user, ['UID:weekly', 'DTSTART:20260303T100000Z', 'DURATION:PT1H', 'RRULE:FREQ=WEEKLY'])
  await publish(user)
  const first = clock.now()
  const weekly = Date.UTC(2026, 2, 3, 10) / 1000
  let written = 0
  for (let night = 0; night < 426; night++) {
    clock.set(utc(first + night * day))
    const { code, out, error } = await run('make-freebusy')
    expect([code, error]).toEqual([0, ''])
    if (out.includes('1 published')) written++
    expect((await run('expire')).code).toBe(0)
    const today = Math.floor((first + night * day) / day) * day
    const expected: string[] = []
    for (let start = weekly; start < today + 61 * day; start += 7 * day)
      if (start + 3600 > today - day) expected.push(`FREEBUSY;FBTYPE=BUSY:${utc(start)}/${utc(start + 3600)}`)
    expect(readBusy(), `night ${night}`).toEqual(expected)
  }
  // One date comes and one goes a week.
  expect(written).toBeLessThan(140)
  expect((await run('make-freebusy', '--check')).out).toBe('free/busy: 1 looked at, 0 would change\n')
}, 120_000)

describe('make-freebusy --check', () => {
  beforeEach(async () => {
    await importEvents(
      user,
      ['UID:single', 'DTSTART;TZID=Europe/Oslo:20260310T100000', 'DURATION:PT1H'],
      ['UID:weekly', 'DTSTART;TZID=Europe/Oslo:20260311T100000', 'DURATION:PT1H', 'RRULE:FREQ=WEEKLY;COUNT=3'],
    )
    await publish(user)
    await run('make-freebusy')
  })

  test('finds nothing where nothing is wrong, and a rebuild changes nothing', async () => {
    const before = published()
    expect(await run('make-freebusy', '--check')).toEqual({
      code: 0,
      out: 'free/busy: 1 looked at, 0 would change\n',
      error: '',
    })
    expect((await run('make-freebusy', '--rebuild-due')).out).toBe(
      'free/busy: 0 published, 1 unchanged, 0 not shared\n',
    )
    expect(published()).toBe(before)
  })

  test('shows what has been lost, changes nothing, and a rebuild brings it back', async () => {
    const shown = (await run('show-store', user)).out
    rmSync(join(folder, 'store', `mailto:${user}`, 'freebusy'), { recursive: true })
    const { code, out } = await run('make-freebusy', '--check')
    expect(code).toBe(1)
    expect(out).toContain('room@example.com: + 20260310T090000Z 20260310T100000Z BUSY single\n')
    expect(out).toContain('- FREEBUSY;FBTYPE=BUSY:20260310T090000Z/20260310T100000Z')
    expect(existsSync(join(folder, 'store', `mailto:${user}`, 'freebusy', '2026', '03-10'))).toBe(false)
    expect((await run('make-freebusy', user)).out).toMatch(/records mended\n$/)
    expect((await run('make-freebusy', '--check')).code).toBe(0)
    expect((await run('show-store', user)).out).toBe(shown)
  })

  test('what is published though it should not be, or is not there', async () => {
    rmSync(join(folder, 'publish', `mailto:${user}`, 'freebusy'))
    expect(await run('make-freebusy', '--check')).toMatchObject({
      code: 1,
      out: 'room@example.com: + mailto:room@example.com/freebusy\nfree/busy: 1 looked at, 1 would change\n',
    })
    await run('make-freebusy', user)
    await run('preferences', user, 'freebusy_sharing', 'no')
    expect((await run('make-freebusy', '--check')).out).toContain(
      'room@example.com: - mailto:room@example.com/freebusy\n',
    )
    expect((await run('make-freebusy')).out).toContain('1 taken away')
  })
})

describe('new zone data', () => {
  /** As if Norway had done away with summer time. */
  const withoutSummerTime: ZoneTables = {
    version: 'without summer time',
    find: (name) => (name === 'Europe/Oslo' ? { name, source: 'known', ...makeFixedOffset(3600) } : zones.find(name)),
  }

  const customized = [
    'BEGIN:VTIMEZONE',
    'TZID:Customized Time Zone',
    'BEGIN:STANDARD',
    'DTSTART:16010101T000000',
    'TZOFFSETFROM:+0200',
    'TZOFFSETTO:+0200',
    'END:STANDARD',
    'END:VTIMEZONE',
  ]

  beforeEach(async () => {
    clock.set('20260701T031700Z')
    const calendar = makeCalendar(
      ['UID:summer', 'DTSTART;TZID=Europe/Oslo:20260710T100000', 'DURATION:PT1H'],
      ['UID:weekly', 'DTSTART;TZID=Europe/Oslo:20260708T100000', 'DURATION:PT1H', 'RRULE:FREQ=WEEKLY;COUNT=3'],
      ['UID:elsewhere', 'DTSTART;TZID=America/New_York:20260709T100000', 'DURATION:PT1H'],
      ['UID:own', 'DTSTART;TZID=Customized Time Zone:20260712T100000', 'DURATION:PT1H'],
      ['UID:floating', 'DTSTART:20260713T100000', 'DURATION:PT1H'],
      ['UID:winter', 'DTSTART;TZID=Europe/Oslo:20261201T100000', 'DURATION:PT1H'],
    )
    const file = join(folder, 'events.ics')
    writeFileSync(file, calendar.replace('BEGIN:VEVENT', [...customized, 'BEGIN:VEVENT'].join('\r\n')))
    expect((await run('import', user, file)).code).toBe(0)
    await publish(user)
    await run('make-freebusy')
  })

  test('makes everybody due; what it moves is listed, moved, and published anew', async () => {
    const showBookings = async () =>
      (await run('show-store', user)).out.split('\n').filter((line) => /^freebusy/.test(line))
    const shown = await showBookings()
    const told = readBusy()
    expect(told).toEqual(
      [
        ['20260708T080000Z', '20260708T090000Z'],
        ['20260709T140000Z', '20260709T150000Z'],
        ['20260710T080000Z', '20260710T090000Z'],
        ['20260712T080000Z', '20260712T090000Z'],
        ['20260713T080000Z', '20260713T090000Z'],
        ['20260715T080000Z', '20260715T090000Z'],
        ['20260722T080000Z', '20260722T090000Z'],
      ].map((period) => `FREEBUSY;FBTYPE=BUSY:${period.join('/')}`),
    )
    expect((await run('make-freebusy')).out).toBe('free/busy: 0 published, 0 unchanged, 0 not shared\n')
    zoneTables = withoutSummerTime
    // Of a series from its first date to its last.
    const differences = [
      'room@example.com: summer: - 20260710T080000Z 20260710T090000Z BUSY summer',
      'room@example.com: summer: + 20260710T090000Z 20260710T100000Z BUSY summer',
      'room@example.com: weekly: - 20260708T080000Z 20260722T090000Z BUSY weekly',
      'room@example.com: weekly: + 20260708T090000Z 20260722T100000Z BUSY weekly',
    ]
    const looked = await run('make-freebusy', '--check')
    expect([looked.code, looked.out.split('\n').slice(0, 4)]).toEqual([1, differences])
    expect(await showBookings()).toEqual(shown)
    const { code, out } = await run('make-freebusy')
    expect([code, out.trim().split('\n')]).toEqual([
      0,
      [...differences, 'free/busy: 1 published, 0 unchanged, 0 not shared, 4 records mended'],
    ])
    expect(readBusy()).toEqual(
      [
        ['20260708T090000Z', '20260708T100000Z'],
        ['20260709T140000Z', '20260709T150000Z'],
        ['20260710T090000Z', '20260710T100000Z'],
        // Its own VTIMEZONE says when it is.
        ['20260712T080000Z', '20260712T090000Z'],
        ['20260713T090000Z', '20260713T100000Z'],
        ['20260715T090000Z', '20260715T100000Z'],
        ['20260722T090000Z', '20260722T100000Z'],
      ].map((period) => `FREEBUSY;FBTYPE=BUSY:${period.join('/')}`),
    )
    expect((await run('make-freebusy', '--check')).out).toBe('free/busy: 1 looked at, 0 would change\n')
    // The old data again: as it was.
    zoneTables = zones
    expect((await run('make-freebusy')).out).toMatch(/4 records mended\n$/)
    expect([await showBookings(), readBusy()]).toEqual([shown, told])
  })

  test('what is moved is found at its new time by the next request', async () => {
    zoneTables = withoutSummerTime
    await run('make-freebusy')
    const book = (start: string, end: string) =>
      run('book', user, '--start', `2026-07-10T${start}:00Z`, '--end', `2026-07-10T${end}:00Z`)
    expect((await book('09:00', '10:00')).code).toBe(1)
    expect((await book('08:00', '09:00')).code).toBe(0)
  })
})

describe('trouble', () => {
  test('each is named with path and reason, the others get theirs, and the night after tries again', async () => {
    for (const name of ['good', 'damaged', 'odd', 'blocked']) {
      await importEvents(`${name}@example.com`, ['UID:a', 'DTSTART:20260310T100000Z', 'DURATION:PT1H'])
      await publish(`${name}@example.com`)
    }
    writeFileSync(join(folder, 'store', 'mailto:damaged@example.com', 'objects', 'a'), 'nonsense')
    writeFileSync(join(folder, 'preferences', 'mailto:odd@example.com', 'freebusy_sharing'), 'sometimes\n')
    mkdirSync(join(folder, 'publish'))
    writeFileSync(join(folder, 'publish', 'mailto:blocked@example.com'), 'in the way')
    const { code, out, error } = await run('make-freebusy')
    expect(code).toBe(1)
    expect(out).toMatch(/^free\/busy: 2 published, .*, 3 failed\n$/)
    expect(error).toContain(
      `damaged@example.com: the store is damaged: ${join(folder, 'store', 'mailto:damaged@example.com', 'objects', 'a')}`,
    )
    expect(error).toContain(join(folder, 'preferences', 'mailto:odd@example.com', 'freebusy_sharing'))
    expect(error).toMatch(/blocked@example\.com: .*blocked.*no directory/)
    expect(existsSync(join(folder, 'publish', 'mailto:good@example.com', 'freebusy'))).toBe(true)
    const night = await run('expire')
    expect([night.code, night.out]).toEqual([1, expect.stringMatching(/, 2 failed\n$/)])
    clock.set(utc(clock.now() + day))
    writeFileSync(join(folder, 'preferences', 'mailto:odd@example.com', 'freebusy_sharing'), 'share\n')
    rmSync(join(folder, 'publish', 'mailto:blocked@example.com'))
    const second = await run('make-freebusy')
    expect(second.out).toContain('1 failed')
    expect(existsSync(join(folder, 'publish', 'mailto:odd@example.com', 'freebusy'))).toBe(true)
    expect(existsSync(join(folder, 'publish', 'mailto:blocked@example.com', 'freebusy'))).toBe(true)
  })

  async function makeRooms(...names: readonly string[]): Promise<void> {
    for (const name of names) {
      await importEvents(`${name}@example.com`, ['UID:a', 'DTSTART:20260310T100000Z', 'DURATION:PT1H'])
      await publish(`${name}@example.com`)
    }
    expect((await run('make-freebusy')).code).toBe(0)
  }

  const shownBy = async (...names: readonly string[]): Promise<readonly string[]> =>
    Promise.all(names.map(async (name) => (await run('show-store', `${name}@example.com`)).out))

  test('a closed room is named, and the others get theirs', async () => {
    await makeRooms('open', 'closed')
    const shown = await shownBy('open', 'closed')
    refuse = (_, path) => (path.includes('closed@example.com/') ? 'EACCES' : undefined)
    clock.set(utc(clock.now() + 40 * day))
    const { code, out, error } = await run('make-freebusy', '--rebuild-due')
    expect([code, out]).toEqual([1, 'free/busy: 1 published, 0 unchanged, 0 not shared, 1 failed\n'])
    expect(error).toMatch(
      /^imip-admin: closed@example\.com: the store cannot be used: EACCES: .*mailto:closed@example\.com/,
    )
    expect(error.trim().split('\n')).toHaveLength(1)
    const looked = await run('make-freebusy', '--check')
    expect([looked.code, looked.out]).toEqual([1, 'free/busy: 2 looked at, 0 would change, 1 failed\n'])
    refuse = () => undefined
    clock.set(utc(clock.now() + day))
    expect((await run('make-freebusy')).code).toBe(0)
    expect(await shownBy('open', 'closed')).toEqual(shown)
    // What was not looked at was looked at then.
    const again = join(folder, 'store', '.due', '.again')
    expect(readdirSync(again)).toEqual([])
  })

  test('a full disk: what is to be mended is named, nothing is lost, and the next run mends it', async () => {
    await makeRooms('first', 'full', 'last')
    const shown = await shownBy('first', 'full', 'last')
    for (const name of ['first', 'full', 'last'])
      rmSync(join(folder, 'store', `mailto:${name}@example.com`, 'freebusy'), { recursive: true })
    refuse = (call, path) => (call === 'write' && path.includes('full@example.com/') ? 'ENOSPC' : undefined)
    const { code, out, error } = await run('make-freebusy', '--rebuild-due')
    expect([code, out]).toEqual([
      1,
      expect.stringMatching(/^(?:(?:first|last)@.*\n)+free\/busy: .*, 2 records mended, 1 failed\n$/),
    ])
    expect(error).toMatch(
      /^imip-admin: full@example\.com: the store cannot be used: ENOSPC: .*mailto:full@example\.com/,
    )
    refuse = () => undefined
    expect((await run('make-freebusy', '--rebuild-due')).code).toBe(0)
    expect((await run('make-freebusy', '--check')).out).toBe('free/busy: 3 looked at, 0 would change\n')
    expect(await shownBy('first', 'full', 'last')).toEqual(shown)
  })

  test('what another has told and nobody can read is named; it follows from nothing, so it stays', async () => {
    await makeRooms('room')
    const told = join(folder, 'store', 'mailto:room@example.com', 'freebusy-other')
    mkdirSync(told)
    writeFileSync(join(told, 'mailto:kim@example.org'), 'half of')
    const damaged = `imip-admin: room@example.com: the store is damaged: ${join(told, 'mailto:kim@example.org')}: it is no free/busy of another as we write it\n`
    for (const args of [['--check'], ['--rebuild-due']]) {
      const { code, error } = await run('make-freebusy', ...args)
      expect([code, error]).toEqual([1, damaged])
    }
    expect(readFileSync(join(told, 'mailto:kim@example.org'), 'utf8')).toBe('half of')
  })

  test('two runs at once, beside a booking', async () => {
    for (let number = 0; number < 12; number++)
      await importEvents(`room-${number}@example.com`, ['UID:a', 'DTSTART:20260310T100000Z', 'DURATION:PT1H'])
    await run('preferences', '@example.com', 'freebusy_sharing', 'share')
    await run('preferences', '@example.com', 'freebusy_publishing', 'publish')
    const book = ['book', 'room-3@example.com', '--start', '2026-03-12T10:00:00Z', '--end', '2026-03-12T11:00:00Z']
    const said = await Promise.all([
      run('make-freebusy'),
      run('make-freebusy'),
      run('expire'),
      run('expire'),
      run(...book),
    ])
    expect(said.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0])
    await run('make-freebusy')
    expect((await run('make-freebusy', '--check')).out).toBe('free/busy: 12 looked at, 0 would change\n')
  })
})

test('expire: one line of sums; on a terminal the progress, too', async () => {
  await importEvents(
    user,
    ['UID:old', 'DTSTART:20250101T100000Z', 'DURATION:PT1H'],
    ['UID:new', 'DTSTART:20260310T100000Z', 'DURATION:PT1H'],
  )
  clock.set('2026-04-10T03:41:00Z')
  expect(await run('expire')).toEqual({
    code: 0,
    out: 'expired: 1 events, 0 waiting messages, 0 offers, 0 of others, 0 months of verdicts\n',
    error: '',
  })
  expect(existsSync(objectPath('old'))).toBe(false)
  expect(existsSync(objectPath('new'))).toBe(true)
  isTerminal = true
  expect((await run('expire', user)).error).toContain('1 of 1 users')
})
