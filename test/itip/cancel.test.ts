import { expect, test } from 'vitest'
import { readAttendees } from '../../src/calendar/attendee.ts'
import { defaultAddressRules } from '../../src/calendar/calendar-address.ts'
import type { Component } from '../../src/calendar/component.ts'
import { isFault } from '../../src/calendar/fault.ts'
import { isEverybodyUninvited, type ReceivedCancel, receiveCancel } from '../../src/itip/cancel.ts'
import { isThisAndFuture, makeSeries } from '../../src/itip/instances.ts'
import type { StoredSeries } from '../../src/itip/stored-series.ts'
import { makeEvent, makeMessage, zones } from '../support/calendar-text.ts'

const weekly = 'RRULE:FREQ=WEEKLY;COUNT=4'
const id = 'RECURRENCE-ID:20260317T100000Z'
const key = '20260317T100000Z'
const gone = 'STATUS:CANCELLED'
const us = 'ATTENDEE:mailto:room@example.com'
const them = 'ATTENDEE:mailto:kim@example.org'
const later = 'DTSTAMP:20260303T085900Z'
const earlier = 'DTSTAMP:20260301T085900Z'

// RFC 5546, 3.2.5.
test.each([
  ['the whole', [[]], [[gone]], ['cancelled']],
  ['the whole, SEQUENCE raised', [[]], [['SEQUENCE:1', gone]], ['cancelled']],
  ['the same SEQUENCE, a later DTSTAMP', [['SEQUENCE:1']], [['SEQUENCE:1', later, gone]], ['cancelled']],
  ['the same SEQUENCE, an older DTSTAMP', [['SEQUENCE:1']], [['SEQUENCE:1', earlier, gone]], ['older']],
  ['a lower SEQUENCE, a later DTSTAMP', [['SEQUENCE:1']], [['SEQUENCE:0', later, gone]], ['older']],
  ['one instance', [[weekly]], [[id, gone]], ['cancelled']],
  ['one instance that has details of its own', [[weekly], [id]], [[id, later, gone]], ['cancelled']],
  ['one instance, older than its own details', [[weekly], [id, 'SEQUENCE:2']], [[id, 'SEQUENCE:1', gone]], ['older']],
  [
    'two instances',
    [[weekly]],
    [
      [id, gone],
      ['RECURRENCE-ID:20260324T100000Z', gone],
    ],
    ['cancelled', 'cancelled'],
  ],
  ['what is unknown', [], [[gone]], ['early']],
  ['an instance of what is unknown', [], [[id, gone]], ['early']],
  ['the series where only an instance is known', [[id]], [[gone]], ['cancelled']],
  ['another instance than the known one', [[id]], [['RECURRENCE-ID:20260324T100000Z', gone]], ['early']],
  // Without STATUS those listed are uninvited; with nobody listed it is for all.
  ['us', [[us, them]], [[us]], ['cancelled']],
  ['others', [[us, them]], [[them]], ['others-uninvited']],
  ['others, but the whole is cancelled', [[us, them]], [[them, gone]], ['cancelled']],
  ['nobody in particular', [[us, them]], [[]], ['cancelled']],
] as const)('CANCEL of %s', (_, stored, message, changes) => {
  expect(receive(store(...stored), message).parts.map(({ change }) => change)).toEqual(changes)
})

test('the whole: nothing of the series is left but its cancellation', () => {
  const { series } = receive(store([weekly], [id]), [['SEQUENCE:1', gone]])
  expect(series).toMatchObject({ parts: [], cancelled: [{ key: '' }] })
})

test('one instance: the series stays, the instance with its details goes', () => {
  const { series } = receive(store([weekly], [id]), [[id, later, gone]])
  expect(series).toMatchObject({ parts: [{ key: '' }], cancelled: [{ key }] })
})

test('an instance named in another zone is the same', () => {
  const { series } = receive(store([weekly], [id]), [['RECURRENCE-ID;TZID=Europe/Oslo:20260317T110000', later, gone]])
  expect(series.parts.map((part) => part.key)).toEqual([''])
  expect(series.cancelled.map((part) => part.key)).toEqual([key])
})

// RFC 5545, 3.2.13: counted by RECURRENCE-ID, not by where instances were moved to.
test('this and all after it', () => {
  const moved = ['RECURRENCE-ID:20260324T100000Z', 'DTSTART:20260311T100000Z', 'DTEND:20260311T110000Z']
  const range = 'RECURRENCE-ID;RANGE=THISANDFUTURE:20260317T100000Z'
  const { series } = receive(store([weekly], moved), [[range, later, gone]])
  expect(series.parts.map((part) => part.key)).toEqual([''])
  expect(series.cancelled.map((part) => part.key)).toEqual([key])
  expect(isThisAndFuture(makeEvent(range))).toBe(true)
  expect(isThisAndFuture(makeEvent(id))).toBe(false)
})

test('the same CANCEL again is older', () => {
  const { series } = receive(store([]), [[later, gone]])
  expect(receive(series, [[later, gone]]).parts).toEqual([{ key: '', change: 'older' }])
})

test('uninvited others are taken off the list, of every instance if it is the series', () => {
  const { series } = receive(store([weekly, us, them], [id, us, them]), [[them, later]])
  for (const part of series.parts)
    expect(readAttendees(part.component).map(({ address }) => address)).toEqual(['mailto:room@example.com'])
})

test.each([
  ['all of them', [us, them], true],
  ['one of two', [them], false],
])('is nobody left when %s are uninvited?', (_, listed, expected) => {
  const answer = isEverybodyUninvited(store([us, them]), makeEvent(...listed), defaultAddressRules)
  expect(answer).toBe(expected)
})

function store(...events: readonly (readonly string[])[]): StoredSeries {
  const parts = events.map((lines) => {
    const component = makeEvent(...lines)
    return { key: lines.includes(id) ? key : (/RECURRENCE-ID:(\S+)/.exec(lines.join(' '))?.[1] ?? ''), component }
  })
  return { ...makeSeries('planning@example.com'), parts }
}

function receive(stored: StoredSeries, events: readonly (readonly string[])[]): ReceivedCancel {
  const isUs = (component: Component) =>
    readAttendees(component).some(({ address }) => address === 'mailto:room@example.com')
  const received = receiveCancel(stored, makeMessage('CANCEL', ...events), zones, isUs)
  if (isFault(received)) throw new Error(received.text)
  return received
}
