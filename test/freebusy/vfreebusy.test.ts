// A schedule as others see it, expanded; and which of its bookings overlap.

import { describe, expect, test } from 'vitest'
import { makeProperty } from '../../src/calendar/properties.ts'
import { findClashes } from '../../src/freebusy/clashes.ts'
import { expandBookings } from '../../src/freebusy/expand-bookings.ts'
import type { Booking, BusyType } from '../../src/freebusy/record.ts'
import { mergeBusyTimes } from '../../src/freebusy/vfreebusy.ts'
import { loadSystemZones } from '../../src/zones/system-zones.ts'
import { fc } from '../fast-check.ts'

const zoneTables = loadSystemZones()
const types: readonly BusyType[] = ['BUSY', 'BUSY-TENTATIVE', 'BUSY-UNAVAILABLE', 'FREE', 'ORG']

function makeBooking(uid: string, start: number, end: number, busyType: BusyType = 'BUSY'): Booking {
  return {
    uid,
    start: { kind: 'utc', local: start },
    end: { kind: 'utc', local: end },
    busyType,
    summary: '',
    organizer: '',
  }
}

function makeSeries(uid: string, start: string, rule: string): Booking {
  const component = {
    name: 'VEVENT',
    components: [],
    properties: [makeProperty('DTSTART', start), makeProperty('DURATION', 'PT1H'), makeProperty('RRULE', rule)],
  }
  return { ...makeBooking(uid, 0, 3600), recurrence: { component, timeZones: [] } }
}

const anyBooking = fc
  .tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 20 }), fc.constantFrom(...types))
  .map(([start, length, type]) => makeBooking(`${start} ${length} ${type}`, start, start + length, type))

describe('busy times', () => {
  test('are told once, sorted, cut to the window, the strongest of each instant', () => {
    fc.assert(
      fc.property(fc.array(anyBooking, { maxLength: 12 }), (bookings) => {
        const within = { start: 10, end: 50 }
        const { times } = expandBookings(bookings, within, zoneTables, 'UTC')
        const merged = mergeBusyTimes(times, within)
        for (const [index, period] of merged.entries()) {
          expect(period.start).toBeLessThan(period.end)
          expect(merged[index - 1]?.end ?? within.start).toBeLessThanOrEqual(period.start)
        }
        const at = (instant: number, type: BusyType): boolean =>
          bookings.some(
            ({ start, end, busyType }) => busyType === type && start.local <= instant && instant < end.local,
          )
        for (let instant = 5; instant < 55; instant++) {
          const isInside = instant >= within.start && instant < within.end
          const strongest = (['BUSY-UNAVAILABLE', 'BUSY', 'BUSY-TENTATIVE'] as const).find((type) => at(instant, type))
          const told = merged.find(({ start, end }) => start <= instant && instant < end)?.type
          expect(told).toBe(isInside ? strongest : undefined)
        }
      }),
    )
  })

  test('of one type are joined where they meet', () => {
    const bookings = [makeBooking('a', 0, 10), makeBooking('b', 10, 20), makeBooking('c', 30, 40)]
    const { times } = expandBookings(bookings, { start: 0, end: 100 }, zoneTables, 'UTC')
    expect(mergeBusyTimes(times, { start: 0, end: 100 })).toEqual([
      { start: 0, end: 20, type: 'BUSY' },
      { start: 30, end: 40, type: 'BUSY' },
    ])
  })
})

describe('expanded bookings', () => {
  const within = { start: Date.UTC(2026, 2, 1) / 1000, end: Date.UTC(2026, 2, 15) / 1000 }

  test('keep dates and floating times as they are', () => {
    const series = ['20260303T100000Z', '20260303T100000', '20260303'].map((start) =>
      makeSeries(start, start, 'FREQ=WEEKLY;COUNT=2'),
    )
    const { times, faults } = expandBookings(series, within, zoneTables, 'Europe/Oslo')
    expect(faults).toEqual([])
    expect(
      times.map(({ booking, start, end, recurrenceId }) => [booking.uid, start.kind, end.kind, recurrenceId]),
    ).toEqual([
      ['20260303', 'date', 'date', '20260303'],
      ['20260303T100000', 'floating', 'floating', '20260303T100000'],
      ['20260303T100000Z', 'utc', 'utc', '20260303T100000Z'],
      ['20260303', 'date', 'date', '20260310'],
      ['20260303T100000', 'floating', 'floating', '20260310T100000'],
      ['20260303T100000Z', 'utc', 'utc', '20260310T100000Z'],
    ])
  })

  test('name what cannot be expanded', () => {
    const { times, faults } = expandBookings(
      [makeSeries('odd', '20260303T100000Z', 'FREQ=NEVER')],
      within,
      zoneTables,
      'UTC',
    )
    expect(times).toEqual([])
    expect(faults).toMatchObject([{ booking: { uid: 'odd' } }])
  })
})

describe('clashes', () => {
  const within = { start: 0, end: 1000 }
  const question = { within, capacity: 1, zoneTables, localZone: 'UTC' }

  test('are those of two UIDs that share time, one of them asked about', () => {
    fc.assert(
      fc.property(fc.uniqueArray(anyBooking, { maxLength: 10, selector: ({ uid }) => uid }), (bookings) => {
        const uids = new Set(bookings.slice(0, 4).map(({ uid }) => uid))
        const isTaking = ({ busyType, start, end }: Booking): boolean =>
          busyType !== 'FREE' && busyType !== 'ORG' && start.local < end.local
        const expected = bookings.flatMap((a, index) =>
          bookings
            .slice(index + 1)
            .filter((b) => isTaking(a) && isTaking(b) && (uids.has(a.uid) || uids.has(b.uid)))
            .filter((b) => a.start.local < b.end.local && b.start.local < a.end.local)
            .map((b) => [a.uid, b.uid].sort().join('/')),
        )
        const found = findClashes({ ...question, bookings, uids })
        expect(found.map(({ booking, other }) => [booking.uid, other.uid].sort().join('/')).sort()).toEqual(
          expected.sort(),
        )
      }),
    )
  })

  test('count the dates of series, and respect capacity', () => {
    const start = Date.UTC(2026, 2, 1) / 1000
    const bookings = [
      makeSeries('a', '20260303T100000Z', 'FREQ=DAILY;COUNT=5'),
      makeSeries('b', '20260304T103000Z', 'FREQ=DAILY'),
    ]
    const asked = { ...question, bookings, uids: new Set(['b']), within: { start, end: start + 30 * 86_400 } }
    expect(findClashes(asked)).toMatchObject([{ booking: { uid: 'b' }, other: { uid: 'a' }, count: 4 }])
    expect(findClashes({ ...asked, capacity: 2 })).toEqual([])
  })
})
