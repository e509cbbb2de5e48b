// The tables of foreign names against the package they come from and the zones there are.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { listForeignNames, readPlainName } from '../../src/calendar/foreign-time-zones.ts'
import { windowsZones } from '../../src/calendar/windows-zones.ts'
import { systemZones } from './recurrence-source.ts'

describe('foreign names', () => {
  test('of Windows are those of the package windows-iana', () => {
    const tool = fileURLToPath(new URL('../../tools/dev/make-windows-zones.mjs', import.meta.url))
    const { status, stderr } = spawnSync(process.execPath, [tool, '--check'], { encoding: 'utf8' })
    expect([status, stderr.replace(/^npm.*\n/gm, '')]).toEqual([0, ''])
  })

  test('of Windows all lead to zones there are', () => {
    expect(windowsZones.size).toBeGreaterThan(130)
    for (const name of windowsZones.keys()) {
      expect(
        listForeignNames(name).places.some((place) => systemZones.find(place)),
        name,
      ).toBe(true)
    }
  })

  test('every IANA name in the tables is a zone, under its new name or its old one', () => {
    const source = readFileSync(new URL('../../src/calendar/foreign-time-zones.ts', import.meta.url), 'utf8')
    const names = [
      ...source.matchAll(/'((?:Africa|America|Asia|Atlantic|Australia|Etc|Europe|Indian|Pacific|US)\/[^']+)'/g),
    ]
    expect(names.length).toBeGreaterThan(150)
    for (const [, name = ''] of names) {
      expect(
        listForeignNames(name).places.some((place) => systemZones.find(place)),
        name,
      ).toBe(true)
    }
  })

  test('what programs put around a name is no part of it', () => {
    for (const text of ['"x"', "'x'", ' x ', 'x:', '""x""', '"x":']) expect(readPlainName(text)).toBe('x')
  })

  test('no name costs much', () => {
    for (const name of ['/'.repeat(100_000), 'a/'.repeat(50_000), '('.repeat(190), '-'.repeat(190), ' , '.repeat(60)]) {
      const { places, guesses } = listForeignNames(name)
      expect(places.length + guesses.length).toBeLessThan(50)
    }
  })
})
