// What lies behind the listed dates of an endless series: in order, up to the last single booking, then series against series.
import { describe, expect, test } from 'vitest'
import { makeBookings } from '../../src/agents/bookkeeping.ts'
import { isFault } from '../../src/calendar/fault.ts'
import { isOverlapping, type Period } from '../../src/calendar/period.ts'
import { secondsOfDay, serializeInstant } from '../../src/calendar/time.ts'
import { searchFar } from '../../src/freebusy/far-search.ts'
import type { Booking } from '../../src/freebusy/record.ts'
import { makeSeries } from '../../src/itip/instances.ts'
import { makeEvent, zones, zoneTables } from '../support/calendar-text.ts'

const week = 7 * secondsOfDay
const first = Date.UTC(2026, 2, 10, 10) / 1000
const asked = makeSeriesBookings('asked', '20260310T100000Z', 'FREQ=WEEKLY')

describe('single bookings', () => {
  test('are found behind the thousandth date, and whoever asks for them holds a stretch at a time', () => {
    const { found, stretches } = search([makeSingle(1500), makeSingle(1700)])
    expect(found).toEqual([nameWeek(1500), nameWeek(1700)])
    expect(Math.max(...stretches.map((periods) => periods.length))).toBeLessThanOrEqual(250)
  })

  test('are not looked for any more once enough are refused', () => {
    const booked = Array.from({ length: 900 }, (_, index) => makeSingle(1000 + index))
    const { found, stretches } = search(booked)
    expect(found.slice(0, 11)).toEqual(Array.from({ length: 11 }, (_, index) => nameWeek(1000 + index)))
    expect(stretches).toHaveLength(1)
    expect(search(booked, { most: 0 }).stretches).toHaveLength(1)
  })

  test('beside the dates hinder nothing, however many there are', () => {
    const booked = Array.from({ length: 900 }, (_, index) => makeSingle(1000 + index, 2))
    expect(search(booked).found).toEqual([])
  })

  test('thousands of years away cost no walk through the years between', () => {
    const far = 350_000
    const { found, stretches } = search([makeSingle(far)])
    expect(found).toEqual([nameWeek(far)])
    expect(stretches.length).toBeLessThan(200)
  })
})

describe('series', () => {
  test('that meet it for ever are met behind the last single booking', () => {
    const other = makeSeriesBookings('other', '20600106T100000Z', 'FREQ=WEEKLY')
    const { found } = search([makeSingle(1200), ...other])
    expect(found[0]).toBe(nameWeek(1200))
    expect(found[1]).toBe('20600106T100000Z')
  })

  test('with a capacity of two: one that begins when the other has met it twenty times', () => {
    const booked = [
      ...makeSeriesBookings('a', '20100105T100000Z', 'FREQ=WEEKLY'),
      ...makeSeriesBookings('b', '21000105T100000Z', 'FREQ=WEEKLY'),
    ]
    expect(search(booked, { capacity: 2 }).found[0]).toBe('21000105T100000Z')
    expect(search(booked, { capacity: 3 }).found).toEqual([])
  })

  test('with a capacity of two: those that never come together do not hinder', () => {
    const booked = [
      ...makeSeriesBookings('odd', '20260310T100000Z', 'FREQ=WEEKLY;INTERVAL=2'),
      ...makeSeriesBookings('even', '20260317T100000Z', 'FREQ=WEEKLY;INTERVAL=2'),
    ]
    expect(search(booked, { capacity: 2 }).found).toEqual([])
    expect(search(booked, { capacity: 1 }).found.length).toBeGreaterThan(10)
  })

  test('in years without single bookings, before one in a thousand years', () => {
    const booked = [...makeSeriesBookings('short', '22000107T100000Z', 'FREQ=WEEKLY;COUNT=2'), makeSingle(60_000)]
    expect(search(booked).found).toEqual(['22000107T100000Z', '22000114T100000Z', nameWeek(60_000)])
  })
})

/** The store's part: what shares time with the periods, and every series. */
function search(
  booked: readonly Booking[],
  { most = 10, capacity = 1 } = {},
): { readonly found: readonly string[]; readonly stretches: readonly (readonly Period[])[] } {
  const single = booked.filter(({ recurrence }) => !recurrence)
  const recurring = booked.filter(({ recurrence }) => recurrence)
  const lastEnd = Math.max(0, ...single.map(({ end }) => end.local))
  const steps = searchFar({ asked, uid: 'asked', capacity, most, zoneTables, localZone: 'UTC' }, lastEnd)
  const stretches: (readonly Period[])[] = []
  let step = steps.next()
  while (!step.done) {
    const periods = step.value
    stretches.push(periods)
    const inside = single.filter(({ start, end }) =>
      periods.some((period) => isOverlapping(period, { start: start.local, end: end.local })),
    )
    step = steps.next({ single: inside, recurring })
  }
  if (isFault(step.value)) throw new Error(step.value.text)
  return { found: step.value.map(({ period }) => serializeInstant(period.start)), stretches }
}

/** On the date of that number, or some hours beside it. */
function makeSingle(number: number, hours = 0): Booking {
  const start = first + number * week + hours * 3600
  return {
    start: { kind: 'utc', local: start },
    end: { kind: 'utc', local: start + 3600 },
    uid: `single ${number}`,
    busyType: 'BUSY',
    summary: '',
    organizer: '',
  }
}

function makeSeriesBookings(uid: string, start: string, rule: string): readonly Booking[] {
  const component = makeEvent(`UID:${uid}`, `DTSTART:${start}`, '-DTEND', 'DURATION:PT1H', `RRULE:${rule}`)
  return makeBookings({ ...makeSeries(uid), parts: [{ key: '', component }] }, zones, () => 'BUSY')
}

function nameWeek(number: number): string {
  return serializeInstant(first + number * week)
}
