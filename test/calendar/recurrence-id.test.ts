// The identity of recurrence instances. RFC 5545, 3.8.4.4 and 3.2.13.
import { describe, expect, test } from 'vitest'
import { isFault, makeFault } from '../../src/calendar/fault.ts'
import { parseContentLine, serializeContentLine } from '../../src/calendar/ical.ts'
import { hasRange, isSameInstance, makeRecurrenceKey, readKeyInstant } from '../../src/calendar/recurrence-id.ts'
import { parseCalendarTime } from '../../src/calendar/time.ts'
import type { TimeZone, Zones } from '../../src/calendar/time-zone.ts'
import { makeFixedClock } from '../../src/calendar/zone-clock.ts'
import { parseEvent } from '../support/calendar-text.ts'

const makeFixedZone = (name: string, hours: number): TimeZone => ({
  name,
  source: 'known',
  ...makeFixedClock(hours * 3600),
})

// Oslo in winter, and New York in winter for the user.
const oslo = makeFixedZone('Europe/Oslo', 1)
const zones: Zones = {
  resolve: (tzid) => (tzid === 'Europe/Oslo' ? oslo : makeFault('unknown-zone', `nobody knows ${tzid}`)),
  local: makeFixedZone('America/New_York', -5),
}

const read = (line: string) => {
  const property = parseContentLine(line)
  if (isFault(property)) throw new Error(property.text)
  return property
}

describe('keys', () => {
  const rows: readonly (readonly [line: string, expected: string])[] = [
    ['RECURRENCE-ID:20141114', '20141114'],
    ['RECURRENCE-ID:20141114T000000', '20141114T000000'],
    ['RECURRENCE-ID;TZID=Europe/Oslo:20141114', '20141113T230000Z'],
    ['RECURRENCE-ID;TZID=Europe/Oslo:20141114T000000', '20141113T230000Z'],
    ['RECURRENCE-ID:20141114T000000Z', '20141114T000000Z'],
    // Other spellings of the same.
    ['RECURRENCE-ID;VALUE=DATE:20141114', '20141114'],
    ['RECURRENCE-ID;VALUE=DATE-TIME;TZID="Europe/Oslo":20141114T000000', '20141113T230000Z'],
    ['RECURRENCE-ID;TZID=Europe/Oslo:20141114T000000Z', '20141114T000000Z'],
    ['RECURRENCE-ID;TZID=:20141114T000000', '20141114T000000'],
    ['RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Oslo:20141114T000000', '20141113T230000Z'],
    ['recurrence-id: 20141114t000000z ', '20141114T000000Z'],
    ['DTSTART;TZID=Europe/Oslo:20141114T000000', '20141113T230000Z'],
  ]
  test.each(rows)('%s', (line, expected) => {
    expect(makeRecurrenceKey(read(line), zones)).toBe(expected)
  })

  test.each<readonly [value: string, tzid: string | undefined, expected: string]>([
    ['20141114', undefined, '20141114'],
    ['20141114T000000', undefined, '20141114T000000'],
    ['20141114T000000', 'Europe/Oslo', '20141113T230000Z'],
    ['20141114T000000Z', undefined, '20141114T000000Z'],
  ])('of the time %s in %s', (value, tzid, expected) => {
    const time = parseCalendarTime(value, tzid)
    if (isFault(time)) throw new Error(time.text)
    expect(makeRecurrenceKey(time, zones)).toBe(expected)
  })

  test.each<readonly [line: string, code: string]>([
    ['RECURRENCE-ID;TZID=Nowhere:20141114T000000', 'unknown-zone'],
    ['RECURRENCE-ID:20141131', 'bad-date'],
    ['RECURRENCE-ID:', 'bad-date'],
    ['RECURRENCE-ID:../../etc/passwd', 'bad-date'],
  ])('%s is a fault', (line, code) => {
    expect(makeRecurrenceKey(read(line), zones)).toMatchObject({ kind: 'fault', code })
  })
})

describe('the same instance', () => {
  const rows: readonly (readonly [a: string, b: string, expected: boolean])[] = [
    ['20141114T000000Z', '20141114T000000Z', true],
    ['20141114T000000Z', '20141114T000001Z', false],
    ['20141114', '20141114T050000Z', true],
    ['20141114', '20141114T000000Z', false],
    ['20141114T090000', '20141114T140000Z', true],
    ['20141114T090000', '20141114T090000Z', false],
    ['20141114T090000', '20141114T090000', true],
    ['20141114T090000', '20141114T100000', false],
    ['20141114', '20141114T000000', true],
    ['20141114', '20141115', false],
    ['nonsense', '20141115', false],
    ['nonsense', 'rubbish', false],
  ]
  test.each(rows)('%s and %s: %s', (a, b, expected) => {
    expect(isSameInstance(a, b, zones)).toBe(expected)
    expect(isSameInstance(b, a, zones)).toBe(expected)
  })

  test('times that summer time leaves out stay two, though both come to one instant', () => {
    const gap: Zones = { ...zones, local: { ...zones.local, toInstant: () => 0 } }
    expect(isSameInstance('20260329T020000', '20260329T030000', gap)).toBe(false)
    expect(isSameInstance('20260329T020000', '19700101T000000Z', gap)).toBe(true)
  })
})

test('the instant of a key', () => {
  expect(readKeyInstant('20141114T000000Z', zones)).toBe(Date.UTC(2014, 10, 14) / 1000)
  expect(readKeyInstant('20141114', zones)).toBe(Date.UTC(2014, 10, 14, 5) / 1000)
  expect(readKeyInstant('20141114T090000', zones)).toBe(Date.UTC(2014, 10, 14, 14) / 1000)
  expect(readKeyInstant('nonsense', zones)).toBeUndefined()
})

test.each<readonly [line: string, expected: boolean]>([
  ['RECURRENCE-ID;RANGE=THISANDFUTURE:20141114', true],
  ['RECURRENCE-ID;range=ThisAndFuture:20141114', true],
  ['RECURRENCE-ID;RANGE="THISANDFUTURE":20141114', true],
  ['RECURRENCE-ID;RANGE=THISANDPRIOR:20141114', false],
  ['RECURRENCE-ID;RANGE=:20141114', false],
  ['RECURRENCE-ID:20141114', false],
])('range of %s: %s', (line, expected) => {
  expect(hasRange(read(line))).toBe(expected)
})

// Quirk: RFC 5546, 4.4.5, see docs/quirks.md.
test.each([
  ['RECURRENCE-ID;THISANDFUTURE:19970901T210000Z', 'RECURRENCE-ID;RANGE=THISANDFUTURE:19970901T210000Z'],
  ['RECURRENCE-ID;VALUE=DATE;ThisAndFuture:19970901', 'RECURRENCE-ID;VALUE=DATE;RANGE=THISANDFUTURE:19970901'],
  [
    'RECURRENCE-ID;RANGE=THISANDFUTURE;THISANDFUTURE=:19970901T210000Z',
    'RECURRENCE-ID;RANGE=THISANDFUTURE:19970901T210000Z',
  ],
  ['RECURRENCE-ID;THISANDPRIOR:19970901T210000Z', 'RECURRENCE-ID;THISANDPRIOR=:19970901T210000Z'],
])('%s is read as %s', (line, expected) => {
  const [property] = parseEvent(line).properties
  expect(property && serializeContentLine(property)).toBe(expected)
})
