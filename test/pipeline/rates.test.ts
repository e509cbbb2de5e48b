// Rates: counted by all programs together, exactly, an hour at a time; and what a mail beyond them meets.
import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, describe, expect, test } from 'vitest'
import { makeRates } from '../../src/pipeline/rates.ts'
import { bundleEntry } from '../../tools/dev/build.mjs'
import { makeCaseWorld } from '../support/case-world.ts'
import { makeFixedClock } from '../support/fixed-clock.ts'

const modes = { file: 0o660, directory: 0o2770 }
const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rates-'))
  folders.push(folder)
  return folder
}

describe('counting', () => {
  test('each name by itself, for an hour, whoever counts', () => {
    const folder = join(makeFolder(), 'rates')
    const clock = makeFixedClock('2026-03-02T09:59:59Z')
    const [one, other] = [makeRates(folder, clock.now, modes), makeRates(folder, clock.now, modes)]
    expect(one.count('resource', 'mailto:room@example.com', 1)).toBe(0)
    expect(other.count('resource', 'mailto:room@example.com', 3)).toBe(1)
    expect(one.count('resource', 'mailto:room@example.com', 1)).toBe(4)
    expect(one.count('resource', 'mailto:car@example.com', 1)).toBe(0)
    expect(one.count('organizer', 'mailto:room@example.com', 1)).toBe(0)
    clock.set('2026-03-02T10:00:00Z')
    expect(one.count('resource', 'mailto:room@example.com', 1)).toBe(0)
  })

  test('hours that are over leave, and what is not ours stays', () => {
    const folder = makeFolder()
    const clock = makeFixedClock('2026-03-02T09:00:00Z')
    const rates = makeRates(folder, clock.now, modes)
    writeFileSync(join(folder, 'note'), '')
    for (const hour of ['09', '10', '11', '12']) {
      clock.set(`2026-03-02T${hour}:00:00Z`)
      rates.count('organizer', 'mailto:kim@example.org', 1)
    }
    expect(readdirSync(folder)).toHaveLength(3)
  })

  test('organizers without end need files with an end', () => {
    const folder = makeFolder()
    const rates = makeRates(folder, makeFixedClock('2026-03-02T09:00:00Z').now, modes)
    for (let number = 0; number < 6000; number++) rates.count('organizer', `mailto:o${number}@example.net`, 1)
    const [hour = ''] = readdirSync(folder)
    expect(readdirSync(join(folder, hour)).length).toBeLessThanOrEqual(4096)
  })

  test('where nothing can be written nobody is limited', () => {
    const folder = makeFolder()
    writeFileSync(join(folder, 'file'), '')
    const rates = makeRates(join(folder, 'file'), makeFixedClock('2026-03-02T09:00:00Z').now, modes)
    expect(rates.count('resource', 'mailto:room@example.com', 5)).toBe(0)
  })

  test('all programs of the site may count, whatever their umask', () => {
    const folder = join(makeFolder(), 'rates')
    const before = process.umask(0o077)
    try {
      makeRates(folder, () => 3600, modes).count('resource', 'room', 1)
    } finally {
      process.umask(before)
    }
    const read = (path: string) => statSync(path).mode & 0o7777
    expect([read(join(folder, '1')), read(join(folder, '1', 'resource-room'))]).toEqual([0o2770, 0o660])
  })

  test('four processes lose no count', { timeout: 60_000 }, async () => {
    const folder = makeFolder()
    const bundle = join(folder, 'rates.cjs')
    writeFileSync(bundle, await bundleEntry('src/pipeline/rates.ts'))
    const code = `const rates = require(process.argv[1]).makeRates(process.argv[2], () => 3600, { file: 0o660, directory: 0o770 })
      for (let i = 0; i < 500; i++) rates.count('resource', 'room', 1)`
    const run = promisify(execFile)
    await Promise.all([1, 2, 3, 4].map(() => run(process.execPath, ['-e', code, bundle, join(folder, 'counted')])))
    expect(makeRates(join(folder, 'counted'), () => 3600, modes).count('resource', 'room', 1)).toBe(2000)
  })
})

describe('beyond the rates', () => {
  const request = (number: number) =>
    Buffer.from(`From: kim@example.com
To: room@example.com
Message-ID: <mail-${number}@example.com>
Content-Type: text/calendar; method=REQUEST

BEGIN:VCALENDAR
METHOD:REQUEST
BEGIN:VEVENT
UID:meeting-${number}@example.com
DTSTAMP:20260302T085900Z
DTSTART:202603${String(3 + number).padStart(2, '0')}T100000Z
DTEND:202603${String(3 + number).padStart(2, '0')}T110000Z
ORGANIZER:mailto:kim@example.com
ATTENDEE:mailto:room@example.com
END:VEVENT
END:VCALENDAR
`)
  const route = {
    agent: 'resource',
    sender: 'kim@example.com',
    recipients: ['room@example.com'],
    options: new Map(),
  } as const

  test.each(['organizer_requests_per_hour', 'resource_requests_per_hour'])(
    '%s: the mail is put off, and one verdict says so',
    async (name) => {
      const clock = makeFixedClock('2026-03-02T09:00:00Z')
      const world = makeCaseWorld('memory', clock)
      try {
        world.configure({ name, value: '2' })
        const seen: string[] = []
        for (const number of [1, 2, 3, 4]) {
          const { exit, sent, verdicts } = await world.receive(route, request(number))
          seen.push(`${exit.slice(0, 2)} ${sent.length} ${verdicts.map(({ word, code }) => `${word} ${code}`)}`.trim())
        }
        const code = name.startsWith('organizer') ? 'organizer-rate' : 'resource-rate'
        expect(seen).toEqual(['0 1 applied free', '0 1 applied free', `75 0 refused ${code}`, '75 0'])
        clock.set('2026-03-02T10:00:00Z')
        expect(await world.receive(route, request(4))).toMatchObject({ exit: '0' })
      } finally {
        await world.close()
      }
    },
  )

  test('0 is no limit', async () => {
    const world = makeCaseWorld('memory', makeFixedClock('2026-03-02T09:00:00Z'))
    try {
      for (const name of ['organizer_requests_per_hour', 'resource_requests_per_hour'])
        world.configure({ name, value: '0' })
      for (const number of [1, 2, 3]) expect((await world.receive(route, request(number))).exit).toBe('0')
    } finally {
      await world.close()
    }
  })
})
