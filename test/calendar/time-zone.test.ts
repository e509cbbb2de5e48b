// Which zone a TZID names, and what its clock says in gaps and overlaps.
import { describe, expect, test } from 'vitest'
import type { Component } from '../../src/calendar/component.ts'
import { isFault } from '../../src/calendar/fault.ts'
import { parseInstant, serializeCalendarTime, serializeInstant } from '../../src/calendar/time.ts'
import { makeZones, toInstant, toLocalTime, type ZoneTables } from '../../src/calendar/time-zone.ts'
import { makeComponent, need, systemZones } from './recurrence-source.ts'

/** +09:00, whatever its name says. */
const foreign = makeComponent(
  'BEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:+0900\nTZOFFSETTO:+0900\nEND:STANDARD',
  'VTIMEZONE',
)

function resolve(tzid: string, ...objects: readonly string[]): string {
  const timeZones = new Map<string, Component>(objects.map((name) => [name, foreign]))
  const zone = makeZones(systemZones, timeZones, 'UTC').resolve(tzid)
  return isFault(zone) ? zone.code : zone.source === 'object' ? 'object' : zone.name
}

describe('a TZID alone', () => {
  for (const [tzid, expected] of [
    ['Europe/Berlin', 'Europe/Berlin'],
    ['America/Argentina/Buenos_Aires', 'America/Argentina/Buenos_Aires'],
    ['/mozilla.org/20050126_1/Europe/Berlin', 'Europe/Berlin'],
    ['/freeassociation.sourceforge.net/Tzfile/Europe/Berlin', 'Europe/Berlin'],
    ['/freeassociation.sourceforge.net/Europe/Berlin', 'Europe/Berlin'],
    ['/softwarestudio.org/Olson_20011030_5/America/Argentina/Buenos_Aires', 'America/Argentina/Buenos_Aires'],
    ['/citadel.org/20250219_1/America/New_York', 'America/New_York'],
    ['"Europe/Berlin"', 'Europe/Berlin'],
    ["'Europe/Berlin'", 'Europe/Berlin'],
    [' Europe/Berlin ', 'Europe/Berlin'],
    ['Europe/Berlin:', 'Europe/Berlin'],
    ['europe/berlin', 'Europe/Berlin'],
    ['America/New York', 'America/New_York'],
    ['america/los_angeles', 'America/Los_Angeles'],
    ['W. Europe Standard Time', 'Europe/Berlin'],
    ['"W. Europe Standard Time"', 'Europe/Berlin'],
    ['W. Europe Standard Time 1', 'Europe/Berlin'],
    ['W. Europe Daylight Time', 'Europe/Berlin'],
    ['w. europe standard time', 'Europe/Berlin'],
    ['Eastern Standard Time', 'America/New_York'],
    ['Eastern Standard Time 1', 'America/New_York'],
    ['Eastern Standard Time (Mexico)', 'America/Cancun'],
    ['Pacific Standard Time', 'America/Los_Angeles'],
    ['Romance Standard Time', 'Europe/Paris'],
    ['UTC', 'Etc/UTC'],
    ['tzone://Microsoft/Utc', 'Etc/UTC'],
    ['(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna', 'Europe/Berlin'],
    ['(GMT+01.00) Amsterdam / Berlin / Bern / Rome / Stockholm / Vienna', 'Europe/Berlin'],
    ['(GMT+01:00) Sarajevo, Skopje, Warsaw, Zagreb', 'Europe/Warsaw'],
    ['(UTC-08:00) Pacific Time (US & Canada)', 'America/Los_Angeles'],
    ['(UTC-05:00) Eastern Time (US & Canada)', 'America/New_York'],
    ['Eastern Time (US & Canada)', 'America/New_York'],
    ['(UTC) Dublin, Edinburgh, Lisbon, London', 'Europe/London'],
    ['(GMT) Greenwich Mean Time : Dublin, Edinburgh, Lisbon, London', 'Europe/London'],
    ['(UTC) Coordinated Universal Time', 'Etc/UTC'],
    ['(UTC-07:00) Chihuahua, La Paz, Mazatlan', 'America/Chihuahua'],
    ['(UTC+10:00) Canberra, Melbourne, Sydney', 'Australia/Sydney'],
    ['GMT -0800 (Standard) / GMT -0700 (Daylight)', 'America/Los_Angeles'],
    ['GMT +0100 (Standard) / GMT +0200 (Daylight)', 'Europe/Berlin'],
    ['US-Eastern', 'America/New_York'],
    ['US/Eastern', 'US/Eastern'],
    ['EST5EDT', 'EST5EDT'],
    ['CET', 'CET'],
    ['PST', 'America/Los_Angeles'],
    ['Z', 'Etc/UTC'],
    ['GMT', 'GMT'],
    ['GMT+1', 'GMT+1'],
    ['UTC+05:30', 'UTC+05:30'],
    ['+0200', '+0200'],
    ['GMT +0530 (Standard)', 'GMT +0530 (Standard)'],
    // Without their VTIMEZONE these say nothing.
    ['Customized Time Zone', 'unknown-zone'],
    ['tzone://Microsoft/Custom', 'unknown-zone'],
    ['Mars/Olympus_Mons', 'unknown-zone'],
    ['../../etc/passwd', 'unknown-zone'],
    ['', 'unknown-zone'],
    ['x'.repeat(10_000), 'unknown-zone'],
  ] as const) {
    test(`${tzid.slice(0, 70)} is ${expected}`, () => {
      const resolved = resolve(tzid)
      expect(resolved === 'UTC' ? 'Etc/UTC' : resolved).toBe(expected)
    })
  }

  test('an offset means what people mean by it, not what POSIX does', () => {
    const zones = makeZones(systemZones, new Map(), 'UTC')
    expect(need(zones.resolve('GMT+1')).toInstant(0)).toBe(-3600)
    expect(need(zones.resolve('UTC-05:30')).toInstant(0)).toBe(19_800)
    expect(need(zones.resolve('Etc/GMT+5')).toInstant(0)).toBe(18_000)
  })
})

