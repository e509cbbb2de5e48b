// Bookings of series with changes of this and all later instances, against two slower ways to the same: their instances one by one
// (calendar/series.ts), and a schedule looked at in steps of five minutes.

import { describe, expect, test } from 'vitest'
import { makeBookings } from '../../src/agents/bookkeeping.ts'
import { findCollisions } from '../../src/calendar/collision.ts'
import { isFault } from '../../src/calendar/fault.ts'
import { serializeInstant } from '../../src/calendar/time.ts'
import { readBookedRecurrence } from '../../src/freebusy/booked-recurrence.ts'
import { expandBookings } from '../../src/freebusy/expand-bookings.ts'
import type { Booking } from '../../src/freebusy/record.ts'
import { makeBookingZones } from '../../src/freebusy/record-zones.ts'
import type { StoredSeries } from '../../src/itip/stored-series.ts'
import { findSpan } from '../../src/store/booking-span.ts'
import { parseBooking, serializeBooking } from '../../src/store/booking-text.ts'
import { fc } from '../fast-check.ts'
import { zones, zoneTables } from '../support/calendar-text.ts'
import { findAllConflicts } from '../support/find-all-conflicts.ts'
import { firstDay, listTrueInstances, makeRandomSeries, secondsOfDay, seriesChoices } from './random-series.ts'

const localZone = 'Europe/Oslo'
const year = { start: firstDay - 30 * secondsOfDay, end: firstDay + 365 * secondsOfDay }

function book(series: StoredSeries): readonly Booking[] {
  return makeBookings(series, zones, () => 'BUSY')
}

test('the bookings of a series take exactly the time of its instances', () => {
  fc.assert(
    fc.property(seriesChoices, (choice) => {
      const series = makeRandomSeries(choice, 'a', zones)
      const { times, faults } = expandBookings(book(series), year, zoneTables, localZone)
      expect(faults).toEqual([])
      const booked = times.map(({ period }) => `${serializeInstant(period.start)} ${serializeInstant(period.end)}`)
      const instances = listTrueInstances(series, zones, year)
      const expected = instances.map(({ period: p }) => `${serializeInstant(p.start)} ${serializeInstant(p.end)}`)
      expect([...new Set(booked)].sort()).toEqual([...new Set(expected)].sort())
    }),
    { numRuns: 1000 },
  )
})

test('each under the key of its instance, and written as its own component writes it', () => {
  fc.assert(
    fc.property(seriesChoices, (choice) => {
      const series = makeRandomSeries(choice, 'a', zones)
      const { times } = expandBookings(book(series), year, zoneTables, localZone)
      const keys = new Map(
        listTrueInstances(series, zones, year).map(({ key, start }) => [
          key,
          start.kind === 'date' || start.kind === 'floating' ? start : undefined,
        ]),
      )
      for (const { recurrenceId = '', start } of times) {
        expect([...keys.keys()]).toContain(recurrenceId)
        const plain = keys.get(recurrenceId)
        if (plain) expect(start).toEqual(plain)
        else expect(start.kind).toBe('utc')
      }
    }),
    { numRuns: 500 },
  )
})

test('they come back from their line, and lie inside their span', () => {
  fc.assert(
    fc.property(seriesChoices, (choice) => {
      for (const booking of book(makeRandomSeries(choice, 'a', zones))) {
        const line = serializeBooking(booking)
        expect(parseBooking(line)).toEqual(booking)
        const span = findSpan(booking)
        const { times } = expandBookings([booking], year, zoneTables, localZone)
        for (const { period } of times) {
          expect(period.start).toBeGreaterThanOrEqual(span.start)
          expect(period.end).toBeLessThanOrEqual(span.end)
        }
      }
    }),
    { numRuns: 500 },
  )
})

