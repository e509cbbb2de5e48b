// Rules that can be said in a few words, and those that cannot.
import { describe, expect, test } from 'vitest'
import { en } from '../../src/text/en.ts'
import { readRuleFacts } from '../../src/text/rule-facts.ts'
import { makeEvent, zones } from '../support/calendar-text.ts'

// 2026-03-10 is a Tuesday.
function describeRule(rule: string, ...lines: readonly string[]): string | undefined {
  const facts = readRuleFacts(makeEvent(`RRULE:${rule}`, ...lines), zones)
  return facts && en.summary.rule(facts)
}

describe('in words', () => {
  test.each([
    ['FREQ=DAILY', 'every day'],
    ['FREQ=DAILY;INTERVAL=3;COUNT=4', 'every 3 days, 4 times'],
    ['FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR', 'every week on Monday, Tuesday, Wednesday, Thursday and Friday'],
    ['FREQ=WEEKLY', 'every week on Tuesday'],
    ['FREQ=WEEKLY;INTERVAL=2;BYDAY=TH,TU', 'every 2 weeks on Tuesday and Thursday'],
    ['FREQ=MONTHLY', 'every month on day 10'],
    ['FREQ=MONTHLY;BYMONTHDAY=15', 'every month on day 15'],
    ['FREQ=MONTHLY;BYDAY=2TU', 'every month on the second Tuesday'],
    ['FREQ=MONTHLY;BYDAY=-1FR', 'every month on the last Friday'],
    ['FREQ=MONTHLY;BYDAY=TU;BYSETPOS=2', 'every month on the second Tuesday'],
    ['FREQ=MONTHLY;BYDAY=-2MO', 'every month on the second last Monday'],
    ['FREQ=YEARLY', 'every year'],
    ['FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=10', 'every year'],
    ['FREQ=WEEKLY;UNTIL=20260630T235900Z', 'every week on Tuesday, until 2026-06-30'],
  ])('%s', (rule, words) => expect(describeRule(rule)).toBe(words))

  test('the last day is one of the clock that the series counts on', () => {
    const start = 'DTSTART;TZID=Asia/Tokyo:20260310T080000'
    expect(describeRule('FREQ=DAILY;UNTIL=20260629T230000Z', start, 'DTEND;TZID=Asia/Tokyo:20260310T090000')).toBe(
      'every day, until 2026-06-30',
    )
  })
})

test.each([
  'FREQ=HOURLY',
  'FREQ=WEEKLY;BYHOUR=9,15',
  'FREQ=MONTHLY;BYMONTHDAY=1,15',
  'FREQ=MONTHLY;BYMONTHDAY=-1',
  'FREQ=MONTHLY;BYDAY=MO,TU',
  'FREQ=MONTHLY;BYDAY=TU',
  'FREQ=MONTHLY;BYDAY=2TU;BYSETPOS=1',
  'FREQ=YEARLY;BYMONTH=4',
  'FREQ=YEARLY;BYWEEKNO=20',
  'FREQ=DAILY;BYMONTH=1',
  'FREQ=DAILY;INTERVAL=2;BYDAY=MO',
])('%s takes more words', (rule) => expect(describeRule(rule)).toBeUndefined())

test('nothing repeats without a rule, by several, or by one that is broken', () => {
  expect(readRuleFacts(makeEvent('RDATE:20260311T100000Z'), zones)).toBeUndefined()
  expect(describeRule('FREQ=DAILY', 'RRULE:FREQ=WEEKLY')).toBeUndefined()
  expect(describeRule('FREQ=NEVER')).toBeUndefined()
})
