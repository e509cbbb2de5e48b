// The rules that zone files end with.
import { describe, expect, test } from 'vitest'
import { parseInstant, serializeInstant } from '../../src/calendar/time.ts'
import { parsePosixRule } from '../../src/zones/posix-rule.ts'
import { need } from '../calendar/recurrence-source.ts'

describe('a rule', () => {
  for (const [rule, instant, start, end, offset] of [
    ['CET-1CEST,M3.5.0,M10.5.0/3', '2056-07-01T00:00:00Z', '20560326T010000Z', '20561029T010000Z', 7200],
    ['CET-1CEST,M3.5.0,M10.5.0/3', '2056-01-01T00:00:00Z', '20551031T010000Z', '20560326T010000Z', 3600],
    ['EST5EDT,M3.2.0,M11.1.0', '2040-07-01T00:00:00Z', '20400311T070000Z', '20401104T060000Z', -14_400],
    // The south: summer over the turn of the year.
    ['AEST-10AEDT,M10.1.0,M4.1.0/3', '2040-01-01T00:00:00Z', '20391001T160000Z', '20400331T160000Z', 39_600],
    ['<+1030>-10:30<+11>-11,M10.1.0,M4.1.0', '2040-01-01T00:00:00Z', '20391001T153000Z', '20400331T150000Z', 39_600],
    // Ireland: winter is the exception.
    ['IST-1GMT0,M10.5.0,M3.5.0/1', '2040-01-01T00:00:00Z', '20391030T010000Z', '20400325T010000Z', 0],
    // Before midnight, and days after the one named.
    ['<-02>2<-01>,M3.5.0/-1,M10.5.0/0', '2040-07-01T00:00:00Z', '20400325T010000Z', '20401028T010000Z', -3600],
    ['IST-2IDT,M3.4.4/26,M10.5.0', '2040-07-01T00:00:00Z', '20400323T000000Z', '20401027T230000Z', 10_800],
    // Days counted with and without the 29th of February.
    ['X1Y,J60/0,J300/0', '2040-07-01T00:00:00Z', '20400301T010000Z', '20401027T000000Z', 0],
    ['XXX1YYY,J60/0,J300/0', '2040-07-01T00:00:00Z', '20400301T010000Z', '20401027T000000Z', 0],
    ['XXX1YYY,59/0,299/0', '2040-07-01T00:00:00Z', '20400229T010000Z', '20401026T000000Z', 0],
  ] as const) {
    test(`${rule} at ${instant}`, () => {
      const parsed = parsePosixRule(rule)
      // POSIX: names have three characters or more.
      if (rule.startsWith('X1')) return expect(parsed).toBe(undefined)
      const stretch = parsed?.findStretch(need(parseInstant(instant)))
      expect(stretch && [serializeInstant(stretch.start), serializeInstant(stretch.end), stretch.offset]).toEqual([
        start,
        end,
        offset,
      ])
      return undefined
    })
  }

  test('without summer is one stretch', () => {
    expect(parsePosixRule('<+0545>-5:45')?.findStretch(0)).toEqual({
      start: Number.NEGATIVE_INFINITY,
      end: Number.POSITIVE_INFINITY,
      offset: 20_700,
    })
  })

  for (const text of [
    '',
    'CET',
    'CET-1CEST',
    'CET-1CEST,M13.5.0,M10.5.0',
    'CET-1CEST,M3.6.0,M10.5.0',
    'CET-1CEST,x,y',
    '1CET',
  ]) {
    test(`${JSON.stringify(text)} is none`, () => expect(parsePosixRule(text)).toBe(undefined))
  }
})
