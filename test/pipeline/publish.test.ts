// Published free/busy as a file: where it stands, what it says, and that no trouble with it is a trouble of the mail.
import {
  chmodSync,
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
import { afterEach, beforeEach, expect, test } from 'vitest'
import { loadConfig } from '../../src/config/load-config.ts'
import type { Decided } from '../../src/pipeline/commit.ts'
import { type PublishingWorld, publishFreeBusy, publishUser } from '../../src/pipeline/publish.ts'
import type { World } from '../../src/pipeline/world.ts'
import { makeMemoryStore } from '../../src/store/memory/store.ts'
import { loadSystemZones } from '../../src/zones/system-zones.ts'

const user = 'mailto:pat@example.com'
const now = Date.UTC(2026, 2, 2, 9) / 1000
const zones = loadSystemZones()

let folder: string
let overrides: { name: string; value: string; from: string }[]
let clock: number
let store: ReturnType<typeof makeMemoryStore>

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'publish-'))
  overrides = []
  clock = now
  store = makeMemoryStore({ now: () => clock })
  prefer({ freebusy_sharing: 'share', freebusy_publishing: 'publish' })
  set('preferences_dir', join(folder, 'preferences'))
  set('publish_dir', join(folder, 'static'))
  set('tzid', 'UTC')
})

afterEach(() => rmSync(folder, { recursive: true, force: true }))

function set(name: string, value: string): void {
  overrides.push({ name, value, from: 'test' })
}

function prefer(preferences: Readonly<Record<string, string>>): void {
  const place = join(folder, 'preferences', user)
  mkdirSync(place, { recursive: true })
  for (const [name, value] of Object.entries(preferences)) writeFileSync(join(place, name), value)
}

function makeWorld(): PublishingWorld {
  const configuration = loadConfig({ file: '/dev/null', environment: {}, overrides })
  return { configuration, now: () => clock, openStore: () => store, loadZones: () => zones }
}

const publish = () => publishUser(user, makeWorld())
const at = (...path: readonly string[]): string => join(folder, 'static', user, ...path)

async function book(uid: string, start: number): Promise<void> {
  const booking = {
    start: { kind: 'utc' as const, local: start },
    end: { kind: 'utc' as const, local: start + 3600 },
    uid,
    busyType: 'BUSY' as const,
    summary: 'secret',
    organizer: '',
  }
  await store.transact([user], [], async () => ({
    changes: [{ user, effect: { kind: 'book', bookings: [booking] } }],
    result: undefined,
  }))
}

test('is written whole, with the modes of the configuration, and nothing beside it', async () => {
  set('publish_url', 'https://calendar.example.com/freebusy/')
  await book('a@example.com', now + 86_400)
  expect(await publish()).toEqual({
    kind: 'published',
    url: 'https://calendar.example.com/freebusy/mailto%3Apat%40example.com/freebusy',
  })
  expect(readdirSync(at())).toEqual(['freebusy'])
  expect(statSync(at('freebusy')).mode & 0o7777).toBe(0o660)
  expect(statSync(at()).mode & 0o7777).toBe(0o2770)
  const text = readFileSync(at('freebusy'), 'utf8')
  expect(text).toContain('\r\nMETHOD:PUBLISH\r\n')
  expect(text).toContain('\r\nFREEBUSY;FBTYPE=BUSY:20260303T090000Z/20260303T100000Z\r\n')
  expect(text).not.toContain('secret')
})

test('stays as it is while it says the same', async () => {
  await publish()
  const before = statSync(at('freebusy'))
  clock += 3600
  expect(await publish()).toMatchObject({ kind: 'unchanged' })
  expect(statSync(at('freebusy')).ino).toBe(before.ino)
})

test('what a killed program has left beside it goes', async () => {
  mkdirSync(at(), { recursive: true })
  writeFileSync(at('.freebusy.new'), 'half of i')
  await publish()
  expect(readdirSync(at())).toEqual(['freebusy'])
})

