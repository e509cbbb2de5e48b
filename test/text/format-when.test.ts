import { describe, expect, test } from 'vitest'
import { makeLocalSeconds } from '../../src/calendar/time.ts'
import { formatWhen, type When } from '../../src/text/format-when.ts'

function at(text: string): number {
  const [year = 0, month = 0, day = 0, hour, minute, second] = text.split(/\D/).map(Number)
  return makeLocalSeconds(year, month, day, hour, minute, second) ?? Number.NaN
}

describe('times in words', () => {
  const rows: [why: string, when: When, text: string][] = [
    [
      'within a day',
      { start: at('2026-03-10 10:00'), end: at('2026-03-10 11:00'), allDay: false, zone: 'Europe/Oslo' },
      '2026-03-10 10:00–11:00 (Europe/Oslo)',
    ],
    [
      'over midnight',
      { start: at('2026-03-10 22:30'), end: at('2026-03-11 02:00'), allDay: false, zone: 'UTC' },
      '2026-03-10 22:30 – 2026-03-11 02:00 (UTC)',
    ],
    [
      'a moment',
      { start: at('2026-03-10 10:00'), end: undefined, allDay: false, zone: 'UTC' },
      '2026-03-10 10:00 (UTC)',
    ],
    [
      'floating, with seconds',
      { start: at('2026-03-10 10:00:30'), end: at('2026-03-10 10:01'), allDay: false, zone: undefined },
      '2026-03-10 10:00:30–10:01',
    ],
    ['one whole day', { start: at('2026-03-10'), end: at('2026-03-11'), allDay: true, zone: undefined }, '2026-03-10'],
    [
      'several whole days, the last one inclusive',
      { start: at('2026-02-27'), end: at('2026-03-02'), allDay: true, zone: 'Europe/Oslo' },
      '2026-02-27 – 2026-03-01',
    ],
    [
      'before 1970',
      { start: at('1969-12-31 23:00'), end: undefined, allDay: false, zone: 'UTC' },
      '1969-12-31 23:00 (UTC)',
    ],
  ]
  test.each(rows)('%s', (_, when, text) => expect(formatWhen(when)).toBe(text))
})
