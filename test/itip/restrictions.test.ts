import { expect, test } from 'vitest'
import { checkIdentity, checkRestrictions } from '../../src/itip/restrictions.ts'
import { makeEvent, parseCalendar, readAll, zones } from '../support/calendar-text.ts'

// Lenient in what we use: only what makes use impossible or dangerous is refused.
test.each([
  ['REQUEST', [], undefined],
  ['REQUEST', ['-DTSTART'], 'no-start'], // RFC 5546, 3.2.2
  ['REQUEST', ['-ORGANIZER'], 'no-organizer'],
  ['REQUEST', ['-DTSTAMP'], undefined], // required, but not needed
  ['REQUEST', ['DTEND:20260310T090000Z'], 'end-before-start'],
  ['REQUEST', ['DTEND:20260310T100000Z'], undefined], // no time at all
  ['REQUEST', ['-DTEND'], undefined],
  ['REQUEST', ['DURATION:PT1H'], undefined], // beside DTEND: RFC 5546 forbids it, DTEND counts
  ['REQUEST', ['ORGANIZER:mailto:pat@example.com', 'ORGANIZER:mailto:kim@example.org'], 'two-organizers'],
  ['REQUEST', ['DTSTART:20260310T100000Z', 'DTSTART:20260311T100000Z'], 'two-starts'],
  ['REQUEST', ['DTSTART;TZID=Nowhere/Land:20260310T100000'], 'unknown-zone'],
  ['REQUEST', ['DTSTART:20260231T100000Z'], 'bad-date'],
  ['REQUEST', ['-DTEND', 'DURATION:soon'], 'bad-duration'],
  ['REQUEST', ['RRULE:FREQ=SOMETIMES'], 'bad-rule'],
  ['REQUEST', ['RRULE:FREQ=WEEKLY;COUNT=3'], undefined],
  ['ADD', ['-DTSTART'], 'no-start'],
  ['COUNTER', ['-DTSTART'], 'no-start'],
  ['REPLY', ['-DTSTART', '-DTEND', '-ORGANIZER'], undefined], // Exchange
  ['REPLY', ['DTSTART:20260231T100000Z'], undefined], // it says nothing that counts
  ['CANCEL', ['-DTSTART', '-DTEND'], undefined],
  ['CANCEL', ['DTSTART;TZID=Nowhere/Land:20260310T100000'], undefined], // the stored object knows its time
  ['REFRESH', ['-DTSTART', '-DTEND'], undefined],
] as const)('%s with %s: %s', (method, lines, code) => {
  expect(checkRestrictions(method, [makeEvent(...lines)], zones)?.code).toBe(code)
})

test('all components of a UID have one organizer, whatever its spelling', () => {
  const instance = (organizer: string) => makeEvent('RECURRENCE-ID:20260317T100000Z', `ORGANIZER:${organizer}`)
  expect(checkRestrictions('REQUEST', [makeEvent(), instance('MAILTO:Pat@example.com')], zones)).toBeUndefined()
  expect(checkRestrictions('REQUEST', [makeEvent(), instance('mailto:kim@example.org')], zones)?.code).toBe(
    'two-organizers',
  )
})

test.each([
  ['REQUEST', ['a', 'a'], undefined], // a series and its instance
  ['REQUEST', ['a', 'b'], 'several-uids'], // RFC 5546, 3.2.2
  ['CANCEL', ['a', 'b'], 'several-uids'],
  ['PUBLISH', ['a', 'b'], undefined], // RFC 5546, 3.2.1
  ['REQUEST', [''], 'no-uid'],
  ['REQUEST', [], 'no-component'],
] as const)('%s of %s: %s', (method, uids, code) => {
  expect(
    checkIdentity(
      method,
      uids.map((uid) => makeEvent(`UID:${uid}`)),
    )?.code,
  ).toBe(code)
})