test('stands behind a token that nobody can guess, and stays there; the other place is empty', async () => {
  await publish()
  set('publish_token', 'true')
  set('publish_url', 'https://calendar.example.com/freebusy')
  const first = await publish()
  expect(first).toMatchObject({
    kind: 'published',
    url: expect.stringMatching(/\/mailto%3Apat%40example\.com\/[A-Za-z0-9_-]{22}\/freebusy$/),
  })
  expect(existsSync(at('freebusy'))).toBe(false)
  clock += 86_400
  expect(await publish()).toEqual(first)
  prefer({ freebusy_publishing: 'no' })
  expect(await publish()).toEqual({ kind: 'removed' })
  expect(await publish()).toEqual({ kind: 'private' })
  prefer({ freebusy_publishing: 'publish' })
  expect(await publish()).toEqual(first)
  set('publish_token', 'false')
  await publish()
  const [token = ''] = readdirSync(at()).filter((name) => name !== 'freebusy')
  expect(readdirSync(at(token))).toEqual([])
})

test('the address of an odd user leads to its file', async () => {
  set('publish_url', 'https://calendar.example.com/freebusy')
  const odd = "mailto:o'pat/x@example.com"
  mkdirSync(join(folder, 'preferences/@example.com'), { recursive: true })
  for (const name of ['freebusy_sharing', 'freebusy_publishing'])
    writeFileSync(join(folder, 'preferences/@example.com', name), name === 'freebusy_sharing' ? 'share' : 'publish')
  const { url } = (await publishUser(odd, makeWorld())) as { url: string }
  const path = decodeURIComponent(new URL(url).pathname.slice('/freebusy/'.length))
  expect(path).toBe('mailto:o%27pat%2Fx@example.com/freebusy')
  expect(existsSync(join(folder, 'static', path))).toBe(true)
})

test.each([
  ['freebusy_sharing', 'no'],
  ['freebusy_publishing', 'no'],
  ['freebusy_outside', 'none'],
])('goes when %s is %s', async (name, value) => {
  await publish()
  prefer({ [name]: value })
  expect(await publish()).toEqual({ kind: 'removed' })
  expect(existsSync(at('freebusy'))).toBe(false)
})

function makeMailWorld(failures: string[]): World {
  const report = { failure: (text: string) => void failures.push(text) }
  return { ...makeWorld(), mode: 'on', dryRun: false, report } as unknown as World
}

const decided = [{ publications: [user], verdict: { user: 'mailto:kim@example.com' } }] as unknown as readonly Decided[]

test('a directory that cannot be used is told to the log, and nothing is thrown', async () => {
  writeFileSync(join(folder, 'static'), 'in the way')
  const failures: string[] = []
  await publishFreeBusy(decided, makeMailWorld(failures))
  expect(failures).toEqual([expect.stringMatching(/^free\/busy of pat@example\.com cannot be published: ENOTDIR/)])
  rmSync(join(folder, 'static'))
  await publishFreeBusy(decided, makeMailWorld(failures))
  expect(failures).toHaveLength(1)
  expect(existsSync(at('freebusy'))).toBe(true)
})

test.skipIf(process.getuid?.() === 0)(
  'nor is one without permission (not looked at as root, who may everything)',
  async () => {
    mkdirSync(join(folder, 'static'))
    chmodSync(join(folder, 'static'), 0o500)
    const failures: string[] = []
    await publishFreeBusy(decided, makeMailWorld(failures))
    expect(failures).toEqual([expect.stringMatching(/EACCES/)])
  },
)

test('a schedule that cannot be worked out is not published with a hole in it', async () => {
  await publish()
  const before = readFileSync(at('freebusy'), 'utf8')
  const broken = {
    start: { kind: 'utc' as const, local: now },
    end: { kind: 'utc' as const, local: now + 3600 },
    uid: 'broken@example.com',
    busyType: 'BUSY' as const,
    summary: '',
    organizer: '',
    recurrence: {
      component: {
        name: 'VEVENT',
        components: [],
        properties: [
          { name: 'DTSTART', value: '20260302T090000Z', parameters: [] },
          { name: 'RRULE', value: 'FREQ=SOMETIMES', parameters: [] },
        ],
      },
      timeZones: [],
    },
  }
  await store.transact([user], [], async () => ({
    changes: [{ user, effect: { kind: 'book', bookings: [broken] } }],
    result: undefined,
  }))
  await expect(publish()).rejects.toThrow(/broken@example\.com: .*; not published$/)
  expect(readFileSync(at('freebusy'), 'utf8')).toBe(before)
})

test('nothing is published by a dry run or while only observing', async () => {
  await publishFreeBusy(decided, { ...makeMailWorld([]), dryRun: true })
  await publishFreeBusy(decided, { ...makeMailWorld([]), mode: 'observe' })
  expect(existsSync(at())).toBe(false)
})
