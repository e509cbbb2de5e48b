import { describe, expect, test } from 'vitest'
import { makeBookings, readBusyTypeOf, replaceBookings } from '../../src/agents/bookkeeping.ts'
import { isFault } from '../../src/calendar/fault.ts'
import { listOccurrences } from '../../src/calendar/recurrence.ts'
import { serializeCalendarTime, serializeInstant } from '../../src/calendar/time.ts'
import { readBookedRecurrence } from '../../src/freebusy/booked-recurrence.ts'
import type { Booking } from '../../src/freebusy/record.ts'
import { makeSeries } from '../../src/itip/instances.ts'
import type { StoredSeries } from '../../src/itip/stored-series.ts'
import { makeEvent, parseCalendar, zones } from '../support/calendar-text.ts'

// RFC 5545, 3.8.2.7, 3.8.1.11 and 3.2.9.
test.each([
  ['ACCEPTED', [], 'BUSY'],
  ['ACCEPTED', ['STATUS:CONFIRMED'], 'BUSY'],
  ['ACCEPTED', ['STATUS:TENTATIVE'], 'BUSY-TENTATIVE'],
  ['ACCEPTED', ['STATUS:CANCELLED'], undefined],
  ['ACCEPTED', ['TRANSP:TRANSPARENT'], undefined],
  ['ACCEPTED', ['TRANSP:OPAQUE'], 'BUSY'],
  ['TENTATIVE', [], 'BUSY-TENTATIVE'],
  ['TENTATIVE', ['TRANSP:TRANSPARENT'], undefined],
  ['DECLINED', [], undefined],
  ['NEEDS-ACTION', [], undefined],
  ['DELEGATED', [], undefined],
])('%s of an event with %s takes %s', (participation, lines, busyType) => {
  expect(readBusyTypeOf(makeEvent(...lines), participation)).toBe(busyType)
})

