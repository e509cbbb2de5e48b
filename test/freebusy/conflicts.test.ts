// What is taken, and with capacity: counted at one instant, not over the whole of a period.
import { describe, expect, test } from 'vitest'
import { makeBookings } from '../../src/agents/bookkeeping.ts'
import { isFault } from '../../src/calendar/fault.ts'
import { type CalendarTime, serializeInstant } from '../../src/calendar/time.ts'
import type { Booking, BusyType } from '../../src/freebusy/record.ts'
import { makeSeries } from '../../src/itip/instances.ts'
import { makeEvent, zones, zoneTables } from '../support/calendar-text.ts'
import { findAllConflicts } from '../support/find-all-conflicts.ts'

/** Of the day 10 March 2026, in UTC. */
type Hours = readonly [from: number, to: number]

describe('one at a time', () => {
  test.each<readonly [what: string, asked: Hours, booked: readonly Hours[], taken: boolean]>([
    ['an empty schedule', [10, 11], [], false],
    ['the same time', [10, 11], [[10, 11]], true],
    ['just before', [10, 11], [[9, 10]], false],
    ['just after', [10, 11], [[11, 12]], false],
    ['the beginning', [10, 11], [[9, 10.25]], true],
    ['the end', [10, 11], [[10.75, 12]], true],
    ['in the middle', [10, 11], [[10.25, 10.5]], true],
    ['all around', [10, 11], [[9, 12]], true],
    ['a moment asked for', [10, 10], [[9, 11]], false],
    ['a moment booked', [10, 11], [[10.5, 10.5]], false],
    [
      'between two',
      [10, 11],
      [
        [9, 10],
        [11, 12],
      ],
      false,
    ],
  ])('%s', (_, asked, booked, taken) => {
    expect(find([asked], booked)).toHaveLength(taken ? 1 : 0)
  })

  test.each<readonly [BusyType, boolean]>([
    ['BUSY', true],
    ['BUSY-TENTATIVE', true],
    ['BUSY-UNAVAILABLE', true],
    ['FREE', false], // RFC 5545, 3.2.9
    ['ORG', false], // held by an organizer who does not attend
  ])('%s is in the way: %s', (busyType, isTaking) => {
    const single = [{ ...makeSingle('other', [10, 11]), busyType }]
    expect(ask([makeSingle('asked', [10, 11])], { single })).toHaveLength(isTaking ? 1 : 0)
  })

  test('its own old slot is not', () => {
    expect(ask([makeSingle('same', [10, 11])], { single: [makeSingle('same', [10, 11])] })).toEqual([])
  })

  test('conflicts come in order of time and name who is in the way, earliest first', () => {
    const single = [makeSingle('c', [14, 15]), makeSingle('b', [10.5, 11]), makeSingle('a', [9, 10.5])]
    const conflicts = ask([makeSingle('asked', [14, 15]), makeSingle('asked', [10, 11])], { single })
    expect(conflicts.map((conflict) => conflict.with.map(({ booking }) => booking.uid))).toEqual([['a', 'b'], ['c']])
  })
})

describe('several at a time', () => {
  test.each<readonly [what: string, capacity: number, booked: readonly Hours[], taken: boolean]>([
    ['one is there', 2, [[10, 11]], false],
    [
      'two are there',
      2,
      [
        [10, 11],
        [10, 11],
      ],
      true,
    ],
    [
      'two are there, one after the other',
      2,
      [
        [10, 10.5],
        [10.5, 11],
      ],
      false,
    ],
    [
      'two meet for five minutes',
      2,
      [
        [10, 10.55],
        [10.5, 11],
      ],
      true,
    ],
    [
      'two meet just before',
      2,
      [
        [9, 10],
        [9, 10.5],
      ],
      false,
    ],
    [
      'two meet just after',
      2,
      [
        [10.5, 12],
        [11, 12],
      ],
      false,
    ],
    [
      'six share time with it, never three at once',
      3,
      [
        [9, 10.2],
        [10, 10.4],
        [10.2, 10.6],
        [10.4, 10.8],
        [10.6, 11],
        [10.8, 12],
      ],
      false,
    ],
    [
      'six share time with it, once three',
      3,
      [
        [9, 10.2],
        [10, 10.4],
        [10.2, 10.6],
        [10.3, 10.8],
        [10.6, 11],
        [10.8, 12],
      ],
      true,
    ],
    ['a hundred fit in a hall', 101, Array.from({ length: 100 }, (): Hours => [10, 11]), false],
    ['a hundred and one do not', 101, Array.from({ length: 101 }, (): Hours => [10, 11]), true],
  ])('%s', (_, capacity, booked, taken) => {
    expect(find([[10, 11]], booked, capacity)).toHaveLength(taken ? 1 : 0)
  })
})