describe('a TZID with a VTIMEZONE of that name', () => {
  for (const [tzid, expected] of [
    // A place is trusted, and its rules count: the VTIMEZONE may be old or wrong.
    ['Europe/Berlin', 'Europe/Berlin'],
    ['/mozilla.org/20050126_1/Europe/Berlin', 'Europe/Berlin'],
    ['W. Europe Standard Time', 'Europe/Berlin'],
    ['(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna', 'Europe/Berlin'],
    // What many places share, or what nobody knows, is what the VTIMEZONE says.
    ['CET', 'object'],
    ['EST', 'object'],
    ['GMT', 'object'],
    ['GMT -0800 (Standard) / GMT -0700 (Daylight)', 'object'],
    ['Customized Time Zone', 'object'],
    ['Mars/Olympus_Mons', 'object'],
    ['Eastern', 'object'],
  ] as const) {
    test(`${tzid} is ${expected}`, () => expect(resolve(tzid, tzid)).toBe(expected))
  }

  test('is found although only one of the two is quoted, or has a colon at its end', () => {
    expect(resolve('"My Zone"', 'My Zone')).toBe('object')
    expect(resolve('My Zone', '"My Zone"')).toBe('object')
    expect(resolve('My Zone:', 'My Zone')).toBe('object')
  })

  test('that describes nothing leaves a guess, or a fault that says so', () => {
    const empty = makeComponent('TZID:x', 'VTIMEZONE')
    const zones = makeZones(
      systemZones,
      new Map([
        ['CET', empty],
        ['x', empty],
      ]),
      'UTC',
    )
    expect(zones.resolve('CET')).toMatchObject({ name: 'CET', source: 'known' })
    expect(zones.resolve('x')).toMatchObject({ kind: 'fault', code: 'bad-zone' })
  })
})

describe('without zone tables', () => {
  const none: ZoneTables = { version: 'none', find: () => undefined }

  test('UTC is known all the same, and the object serves for the rest', () => {
    const zones = makeZones(none, new Map([['Europe/Berlin', foreign]]), 'Europe/Berlin')
    expect(zones.local.name).toBe('UTC')
    expect(need(zones.resolve('Etc/UTC')).toInstant(7)).toBe(7)
    expect(need(zones.resolve('Europe/Berlin')).toLocal(0)).toBe(9 * 3600)
    expect(zones.resolve('Europe/Oslo')).toMatchObject({ code: 'unknown-zone' })
  })
})

describe('a time', () => {
  const zones = makeZones(systemZones, new Map(), 'America/New_York')
  const at = (kind: 'date' | 'floating' | 'utc', text: string) => ({ kind, local: need(parseInstant(`${text}Z`)) })

  test('floating and without a time of day is the user’s', () => {
    expect(serializeInstant(need(toInstant(at('floating', '20260701T090000'), zones)))).toBe('20260701T130000Z')
    expect(serializeInstant(need(toInstant(at('date', '20260701T000000'), zones)))).toBe('20260701T040000Z')
    expect(serializeInstant(need(toInstant(at('utc', '20260701T090000'), zones)))).toBe('20260701T090000Z')
  })

  test('of an unknown zone is a fault', () => {
    expect(toInstant({ kind: 'zoned', local: 0, zone: 'Nowhere/Land' }, zones)).toMatchObject({ code: 'unknown-zone' })
  })

  test('on the clock of a place', () => {
    const time = toLocalTime(need(parseInstant('2026-07-01T09:00:00Z')), need(zones.resolve('Asia/Kolkata')))
    expect([time.kind, serializeCalendarTime(time)]).toEqual(['zoned', '20260701T143000'])
  })

  for (const [zone, local, expected] of [
    // RFC 5545, 3.3.5: its own example.
    ['America/New_York', '20070311T023000', '20070311T073000Z'],
    ['America/New_York', '20071104T013000', '20071104T053000Z'],
    ['Europe/Berlin', '20260329T013000', '20260329T003000Z'],
    ['Europe/Berlin', '20260329T020000', '20260329T010000Z'],
    ['Europe/Berlin', '20260329T023000', '20260329T013000Z'],
    ['Europe/Berlin', '20260329T030000', '20260329T010000Z'],
    ['Europe/Berlin', '20261025T020000', '20261025T000000Z'],
    ['Europe/Berlin', '20261025T025959', '20261025T005959Z'],
    ['Europe/Berlin', '20261025T030000', '20261025T020000Z'],
    // Half an hour, a whole day, midnight.
    ['Australia/Lord_Howe', '20261004T021500', '20261003T154500Z'],
    ['Pacific/Apia', '20111230T120000', '20111230T220000Z'],
    ['Pacific/Apia', '20111231T120000', '20111230T220000Z'],
    ['America/Havana', '20260308T003000', '20260308T053000Z'],
    // After the table of the file, by the rule at its end.
    ['Europe/Berlin', '24560701T090000', '24560701T070000Z'],
    // Before the first change: the sun's own time.
    ['Europe/Berlin', '18000101T120000', '18000101T110632Z'],
  ] as const) {
    test(`${local} in ${zone}`, () => {
      expect(serializeInstant(need(zones.resolve(zone)).toInstant(need(parseInstant(`${local}Z`))))).toBe(expected)
    })
  }
})