describe('the bookings of a series', () => {
  const weekly = 'RRULE:FREQ=WEEKLY;COUNT=4'

  test.each([
    ['a single event', [[]], [], ['20260310T100000Z']],
    [
      'in a zone: kept in UTC',
      [['DTSTART;TZID=Europe/Oslo:20260331T100000', 'DTEND;TZID=Europe/Oslo:20260331T110000']],
      [],
      ['20260331T080000Z'],
    ],
    ['a whole day in Oslo', [['DTSTART;VALUE=DATE:20260310', '-DTEND']], [], ['20260309T230000Z']],
    ['a floating time in Oslo', [['DTSTART:20260310T100000', 'DTEND:20260310T110000']], [], ['20260310T090000Z']],
    ['a series', [[weekly]], [], ['20260310T100000Z', '20260317T100000Z', '20260324T100000Z', '20260331T100000Z']],
    [
      'an instance with details of its own stands for its date',
      [[weekly], ['RECURRENCE-ID:20260317T100000Z', 'DTSTART:20260318T120000Z', 'DTEND:20260318T130000Z']],
      [],
      ['20260310T100000Z', '20260318T120000Z', '20260324T100000Z', '20260331T100000Z'],
    ],
    [
      'a cancelled instance',
      [[weekly]],
      [['RECURRENCE-ID:20260317T100000Z']],
      ['20260310T100000Z', '20260324T100000Z', '20260331T100000Z'],
    ],
    [
      'the first instance cancelled',
      [[weekly]],
      [['RECURRENCE-ID:20260310T100000Z']],
      ['20260317T100000Z', '20260324T100000Z', '20260331T100000Z'],
    ],
    [
      'this and all after it cancelled',
      [[weekly, 'RDATE:20260312T100000Z,20260402T100000Z']],
      [['RECURRENCE-ID;RANGE=THISANDFUTURE:20260324T100000Z']],
      ['20260310T100000Z', '20260312T100000Z', '20260317T100000Z'],
    ],
    ['all from the first on cancelled', [[weekly]], [['RECURRENCE-ID;RANGE=THISANDFUTURE:20260310T100000Z']], []],
    ['every instance cancelled', [['RRULE:FREQ=WEEKLY;COUNT=1']], [['RECURRENCE-ID:20260310T100000Z']], []],
    [
      'days, from one on cancelled',
      [['DTSTART;VALUE=DATE:20260310', '-DTEND', 'RRULE:FREQ=DAILY;COUNT=5']],
      [['RECURRENCE-ID;VALUE=DATE;RANGE=THISANDFUTURE:20260312']],
      ['20260309T230000Z', '20260310T230000Z'],
    ],
    [
      'this and all after it moved a day',
      [
        [weekly, 'RDATE:20260326T100000Z'],
        ['RECURRENCE-ID;RANGE=THISANDFUTURE:20260324T100000Z', 'DTSTART:20260325T120000Z', 'DTEND:20260325T130000Z'],
      ],
      [],
      ['20260310T100000Z', '20260317T100000Z', '20260325T120000Z', '20260327T120000Z', '20260401T120000Z'],
    ],
    [
      'all from the first on moved',
      [
        [weekly],
        ['RECURRENCE-ID;RANGE=THISANDFUTURE:20260310T100000Z', 'DTSTART:20260310T120000Z', 'DTEND:20260310T130000Z'],
      ],
      [],
      ['20260310T120000Z', '20260317T120000Z', '20260324T120000Z', '20260331T120000Z'],
    ],
    [
      'of those, the first cancelled, one moved by itself, and the last ones cancelled',
      [
        [weekly],
        ['RECURRENCE-ID;RANGE=THISANDFUTURE:20260310T100000Z', 'DTSTART:20260310T120000Z', 'DTEND:20260310T130000Z'],
        ['RECURRENCE-ID:20260317T100000Z', 'DTSTART:20260318T100000Z', 'DTEND:20260318T110000Z'],
      ],
      [['RECURRENCE-ID:20260310T100000Z'], ['RECURRENCE-ID;RANGE=THISANDFUTURE:20260331T100000Z']],
      ['20260318T100000Z', '20260324T120000Z'],
    ],
    [
      'a range of which nothing is left',
      [
        [weekly],
        ['RECURRENCE-ID;RANGE=THISANDFUTURE:20260331T100000Z', 'DTSTART:20260331T120000Z', 'DTEND:20260331T130000Z'],
      ],
      [['RECURRENCE-ID:20260331T100000Z']],
      ['20260310T100000Z', '20260317T100000Z', '20260324T100000Z'],
    ],
    [
      'a range of a series that is not known (yet)',
      [['RECURRENCE-ID;RANGE=THISANDFUTURE:20260324T100000Z', 'DTSTART:20260324T120000Z', 'DTEND:20260324T130000Z']],
      [],
      ['20260324T120000Z'],
    ],
    [
      'a cut behind the end',
      [[weekly]],
      [['RECURRENCE-ID;RANGE=THISANDFUTURE:20260407T100000Z']],
      ['20260310T100000Z', '20260317T100000Z', '20260324T100000Z', '20260331T100000Z'],
    ],
    [
      'an instance alone',
      [['RECURRENCE-ID:20260317T100000Z', 'DTSTART:20260317T100000Z', 'DTEND:20260317T110000Z']],
      [],
      ['20260317T100000Z'],
    ],
  ] as const)('%s', (_, parts, cancelled, starts) => {
    expect(listStarts(makeBookings(makeStored(parts, cancelled), zones, () => 'BUSY'))).toEqual(starts)
  })

  test('say who, what and when, and nothing more of the event', () => {
    const event = makeEvent(
      'SUMMARY:Planning\\, at last',
      'DESCRIPTION:Secret',
      'ORGANIZER:MAILTO:Pat@Example.com',
      weekly,
    )
    const stored = { ...makeSeries('planning@example.com'), parts: [{ key: '', component: event }] }
    const [booking] = makeBookings(stored, zones, () => 'BUSY-TENTATIVE')
    expect(booking).toMatchObject({
      uid: 'planning@example.com',
      busyType: 'BUSY-TENTATIVE',
      summary: 'Planning, at last',
      organizer: 'mailto:pat@example.com',
    })
    const names = booking?.recurrence?.component.properties.map(({ name }) => name)
    expect(names).toEqual(['DTSTART', 'DTEND', 'RRULE'])
  })

  test('of parts that take no time there are none', () => {
    const stored = makeStored(
      [
        [weekly, 'SUMMARY:a'],
        ['RECURRENCE-ID:20260317T100000Z', 'SUMMARY:b'],
      ],
      [],
    )
    const bookings = makeBookings(stored, zones, (component) =>
      component.properties.some(({ value }) => value === 'b') ? undefined : 'BUSY',
    )
    expect(listStarts(bookings)).toEqual(['20260310T100000Z', '20260324T100000Z', '20260331T100000Z'])
  })

  test('take along the zones that nobody else knows', () => {
    const { timeZones } = parseCalendar(
      ...['Here', 'There'].flatMap((name) => [
        ...['BEGIN:VTIMEZONE', `TZID:${name}`, 'BEGIN:STANDARD', 'DTSTART:19700101T000000', 'TZOFFSETFROM:+0100'],
        ...['TZOFFSETTO:+0100', 'END:STANDARD', 'END:VTIMEZONE'],
      ]),
    )
    const event = makeEvent('DTSTART;TZID=Here:20260310T110000', 'DTEND;TZID=Here:20260310T120000', weekly)
    const stored: StoredSeries = {
      ...makeSeries('planning@example.com'),
      parts: [{ key: '', component: event }],
      timeZones: [...timeZones.values()],
    }
    const resolve = (tzid: string) =>
      tzid === 'Here' ? { ...zones.local, name: 'Here', source: 'object' as const } : zones.resolve(tzid)
    const [booking] = makeBookings(stored, { ...zones, resolve }, () => 'BUSY')
    expect(booking?.recurrence?.timeZones).toEqual([timeZones.get('Here')])
  })
})

