// What happens to a stored series that is changed or cancelled from some instance on. RFC 5545, 3.2.13 and 3.8.4.4; RFC 5546, 2.1.5.
import { describe, expect, test } from 'vitest'
import { isFault } from '../../src/calendar/fault.ts'
import { findProperty } from '../../src/calendar/properties.ts'
import { receiveCancel } from '../../src/itip/cancel.ts'
import { findInstance, isMadeForAnswer } from '../../src/itip/find-instance.ts'
import { isThisAndFuture, makeSeries, withParts } from '../../src/itip/instances.ts'
import { receiveRequest } from '../../src/itip/request.ts'
import { findNextRange, findRangeOf, withUntil } from '../../src/itip/series-end.ts'
import type { StoredSeries } from '../../src/itip/stored-series.ts'
import { makeEvent, makeMessage, zones } from '../support/calendar-text.ts'

const weekly = 'RRULE:FREQ=WEEKLY;COUNT=8'
/** Of March 2026 at ten; the series begins on the tenth. */
const id = (day: number) => `RECURRENCE-ID:202603${day}T100000Z`
const range = (day: number) => `RECURRENCE-ID;RANGE=THISANDFUTURE:202603${day}T100000Z`
const at = (day: number, hour: number) => [`DTSTART:202603${day}T${hour}0000Z`, `DTEND:202603${day}T${hour}3000Z`]
const sequence = (number: number) => [`SEQUENCE:${number}`, `DTSTAMP:20260302T0900${String(number).padStart(2, '0')}Z`]

type Sent = readonly [method: 'REQUEST' | 'CANCEL', ...events: readonly (readonly string[])[]]

function receive(stored: StoredSeries | undefined, [method, ...events]: Sent): StoredSeries {
  const message = makeMessage(method, ...events)
  const received =
    method === 'REQUEST'
      ? receiveRequest(stored, message, zones, true)
      : receiveCancel(stored, message, zones, () => true)
  if (isFault(received)) throw new Error(received.text)
  return received.series
}

function receiveAll(...messages: readonly Sent[]): StoredSeries {
  return messages.reduce<StoredSeries>(receive, makeSeries('planning@example.com'))
}

/** `KEY+ start` of a range, `KEY start` of an instance, `-KEY` of what is cancelled. */
function show({ parts, cancelled }: StoredSeries): readonly string[] {
  const name = ({ key, component }: StoredSeries['parts'][number]): string =>
    `${key.slice(6, 8)}${isThisAndFuture(component) ? '+' : ''}`
  return [
    ...parts.map((part) => `${name(part)} ${findProperty(part.component, 'DTSTART')?.value.slice(6, 11) ?? ''}`.trim()),
    ...cancelled.map((part) => `-${name(part)}`),
  ]
}

const series: Sent = ['REQUEST', [weekly, ...sequence(0)]]

describe('under one key', () => {
  test('an instance may stand beside the range that begins with it, if it is newer', () => {
    const moved: Sent = ['REQUEST', [range(24), ...at(24, 14), ...sequence(1)]]
    const first: Sent = ['REQUEST', [id(24), ...at(25, 16), ...sequence(2)]]
    const expected = ['10T10', '24 25T16', '24+ 24T14']
    expect(show(receiveAll(series, moved, first))).toEqual(expected)
    expect(show(receiveAll(series, first, moved))).toEqual(expected)
  })

  test('a newer range says anew what becomes of its first instance', () => {
    const first: Sent = ['REQUEST', [id(24), ...at(25, 16), ...sequence(1)]]
    const moved: Sent = ['REQUEST', [range(24), ...at(24, 14), ...sequence(2)]]
    expect(show(receiveAll(series, first, moved))).toEqual(['10T10', '24+ 24T14'])
    expect(show(receiveAll(series, moved, first))).toEqual(['10T10', '24+ 24T14'])
  })

  test('but not one of which only details change', () => {
    const moved: Sent = ['REQUEST', [range(24), ...at(24, 14), ...sequence(1)]]
    const first: Sent = ['REQUEST', [id(24), ...at(25, 16), 'SEQUENCE:1', 'DTSTAMP:20260302T090030Z']]
    const details: Sent = [
      'REQUEST',
      [range(24), ...at(24, 14), 'SEQUENCE:1', 'DTSTAMP:20260302T090040Z', 'SUMMARY:Review'],
    ]
    expect(show(receiveAll(series, moved, first, details))).toEqual(['10T10', '24 25T16', '24+ 24T14'])
  })

  test('the first instance is cancelled, the range stays', () => {
    const moved: Sent = ['REQUEST', [range(24), ...at(24, 14), ...sequence(1)]]
    const first: Sent = ['CANCEL', [id(24), ...sequence(2), 'STATUS:CANCELLED']]
    expect(show(receiveAll(series, moved, first))).toEqual(['10T10', '24+ 24T14', '-24'])
    expect(show(receiveAll(series, first, moved))).toEqual(['10T10', '24+ 24T14', '-24'])
  })

  test('an instance asked for again does not bring back those after it', () => {
    const cut: Sent = ['CANCEL', [range(24), ...sequence(1), 'STATUS:CANCELLED']]
    const again: Sent = ['REQUEST', [id(24), ...at(24, 10), ...sequence(2)]]
    expect(show(receiveAll(series, cut, again))).toEqual(['10T10', '24 24T10', '-24+'])
  })

  test('a range asked for again does', () => {
    const cut: Sent = ['CANCEL', [range(24), ...sequence(1), 'STATUS:CANCELLED']]
    const again: Sent = ['REQUEST', [range(24), ...at(24, 12), ...sequence(2)]]
    expect(show(receiveAll(series, cut, again))).toEqual(['10T10', '24+ 24T12'])
  })
})

