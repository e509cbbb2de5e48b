// What stands beside a recurring booking in lists, and where it is cut.
import { describe, expect, test } from 'vitest'
import { makeBookings } from '../../src/agents/bookkeeping.ts'
import { parseInstant, serializeInstant } from '../../src/calendar/time.ts'
import { expandBookings } from '../../src/freebusy/expand-bookings.ts'
import type { Booking } from '../../src/freebusy/record.ts'
import { showRule } from '../../src/freebusy/shown-rule.ts'
import { cutBooking } from '../../src/itip/cut-booking.ts'
import { makeSeries } from '../../src/itip/instances.ts'
import { parseBooking, serializeBooking } from '../../src/store/booking-text.ts'
import { makeEvent, zones, zoneTables } from '../support/calendar-text.ts'

const range = [
  'RECURRENCE-ID;RANGE=THISANDFUTURE:20260324T100000Z',
  'DTSTART:20260325T140000Z',
  'DTEND:20260325T150000Z',
]

function book(...lines: readonly string[]): readonly Booking[] {
  const parts = [
    { key: '', component: makeEvent(...lines) },
    { key: '20260324T100000Z', component: makeEvent(...range) },
  ]
  return makeBookings({ ...makeSeries('planning@example.com'), parts }, zones, () => 'BUSY')
}

test.each([
  ['an endless rule', ['RRULE:FREQ=WEEKLY'], ['FREQ=WEEKLY;UNTIL=20260324T095959Z', 'FREQ=WEEKLY']],
  ['COUNT: what is left', ['RRULE:FREQ=WEEKLY;COUNT=6'], ['FREQ=WEEKLY;UNTIL=20260324T095959Z', 'FREQ=WEEKLY;COUNT=4']],
  [
    'a DTSTART that does not fit its rule counts, too',
    ['RRULE:COUNT=6;FREQ=WEEKLY;BYDAY=TU,WE', 'DTSTART:20260309T100000Z', 'DTEND:20260309T110000Z'],
    ['FREQ=WEEKLY;BYDAY=TU,WE;UNTIL=20260324T095959Z', 'COUNT=1;FREQ=WEEKLY;BYDAY=TU,WE'],
  ],
  [
    'UNTIL',
    ['RRULE:FREQ=WEEKLY;UNTIL=20260401T000000Z'],
    ['FREQ=WEEKLY;UNTIL=20260324T095959Z', 'FREQ=WEEKLY;UNTIL=20260401T000000Z'],
  ],
  ['dates alone', ['RDATE:20260324T100000Z,20260401T100000Z'], [undefined, undefined]],
])('%s', (_, lines, rules) => {
  expect(book(...lines).map((booking) => showRule(booking, zoneTables, 'UTC'))).toEqual(rules)
})

test('a line that was written before there were ranges is read as it was', () => {
  const [series] = book('RRULE:FREQ=WEEKLY')
  if (!series?.recurrence) throw new Error('no series')
  const { until: _, ...endless } = series.recurrence
  for (const booking of [series, { ...series, recurrence: endless }]) {
    const line = serializeBooking(booking)
    expect(line).not.toContain('null')
    expect(parseBooking(line)).toEqual(booking)
  }
})

describe('cut at an instant', () => {
  const year = { start: 1_767_225_600, end: 1_798_761_600 }
  const starts = (booking: Booking | undefined): readonly string[] =>
    booking === undefined
      ? []
      : expandBookings([booking], year, zoneTables, 'Europe/Oslo').times.map(({ period }) =>
          serializeInstant(period.start),
        )

  const all = [...book('RRULE:FREQ=WEEKLY;COUNT=6', 'RDATE:20260313T100000Z,20260403T100000Z')]

  // The dates of the series: 10, 13 and 17 March; of what follows: 25 March, 1, 4, 8 and 15 April.
  test.each([
    ['2026-03-01T00:00:00Z', 0, 0],
    ['2026-03-10T10:00:00Z', 0, 0],
    ['2026-03-10T10:00:01Z', 1, 0],
    ['2026-03-17T10:00:00Z', 2, 0],
    ['2026-03-25T14:00:00Z', 3, 0],
    ['2026-03-31T14:00:00Z', 3, 1],
    // The original of what is on 1 April was on 31 March.
    ['2026-04-01T14:00:00Z', 3, 1],
    ['2026-04-01T14:00:01Z', 3, 2],
    ['2026-04-04T14:00:00Z', 3, 2],
    ['2026-04-15T14:00:00Z', 3, 4],
    ['2027-01-01T00:00:00Z', 3, 5],
  ])('%s', (text, ofSeries, ofRange) => {
    const until = parseInstant(text)
    if (typeof until !== 'number') throw new Error(text)
    const cut = all.map((booking) => cutBooking(booking, until, zones))
    expect(cut.map((booking) => starts(booking).length)).toEqual([ofSeries, ofRange])
    for (const [index, booking] of cut.entries()) {
      expect(starts(booking)).toEqual(starts(all[index]).filter((start) => start < serializeInstant(until)))
      if (booking?.recurrence) expect(booking.recurrence.until).toBeLessThanOrEqual(until + 3600)
    }
  })

  test('what does not repeat stays', () => {
    const [single] = makeBookings(
      { ...makeSeries('a'), parts: [{ key: '', component: makeEvent() }] },
      zones,
      () => 'BUSY',
    )
    expect(single && cutBooking(single, 0, zones)).toBe(single)
  })
})
