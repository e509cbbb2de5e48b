// Dates and times, and the arithmetic of days. RFC 5545, 3.3.4, 3.3.5 and 3.3.12.

import { describe, expect, test } from 'vitest'
import {
  type CalendarTime,
  daysOfMonth,
  daysSinceEpoch,
  isLeapYear,
  makeCivilDate,
  makeLocalSeconds,
  parseCalendarTime,
  parseInstant,
  secondsOfDay,
  serializeCalendarTime,
  serializeInstant,
} from '../../src/calendar/time.ts'
import { fc } from '../fast-check.ts'

const at = (...parts: [year: number, month: number, day: number, hour?: number, minute?: number, second?: number]) => {
  const [year, month, day, hour = 0, minute = 0, second = 0] = parts
  return Date.UTC(year, month - 1, day, hour, minute, second) / 1000
}

describe('values', () => {
  const rows: readonly (readonly [value: string, tzid: string | undefined, expected: CalendarTime])[] = [
    ['20260302', undefined, { kind: 'date', local: at(2026, 3, 2) }],
    ['20260302', 'Europe/Berlin', { kind: 'date', local: at(2026, 3, 2) }],
    ['20260302T090000', undefined, { kind: 'floating', local: at(2026, 3, 2, 9) }],
    ['20260302T090000', '', { kind: 'floating', local: at(2026, 3, 2, 9) }],
    ['20260302T090000', 'Europe/Berlin', { kind: 'zoned', local: at(2026, 3, 2, 9), zone: 'Europe/Berlin' }],
    ['20260302T090000Z', undefined, { kind: 'utc', local: at(2026, 3, 2, 9) }],
    ['20260302T090000Z', 'Europe/Berlin', { kind: 'utc', local: at(2026, 3, 2, 9) }],
    [' 20260302t090000z ', undefined, { kind: 'utc', local: at(2026, 3, 2, 9) }],
    ['20240229', undefined, { kind: 'date', local: at(2024, 2, 29) }],
    ['20260302T235959Z', undefined, { kind: 'utc', local: at(2026, 3, 2, 23, 59, 59) }],
    ['20261231T235960Z', undefined, { kind: 'utc', local: at(2026, 12, 31, 23, 59, 59) }],
    ['16010101T000000', undefined, { kind: 'floating', local: at(1601, 1, 1) }],
    ['99991231T235959', undefined, { kind: 'floating', local: at(9999, 12, 31, 23, 59, 59) }],
  ]
  test.each(rows)('%s in %s', (value, tzid, expected) => {
    expect(parseCalendarTime(value, tzid)).toEqual(expected)
  })

  test.each([
    '',
    'tomorrow',
    '2026030',
    '202603020',
    '2026-03-02',
    '20260230',
    '20250229',
    '19000229',
    '20261301',
    '20260001',
    '20260300',
    '20260302T',
    '20260302T0900',
    '20260302T240000',
    '20260302T096000',
    '20260302T090061',
    '20260302T090000+0100',
    '20260302T090000ZZ',
    '20260302T090000Z,20260303T090000Z',
    '٢٠٢٦٠٣٠٢',
    'x'.repeat(10_000_000),
  ])('%.40s is a fault', (value) => {
    const fault = parseCalendarTime(value)
    expect(fault).toMatchObject({ kind: 'fault', code: 'bad-date' })
    expect(JSON.stringify(fault).length).toBeLessThan(200)
  })

  test('are written as they were read', () => {
    const seconds = fc.integer({ min: at(1583, 1, 1), max: at(9999, 12, 31) })
    fc.assert(
      fc.property(seconds, fc.constantFrom('date', 'floating', 'utc', 'zoned'), (local, kind) => {
        const day = Math.floor(local / secondsOfDay) * secondsOfDay
        const time: CalendarTime =
          kind === 'zoned' ? { kind, local, zone: 'A' } : { kind, local: kind === 'date' ? day : local }
        const text = serializeCalendarTime(time)
        expect(parseCalendarTime(text, kind === 'zoned' ? 'A' : undefined)).toEqual(time)
        expect(serializeInstant(local).slice(0, 8)).toBe(
          new Date(local * 1000).toISOString().slice(0, 10).replaceAll('-', ''),
        )
      }),
    )
  })

  test('instants in UTC', () => {
    expect(serializeInstant(at(2026, 3, 2, 9, 5, 7))).toBe('20260302T090507Z')
    expect(serializeInstant(at(1969, 12, 31, 23, 59, 59))).toBe('19691231T235959Z')
    expect(serializeInstant(at(1601, 1, 1))).toBe('16010101T000000Z')
  })
})

describe('instants on a command line', () => {
  test.each<readonly [text: string, expected: number]>([
    ['2026-03-02T09:00:00Z', at(2026, 3, 2, 9)],
    ['20260302T090000Z', at(2026, 3, 2, 9)],
    [' 2026-03-02t09:00:00.123z ', at(2026, 3, 2, 9)],
  ])('%s', (text, expected) => {
    expect(parseInstant(text)).toBe(expected)
  })

  test.each(['2026-03-02', '2026-03-02T09:00:00', '2026-03-02T09:00:00+01:00', '2026-02-30T09:00:00Z', 'now', ''])(
    '%s is none',
    (text) => {
      expect(parseInstant(text)).toMatchObject({ kind: 'fault', code: 'bad-date' })
    },
  )
})

describe('days', () => {
  test.each<readonly [year: number, month: number, expected: number]>([
    [2026, 1, 31],
    [2026, 2, 28],
    [2024, 2, 29],
    [2000, 2, 29],
    [1900, 2, 28],
    [2100, 2, 28],
    [2026, 4, 30],
    [2026, 12, 31],
  ])('%i-%i has %i', (year, month, expected) => {
    expect(daysOfMonth(year, month)).toBe(expected)
    expect(isLeapYear(year)).toBe(daysOfMonth(year, 2) === 29)
  })

  test('are counted as Date counts them, back and forth', () => {
    fc.assert(
      fc.property(fc.integer({ min: -200_000, max: 3_000_000 }), (days) => {
        const date = new Date(days * secondsOfDay * 1000)
        const civil = { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() }
        expect(makeCivilDate(days)).toEqual(civil)
        expect(daysSinceEpoch(civil.year, civil.month, civil.day)).toBe(days)
      }),
    )
  })

  test.each<readonly [parts: [number, number, number, number?, number?, number?], expected: number | undefined]>([
    [[1970, 1, 1], 0],
    [[2026, 3, 2, 9, 30, 15], at(2026, 3, 2, 9, 30, 15)],
    [[2026, 2, 29], undefined],
    [[2026, 0, 1], undefined],
    [[2026, 13, 1], undefined],
    [[2026, 1, 0], undefined],
    [[2026, 1, 1, 24], undefined],
    [[2026, 1, 1, 0, 60], undefined],
    [[2026, 1, 1, 0, 0, 60], undefined],
  ])('%j', (parts, expected) => {
    expect(makeLocalSeconds(...parts)).toBe(expected)
  })
})