test('every order ends in the same series', () => {
  const messages: readonly Sent[] = [
    ['REQUEST', [id(31), ...at(30, 15), ...sequence(1)]],
    ['REQUEST', [range(17), ...at(17, 14), ...sequence(2)]],
    ['REQUEST', [id(17), ...at(18, 16), ...sequence(3)]],
    ['CANCEL', [id(24), ...sequence(4), 'STATUS:CANCELLED']],
    ['CANCEL', [range(31), ...sequence(5), 'STATUS:CANCELLED']],
    ['REQUEST', [range(24), ...at(24, 12), ...sequence(6)]],
  ]
  const expected = show(receiveAll(series, ...messages))
  expect(expected).toEqual(['10T10', '17 18T16', '17+ 17T14', '24+ 24T12', '-31+'])
  for (const order of permute(messages)) expect(show(receiveAll(series, ...order))).toEqual(expected)
})

function permute<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  if (items.length < 2) return [items]
  return items.flatMap((item, index) => permute(items.toSpliced(index, 1)).map((rest) => [item, ...rest]))
}

describe('an entire rescheduling', () => {
  const moved: Sent = ['REQUEST', [range(24), ...at(24, 14), ...sequence(2)]]

  // RFC 5546, 4.4.7; otherwise a change of the title would give moved times away.
  test.each([
    ['another rule', [weekly.replace('8', '6'), ...sequence(3)], false],
    ['another title', [weekly, 'SUMMARY:Review', ...sequence(3)], true],
    ['a rule that ends before it', ['RRULE:FREQ=WEEKLY;COUNT=2', ...sequence(1)], false],
    ['another rule that is older than the change', ['RRULE:FREQ=WEEKLY;COUNT=6', ...sequence(1)], true],
  ])('%s: the change stays: %s', (_, lines, isKept) => {
    expect(show(receiveAll(series, moved, ['REQUEST', lines]))).toEqual(isKept ? ['10T10', '24+ 24T14'] : ['10T10'])
  })

  test('a room is asked about the later dates, too, where its series comes late or is asked about anew', () => {
    const keysOf = (stored: StoredSeries | undefined, sent: Sent): readonly string[] => {
      const [method, ...events] = sent
      const received = receiveRequest(stored, makeMessage(method, ...events), zones, true)
      return isFault(received) ? [] : received.parts.map(({ key }) => key.slice(6, 8))
    }
    expect(keysOf(receiveAll(moved), series)).toEqual(['', '24'])
    expect(keysOf(receiveAll(series, moved), ['REQUEST', ['RRULE:FREQ=WEEKLY;COUNT=6', ...sequence(1)]])).toEqual([
      '',
      '24',
    ])
    expect(keysOf(receiveAll(series, moved), ['REQUEST', [weekly, 'SUMMARY:Review', ...sequence(3)]])).toEqual([
      '',
      '24',
    ])
    const details = ['SUMMARY:Review', 'SEQUENCE:0', 'DTSTAMP:20260302T090030Z']
    expect(keysOf(receiveAll(series, moved), ['REQUEST', [weekly, ...details]])).toEqual([''])
  })
})

