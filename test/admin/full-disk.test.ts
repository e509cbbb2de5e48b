// make-freebusy and copy-store on a disk that is really full: a small file system in memory, where this machine lets us mount one.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { runAdmin } from '../../src/admin/run-admin.ts'
import { openConfiguredStore } from '../../src/pipeline/open-store.ts'
import { loadSystemZones } from '../../src/zones/system-zones.ts'
import { type FixedClock, makeFixedClock } from '../support/fixed-clock.ts'
import { makeRecordingTransport } from '../support/recording-transport.ts'
import { makeCalendar } from './admin-room.ts'

const zones = loadSystemZones()
const users = ['ann', 'ben', 'cal'].map((name) => `${name}@example.com`)

let folder: string
let small: string
let clock: FixedClock
let isMounted: boolean

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'full-'))
  small = join(folder, 'small')
  mkdirSync(small)
  isMounted = mount()
  clock = makeFixedClock('2026-03-02T03:17:00Z')
})
afterEach(() => {
  if (isMounted) execFileSync('umount', [small])
  rmSync(folder, { recursive: true, force: true })
})

function mount(): boolean {
  if (process.getuid?.() !== 0) return false
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', small], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** Takes what room there is. */
function fillUp(): void {
  for (const size of [65_536, 4096])
    for (let number = 0; ; number++) {
      try {
        writeFileSync(join(small, `filler-${size}-${number}`), Buffer.alloc(size))
      } catch {
        break
      }
    }
}

function makeRoom(): void {
  for (const name of readdirSync(small)) if (name.startsWith('filler-')) rmSync(join(small, name))
}

async function run(publishDir: string, ...args: readonly string[]) {
  const places = ['store', 'journal', 'preferences'].map((name) => `${name}_dir = "${join(folder, name)}"`)
  const settings = [...places, `publish_dir = "${publishDir}"`, `log = "${join(folder, 'agent.log')}"`, 'tzid = "UTC"']
  writeFileSync(join(folder, 'config.toml'), settings.join('\n'))
  let [out, error] = ['', '']
  const code = await runAdmin(['-c', join(folder, 'config.toml'), ...args], {
    environment: {},
    write: (text) => {
      out += text
    },
    writeError: (text) => {
      error += text
    },
    isTerminal: false,
    now: clock.now,
    makeIdentifier: () => 'made',
    loadZones: () => zones,
    hasStore: () => true,
    openStore: openConfiguredStore,
    makeOutward: () => makeRecordingTransport({}),
    readInput: (file) => readFileSync(file ?? ''),
    makeCodeCaches: async () => [],
    codeCachePaths: [],
  })
  return { code, out, error }
}

async function importEvent(user: string, uid: string, start: string): Promise<void> {
  const file = join(folder, 'events.ics')
  writeFileSync(file, makeCalendar([`UID:${uid}`, `DTSTART:${start}`, 'DURATION:PT1H', `SUMMARY:${'x'.repeat(5000)}`]))
  expect((await run(small, 'import', user, file)).code).toBe(0)
}

test('make-freebusy: each user that cannot be published is named, the old files stay whole, and the next run makes them', async (context) => {
  context.skip(!isMounted, 'no file system can be mounted here')
  for (const user of users) {
    for (const [name, value] of [
      ['freebusy_sharing', 'share'],
      ['freebusy_publishing', 'publish'],
    ])
      await run(small, 'preferences', user, name ?? '', value ?? '')
    await importEvent(user, 'a', '20260310T100000Z')
  }
  const read = (): readonly string[] =>
    users.map((user) => readFileSync(join(small, `mailto:${user}`, 'freebusy'), 'utf8'))
  const before = read()
  fillUp()
  for (const user of users) await run(join(folder, 'elsewhere'), 'book', user, ...times('2026-03-11'))
  const full = await run(small, 'make-freebusy')
  expect([full.code, full.out]).toEqual([1, 'free/busy: 0 published, 0 unchanged, 0 not shared, 3 failed\n'])
  const lines = full.error.trim().split('\n')
  expect(lines.map((line) => /^imip-admin: (\S+): .*: the disk is full; make room/.exec(line)?.[1])).toEqual(users)
  expect(read()).toEqual(before)
  makeRoom()
  expect((await run(small, 'make-freebusy', ...users)).code).toBe(0)
  for (const text of read()) expect(text).toContain('20260311T')
  expect((await run(small, 'make-freebusy', '--check')).code).toBe(0)
})

const times = (day: string): readonly string[] => ['--start', `${day}T10:00:00Z`, '--end', `${day}T11:00:00Z`]

test('copy-store: what did not fit is named, nothing is there by half, and the same call ends it', async (context) => {
  context.skip(!isMounted, 'no file system can be mounted here')
  const elsewhere = join(folder, 'elsewhere')
  for (const user of users)
    for (let number = 0; number < 8; number++)
      await importEvent(user, `event-${number}`, `202603${10 + number}T100000Z`)
  fillUp()
  // Room for a part of it.
  for (const number of [0, 1, 2]) rmSync(join(small, `filler-65536-${number}`))
  const places = [join(folder, 'store'), join(small, 'to')]
  const copy = () => run(elsewhere, 'copy-store', ...places)
  const first = await copy()
  expect(first.code).toBe(1)
  expect(first.error).toMatch(/@example\.com: the store cannot be used: ENOSPC: .*\/small\/to\/mailto:/)
  const show = (store: string | undefined, user: string) => run(elsewhere, '-S', store ?? '', 'show-store', user)
  makeRoom()
  // What was there already differs in nothing, or it would be named.
  const second = await copy()
  expect([second.code, second.error]).toEqual([0, ''])
  for (const user of users) expect((await show(places[1], user)).out).toBe((await show(places[0], user)).out)
  expect(existsSync(join(small, 'to', 'FORMAT'))).toBe(true)
})
