import { expect, test } from 'vitest'
import { makeBookings } from '../../src/agents/bookkeeping.ts'
import { makeProperty } from '../../src/calendar/properties.ts'
import type { ZoneTables } from '../../src/calendar/time-zone.ts'
import { makeFixedClock } from '../../src/calendar/zone-clock.ts'
import { dumpUser, serializeDump } from '../../src/store/dump.ts'
import { makeMemoryStore } from '../../src/store/memory/store.ts'
import type { StoredUser } from '../../src/store/store.ts'
import { makeEvent as makeUsualEvent, zones } from '../support/calendar-text.ts'
import { at, between, makeBooking, makeEvent, makeRecurrence, makeSeries, room } from './samples.ts'

const uid = 'planning@example.com'

const zoneTables: ZoneTables = {
  version: 'test',
  find: (name) => (name === 'Europe/Oslo' ? { name, source: 'known', ...makeFixedClock(3600) } : undefined),
}

const event = makeEvent(uid, ['SEQUENCE', '2'], ['SUMMARY', 'Planning'], ['STATUS', 'CONFIRMED'])
const invited = {
  ...event,
  properties: [
    ...event.properties,
    makeProperty('DTSTART', '20260310T110000', { TZID: 'Europe/Oslo' }),
    makeProperty('DURATION', 'PT1H'),
    makeProperty('ORGANIZER', 'mailto:Pat@example.com'),
    makeProperty('ATTENDEE', 'mailto:Room@example.com', { PARTSTAT: 'ACCEPTED', CUTYPE: 'ROOM' }),
    makeProperty('ATTENDEE', 'mailto:kim@example.com', {
      ROLE: 'OPT-PARTICIPANT',
      RSVP: 'TRUE',
      PARTSTAT: 'DELEGATED',
      'DELEGATED-TO': 'mailto:lee@example.com',
      'SENT-BY': 'mailto:desk@example.com',
    }),
  ],
}

const stored: StoredUser = {
  user: room,
  series: [
    makeSeries(uid, {
      parts: [{ key: '', component: invited }],
      cancelled: [{ key: '20260317T100000Z', component: makeEvent(uid, ['STATUS', 'CANCELLED']) }],
      counters: [
        { attendee: 'mailto:kim@example.com', key: '', component: makeEvent(uid, ['DTSTART', '20260311T100000Z']) },
      ],
      held: [
        {
          agent: 'imip-person',
          method: 'ADD',
          components: [makeEvent(uid, ['DTSTART', '20260312T100000Z'], ['SEQUENCE', '4'])],
          timeZones: [],
          because: 'early-add',
          at: 0,
          key: 'a0',
          mail: { messageId: '<0@example.com>', from: [], sender: [], envelopeSender: '' },
        },
      ],
    }),
  ],
  bookings: [
    makeBooking('weekly@example.com', at('2026-03-10T08:00:00Z'), at('2026-03-10T09:00:00Z'), {
      recurrence: makeRecurrence('20260310T080000Z'),
      summary: '',
    }),
    makeBooking(uid, at('2026-03-10T10:00:00Z'), at('2026-03-10T11:00:00Z'), {
      summary: 'The "plan"',
    }),
    {
      ...makeBooking('day', 0, 0, { busyType: 'ORG', recurrenceId: '20260312' }),
      start: { kind: 'date', local: at('2026-03-12T00:00:00Z') },
      end: { kind: 'date', local: at('2026-03-13T00:00:00Z') },
    },
  ],
  offers: [
    makeBooking(uid, at('2026-03-12T10:00:00Z'), at('2026-03-12T11:00:00Z'), {
      busyType: 'BUSY-TENTATIVE',
      expires: at('2026-03-11T00:00:00Z'),
    }),
  ],
  requests: [
    { uid, recurrenceId: null, type: 'REQUEST' },
    { uid: 'two words', recurrenceId: '20260310T100000Z', type: 'COUNTER' },
  ],
  others: [
    {
      sender: 'mailto:kim@example.org',
      pieces: [
        {
          uid: 'week@example.org',
          stamp: at('2026-03-02T09:00:00Z'),
          expires: at('2026-04-01T09:00:00Z'),
          within: between('2026-03-09T00:00:00Z', '2026-03-16T00:00:00Z'),
          busy: [{ ...between('2026-03-10T10:00:00Z', '2026-03-10T11:00:00Z'), type: 'BUSY' }],
        },
      ],
    },
  ],
}

