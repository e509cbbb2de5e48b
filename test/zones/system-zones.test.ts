// The system's zone files against Python's zoneinfo, and what must never be read.
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { loadSystemZones, systemZoneDirectory } from '../../src/zones/system-zones.ts'
import { makeRandom } from '../calendar/oracle/random-rules.ts'

const hasFiles = existsSync(join(systemZoneDirectory, 'Europe/Berlin'))
const hasPython = spawnSync('/usr/bin/python3', ['-c', 'import zoneinfo']).status === 0
const script = fileURLToPath(new URL('./zoneinfo-oracle.py', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'zones-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe('zones of the system', () => {
  test('are there: the package tzdata brings them', () => expect(hasFiles).toBe(true))

  if (!hasPython) test.skip('skipped: /usr/bin/python3 has no zoneinfo')
  else {
    test('agree with zoneinfo at random instants and local times, in every zone', { timeout: 120_000 }, () => {
      const random = makeRandom(8536)
      const jobs = listZones().map((zone) => {
        const clock = loadSystemZones().find(zone)
        // 1890 to 2400, and every change of the clock in some years, with the seconds around it.
        const instants = Array.from({ length: 40 }, () => Math.floor(-2_524_608_000 + random() * 16_094_678_400))
        const locals = [...instants]
        for (const from of [-1_000_000_000, 500_000_000, 1_700_000_000, 4_000_000_000]) {
          let at = from
          for (let count = 0; clock && count < 6; count++) {
            const { end, offset } = clock.findStretch(at)
            if (end > 13_000_000_000) break
            instants.push(end - 1, end, end + 1)
            for (const seconds of [-3601, -1800, -1, 0, 1, 1800, 3600, 5400]) locals.push(end + offset + seconds)
            at = end
          }
        }
        return { zone, instants, locals }
      })
      const answers = askZoneinfo(jobs)
      const tables = loadSystemZones()
      const differences: string[] = []
      for (const [at, { zone, instants, locals }] of jobs.entries()) {
        const clock = tables.find(zone)
        const answer = answers[at]
        if (!clock || !answer) {
          differences.push(`${zone} is missing`)
          continue
        }
        for (const [index, instant] of instants.entries()) {
          const ours = clock.toLocal(instant) - instant
          if (ours !== answer.offsets[index])
            differences.push(`${zone} at ${instant}: ${ours}, ${answer.offsets[index]}`)
        }
        for (const [index, local] of locals.entries()) {
          const ours = clock.toInstant(local)
          if (ours !== answer.instants[index])
            differences.push(`${zone} local ${local}: ${ours}, ${answer.instants[index]}`)
        }
      }
      expect(jobs.length).toBeGreaterThan(300)
      expect(differences).toEqual([])
    })
  }

  test('have a version', () => {
    expect(loadSystemZones().version).toMatch(/^20\d\d[a-z]/)
  })

  for (const name of [
    '../../../etc/passwd',
    '/etc/localtime',
    'Europe/../../../etc/hosts',
    'Europe/./Berlin',
    'Europe//Berlin',
    '/Europe/Berlin',
    'Europe/Berlin/',
    'Europe',
    '.',
    '..',
    '',
    'Europe\\Berlin',
    'Europe/Berlin\0.txt',
    'Europe/B%65rlin',
    'tzdata.zi',
    'zone.tab',
    'leapseconds',
    'localtime',
    'posixrules',
    'posix/Europe/Berlin',
    'right/Europe/Berlin',
    'Factory',
    'A'.repeat(5000),
    'A/'.repeat(2000),
  ]) {
    test(`${JSON.stringify(name).slice(0, 40)} is no zone`, () => {
      expect(loadSystemZones().find(name)).toBe(undefined)
    })
  }

  test('a zone is read once', () => {
    const tables = loadSystemZones()
    expect(tables.find('Europe/Oslo')).toBe(tables.find('Europe/Oslo'))
  })

  test('files that are no zones, and broken ones, are none', () => {
    const directory = join(folder, 'broken')
    mkdirSync(join(directory, 'Etc'), { recursive: true })
    cpSync(join(systemZoneDirectory, 'UTC'), join(directory, 'UTC'), { dereference: true })
    writeFileSync(join(directory, 'Empty'), '')
    writeFileSync(join(directory, 'Short'), 'TZif2')
    writeFileSync(join(directory, 'Text'), 'x'.repeat(5000))
    writeFileSync(join(directory, 'Huge'), Buffer.alloc(300_000))
    // Says it has four thousand million changes.
    writeFileSync(join(directory, 'Lying'), Buffer.concat([Buffer.from('TZif2'), Buffer.alloc(60, 0xff)]))
    symlinkSync('Loop', join(directory, 'Loop'))
    const tables = loadSystemZones(directory)
    expect(tables.version).toBe('unknown')
    expect(tables.find('UTC')?.toLocal(5)).toBe(5)
    for (const name of ['Empty', 'Short', 'Text', 'Huge', 'Lying', 'Loop', 'Etc', 'Missing']) {
      expect(tables.find(name), name).toBe(undefined)
    }
  })
})

describe('without zone files', () => {
  const intl = loadSystemZones(join(folder, 'nothing-here'))
  const known = loadSystemZones()

  test('Intl gives the same clocks', () => {
    for (const name of [
      'Europe/Berlin',
      'America/New_York',
      'Australia/Lord_Howe',
      'Asia/Kolkata',
      'America/Sao_Paulo',
    ]) {
      const [ours, theirs] = [known.find(name), intl.find(name)]
      for (let at = Date.UTC(2005, 0, 1) / 1000; at < Date.UTC(2025, 0, 1) / 1000; at += 17 * 86_400 + 3599) {
        expect(theirs?.toLocal(at), `${name} ${at}`).toBe(ours?.toLocal(at))
        expect(theirs?.toInstant(at), `${name} local ${at}`).toBe(ours?.toInstant(at))
      }
    }
  })

  test('gaps and what comes twice are read as elsewhere', () => {
    const berlin = intl.find('Europe/Berlin')
    for (const local of [Date.UTC(2026, 2, 29, 2, 30), Date.UTC(2026, 9, 25, 2, 30), Date.UTC(2026, 9, 25, 3, 0)]) {
      expect(berlin?.toInstant(local / 1000)).toBe(known.find('Europe/Berlin')?.toInstant(local / 1000))
    }
  })

  test('the version says where they come from, and names that are none are none', () => {
    expect(intl.version).toMatch(/^icu-/)
    for (const name of ['Nowhere/Land', '', '+01:00', '../etc/passwd']) expect(intl.find(name), name).toBe(undefined)
  })
})

/** Every zone file there is, old names included. */
function listZones(folderName = ''): readonly string[] {
  return readdirSync(join(systemZoneDirectory, folderName), { withFileTypes: true }).flatMap((entry) => {
    const name = folderName === '' ? entry.name : `${folderName}/${entry.name}`
    if (entry.isDirectory()) return name === 'posix' || name === 'right' ? [] : listZones(name)
    return /^[A-Z]/.test(entry.name) && !/\./.test(entry.name) && entry.name !== 'Factory' ? [name] : []
  })
}

function askZoneinfo(
  jobs: readonly object[],
): readonly { readonly offsets: readonly number[]; readonly instants: readonly number[] }[] {
  const input = jobs.map((job) => `${JSON.stringify(job)}\n`).join('')
  const { stdout } = spawnSync('/usr/bin/python3', [script], { input, maxBuffer: 200_000_000, encoding: 'utf8' })
  const lines = stdout.split('\n').filter((line) => line !== '')
  return lines.map((line) => JSON.parse(line))
}