describe('series', () => {
  const weeklyInOslo = makeSeriesBooking('weekly', [
    'DTSTART;TZID=Europe/Oslo:20260310T100000',
    'DTEND;TZID=Europe/Oslo:20260310T110000',
    'RRULE:FREQ=WEEKLY',
  ])

  test.each([
    // Summer time begins on 29 March 2026 and ends on 25 October.
    ['a date in winter', ['DTSTART:20260317T090000Z', 'DTEND:20260317T100000Z'], ['20260317T090000Z']],
    ['the same hour of UTC in summer', ['DTSTART:20260407T090000Z', 'DTEND:20260407T100000Z'], []],
    ['an hour earlier in summer', ['DTSTART:20260407T080000Z', 'DTEND:20260407T090000Z'], ['20260407T080000Z']],
    ['long after', ['DTSTART:20490112T093000Z', 'DTEND:20490112T094500Z'], ['20490112T093000Z']],
    ['a whole day', ['DTSTART;VALUE=DATE:20260317', '-DTEND'], ['20260316T230000Z']],
    [
      'a series that meets it twice',
      ['DTSTART:20260317T093000Z', 'DTEND:20260317T094500Z', 'RRULE:FREQ=WEEKLY;COUNT=4'],
      ['20260317T093000Z', '20260324T093000Z'],
    ],
    ['a series on other days', ['DTSTART:20260311T090000Z', 'DTEND:20260311T100000Z', 'RRULE:FREQ=WEEKLY'], []],
    [
      'a series that ends before it begins',
      ['DTSTART:20260105T090000Z', 'DTEND:20260105T100000Z', 'RRULE:FREQ=DAILY;UNTIL=20260309T235959Z'],
      [],
    ],
  ])('%s', (_, lines, starts) => {
    const conflicts = ask([makeSeriesBooking('asked', lines)], { recurring: [weeklyInOslo] })
    expect(conflicts.map(({ period }) => serializeInstant(period.start))).toEqual(starts)
  })

  test('two rules that meet for the first time in years: there is no day behind which nobody looks', () => {
    // Each 29 February at ten, against the first Thursday of each February: 2052 is the first year with that day.
    const leapDay = makeSeriesBooking('leap', [
      'DTSTART:20280229T100000Z',
      'DTEND:20280229T110000Z',
      'RRULE:FREQ=YEARLY',
    ])
    const thursdays = makeSeriesBooking('asked', [
      'DTSTART:20280203T100000Z',
      'DTEND:20280203T110000Z',
      'RRULE:FREQ=YEARLY;BYMONTH=2;BYDAY=5TH',
    ])
    const conflicts = ask([thursdays], { recurring: [leapDay] })
    expect(conflicts.map(({ period }) => serializeInstant(period.start)).slice(0, 1)).toEqual(['20520229T100000Z'])
  })

  test('a series asked for is declined at the dates alone that are taken', () => {
    const single = [
      makeSingle('one', [9.5, 10]),
      { ...makeSingle('two', [9.5, 10]), start: utc(1_774_342_800), end: utc(1_774_346_400) },
    ]
    const conflicts = ask([weeklyInOslo], { single })
    // 24 March, 09:00 to 10:00.
    expect(conflicts.map(({ period }) => serializeInstant(period.start))).toEqual([
      '20260310T090000Z',
      '20260324T090000Z',
    ])
  })
})

test('a floating booking is read in the zone of the schedule', () => {
  const floating: Booking = {
    ...makeSingle('floating', [10, 11]),
    start: { ...utc(0), kind: 'floating', local: at(11) },
    end: { kind: 'floating', local: at(12) },
  }
  expect(ask([makeSingle('asked', [10, 11])], { single: [floating] })).toHaveLength(1)
  expect(ask([makeSingle('asked', [11, 12])], { single: [floating] })).toHaveLength(0)
})

function find(asked: readonly Hours[], booked: readonly Hours[], capacity = 1) {
  const single = booked.map((hours, index) => makeSingle(`other ${index}`, hours))
  return ask(
    asked.map((hours) => makeSingle('asked', hours)),
    { single },
    capacity,
  )
}

function ask(
  asked: readonly Booking[],
  schedule: { readonly single?: readonly Booking[]; readonly recurring?: readonly Booking[] },
  capacity = 1,
) {
  const window = { covers: [], single: schedule.single ?? [], recurring: schedule.recurring ?? [] }
  const uid = asked[0]?.uid ?? ''
  const conflicts = findAllConflicts({ asked, window, uid, capacity, zoneTables, localZone: 'Europe/Oslo' })
  if (isFault(conflicts)) throw new Error(conflicts.text)
  return conflicts
}

function makeSingle(uid: string, [from, to]: Hours): Booking {
  return { start: utc(at(from)), end: utc(at(to)), uid, busyType: 'BUSY', summary: '', organizer: '' }
}

function makeSeriesBooking(uid: string, lines: readonly string[]): Booking {
  const series = { ...makeSeries(uid), parts: [{ key: '', component: makeEvent(`UID:${uid}`, ...lines) }] }
  const [booking] = makeBookings(series, zones, () => 'BUSY')
  if (!booking) throw new Error('no booking')
  return booking
}

function at(hour: number): number {
  return 1_773_100_800 + Math.round(hour * 3600)
}

function utc(local: number): CalendarTime {
  return { kind: 'utc', local }
}