test('of a series without any instance left nothing is booked', () => {
  const stored = makeStored([['RRULE:FREQ=WEEKLY;COUNT=4']], [['RECURRENCE-ID;RANGE=THISANDFUTURE:20260310T100000Z']])
  expect(makeBookings(stored, zones, () => 'BUSY')).toEqual([])
})

test('what was booked before is always released first', () => {
  const release = { kind: 'release', uid: 'planning@example.com' }
  expect(replaceBookings(makeStored([], []), zones, () => 'BUSY')).toEqual([release])
  expect(replaceBookings(makeStored([[]], []), zones, () => 'BUSY')).toMatchObject([release, { kind: 'book' }])
})

type Events = readonly (readonly string[])[]

function makeStored(parts: Events, cancelled: Events): StoredSeries {
  const make = (events: Events) =>
    events.map((lines) => ({
      key: /RECURRENCE-ID[^:]*:(\S+)/.exec(lines[0] ?? '')?.[1] ?? '',
      component: makeEvent(...lines),
    }))
  return { ...makeSeries('planning@example.com'), parts: make(parts), cancelled: make(cancelled) }
}

/** Every occurrence of a year, in UTC. */
function listStarts(bookings: readonly Booking[]): readonly string[] {
  const starts = bookings.flatMap((booking) => {
    const recurrence = readBookedRecurrence(booking.recurrence)
    if (isFault(recurrence)) throw new Error(recurrence.text)
    if (!recurrence) return [serializeUtc(booking)]
    const occurrences = listOccurrences(recurrence, zones, { start: 1_767_225_600, end: 1_798_761_600 })
    if (isFault(occurrences)) throw new Error(occurrences.text)
    return occurrences.map(({ start }) => serializeInstant(start))
  })
  return starts.sort()
}

function serializeUtc({ start }: Booking): string {
  return start.kind === 'utc' ? serializeCalendarTime(start) : serializeInstant(zones.local.toInstant(start.local))
}
