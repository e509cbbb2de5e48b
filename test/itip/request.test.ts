import { expect, test } from 'vitest'
import { isFault } from '../../src/calendar/fault.ts'
import { makeSeries } from '../../src/itip/instances.ts'
import { type ReceivedRequest, receiveRequest } from '../../src/itip/request.ts'
import type { StoredSeries } from '../../src/itip/stored-series.ts'
import { makeEvent, makeMessage, zones } from '../support/calendar-text.ts'

const weekly = 'RRULE:FREQ=WEEKLY;COUNT=4'
const id = 'RECURRENCE-ID:20260317T100000Z'
const later = 'DTSTAMP:20260303T085900Z'
const earlier = 'DTSTAMP:20260301T085900Z'

test.each([
  // RFC 5546, 3.2.2.1: what is new, and what takes other time.
  ['nothing is stored', [], [[]], ['new']],
  ['a higher SEQUENCE', [[]], [['SEQUENCE:1']], ['rescheduled']],
  ['a higher SEQUENCE without any change', [['SEQUENCE:1']], [['SEQUENCE:2', later]], ['rescheduled']],
  [
    'another time, the same SEQUENCE, a later DTSTAMP',
    [[]],
    [['DTEND:20260310T113000Z', later]],
    ['rescheduled, SEQUENCE forgotten'],
  ],
  [
    'another time, the same SEQUENCE and DTSTAMP',
    [[]],
    [['DTEND:20260310T113000Z']],
    ['rescheduled, SEQUENCE forgotten'],
  ],
  // RFC 5546, 3.2.2.2: details only.
  ['another title', [[]], [['SUMMARY:Review', later]], ['details']],
  ['another title, the same DTSTAMP', [[]], [['SUMMARY:Review']], ['details']],
  ['a later DTSTAMP alone', [[]], [[later]], ['details']],
  [
    'RSVP wanted now',
    [['ATTENDEE:mailto:kim@example.org']],
    [['ATTENDEE;RSVP=TRUE:mailto:kim@example.org', later]],
    ['details'],
  ],
  ['the very same', [[]], [[]], ['repeated']],
  // RFC 5546, 2.1.5: the key is UID and RECURRENCE-ID.
  ['a lower SEQUENCE', [['SEQUENCE:2']], [['SEQUENCE:1', later]], ['older']],
  ['an older DTSTAMP', [[]], [[earlier]], ['older']],
  ['an instance of a known series', [[weekly]], [[id]], ['new']],
  ['an instance that is known', [[weekly], [id]], [[id, later, 'SUMMARY:Review']], ['details']],
  [
    'an instance named in another zone',
    [[weekly], [id]],
    [['RECURRENCE-ID;TZID=Europe/Oslo:20260317T110000', earlier]],
    ['older'],
  ],
  [
    'an older series beside a newer instance',
    [
      ['SEQUENCE:1', weekly],
      [id, 'SEQUENCE:5'],
    ],
    [[weekly, 'SEQUENCE:2']],
    ['rescheduled'],
  ],
  [
    'an instance without predecessor, lower SEQUENCE, later DTSTAMP',
    [['SEQUENCE:2', weekly]],
    [[id, 'SEQUENCE:1', later]],
    ['new'],
  ],
  [
    'an instance without predecessor, lower SEQUENCE, older DTSTAMP',
    [['SEQUENCE:2', weekly]],
    [[id, 'SEQUENCE:1', earlier]],
    ['older'],
  ],
  ['an instance without predecessor, same SEQUENCE, older DTSTAMP', [[weekly]], [[id, earlier]], ['new']],
  ['the series after its instance', [[id]], [[weekly, later]], ['new']],
  ['a series with an instance', [], [[weekly], [id]], ['new', 'new']],
  ['a known series with a new instance', [[weekly]], [[weekly], [id]], ['repeated', 'new']],
] as const)('%s', (_, stored, message, changes) => {
  const { parts } = receive(store(...stored), message)
  expect(parts.map(({ change, withoutSequence }) => change + (withoutSequence ? ', SEQUENCE forgotten' : ''))).toEqual(
    changes,
  )
})

