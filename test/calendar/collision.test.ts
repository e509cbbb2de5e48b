// Where two series meet, and that some never do, however long one waits.
import { describe, expect, test } from 'vitest'
import { findCollisions, findPeriodCollisions } from '../../src/calendar/collision.ts'
import { isFault } from '../../src/calendar/fault.ts'
import { parseInstant, serializeInstant } from '../../src/calendar/time.ts'
import { makeRecurrence, need, zonesFor } from './recurrence-source.ts'

const zones = zonesFor('Europe/Berlin')
const at = (text: string): number => need(parseInstant(text))

function find(a: string, b: string, most = 2, from = '2026-01-01T00:00:00Z'): readonly string[] | string {
  const found = findCollisions(makeRecurrence(a), makeRecurrence(b), zones, zones, at(from), most)
  return isFault(found)
    ? found.code
    : found.map((pair) => `${serializeInstant(pair.a.start)} ${serializeInstant(pair.b.start)}`)
}

const series = (start: string, rule: string, length = 'PT1H', zone = 'Europe/Berlin') =>
  `DTSTART;TZID=${zone}:${start}\nDURATION:${length}\nRRULE:${rule}`

describe('two endless series', () => {
  for (const [what, a, b] of [
    ['one after the other', series('20260105T090000', 'FREQ=WEEKLY'), series('20260105T100000', 'FREQ=WEEKLY')],
    ['at other days', series('20260105T090000', 'FREQ=WEEKLY'), series('20260106T090000', 'FREQ=WEEKLY;BYDAY=TU,WE')],
    [
      'in alternate weeks',
      series('20260105T090000', 'FREQ=WEEKLY;INTERVAL=2'),
      series('20260112T090000', 'FREQ=WEEKLY;INTERVAL=2'),
    ],
    [
      'on alternate days',
      series('20260105T090000', 'FREQ=DAILY;INTERVAL=2'),
      series('20260106T090000', 'FREQ=DAILY;INTERVAL=2'),
    ],
    [
      'on the first and the second Monday',
      series('20260105T090000', 'FREQ=MONTHLY;BYDAY=1MO'),
      series('20260112T090000', 'FREQ=MONTHLY;BYDAY=2MO'),
    ],
    [
      'on the first and the last day',
      series('20260101T090000', 'FREQ=MONTHLY'),
      series('20260131T090000', 'FREQ=MONTHLY;BYMONTHDAY=-1'),
    ],
    [
      'in January and in July',
      series('20260101T090000', 'FREQ=DAILY;BYMONTH=1'),
      series('20260701T090000', 'FREQ=DAILY;BYMONTH=7'),
    ],
    [
      'in winter and in summer',
      series('20260101T090000', 'FREQ=DAILY;BYMONTH=10,11,12,1,2,3'),
      series('20260401T090000', 'FREQ=DAILY;BYMONTH=4,5,6,7,8,9'),
    ],
    [
      'in two places, one after the other',
      series('20260105T090000', 'FREQ=WEEKLY'),
      series('20260105T090000', 'FREQ=WEEKLY', 'PT1H', 'Europe/London'),
    ],
    [
      'every second minute',
      series('20260105T090000', 'FREQ=MINUTELY;INTERVAL=2', 'PT1M', 'UTC'),
      series('20260105T090100', 'FREQ=MINUTELY;INTERVAL=2', 'PT1M', 'UTC'),
    ],
    [
      'one of which takes no time',
      series('20260105T090000', 'FREQ=DAILY', 'PT0S'),
      series('20260105T090000', 'FREQ=DAILY'),
    ],
    ['that end before', `${series('20260105T090000', 'FREQ=DAILY;COUNT=5')}`, series('20260111T090000', 'FREQ=DAILY')],
  ] as const) {
    test(`${what} never meet`, () => {
      expect(find(a, b)).toEqual([])
      expect(find(b, a)).toEqual([])
    })
  }

  for (const [what, a, b, first] of [
    [
      'at once',
      series('20260105T090000', 'FREQ=WEEKLY'),
      series('20260105T093000', 'FREQ=DAILY'),
      '20260105T080000Z 20260105T083000Z',
    ],
    // When one place is in summer and the other is not yet.
    [
      'when the clocks of two places differ',
      series('20260105T090000', 'FREQ=WEEKLY'),
      series('20260105T040000', 'FREQ=WEEKLY', 'PT1H', 'America/New_York'),
      '20260309T080000Z 20260309T080000Z',
    ],
    [
      'on the night in which an hour is left out',
      series('20260105T013000', 'FREQ=DAILY'),
      series('20260105T030000', 'FREQ=DAILY', 'PT20M'),
      '20260329T003000Z 20260329T010000Z',
    ],
    [
      'when Christmas is a Monday',
      series('20260105T090000', 'FREQ=WEEKLY'),
      series('20251225T090000', 'FREQ=YEARLY'),
      '20281225T080000Z 20281225T080000Z',
    ],
    [
      'after many years',
      series('20260105T090000', 'FREQ=WEEKLY'),
      series('20240229T090000', 'FREQ=YEARLY'),
      '20440229T080000Z 20440229T080000Z',
    ],
    [
      'at once, and then never for a hundred years',
      series('20260228T090000', 'FREQ=YEARLY;INTERVAL=100'),
      series('20260101T090000', 'FREQ=MONTHLY;BYMONTHDAY=-1'),
      '20260228T080000Z 20260228T080000Z',
    ],
  ] as const) {
    test(`meet ${what}`, () => {
      const found = find(a, b, 1)
      expect(found).toHaveLength(1)
      expect(found[0]?.startsWith(first)).toBe(true)
    })
  }

  test('that meet in the one night only in which the first lasts an hour longer on the clock', () => {
    const a = series('20260105T013000', 'FREQ=DAILY', 'PT1H30M')
    expect(find(a, series('20260105T033000', 'FREQ=DAILY', 'PT30M'))).toEqual([
      '20260329T003000Z 20260329T013000Z',
      '20270328T003000Z 20270328T013000Z',
    ])
    expect(find(a, series('20260105T040000', 'FREQ=DAILY', 'PT30M'))).toEqual([])
  })

  test('from an instant on only', () => {
    const a = series('20260105T090000', 'FREQ=WEEKLY')
    expect(find(a, a, 2, '2030-01-01T00:00:00Z')).toEqual([
      '20300107T080000Z 20300107T080000Z',
      '20300114T080000Z 20300114T080000Z',
    ])
    // One that still lasts then counts.
    expect(find(a, a, 1, '2030-01-07T08:30:00Z')).toEqual(['20300107T080000Z 20300107T080000Z'])
  })

  test('with exceptions, added dates and ends', () => {
    const a = `${series('20260105T090000', 'FREQ=WEEKLY;COUNT=3')}\nEXDATE:20260105T080000Z`
    const b = `${series('20260106T090000', 'FREQ=WEEKLY;COUNT=3')}\nRDATE:20260105T080000Z,20260112T083000Z`
    expect(find(a, b)).toEqual(['20260112T080000Z 20260112T083000Z'])
  })

  test('too busy to be followed is a fault, never a hang', () => {
    const a = series('20260105T090000', 'FREQ=SECONDLY;INTERVAL=2;BYMONTH=1', 'PT1S')
    const b = series('20260105T090001', 'FREQ=SECONDLY;INTERVAL=2;BYMONTH=1', 'PT1S')
    expect(find(a, b)).toBe('too-much-work')
  })

  test('one of which has an unknown zone', () => {
    expect(
      find(series('20260105T090000', 'FREQ=DAILY', 'PT1H', 'Nowhere/Land'), series('20260105T090000', 'FREQ=DAILY')),
    ).toBe('unknown-zone')
    expect(
      find(series('20260105T090000', 'FREQ=DAILY'), series('20260105T090000', 'FREQ=DAILY', 'PT1H', 'Nowhere/Land')),
    ).toBe('unknown-zone')
  })
})

test('a period and a series', () => {
  const weekly = makeRecurrence(series('20260105T090000', 'FREQ=WEEKLY'))
  const list = (start: string, end: string) =>
    need(findPeriodCollisions({ start: at(start), end: at(end) }, weekly, zones, 2)).map((each) =>
      serializeInstant(each.start),
    )
  expect(list('2056-01-03T08:30:00Z', '2056-01-03T12:00:00Z')).toEqual(['20560103T080000Z'])
  expect(list('2056-01-03T09:00:00Z', '2056-01-10T08:00:00Z')).toEqual([])
  expect(list('2056-01-01T00:00:00Z', '2057-01-01T00:00:00Z')).toHaveLength(2)
  expect(list('2056-01-03T08:30:00Z', '2056-01-03T08:30:00Z')).toEqual([])
})
