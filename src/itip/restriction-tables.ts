// Which property stands how often, by method: the tables of RFC 5546, 3.2 for events. They bind what we send; of what we receive a
// violation is a note.
import type { Component } from '../calendar/component.ts'
import { type CalendarFault, makeFault } from '../calendar/fault.ts'
import { findProperties } from '../calendar/properties.ts'
import type { Method } from './method.ts'

/** `1`, `1+`, `0`, `0+`, `0-1`, as in the tables. */
export type Presence = '1' | '1+' | '0' | '0+' | '0-1'

type Table = Readonly<Record<string, Presence>>

/** What every table says of these. RFC 5546, 3.2.1 to 3.2.8. */
const always: Table = { DTSTAMP: '1', UID: '1', COMMENT: '0+' }

/** Properties that describe an event; REFRESH alone has none of them. */
const description: Table = {
  ATTACH: '0+',
  CATEGORIES: '0+',
  CLASS: '0-1',
  CONTACT: '0+',
  CREATED: '0-1',
  DESCRIPTION: '0-1',
  DTEND: '0-1',
  DURATION: '0-1',
  EXDATE: '0+',
  GEO: '0-1',
  'LAST-MODIFIED': '0-1',
  LOCATION: '0-1',
  PRIORITY: '0-1',
  RDATE: '0+',
  'RECURRENCE-ID': '0-1',
  'RELATED-TO': '0+',
  RESOURCES: '0+',
  RRULE: '0-1',
  STATUS: '0-1',
  TRANSP: '0-1',
  URL: '0-1',
}

const described: Table = { ...always, ...description, ORGANIZER: '1' }

const nothing: Table = Object.fromEntries(Object.keys(description).map((name) => [name, '0' as const]))

export const eventTables: Readonly<Record<Method, Table>> = {
  // RFC 5546, 3.2.1.
  PUBLISH: {
    ...described,
    DTSTART: '1',
    SUMMARY: '1',
    SEQUENCE: '0-1',
    CONTACT: '0-1',
    ATTENDEE: '0',
    'REQUEST-STATUS': '0',
    VALARM: '0+',
  },
  // RFC 5546, 3.2.2.
  REQUEST: {
    ...described,
    ATTENDEE: '1+',
    DTSTART: '1',
    SUMMARY: '1',
    SEQUENCE: '0-1',
    'REQUEST-STATUS': '0',
    VALARM: '0+',
  },
  // RFC 5546, 3.2.3.
  REPLY: {
    ...described,
    ATTENDEE: '1',
    DTSTART: '0-1',
    SUMMARY: '0-1',
    SEQUENCE: '0-1',
    'REQUEST-STATUS': '0+',
    VALARM: '0',
  },
  // RFC 5546, 3.2.4.
  ADD: {
    ...described,
    DTSTART: '1',
    SUMMARY: '1',
    SEQUENCE: '1',
    ATTENDEE: '0+',
    EXDATE: '0',
    RDATE: '0',
    RRULE: '0',
    'RECURRENCE-ID': '0',
    'REQUEST-STATUS': '0',
    VALARM: '0+',
  },
  // RFC 5546, 3.2.5.
  CANCEL: {
    ...described,
    ATTENDEE: '0+',
    DTSTART: '0-1',
    SUMMARY: '0-1',
    SEQUENCE: '1',
    'REQUEST-STATUS': '0',
    VALARM: '0',
  },
  // RFC 5546, 3.2.6.
  REFRESH: {
    ...always,
    ...nothing,
    ORGANIZER: '1',
    ATTENDEE: '1',
    DTSTART: '0',
    SUMMARY: '0',
    SEQUENCE: '0',
    'RECURRENCE-ID': '0-1',
    'REQUEST-STATUS': '0',
    VALARM: '0',
  },
  // RFC 5546, 3.2.7: SEQUENCE may be left out if it is zero.
  COUNTER: {
    ...described,
    ATTENDEE: '0+',
    DTSTART: '1',
    SUMMARY: '1',
    SEQUENCE: '0-1',
    'REQUEST-STATUS': '0+',
    VALARM: '0+',
  },
  // RFC 5546, 3.2.8.
  DECLINECOUNTER: {
    ...described,
    ATTENDEE: '1+',
    DTSTART: '0-1',
    SUMMARY: '0-1',
    SEQUENCE: '1',
    'REQUEST-STATUS': '0+',
    VALARM: '0',
  },
}

/** How many components a message has, where that is one. RFC 5546, 3.2.4, 3.2.6 and 3.2.7. */
const single: readonly Method[] = ['ADD', 'REFRESH', 'COUNTER']

/** Where events are not as the table of their method wants them; each kind of violation once. */
export function listViolations(method: Method, components: readonly Component[]): readonly CalendarFault[] {
  const found = new Map<string, CalendarFault>()
  const add = (name: string, text: string) => found.set(name, makeFault('restriction', text))
  if (single.includes(method) && components.length > 1)
    add('', `a ${method} has one component, this one has ${components.length}`)
  for (const component of components) {
    if (component.name !== 'VEVENT') continue
    for (const [name, presence] of Object.entries(eventTables[method])) {
      const count =
        name === 'VALARM'
          ? component.components.filter((inner) => inner.name === name).length
          : findProperties(component, name).length
      const text = describeViolation(presence, count)
      if (text !== undefined) add(name, `a ${method} ${text} ${name}`)
    }
    if (findProperties(component, 'DTEND').length > 0 && findProperties(component, 'DURATION').length > 0)
      add('DTEND and DURATION', `a ${method} must not have both DTEND and DURATION`)
  }
  return [...found.values()]
}

function describeViolation(presence: Presence, count: number): string | undefined {
  if (presence === '0' && count > 0) return 'must not have'
  if (presence.startsWith('1') && count === 0) return 'must have'
  return (presence === '1' || presence === '0-1') && count > 1 ? 'must not have more than one' : undefined
}
