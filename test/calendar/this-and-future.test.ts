// Recurrences that follow a change of this and all later instances: their occurrences, their end, and where they meet others.
import { describe, expect, test } from 'vitest'
import { findCollisions } from '../../src/calendar/collision.ts'
import { isFault } from '../../src/calendar/fault.ts'
import { findUntil, listOccurrences, type Recurrence, walkOccurrences } from '../../src/calendar/recurrence.ts'
import { makeRecurrenceKey } from '../../src/calendar/recurrence-id.ts'
import { readRangeChange } from '../../src/calendar/this-and-future.ts'
import { parseInstant, serializeCalendarTime, serializeInstant } from '../../src/calendar/time.ts'
import { makeComponent, makeRecurrence, need, zonesFor } from './recurrence-source.ts'

const zones = zonesFor('Europe/Berlin')
const at = (text: string): number => need(parseInstant(text))

function follow(series: string, change: string): Recurrence {
  return { ...makeRecurrence(series), range: need(readRangeChange(makeComponent(change))) }
}

/** `original start end`, the first ones. */
function list(recurrence: Recurrence, most = 4, from?: string): readonly string[] {
  const shown: string[] = []
  for (const occurrence of walkOccurrences(recurrence, zones, from === undefined ? undefined : at(from))) {
    const { id, start, end, time } = need(occurrence)
    if (time === undefined) throw new Error('it does not say how it is written')
    shown.push(`${need(makeRecurrenceKey(id, zones))} ${serializeCalendarTime(time)} ${serializeInstant(end)}`)
    if (start > end || shown.length === most) break
  }
  return shown
}

const weekly = 'DTSTART;TZID=Europe/Berlin:20260310T100000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY'
const toWednesday =
  'RECURRENCE-ID;RANGE=THISANDFUTURE:20260324T090000Z\nDTSTART;TZID=Europe/Berlin:20260325T140000\nDURATION:PT2H'

describe('the occurrences', () => {
  test('begin with the first one and keep the clock of the series', () => {
    expect(list(follow(weekly, toWednesday), 3)).toEqual([
      '20260324T090000Z 20260325T140000 20260325T150000Z',
      '20260331T080000Z 20260401T140000 20260401T140000Z',
      '20260407T080000Z 20260408T140000 20260408T140000Z',
    ])
  })

  test('are found from any time on', () => {
    expect(list(follow(weekly, toWednesday), 1, '2040-01-01T00:00:00Z')).toEqual([
      '20400103T090000Z 20400104T140000 20400104T150000Z',
    ])
  })

  test('a rule by COUNT counts from DTSTART', () => {
    const counted = follow(`${weekly};COUNT=4`, toWednesday)
    expect(list(counted, 9)).toHaveLength(2)
    expect(serializeInstant(need(findUntil(counted, zones)))).toBe('20260401T140000Z')
  })

  test('without the first one, where that is an exception', () => {
    const without = follow(`${weekly};COUNT=3\nEXDATE:20260324T090000Z`, toWednesday)
    expect(list(without)).toEqual([])
    expect(list(follow(`${weekly}\nEXDATE:20260331T080000Z`, toWednesday), 2)[1]).toContain('20260407T080000Z')
  })

  test('a change at a time that is no instance moves those after it as far', () => {
    const change = 'RECURRENCE-ID;RANGE=THISANDFUTURE:20260326T090000Z\nDTSTART:20260326T100000Z\nDURATION:PT1H'
    expect(list(follow(weekly, change), 2)).toEqual([
      '20260326T090000Z 20260326T100000Z 20260326T110000Z',
      '20260331T080000Z 20260331T090000Z 20260331T100000Z',
    ])
  })

  test('an hour that is left out on the way is one of the series all the same', () => {
    // Half past two, which 29 March does not have; moved to the evening it is half past six on each day.
    const nightly = 'DTSTART;TZID=Europe/Berlin:20260327T023000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=4'
    const change =
      'RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Berlin:20260328T023000\nDTSTART;TZID=Europe/Berlin:20260328T183000\nDURATION:PT1H'
    expect(list(follow(nightly, change)).map((line) => line.split(' ')[1])).toEqual([
      '20260328T183000',
      '20260329T183000',
      '20260330T183000',
    ])
  })

  test('into an hour that is left out: an hour later there, in order of time', () => {
    const daily = 'DTSTART;TZID=Europe/Berlin:20260327T100000\nDURATION:PT30M\nRRULE:FREQ=DAILY;BYHOUR=9,10;COUNT=6'
    const change =
      'RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Berlin:20260328T090000\nDTSTART;TZID=Europe/Berlin:20260328T020000\nDURATION:PT30M'
    const window = { start: at('2026-03-28T00:00:00Z'), end: at('2026-04-01T00:00:00Z') }
    const starts = need(listOccurrences(follow(daily, change), zones, window)).map(({ start }) =>
      serializeInstant(start),
    )
    expect(starts).toEqual([...starts].sort())
    expect(starts).toContain('20260329T010000Z')
  })

  test.each([
    ['whole days to two', 'DTSTART;VALUE=DATE:20260402\nDTEND;VALUE=DATE:20260404', '20260501 20260502'],
    ['whole days to an hour', 'DTSTART;TZID=Europe/Berlin:20260401T090000\nDURATION:PT1H', '20260501 20260501T090000'],
  ])('%s', (_, lines, expected) => {
    const days = 'DTSTART;VALUE=DATE:20260301\nRRULE:FREQ=MONTHLY'
    const change = `RECURRENCE-ID;VALUE=DATE;RANGE=THISANDFUTURE:20260401\n${lines}`
    expect(list(follow(days, change), 2)[1]).toContain(expected)
  })

  test('hours to whole days: the day of each, on whatever clock the hours are', () => {
    const late = 'DTSTART:20260310T233000Z\nDURATION:PT1H\nRRULE:FREQ=WEEKLY'
    const change = 'RECURRENCE-ID;RANGE=THISANDFUTURE:20260310T233000Z\nDTSTART;VALUE=DATE:20260312'
    expect(list(follow(late, change), 3).map((line) => line.split(' ')[1])).toEqual([
      '20260312',
      '20260319',
      '20260326',
    ])
  })
})