test.each([
  ['the same SEQUENCE and DTSTAMP', [], 'older'],
  ['the same SEQUENCE, a later DTSTAMP', [later], 'new'],
  ['a higher SEQUENCE, an older DTSTAMP', ['SEQUENCE:1', earlier], 'new'],
])('after a CANCEL only what is newer counts: %s', (_, lines, change) => {
  const cancelled: StoredSeries = {
    ...makeSeries('planning@example.com'),
    cancelled: [{ key: '', component: makeEvent() }],
  }
  const { parts, series } = receive(cancelled, [lines])
  expect(parts[0]?.change).toBe(change)
  expect(series.cancelled).toHaveLength(change === 'new' ? 0 : 1)
})

test('a cancelled instance stays cancelled for older messages about it, and comes back with a newer one', () => {
  const stored = {
    ...store([weekly]),
    cancelled: [{ key: '20260317T100000Z', component: makeEvent(id, 'SEQUENCE:1') }],
  }
  expect(receive(stored, [[id]]).parts[0]?.change).toBe('older')
  const back = receive(stored, [[id, 'SEQUENCE:2']])
  expect(back.parts[0]?.change).toBe('new')
  expect(back.series.cancelled).toEqual([])
})

// RFC 5546, 4.4.7: an entire rescheduling voids the instances that were changed before.
test.each([
  ['a details-only update', [weekly, later, 'SUMMARY:Review'], true],
  ['a higher SEQUENCE that changes only the title', [weekly, 'SEQUENCE:3', 'SUMMARY:Review'], true],
  [
    'a higher SEQUENCE with another start',
    [weekly, 'SEQUENCE:3', 'DTSTART:20260310T090000Z', 'DTEND:20260310T100000Z'],
    false,
  ],
  ['another start with a SEQUENCE below the instance', [weekly, 'SEQUENCE:1', 'EXDATE:20260324T100000Z'], true],
  ['a higher SEQUENCE and a date left out', [weekly, 'SEQUENCE:3', 'EXDATE:20260324T100000Z'], false],
  ['a rule that has the date no more', ['RRULE:FREQ=WEEKLY;COUNT=1', later], false],
  ['no rule any more', [later], false],
])('an instance with its own details after %s', (_, lines, isKept) => {
  const stored = store([weekly], [id, 'SEQUENCE:2', 'DTSTART:20260317T120000Z', 'DTEND:20260317T130000Z'])
  const { series, dropped } = receive(stored, [lines])
  expect(series.parts.map((part) => part.key)).toEqual(isKept ? ['', '20260317T100000Z'] : [''])
  expect(dropped).toEqual(isKept ? [] : ['20260317T100000Z'])
})

test('an update of the length alone does not void instances: only start, rule and dates do', () => {
  const stored = store([weekly], [id, 'SEQUENCE:2', 'DTSTART:20260317T120000Z', 'DTEND:20260317T130000Z'])
  expect(receive(stored, [[weekly, 'SEQUENCE:3', 'DTEND:20260310T113000Z']]).dropped).toEqual([])
})

test('an instance that comes in the same message is never void', () => {
  const stored = store([weekly], [id])
  const moved = [weekly, 'SEQUENCE:3', 'DTSTART:20260310T090000Z', 'DTEND:20260310T100000Z']
  const { series } = receive(stored, [moved, [id, 'SEQUENCE:3']])
  expect(series.parts.map((part) => part.key)).toEqual(['', '20260317T100000Z'])
})

test('what is older changes nothing, also beside something newer', () => {
  const stored = store([weekly, 'SEQUENCE:2'], [id, 'SEQUENCE:2'])
  const { series, parts } = receive(stored, [
    [weekly, 'SEQUENCE:1'],
    [id, 'SEQUENCE:3', 'SUMMARY:Review'],
  ])
  expect(parts.map((part) => part.change)).toEqual(['older', 'rescheduled'])
  expect(series.parts[0]?.component).toEqual(stored.parts[0]?.component)
  expect(receive(stored, [[weekly]]).series).toEqual(stored)
})

function store(...events: readonly (readonly string[])[]): StoredSeries {
  const empty = makeSeries('planning@example.com')
  return events.reduce<StoredSeries>((series, lines) => receive(series, [lines]).series, empty)
}

function receive(stored: StoredSeries, events: readonly (readonly string[])[]): ReceivedRequest {
  const received = receiveRequest(stored, makeMessage('REQUEST', ...events), zones, false)
  if (isFault(received)) throw new Error(received.text)
  return received
}