test('a UID may have 1,000 characters, and is no path', () => {
  expect(checkIdentity('REQUEST', [makeEvent(`UID:${'x'.repeat(1000)}`)])).toBeUndefined()
  expect(checkIdentity('REQUEST', [makeEvent(`UID:${'x'.repeat(1001)}`)])?.code).toBe('uid-too-long')
  expect(checkIdentity('REQUEST', [makeEvent('UID:../../etc/passwd')])?.code).toBe('uid-like-a-path')
  expect(checkIdentity('REQUEST', [makeEvent('UID:a/b..c')])).toBeUndefined()
})

// RFC 5546, 6.1.5. An import brings in what is there.
test('nobody fills a calendar with one mail', () => {
  const attendees = Array.from({ length: 5001 }, (_, index) => `ATTENDEE:mailto:a${index}@example.com`)
  const all = { components: 1e9, attendees: 1e9 }
  expect(checkRestrictions('REQUEST', [makeEvent(...attendees.slice(1))], zones)).toBeUndefined()
  expect(checkRestrictions('REQUEST', [makeEvent(...attendees)], zones)?.code).toBe('too-large')
  expect(checkRestrictions('REQUEST', [makeEvent(...attendees)], zones, all)).toBeUndefined()
  const events = Array.from({ length: 367 }, (_, index) => makeEvent(`UID:${index}`))
  expect(checkIdentity('PUBLISH', events.slice(1))).toBeUndefined()
  expect(checkIdentity('PUBLISH', events)?.code).toBe('too-large')
  expect(checkIdentity('PUBLISH', events, all)).toBeUndefined()
})

test('an event and a to-do are no message', () => {
  const { components } = parseCalendar('BEGIN:VEVENT', 'UID:a', 'END:VEVENT', 'BEGIN:VTODO', 'UID:a', 'END:VTODO')
  expect(checkIdentity('REQUEST', components)?.code).toBe('mixed-components')
})

test('a VFREEBUSY may have no UID: RFC 5546, 4.3.1 has none', () => {
  const { components } = parseCalendar('BEGIN:VFREEBUSY', 'DTSTAMP:20260302T085900Z', 'END:VFREEBUSY')
  expect(checkIdentity('PUBLISH', components)).toBeUndefined()
})

test.each([
  ['no METHOD', [], 'no-method'],
  ['an empty METHOD', ['METHOD:'], 'no-method'],
  ['a METHOD of another standard', ['METHOD:BANANA'], 'unknown-method'],
  ['a METHOD in small letters', ['METHOD:request'], undefined],
])('%s', (_, lines, code) => {
  const [read] = readAll(
    ...lines,
    'BEGIN:VEVENT',
    'UID:a',
    'DTSTART:20260310T100000Z',
    'ORGANIZER:mailto:pat@example.com',
    'END:VEVENT',
  )
  expect(read?.kind === 'unusable' ? read.fault.code : undefined).toBe(code)
})

test('PUBLISH with two UIDs is two messages; unknown components count for nothing', () => {
  const event = (uid: string) => ['BEGIN:VEVENT', `UID:${uid}`, 'DTSTART:20260310T100000Z', 'END:VEVENT']
  const read = readAll('METHOD:PUBLISH', ...event('a'), 'BEGIN:X-NOTE', 'END:X-NOTE', ...event('b'), ...event('a'))
  expect(
    read.map((one) => (one.kind === 'message' ? [one.message.uid, one.message.components.length] : one.fault)),
  ).toEqual([
    ['a', 2],
    ['b', 1],
  ])
})

test('what can be read of an unusable REQUEST is there for its answer', () => {
  const [read] = readAll('METHOD:REQUEST', 'BEGIN:VEVENT', 'UID:a', 'ORGANIZER:mailto:pat@example.com', 'END:VEVENT')
  expect(read).toMatchObject({
    kind: 'unusable',
    method: 'REQUEST',
    uid: 'a',
    readable: { uid: 'a', method: 'REQUEST' },
  })
})
