// Durations: read, written, and added across a change of the clock.
import { describe, expect, test } from 'vitest'
import { addDuration, countDays, parseDuration, serializeDuration } from '../../src/calendar/duration.ts'
import { isFault } from '../../src/calendar/fault.ts'
import { type CalendarTime, parseCalendarTime, serializeCalendarTime } from '../../src/calendar/time.ts'
import { need, zonesFor } from './recurrence-source.ts'

describe('a duration', () => {
  for (const [text, days, seconds, written] of [
    ['P15DT5H0M20S', 15, 18_020, 'P15DT5H20S'],
    ['P7W', 49, 0, 'P49D'],
    ['PT1H', 0, 3600, 'PT1H'],
    ['PT90M', 0, 5400, 'PT1H30M'],
    ['P1D', 1, 0, 'P1D'],
    ['+P1D', 1, 0, 'P1D'],
    ['-PT15M', 0, -900, '-PT15M'],
    ['-P1DT1S', -1, -1, '-P1DT1S'],
    ['PT0S', 0, 0, 'PT0S'],
    ['P0D', 0, 0, 'PT0S'],
    ['-P0D', 0, 0, 'PT0S'],
    ['pt1h', 0, 3600, 'PT1H'],
    [' PT1H ', 0, 3600, 'PT1H'],
    // Not quite as RFC 5545 has it, but plain.
    ['P1W2D', 9, 0, 'P9D'],
    ['PT1H30S', 0, 3630, 'PT1H30S'],
    ['P1DT', 1, 0, 'P1D'],
  ] as const) {
    test(text, () => {
      const duration = parseDuration(text)
      expect(duration).toEqual({ days, seconds })
      expect(serializeDuration(need(duration))).toBe(written)
    })
  }

  for (const text of [
    '',
    'P',
    'PT',
    '1H',
    'P1H',
    'PT1D',
    'P1Y',
    'P1M',
    'PT1.5H',
    'P-1D',
    'PT1H2H',
    `P${'9'.repeat(50)}D`,
    'P1D '.repeat(99),
  ]) {
    test(`${text.slice(0, 20)} is none`, () => expect(parseDuration(text)).toMatchObject({ code: 'bad-duration' }))
  }

  test('of hours makes up the days it begins, where only days count', () => {
    expect(['PT24H', 'PT1H', 'P1DT1S', 'PT0S'].map((text) => countDays(need(parseDuration(text))))).toEqual([
      1, 1, 2, 0,
    ])
  })
})

describe('added to a time', () => {
  const zones = zonesFor('Europe/Berlin')
  for (const [time, duration, expected] of [
    // The night in which an hour is left out: a day has 23 hours.
    ['Europe/Berlin 20260328T120000', 'P1D', 'zoned 20260329T120000'],
    ['Europe/Berlin 20260328T120000', 'PT24H', 'zoned 20260329T130000'],
    ['Europe/Berlin 20260328T120000', 'P1DT1H', 'zoned 20260329T130000'],
    ['Europe/Berlin 20260329T013000', 'PT1H', 'zoned 20260329T033000'],
    // The night with an hour more.
    ['Europe/Berlin 20261024T120000', 'PT24H', 'zoned 20261025T110000'],
    ['Europe/Berlin 20261024T120000', '-P1D', 'zoned 20261023T120000'],
    // The second of two equal hours has no name on the clock.
    ['Europe/Berlin 20261025T023000', 'PT1H', 'utc 20261025T013000Z'],
    ['20260328T120000', 'PT24H', 'floating 20260329T130000'],
    ['20260328T120000Z', 'PT24H', 'utc 20260329T120000Z'],
    ['20260328', 'P2D', 'date 20260330'],
    ['20260328', 'PT25H', 'date 20260330'],
  ] as const) {
    test(`${time} and ${duration}`, () => {
      const [zone, text] = time.includes(' ') ? time.split(' ') : [undefined, time]
      const sum = addDuration(need(parseCalendarTime(text ?? '', zone)), need(parseDuration(duration)), zones)
      expect(isFault(sum) ? sum.code : `${sum.kind} ${serializeCalendarTime(sum)}`).toBe(expected)
    })
  }

  test('of an unknown zone is a fault', () => {
    const time: CalendarTime = { kind: 'zoned', local: 0, zone: 'Nowhere/Land' }
    expect(addDuration(time, { days: 1, seconds: 0 }, zones)).toMatchObject({ code: 'unknown-zone' })
  })
})
