// What a RECUR value says, and what makes it unusable.
import { describe, expect, test } from 'vitest'
import { isFault } from '../../src/calendar/fault.ts'
import { parseRecurrenceRule } from '../../src/calendar/recurrence-rule.ts'

const read = (text: string) => parseRecurrenceRule(text)

describe('a rule', () => {
  test('has its parts, sorted and each once', () => {
    expect(
      read(
        'FREQ=MONTHLY;INTERVAL=2;COUNT=5;BYDAY=1MO,-1FR,MO;BYMONTH=5,4,5;BYMONTHDAY=+3,-1;BYHOUR=9;BYSETPOS=-1,1;WKST=SU',
      ),
    ).toEqual({
      frequency: 'MONTHLY',
      interval: 2,
      count: 5,
      until: undefined,
      bySecond: [],
      byMinute: [],
      byHour: [9],
      byDay: [
        { weekday: 0, ordinal: 1 },
        { weekday: 4, ordinal: -1 },
        { weekday: 0, ordinal: 0 },
      ],
      byMonthDay: [-1, 3],
      byYearDay: [],
      byWeekNumber: [],
      byMonth: [4, 5],
      bySetPosition: [-1, 1],
      weekStart: 6,
      skip: 'OMIT',
    })
  })

  for (const [text, same] of [
    ['freq=daily;interval=02', 'FREQ=DAILY;INTERVAL=2'],
    ['INTERVAL=2;FREQ=DAILY', 'FREQ=DAILY;INTERVAL=2'],
    ['FREQ=WEEKLY;BYDAY=MO;', 'FREQ=WEEKLY;BYDAY=MO'],
    [' FREQ = WEEKLY ; BYDAY = MO , TU ', 'FREQ=WEEKLY;BYDAY=MO,TU'],
    ['FREQ=DAILY;X-MADE-UP=1', 'FREQ=DAILY'],
    ['FREQ=DAILY;FREQ=DAILY', 'FREQ=DAILY'],
    ['FREQ=DAILY;BYMONTH=', 'FREQ=DAILY'],
    ['RSCALE=GREGORIAN;FREQ=DAILY', 'FREQ=DAILY'],
    ['RSCALE=gregorian;FREQ=DAILY;SKIP=omit', 'FREQ=DAILY'],
    ['FREQ=MINUTELY;BYSECOND=60,59', 'FREQ=MINUTELY;BYSECOND=59'],
  ] as const) {
    test(`${text} is ${same}`, () => expect(read(text)).toEqual(read(same)))
  }

  for (const [text, code] of [
    ['', 'bad-rule'],
    ['FREQ', 'bad-rule'],
    ['FREQ=', 'bad-rule'],
    ['FREQ=FORTNIGHTLY', 'bad-rule'],
    ['COUNT=3', 'bad-rule'],
    ['FREQ=DAILY;FREQ=WEEKLY', 'bad-rule'],
    ['FREQ=DAILY;COUNT=0', 'bad-rule'],
    ['FREQ=DAILY;COUNT=-1', 'bad-rule'],
    ['FREQ=DAILY;COUNT=1.5', 'bad-rule'],
    ['FREQ=DAILY;COUNT=99999999999999999999', 'bad-rule'],
    ['FREQ=DAILY;INTERVAL=0', 'bad-rule'],
    ['FREQ=DAILY;INTERVAL=x', 'bad-rule'],
    ['FREQ=DAILY;UNTIL=tomorrow', 'bad-rule'],
    ['FREQ=DAILY;UNTIL=20260230', 'bad-rule'],
    ['FREQ=DAILY;BYHOUR=24', 'bad-rule'],
    ['FREQ=DAILY;BYHOUR=-1', 'bad-rule'],
    ['FREQ=DAILY;BYMINUTE=60', 'bad-rule'],
    ['FREQ=DAILY;BYSECOND=61', 'bad-rule'],
    ['FREQ=YEARLY;BYMONTH=13', 'bad-rule'],
    ['FREQ=YEARLY;BYMONTH=0', 'bad-rule'],
    // RFC 7529, 4.2: leap months belong to other calendars.
    ['FREQ=YEARLY;BYMONTH=5L', 'bad-rule'],
    ['FREQ=YEARLY;BYMONTHDAY=0', 'bad-rule'],
    ['FREQ=YEARLY;BYMONTHDAY=-32', 'bad-rule'],
    ['FREQ=YEARLY;BYYEARDAY=367', 'bad-rule'],
    ['FREQ=YEARLY;BYWEEKNO=54', 'bad-rule'],
    ['FREQ=YEARLY;BYSETPOS=0;BYMONTH=1', 'bad-rule'],
    ['FREQ=YEARLY;BYDAY=0MO', 'bad-rule'],
    ['FREQ=YEARLY;BYDAY=54MO', 'bad-rule'],
    ['FREQ=YEARLY;BYDAY=-MO', 'bad-rule'],
    ['FREQ=YEARLY;BYDAY=MONDAY', 'bad-rule'],
    ['FREQ=YEARLY;WKST=XX', 'bad-rule'],
    ['FREQ=YEARLY;BYEASTER=1', 'bad-rule'],
    ['FREQ=YEARLY;SKIP=SIDEWAYS', 'bad-rule'],
    [`FREQ=YEARLY;BYMONTH=${'1,'.repeat(50_000)}1`, 'bad-rule'],
    // RFC 7529, 4.1: refused by name.
    ['RSCALE=CHINESE;FREQ=YEARLY', 'unknown-calendar'],
    ['RSCALE=HEBREW;FREQ=YEARLY;BYMONTH=5L', 'unknown-calendar'],
    ['RSCALE=ETHIOPIC;FREQ=MONTHLY', 'unknown-calendar'],
  ] as const) {
    test(`${text.slice(0, 60)} is a ${code}`, () => {
      const rule = read(text)
      expect(isFault(rule) && rule.code).toBe(code)
      expect(isFault(rule) && rule.text.length).toBeLessThan(200)
    })
  }
})
