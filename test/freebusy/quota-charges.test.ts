// How much a booking counts in a quota, and until when. A row is a component, the seconds by the day that gives them back.
import { describe, expect, test } from 'vitest'
import { makeBookings } from '../../src/agents/bookkeeping.ts'
import { isFault } from '../../src/calendar/fault.ts'
import { makeZones } from '../../src/calendar/time-zone.ts'
import {
  addCharges,
  findHolder,
  findLimit,
  type QuotaSettings,
  subtractCharges,
  sumCharges,
} from '../../src/freebusy/quota.ts'
import { countCharges } from '../../src/freebusy/quota-charges.ts'
import { loadSystemZones } from '../../src/zones/system-zones.ts'
import { at, makeEvent, makeSeries } from '../store/samples.ts'

const now = at('2026-03-02T09:00:00Z')
const zones = loadSystemZones()
const hour = 3600

function count(lines: readonly string[], from = now, zone = 'UTC'): Readonly<Record<string, number>> | string {
  const pairs = lines.map((line) => {
    const [name = '', ...value] = line.split(':')
    return [name, value.join(':')] as const
  })
  const series = makeSeries('x@example.com', { parts: [{ key: '', component: makeEvent('x@example.com', ...pairs) }] })
  const bookings = makeBookings(series, makeZones(zones, new Map(), zone), () => 'BUSY')
  const charges = countCharges(bookings, from, zones, zone)
  return isFault(charges) ? charges.code : Object.fromEntries(charges)
}

describe('what counts', () => {
  test.each<readonly [string, readonly string[], Readonly<Record<string, number>>]>([
    ['an hour', ['DTSTART:20260310T100000Z', 'DTEND:20260310T110000Z'], { 20260310: hour }],
    ['until midnight is that day', ['DTSTART:20260310T230000Z', 'DTEND:20260311T000000Z'], { 20260310: hour }],
    ['over midnight is the next', ['DTSTART:20260310T230000Z', 'DTEND:20260311T000001Z'], { 20260311: hour + 1 }],
    ['what is over', ['DTSTART:20260301T100000Z', 'DTEND:20260301T110000Z'], {}],
    ['what has begun, as a whole', ['DTSTART:20260302T080000Z', 'DTEND:20260302T100000Z'], { 20260302: 2 * hour }],
    ['no time', ['DTSTART:20260310T100000Z', 'DTEND:20260310T100000Z'], {}],
    [
      'each date of a short series that is still to come',
      ['DTSTART:20260223T100000Z', 'DTEND:20260223T110000Z', 'RRULE:FREQ=WEEKLY;COUNT=4'],
      { 20260302: hour, 20260309: hour, 20260316: hour },
    ],
    [
      'a series of just under 367 days, date by date',
      ['DTSTART:20260310T100000Z', 'DTEND:20260310T110000Z', 'RRULE:FREQ=DAILY;INTERVAL=365;COUNT=2'],
      { 20260310: hour, 20270310: hour },
    ],
    [
      'a longer one as its first 366 days, until its last day',
      ['DTSTART:20260310T100000Z', 'DTEND:20260310T110000Z', 'RRULE:FREQ=DAILY;INTERVAL=183;COUNT=4'],
      { 20270910: 2 * hour },
    ],
    [
      'one without end the same, always',
      ['DTSTART:20260310T100000Z', 'DTEND:20260310T110000Z', 'RRULE:FREQ=DAILY'],
      { always: 366 * hour },
    ],
    [
      'one without end that began long ago as much',
      ['DTSTART:20160310T100000Z', 'DTEND:20160310T110000Z', 'RRULE:FREQ=DAILY'],
      { always: 366 * hour },
    ],
  ])('%s', (_, lines, charges) => {
    expect(count(lines)).toEqual(charges)
  })

  test('days and clocks are those of the resource', () => {
    expect(count(['DTSTART:20260328', 'DTEND:20260330'], now, 'Europe/Oslo')).toEqual({ 20260329: 47 * hour })
  })

  test('a series of seconds is not counted', () => {
    expect(count(['DTSTART:20260310T100000Z', 'DTEND:20260310T100001Z', 'RRULE:FREQ=SECONDLY'])).toMatch(/^too-/)
  })
})

test('what was given back stays so', () => {
  const charges = new Map([
    ['20260301', hour],
    ['20260302', hour],
    ['20260303', hour],
    ['always', hour],
  ])
  expect(sumCharges(charges, now)).toBe(3 * hour)
  const rest = subtractCharges(charges, new Map(Object.entries({ 20260303: 2 * hour, always: 600, 20260305: hour })))
  expect([...rest]).toEqual([
    ['20260301', hour],
    ['20260302', hour],
    ['always', hour - 600],
  ])
  expect(sumCharges(addCharges(rest, charges), now)).toBe(5 * hour - 600)
})

test('whose limit it is', () => {
  const settings: QuotaSettings = {
    limits: new Map<string, number | 'unlimited'>([
      ['mailto:pat@example.com', hour],
      ['board', 'unlimited'],
      ['*', 60],
    ]),
    groups: new Map([['mailto:kim@example.com', 'board']]),
    delegates: [],
  }
  const limitOf = (organizer: string, own = settings) => findLimit(own, findHolder(own, organizer))
  expect(limitOf('mailto:pat@example.com')).toBe(hour)
  expect(limitOf('mailto:kim@example.com')).toBe('unlimited')
  expect(limitOf('mailto:lee@example.com')).toBe(60)
  expect(limitOf('mailto:lee@example.com', { ...settings, groups: new Map([['*', 'board']]) })).toBe('unlimited')
  expect(limitOf('mailto:lee@example.com', { ...settings, limits: new Map() })).toBeUndefined()
})
