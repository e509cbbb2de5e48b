// The VTIMEZONE made of a known zone: read again, its clock is the zone's, for every zone that rules can tell.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { isFault } from '../../src/calendar/fault.ts'
import { makeVtimezone } from '../../src/calendar/make-vtimezone.ts'
import { serializeComponent } from '../../src/calendar/serialize.ts'
import { type Instant, parseInstant } from '../../src/calendar/time.ts'
import { makeVtimezoneClock } from '../../src/calendar/vtimezone.ts'
import { listChanges, makeZoneClock, type ZoneClock } from '../../src/calendar/zone-clock.ts'
import { loadSystemZones, systemZoneDirectory } from '../../src/zones/system-zones.ts'

const zones = loadSystemZones()
const year = 366 * 86_400

const at = (text: string): Instant => {
  const instant = parseInstant(text)
  if (isFault(instant)) throw new Error(text)
  return instant
}

function listNames(folder = ''): readonly string[] {
  const entries = readdirSync(join(systemZoneDirectory, folder), { withFileTypes: true })
  return entries.flatMap((entry) => {
    const name = folder === '' ? entry.name : `${folder}/${entry.name}`
    if (!/^[A-Z]/.test(entry.name)) return []
    return entry.isDirectory() ? listNames(name) : zones.find(name) ? [name] : []
  })
}

const listOffsets = (clock: ZoneClock, from: Instant, to: Instant) =>
  listChanges(clock, from, to).map(({ instant, before, after }) => `${instant} ${before} ${after}`)

test.each(['2026-03-11T09:00:00Z', '2011-12-28T00:00:00Z'])('for all zones there are, from %s on', (text) => {
  const from = at(text)
  const untold: string[] = []
  const names = listNames()
  expect(names.length).toBeGreaterThan(300)
  for (const name of names) {
    const zone = zones.find(name)
    if (!zone) continue
    const [endless, ending] = [undefined, from + 8 * year].map((until) => makeVtimezone(name, zone, from, until))
    if (!endless) untold.push(name)
    for (const [made, end] of [
      [endless, from + 30 * year],
      [ending, from + 8 * year],
    ] as const) {
      if (!made) continue
      const clock = makeVtimezoneClock(made)
      if (isFault(clock)) throw new Error(`${name}: ${clock.text}`)
      expect(clock.toLocal(from), name).toBe(zone.toLocal(from))
      expect(listOffsets(clock, from, end), name).toEqual(listOffsets(zone, from, end))
    }
    // Whatever the clocks do, what ends can be told.
    expect(ending, name).toBeDefined()
  }
  // Clocks that follow the moon, and whatever else comes with the next zone data.
  expect(untold).toContain('Africa/Casablanca')
  expect(untold.length, untold.join(' ')).toBeLessThan(12)
})

test('what followed no rule comes first, one by one; then the rules of every year', () => {
  const berlin = zones.find('Europe/Berlin')
  // The end of summer time came in September until 1995.
  const made = berlin && makeVtimezone('Europe/Berlin', berlin, at('1994-06-01T00:00:00Z'))
  expect(
    made &&
      serializeComponent(made)
        .split('\r\n')
        .filter((line) => /^(?:DTSTART|RRULE)/.test(line)),
  ).toEqual([
    'DTSTART:19940327T020000',
    'DTSTART:19940925T030000',
    'DTSTART:19950326T020000',
    'DTSTART:19950924T030000',
    'DTSTART:19960331T020000',
    'RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU',
    'DTSTART:19961027T030000',
    'RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU',
  ])
})

test('a clock without rules is described as far as the series goes, or not at all', () => {
  const days = [0, 100, 333, 700, 1150, 1500].map((day) => day * 86_400)
  const clock = makeZoneClock((instant) => {
    const index = days.findLastIndex((start) => start <= instant)
    const [start = Number.NEGATIVE_INFINITY, end = Number.POSITIVE_INFINITY] = [days[index], days[index + 1]]
    return { start, end, offset: index % 2 === 0 ? 3600 : 0 }
  })
  expect(makeVtimezone('Odd', clock, 200 * 86_400, 800 * 86_400)).toBeDefined()
})