describe('an instance that follows', () => {
  const stored = receiveAll(
    series,
    ['REQUEST', [range(17), ...at(18, 14), ...sequence(1)]],
    ['CANCEL', [range(31), ...sequence(2), 'STATUS:CANCELLED']],
    ['CANCEL', [id(24), ...sequence(3), 'STATUS:CANCELLED']],
  )

  test.each([
    ['10', '10T10'],
    ['17', '18T14'],
    ['24', undefined],
    ['31', undefined],
    ['11', undefined],
  ])('%s of March', (day, start) => {
    const key = `202603${day}T100000Z`
    const found = findInstance(stored, key, findProperty(makeEvent(id(Number(day))), 'RECURRENCE-ID'), zones)
    expect(found && findProperty(found, 'DTSTART')?.value.slice(6, 11)).toBe(start)
    expect(found && findProperty(found, 'RRULE')).toBeUndefined()
  })

  test.each([
    [
      'a zone',
      ['DTSTART;TZID=Europe/Oslo:20260311T140000', 'DTEND;TZID=Europe/Oslo:20260311T150000'],
      '20260401T140000',
    ],
    ['a length', ['DTSTART:20260311T140000Z', '-DTEND', 'DURATION:PT2H'], '20260401T140000Z'],
    ['whole days', ['DTSTART;VALUE=DATE:20260312', 'DTEND;VALUE=DATE:20260314'], '20260402'],
  ])('is written as the change is: with %s', (_, lines, start) => {
    const master = ['REQUEST', ['RRULE:FREQ=WEEKLY', ...sequence(0)]] as const
    const changed = receiveAll(master, [
      'REQUEST',
      ['RECURRENCE-ID;RANGE=THISANDFUTURE:20260310T100000Z', ...lines, ...sequence(1)],
    ])
    const name = findProperty(makeEvent(id(31)), 'RECURRENCE-ID')
    const found = findInstance(changed, '20260331T100000Z', name, zones)
    if (!found || !name) throw new Error('nothing')
    // Ten o'clock in UTC stays so: the series has no summer time, its change in Oslo follows it.
    const expected = start === '20260401T140000' ? '20260401T150000' : start
    expect(findProperty(found, 'DTSTART')?.value).toBe(expected)
    const part = { key: '20260331T100000Z', component: found }
    expect(isMadeForAnswer({ ...changed, parts: withParts(changed.parts, [part]) }, part, zones)).toBe(true)
  })
})

test('where a range is over, and which one holds an instance', () => {
  const stored = receiveAll(
    series,
    ['REQUEST', [range(17), ...at(17, 14), ...sequence(1)]],
    ['REQUEST', [range(31), ...at(31, 14), ...sequence(2)]],
  )
  const key = (day: number) => `202603${day}T100000Z`
  expect(findNextRange(stored, '', zones)).toBe(key(17))
  expect(findNextRange(stored, key(17), zones)).toBe(key(31))
  expect(findNextRange(stored, key(31), zones)).toBeUndefined()
  expect([10, 17, 24, 31].map((day) => findRangeOf(stored, key(day), zones)?.key)).toEqual([
    undefined,
    key(17),
    key(17),
    key(31),
  ])
})

describe('a series cut at an instance', () => {
  test.each([
    ['in a rule by COUNT', ['RRULE:FREQ=WEEKLY;COUNT=8'], ['RRULE:FREQ=WEEKLY;UNTIL=20260324T095959Z']],
    ['behind the end of its rule', ['RRULE:FREQ=WEEKLY;COUNT=2'], ['RRULE:FREQ=WEEKLY;COUNT=2']],
    [
      'behind the end of its rule, which must not grow longer, in dates added',
      ['RRULE:FREQ=WEEKLY;COUNT=2', 'RDATE:20260320T100000Z,20260401T100000Z'],
      ['RRULE:FREQ=WEEKLY;COUNT=2', 'RDATE:20260320T100000Z'],
    ],
    [
      'before DTSTART, in a date before it',
      ['DTSTART:20260401T100000Z', 'DTEND:20260401T110000Z', 'RDATE:20260310T100000Z'],
      ['RDATE:20260310T100000Z', 'EXDATE:20260401T100000Z'],
    ],
    [
      'of whole days',
      ['DTSTART;VALUE=DATE:20260310', '-DTEND', 'RRULE:FREQ=DAILY'],
      ['RRULE:FREQ=DAILY;UNTIL=20260323'],
    ],
    [
      'of floating times',
      ['DTSTART:20260310T110000', 'DTEND:20260310T120000', 'RRULE:FREQ=DAILY'],
      ['RRULE:FREQ=DAILY;UNTIL=20260324T105959'],
    ],
  ])('%s', (_, lines, expected) => {
    const event = makeEvent(...lines)

    const cut = withUntil(event, lines[0]?.startsWith('DTSTART;') ? '20260324' : '20260324T100000Z', zones)
    const repeating = cut.properties.filter(({ name }) => ['RRULE', 'RDATE', 'EXDATE'].includes(name))
    expect(repeating.map(({ name, value }) => `${name}:${value}`)).toEqual(expected)
  })
})
