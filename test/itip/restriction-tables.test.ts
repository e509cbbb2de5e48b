// The tables of RFC 5546, 3.2 to 3.5: what is against them is noted. That our own mails obey them every case checks (case-mail.ts).
import { expect, test } from 'vitest'
import type { Component } from '../../src/calendar/component.ts'
import type { Method } from '../../src/itip/method.ts'
import { listViolations, restrictionTables } from '../../src/itip/restriction-tables.ts'
import { makeEvent, parseCalendar, readAll } from '../support/calendar-text.ts'

function textsOf(method: Method, components: readonly Component[]): readonly string[] {
  return listViolations(method, components).map(({ text }) => text)
}

// RFC 5546, 3: the table of methods and components.
test('each component has its methods', () => {
  const methods = Object.entries(restrictionTables).map(([name, tables]) => [name, Object.keys(tables).sort()])
  const all = ['ADD', 'CANCEL', 'COUNTER', 'DECLINECOUNTER', 'PUBLISH', 'REFRESH', 'REPLY', 'REQUEST']
  expect(Object.fromEntries(methods)).toEqual({
    VEVENT: all,
    VTODO: all,
    VJOURNAL: ['ADD', 'CANCEL', 'PUBLISH'],
    VFREEBUSY: ['PUBLISH', 'REPLY', 'REQUEST'],
  })
})

test.each([
  // The tables of to-dos do not speak of SUMMARY in a CANCEL, a REFRESH and a DECLINECOUNTER, those of free/busy of SEQUENCE
  // in a REPLY alone.
  ['VEVENT', []],
  ['VTODO', ['SUMMARY']],
  ['VJOURNAL', []],
  ['VFREEBUSY', ['SEQUENCE']],
] as const)('the tables of %s speak of the same properties', (name, silent) => {
  const tables = Object.values(restrictionTables[name]).map((table) =>
    Object.keys(table).filter((property) => !(silent as readonly string[]).includes(property)),
  )
  expect(new Set(tables.map((names) => names.sort().join(' '))).size).toBe(1)
})

const pat = 'ATTENDEE:mailto:pat@example.com'
const summary = 'SUMMARY:Planning'
const alarm = ['BEGIN:VALARM', 'ACTION:NONE', 'TRIGGER:-PT5M', 'END:VALARM']

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
  ['REPLY', [pat, ...alarm], ['a REPLY must not have VALARM']],
  ['ADD', [summary, 'SEQUENCE:1'], []],
  ['ADD', [summary], ['an ADD must have SEQUENCE']],
  ['CANCEL', ['SEQUENCE:1', pat, '-DTSTART', '-DTEND'], []],
  ['REFRESH', [pat, '-DTSTART', '-DTEND'], []],
  ['REFRESH', [pat, '-DTEND'], ['a REFRESH must not have DTSTART']],
  ['COUNTER', [summary], []],
  ['DECLINECOUNTER', [pat], ['a DECLINECOUNTER must have SEQUENCE']],
] as const)('an event: %s with %j', (method, lines, texts) => {
  expect(textsOf(method, [makeEvent(...lines)])).toEqual(texts)
})

/** A component that has what most tables want, and these lines; `-NAME` takes a line away. */
function makeComponent(name: string, usual: readonly string[], lines: readonly string[]): Component {
  const nameOf = (line: string) => /^-?([A-Z-]+)/.exec(line)?.[1]
  const named = new Set(lines.map(nameOf))
  const kept = usual.filter((line) => !named.has(nameOf(line)))
  const added = lines.filter((line) => !line.startsWith('-'))
  const [component] = parseCalendar(`BEGIN:${name}`, ...kept, ...added, `END:${name}`).components
  if (!component) throw new Error('no component')
  return component
}

const stamped = ['UID:a', 'DTSTAMP:20260302T085900Z', 'ORGANIZER:mailto:pat@example.com']
const start = 'DTSTART:20260310T100000Z'
const priority = 'PRIORITY:5'

// RFC 5546, 3.4.
test.each([
  ['PUBLISH', [start, priority, summary, ...alarm], []],
  ['PUBLISH', [priority, summary, pat], ['a PUBLISH must have DTSTART', 'a PUBLISH must not have ATTENDEE']],
  ['REQUEST', [start, priority, summary, pat, 'ATTENDEE:mailto:kim@example.com'], []],
  ['REQUEST', [start, summary, pat], ['a REQUEST must have PRIORITY']],
  ['REQUEST', [priority, summary, pat], ['a REQUEST must have DTSTART']],
  [
    'REQUEST',
    [start, priority, summary, pat, 'DUE:20260311T100000Z', 'DURATION:P1D'],
    ['a REQUEST must not have both DUE and DURATION'],
  ],
  ['REPLY', [pat, 'PERCENT-COMPLETE:75', 'REQUEST-STATUS:2.0;Success'], []],
  ['REPLY', [pat, '-ORGANIZER', ...alarm], ['a REPLY must have ORGANIZER', 'a REPLY must not have VALARM']],
  ['ADD', [priority, summary, 'SEQUENCE:1'], []],
  ['ADD', [priority, summary, start, 'RRULE:FREQ=DAILY'], ['an ADD must have SEQUENCE', 'an ADD must not have RRULE']],
  ['CANCEL', ['SEQUENCE:1', pat], []],
  [
    'CANCEL',
    [pat, 'STATUS:CANCELLED', 'STATUS:CANCELLED'],
    ['a CANCEL must have SEQUENCE', 'a CANCEL must not have more than one STATUS'],
  ],
  ['REFRESH', [pat, '-ORGANIZER'], []],
  ['REFRESH', [pat], ['a REFRESH must not have ORGANIZER']],
  [
    'REFRESH',
    [pat, '-ORGANIZER', 'COMMENT:Please', priority],
    ['a REFRESH must not have COMMENT', 'a REFRESH must not have PRIORITY'],
  ],
  ['COUNTER', [pat, priority, summary], []],
  ['COUNTER', [priority, summary], ['a COUNTER must have ATTENDEE']],
  ['DECLINECOUNTER', [pat, 'SEQUENCE:1'], []],
  ['DECLINECOUNTER', ['SEQUENCE:1'], ['a DECLINECOUNTER must have ATTENDEE']],
] as const)('a to-do: %s with %j', (method, lines, texts) => {
  expect([...textsOf(method, [makeComponent('VTODO', stamped, lines)])].sort()).toEqual([...texts].sort())
})