test('the text form has a line an entry, in the order of the contract', () => {
  expect(serializeDump(dumpUser(stored, { zoneTables }))).toBe(
    `${[
      'objects planning@example.com - VEVENT 2 20260302T085900Z CONFIRMED 20260310T100000Z 20260310T110000Z ' +
        'mailto:pat@example.com mailto:room@example.com;PARTSTAT=ACCEPTED ' +
        'mailto:kim@example.com;PARTSTAT=DELEGATED;ROLE=OPT-PARTICIPANT;RSVP=TRUE;' +
        'DELEGATED-TO=mailto:lee@example.com;SENT-BY=mailto:desk@example.com',
      'cancellations planning@example.com 20260317T100000Z VEVENT 0 20260302T085900Z CANCELLED - - -',
      'counters planning@example.com - VEVENT 0 20260302T085900Z - 20260311T100000Z 20260311T100000Z - mailto:kim@example.com',
      'held planning@example.com - VEVENT 4 20260302T085900Z - 20260312T100000Z 20260312T100000Z - ADD early-add',
      'freebusy 20260310T080000Z 20260310T090000Z weekly@example.com - FREQ=WEEKLY BUSY "" mailto:pat@example.com -',
      'freebusy 20260310T100000Z 20260310T110000Z planning@example.com - - BUSY "The \\"plan\\"" mailto:pat@example.com -',
      'freebusy 20260312 20260313 day 20260312 - ORG Planning mailto:pat@example.com -',
      'offers 20260312T100000Z 20260312T110000Z planning@example.com - - BUSY-TENTATIVE Planning mailto:pat@example.com ' +
        '20260311T000000Z',
      'others mailto:kim@example.org 20260310T100000Z 20260310T110000Z week@example.org - - BUSY "" ' +
        'mailto:kim@example.org 20260401T090000Z',
      'requests "two words" 20260310T100000Z COUNTER',
      'requests planning@example.com - REQUEST',
    ].join('\n')}\n`,
  )
})

test('the object has all sections and the stored calendar text', () => {
  const dump = dumpUser(stored, { zoneTables })
  expect(Object.keys(dump)).toEqual([
    'user',
    'objects',
    'cancellations',
    'counters',
    'held',
    'freebusy',
    'offers',
    'others',
    'requests',
  ])
  expect(dump.objects[0]?.ical).toContain('DTSTART;TZID=Europe/Oslo:20260310T110000\r\n')
  expect(dump.objects[0]?.attendees[1]).toEqual({
    address: 'mailto:kim@example.com',
    partstat: 'DELEGATED',
    role: 'OPT-PARTICIPANT',
    rsvp: true,
    delegatedTo: ['mailto:lee@example.com'],
    delegatedFrom: [],
    sentBy: 'mailto:desk@example.com',
  })
})

test('recurring bookings are expanded inside a period', () => {
  const within = between('2026-03-10T00:00:00Z', '2026-03-25T00:00:00Z')
  const { freebusy } = dumpUser(stored, { zoneTables, expand: { within, localZone: 'Europe/Oslo' } })
  expect(freebusy.filter((booking) => booking.uid === 'weekly@example.com').map((booking) => booking.start)).toEqual([
    '20260310T080000Z',
    '20260317T080000Z',
    '20260324T080000Z',
  ])
})

test('expanded days stay days, and floating times float', () => {
  const days = makeUsualEvent('DTSTART;VALUE=DATE:20260310', 'DTEND;VALUE=DATE:20260312', 'RRULE:FREQ=WEEKLY;COUNT=2')
  const floating = makeUsualEvent('DTSTART:20260311T100000', 'DTEND:20260311T110000', 'RRULE:FREQ=DAILY;COUNT=2')
  const within = between('2026-03-09T00:00:00Z', '2026-03-25T00:00:00Z')
  const show = (component: typeof days): unknown => {
    const series = { ...makeSeries(uid), parts: [{ key: '', component }] }
    const user = { ...stored, bookings: makeBookings(series, zones, () => 'BUSY') }
    const { freebusy } = dumpUser(user, { zoneTables, expand: { within, localZone: 'Europe/Oslo' } })
    return freebusy.map(({ start, end }) => [start, end])
  }
  expect(show(days)).toEqual([
    ['20260310', '20260312'],
    ['20260317', '20260319'],
  ])
  expect(show(floating)).toEqual([
    ['20260311T100000', '20260311T110000'],
    ['20260312T100000', '20260312T110000'],
  ])
})

test('what follows a change of all later dates is an entry of its own; expanded, each date is there under its key', () => {
  const parts = [
    { key: '', component: makeUsualEvent('RRULE:FREQ=WEEKLY;COUNT=5') },
    {
      key: '20260324T100000Z',
      component: makeUsualEvent(
        'RECURRENCE-ID;RANGE=THISANDFUTURE:20260324T100000Z',
        'DTSTART:20260325T140000Z',
        'DTEND:20260325T150000Z',
      ),
    },
  ]
  const series = { ...makeSeries(uid), parts }
  const user = { ...stored, bookings: makeBookings(series, zones, () => 'BUSY') }
  expect(
    dumpUser(user, { zoneTables }).freebusy.map(({ start, recurrenceId, rrule }) => [start, recurrenceId, rrule]),
  ).toEqual([
    ['20260310T100000Z', null, 'FREQ=WEEKLY;UNTIL=20260324T095959Z'],
    ['20260325T140000Z', '20260324T100000Z', 'FREQ=WEEKLY;COUNT=3'],
  ])
  const within = between('2026-03-24T00:00:00Z', '2026-04-03T00:00:00Z')
  const { freebusy } = dumpUser(user, { zoneTables, expand: { within, localZone: 'Europe/Oslo' } })
  expect(freebusy.map(({ start, recurrenceId, rrule }) => [start, recurrenceId, rrule])).toEqual([
    ['20260325T140000Z', '20260324T100000Z', null],
    ['20260401T140000Z', '20260331T100000Z', null],
  ])
})

test('an empty user is an empty text', async () => {
  const store = makeMemoryStore({ now: () => 0 })
  expect(serializeDump(dumpUser(await store.readUser(room), { zoneTables }))).toBe('')
})