describe('two endless series', () => {
  const moved = follow(weekly, toWednesday)
  const other = (start: string, rule: string, zone = 'Europe/Berlin') =>
    makeRecurrence(`DTSTART;TZID=${zone}:${start}\nDURATION:PT1H\nRRULE:${rule}`)

  test.each([
    ['at the old time', other('20260407T100000', 'FREQ=WEEKLY'), []],
    ['right before', other('20260408T130000', 'FREQ=WEEKLY'), []],
    ['right after', other('20260408T160000', 'FREQ=WEEKLY'), []],
    ['on the other days', other('20260402T140000', 'FREQ=WEEKLY;BYDAY=MO,TU,TH,FR'), []],
    ['in the second hour', other('20260415T150000', 'FREQ=WEEKLY'), ['20260415T120000Z']],
    // New Year's Day is a Wednesday in 2031 for the first time.
    ['once a year', other('20260101T140000', 'FREQ=YEARLY'), ['20310101T130000Z']],
    ['in another zone', other('20260402T090000', 'FREQ=WEEKLY;BYDAY=TH', 'America/New_York'), []],
  ] as const)('%s', (_, recurrence, starts) => {
    const found = findCollisions(moved, recurrence, zones, zones, at('2026-01-01T00:00:00Z'), 1)
    if (isFault(found)) throw new Error(found.text)
    expect(found.map(({ a }) => serializeInstant(a.start))).toEqual(starts)
  })

  test('of which both are moved', () => {
    const one = follow(
      'DTSTART;VALUE=DATE:20260301\nRRULE:FREQ=WEEKLY',
      'RECURRENCE-ID;VALUE=DATE;RANGE=THISANDFUTURE:20260308\nDTSTART;VALUE=DATE:20260311',
    )
    const meeting = findCollisions(moved, one, zones, zones, at('2026-01-01T00:00:00Z'), 1)
    expect(need(meeting).map(({ a }) => serializeInstant(a.start))).toEqual(['20260325T130000Z'])
    const apart = follow(
      'DTSTART;VALUE=DATE:20260301\nRRULE:FREQ=WEEKLY',
      'RECURRENCE-ID;VALUE=DATE;RANGE=THISANDFUTURE:20260308\nDTSTART;VALUE=DATE:20260312',
    )
    expect(findCollisions(moved, apart, zones, zones, at('2026-01-01T00:00:00Z'), 1)).toEqual([])
  })

  test('what depends on two clocks is followed for 400 years', () => {
    const days = follow(
      'DTSTART;TZID=America/New_York:20260310T200000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY',
      'RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=America/New_York:20260310T200000\nDTSTART;VALUE=DATE:20260312',
    )
    expect(findCollisions(moved, days, zones, zones, at('2026-01-01T00:00:00Z'), 1)).toEqual([])
  })
})