// RFC 5546, 3.5.
test.each([
  ['PUBLISH', [start, 'DESCRIPTION:Done'], []],
  ['PUBLISH', [start], ['a PUBLISH must have DESCRIPTION']],
  ['PUBLISH', [start, 'DESCRIPTION:Done', pat], ['a PUBLISH must not have ATTENDEE']],
  ['ADD', [start, 'DESCRIPTION:Done', 'SEQUENCE:1'], []],
  ['ADD', [start, 'DESCRIPTION:Done'], ['an ADD must have SEQUENCE']],
  ['CANCEL', ['SEQUENCE:1', 'STATUS:CANCELLED'], []],
  ['CANCEL', ['SEQUENCE:1', ...alarm], ['a CANCEL must not have VALARM']],
  ['REQUEST', [start, pat], ['a REQUEST is nothing for a VJOURNAL']],
  ['REFRESH', [], ['a REFRESH is nothing for a VJOURNAL']],
] as const)('a journal entry: %s with %j', (method, lines, texts) => {
  expect(textsOf(method, [makeComponent('VJOURNAL', stamped, lines)])).toEqual(texts)
})

const window = [start, 'DTEND:20260311T100000Z']
const busy = 'FREEBUSY:20260310T120000Z/PT1H'

// RFC 5546, 3.3.
test.each([
  ['PUBLISH', [busy, busy], []],
  ['PUBLISH', [busy, pat, '-DTEND'], ['a PUBLISH must have DTEND', 'a PUBLISH must not have ATTENDEE']],
  ['REQUEST', [pat, 'ATTENDEE:mailto:kim@example.com'], []],
  ['REQUEST', [pat, busy], ['a REQUEST must not have FREEBUSY']],
  ['REQUEST', [pat, '-DTEND', 'DURATION:P1D'], ['a REQUEST must have DTEND', 'a REQUEST must not have DURATION']],
  ['REQUEST', [pat, '-UID', 'URL:https://example.com/'], ['a REQUEST must have UID', 'a REQUEST must not have URL']],
  ['REPLY', [pat, busy, 'REQUEST-STATUS:2.0;Success', 'URL:https://example.com/'], []],
  ['REPLY', [pat, 'SEQUENCE:0'], ['a REPLY must not have SEQUENCE']],
  ['REPLY', [busy], ['a REPLY must have ATTENDEE']],
  ['CANCEL', [], ['a CANCEL is nothing for a VFREEBUSY']],
] as const)('free/busy: %s with %j', (method, lines, texts) => {
  const component = makeComponent('VFREEBUSY', [...stamped, ...window], lines)
  expect([...textsOf(method, [component])].sort()).toEqual([...texts].sort())
})

test.each([
  ['ADD', 'VTODO', true],
  ['COUNTER', 'VTODO', true],
  ['DECLINECOUNTER', 'VTODO', true],
  ['REPLY', 'VTODO', false],
  ['ADD', 'VJOURNAL', true],
  ['CANCEL', 'VJOURNAL', false],
  ['REQUEST', 'VFREEBUSY', true],
  ['REPLY', 'VFREEBUSY', true],
  ['PUBLISH', 'VFREEBUSY', false],
  ['DECLINECOUNTER', 'VEVENT', false],
] as const)('%s of %s: only one is allowed: %s', (method, name, isSingle) => {
  const component = makeComponent(name, stamped, [])
  expect(textsOf(method, [component, component]).some((text) => text.endsWith(`more than one ${name}`))).toBe(isSingle)
})

test('no kind of violation twice', () => {
  const events = [makeEvent('SEQUENCE:1', summary), makeEvent(), makeEvent()]
  expect(textsOf('ADD', events)).toEqual([
    'an ADD must not have more than one VEVENT',
    'an ADD must have SUMMARY',
    'an ADD must have SEQUENCE',
  ])
})

test('unknown components are not looked at', () => {
  const [note] = parseCalendar('BEGIN:X-NOTE', 'END:X-NOTE').components
  expect(note && listViolations('REQUEST', [note])).toEqual([])
})

test('what is received against the tables is noted and used', () => {
  const task = ['BEGIN:VTODO', 'UID:a', 'ORGANIZER:mailto:pat@example.com', pat, 'END:VTODO']
  const [read] = readAll('METHOD:REQUEST', ...task)
  expect(read?.kind === 'message' && read.message.notes.map(({ text }) => text)).toEqual([
    'a REQUEST must have DTSTAMP',
    'a REQUEST must have DTSTART',
    'a REQUEST must have PRIORITY',
    'a REQUEST must have SUMMARY',
  ])
})
