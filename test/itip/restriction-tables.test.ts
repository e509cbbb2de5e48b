// The tables of RFC 5546, 3.2: what is against them is noted. That our own mails obey them every case checks (case-mail.ts).
import { expect, test } from 'vitest'
import { eventTables, listViolations } from '../../src/itip/restriction-tables.ts'
import { makeEvent } from '../support/calendar-text.ts'

test('every table speaks of the same properties', () => {
  const names = Object.values(eventTables).map((table) => Object.keys(table).sort().join(' '))
  expect(new Set(names).size).toBe(1)
})

const pat = 'ATTENDEE:mailto:pat@example.com'
const summary = 'SUMMARY:Planning'

test.each([
  ['REQUEST', [pat, summary], []],
  ['REQUEST', [pat], ['a REQUEST must have SUMMARY']],
  ['REQUEST', [summary], ['a REQUEST must have ATTENDEE']],
  ['REQUEST', [pat, summary, 'REQUEST-STATUS:2.0;Success'], ['a REQUEST must not have REQUEST-STATUS']],
  ['REQUEST', [pat, summary, 'DURATION:PT1H'], ['a REQUEST must not have both DTEND and DURATION']],
  ['REQUEST', [pat, summary, 'LOCATION:A', 'LOCATION:B'], ['a REQUEST must not have more than one LOCATION']],
  ['PUBLISH', [summary], []],
  ['PUBLISH', [summary, pat], ['a PUBLISH must not have ATTENDEE']],
  ['REPLY', [pat], []],
  ['REPLY', [pat, 'ATTENDEE:mailto:kim@example.com'], ['a REPLY must not have more than one ATTENDEE']],
  ['REPLY', [pat, '-ORGANIZER'], ['a REPLY must have ORGANIZER']],
  ['REPLY', [pat, 'BEGIN:VALARM', 'ACTION:NONE', 'TRIGGER:-PT5M', 'END:VALARM'], ['a REPLY must not have VALARM']],
  ['ADD', [summary, 'SEQUENCE:1'], []],
  ['ADD', [summary], ['a ADD must have SEQUENCE']],
  ['CANCEL', ['SEQUENCE:1', pat, '-DTSTART', '-DTEND'], []],
  ['REFRESH', [pat, '-DTSTART', '-DTEND'], []],
  ['REFRESH', [pat, '-DTEND'], ['a REFRESH must not have DTSTART']],
  ['COUNTER', [summary], []],
  ['DECLINECOUNTER', [pat], ['a DECLINECOUNTER must have SEQUENCE']],
] as const)('%s with %j', (method, lines, texts) => {
  expect(listViolations(method, [makeEvent(...lines)]).map(({ text }) => text)).toEqual(texts)
})

test('so many components, and no kind of violation twice', () => {
  const events = [makeEvent('SEQUENCE:1', summary), makeEvent(), makeEvent()]
  expect(listViolations('ADD', events).map(({ text }) => text)).toEqual([
    'a ADD has one component, this one has 3',
    'a ADD must have SUMMARY',
    'a ADD must have SEQUENCE',
  ])
})