describe('conflicts', () => {
  test.each([1, 2])('with capacity %d are those that a look at every five minutes finds', (capacity) => {
    fc.assert(
      fc.property(seriesChoices, fc.array(seriesChoices, { minLength: 1, maxLength: 3 }), (mine, theirs) => {
        const others = theirs.map((choice, index) => makeRandomSeries(choice, `other ${index}`, zones))
        const own = makeRandomSeries(mine, 'mine', zones)
        const recurring = others.flatMap(book)
        const conflicts = findAllConflicts({
          asked: book(own),
          window: {
            covers: [],
            single: recurring.filter(({ recurrence }) => !recurrence),
            recurring: recurring.filter(({ recurrence }) => recurrence),
          },
          uid: 'mine',
          capacity,
          zoneTables,
          localZone,
        })
        if (isFault(conflicts)) return
        const found = conflicts.map(({ period }) => period.start).filter((start) => start < year.end - 3 * secondsOfDay)
        const grid = makeGrid(others)
        const expected = listTrueInstances(own, zones, year)
          .map(({ period }) => period)
          .filter(({ start, end }) => start < year.end - 3 * secondsOfDay && isFull(grid, start, end, capacity))
          .map(({ start }) => start)
        expect([...new Set(found)].map(serializeInstant)).toEqual([...new Set(expected)].map(serializeInstant))
      }),
      { numRuns: 200 },
    )
  })

  test('of endless rules are found behind the dates that are listed, too', () => {
    const far = { start: year.start, end: firstDay + 1200 * secondsOfDay }
    const endless = seriesChoices.map((choice) => ({ ...choice, isEndless: true }))
    let compared = 0
    fc.assert(
      fc.property(endless, endless, (mine, theirs) => {
        const [a] = book(makeRandomSeries(mine, 'a', zones)).filter(({ recurrence }) => recurrence?.range)
        const [b] = book(makeRandomSeries(theirs, 'b', zones)).filter(({ recurrence }) => recurrence)
        if (!a || !b) return
        const [first, second] = [readBookedRecurrence(a.recurrence), readBookedRecurrence(b.recurrence)]
        if (!first || !second || isFault(first) || isFault(second)) throw new Error('no recurrence')
        const zonesOf = (booking: Booking) => makeBookingZones(booking, zoneTables, localZone)
        const met = findCollisions(first, second, zonesOf(a), zonesOf(b), far.start, 10)
        if (isFault(met)) return
        compared += 1
        const found = met.map((pair) => [pair.a.start, pair.b.start]).filter(([start = 0]) => start < far.end)
        const pairs = listPairs(a, b, far).slice(0, 10)
        expect(found).toEqual(pairs.slice(0, found.length))
        if (met.length < 10) expect(found.length).toBe(pairs.length)
      }),
      { numRuns: 400 },
    )
    expect(compared).toBeGreaterThan(50)
  })
})

const step = 300

/** How many of the others are there, every five minutes. */
function makeGrid(others: readonly StoredSeries[]): Uint8Array {
  const grid = new Uint8Array((year.end - year.start) / step)
  for (const series of others) {
    const seen = new Map<object, Set<number>>()
    for (const { period, component } of listTrueInstances(series, zones, year)) {
      // RFC 5545, 3.8.5.2: of equal starts one counts; two times of a day that follow a range to the same day are equal.
      const starts = seen.get(component) ?? new Set()
      if (starts.has(period.start)) continue
      seen.set(component, starts.add(period.start))
      const end = Math.min(period.end, year.end)
      for (let at = Math.max(period.start, year.start); at < end; at += step) {
        const cell = Math.floor((at - year.start) / step)
        grid[cell] = (grid[cell] ?? 0) + 1
      }
    }
  }
  return grid
}

function isFull(grid: Uint8Array, start: number, end: number, capacity: number): boolean {
  for (let at = start; at < end; at += step)
    if ((grid[Math.floor((at - year.start) / step)] ?? 0) >= capacity) return true
  return false
}

function listPairs(a: Booking, b: Booking, within: { start: number; end: number }): readonly (readonly number[])[] {
  const theirs = expandBookings([b], { ...within, end: within.end + 5 * secondsOfDay }, zoneTables, localZone).times
  return expandBookings([a], within, zoneTables, localZone)
    .times.filter(({ period }) => period.start < within.end)
    .flatMap(({ period }) =>
      theirs
        .filter((their) => their.period.start < period.end && period.start < their.period.end)
        .map((their) => [period.start, their.period.start]),
    )
}
