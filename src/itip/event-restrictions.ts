// The restriction tables of RFC 5546, 3.2: which property an event has how often, by method.
import type { Method } from './method.ts'
import { forbidAll, type RestrictionTable } from './restriction-table.ts'

/** What every table says of these. RFC 5546, 3.2.1 to 3.2.8. */
const always: RestrictionTable = { DTSTAMP: '1', UID: '1', COMMENT: '0+' }

/** Properties that describe an event; REFRESH alone has none of them. */
const description: RestrictionTable = {
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

const described: RestrictionTable = { ...always, ...description, ORGANIZER: '1' }

export const eventTables: Readonly<Record<Method, RestrictionTable>> = {
  // RFC 5546, 3.2.1.
  PUBLISH: {
    VEVENT: '1+',
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
    VEVENT: '1+',
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
    VEVENT: '1+',
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
    VEVENT: '1',
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
    VEVENT: '1+',
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
    VEVENT: '1',
    ...always,
    ...forbidAll(description),
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
    VEVENT: '1',
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
    VEVENT: '1+',
    ...described,
    ATTENDEE: '1+',
    DTSTART: '0-1',
    SUMMARY: '0-1',
    SEQUENCE: '1',
    'REQUEST-STATUS': '0+',
    VALARM: '0',
  },
}
