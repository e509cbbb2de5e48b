// The restriction tables of RFC 5546, 3.4: which property a to-do has how often, by method.
import type { Method } from './method.ts'
import { forbidAll, type RestrictionTable } from './restriction-table.ts'

/** Properties that describe a to-do; REFRESH alone has none of them. */
const description: RestrictionTable = {
  ATTACH: '0+',
  CATEGORIES: '0+',
  CLASS: '0-1',
  COMMENT: '0+',
  COMPLETED: '0-1',
  CONTACT: '0+',
  CREATED: '0-1',
  DESCRIPTION: '0-1',
  DTSTART: '0-1',
  DUE: '0-1',
  DURATION: '0-1',
  EXDATE: '0+',
  GEO: '0-1',
  'LAST-MODIFIED': '0-1',
  LOCATION: '0-1',
  ORGANIZER: '1',
  'PERCENT-COMPLETE': '0-1',
  PRIORITY: '0-1',
  RDATE: '0+',
  'RELATED-TO': '0+',
  RESOURCES: '0+',
  RRULE: '0-1',
  SEQUENCE: '0-1',
  STATUS: '0-1',
  URL: '0-1',
}

const described: RestrictionTable = { DTSTAMP: '1', UID: '1', 'RECURRENCE-ID': '0-1', ...description }

export const taskTables: Readonly<Record<Method, RestrictionTable>> = {
  // RFC 5546, 3.4.1.
  PUBLISH: {
    VTODO: '1+',
    ...described,
    ATTENDEE: '0',
    DTSTART: '1',
    PRIORITY: '1',
    SUMMARY: '1',
    'REQUEST-STATUS': '0',
    VALARM: '0+',
  },
  // RFC 5546, 3.4.2.
  REQUEST: {
    VTODO: '1+',
    ...described,
    ATTENDEE: '1+',
    DTSTART: '1',
    PRIORITY: '1',
    SUMMARY: '1',
    'REQUEST-STATUS': '0',
    VALARM: '0+',
  },
  // RFC 5546, 3.4.3.
  REPLY: { VTODO: '1+', ...described, ATTENDEE: '1', SUMMARY: '0-1', 'REQUEST-STATUS': '0+', VALARM: '0' },
  // RFC 5546, 3.4.4.
  ADD: {
    VTODO: '1',
    ...described,
    ATTENDEE: '0+',
    PRIORITY: '1',
    SEQUENCE: '1',
    SUMMARY: '1',
    EXDATE: '0',
    RDATE: '0',
    RRULE: '0',
    'RECURRENCE-ID': '0',
    'REQUEST-STATUS': '0',
    VALARM: '0+',
  },
  // RFC 5546, 3.4.5.
  CANCEL: { VTODO: '1+', ...described, ATTENDEE: '0+', SEQUENCE: '1', 'REQUEST-STATUS': '0', VALARM: '0' },
  // RFC 5546, 3.4.6: unlike that of an event it names no organizer.
  REFRESH: {
    VTODO: '1',
    ...forbidAll(description),
    DTSTAMP: '1',
    UID: '1',
    ATTENDEE: '1',
    'RECURRENCE-ID': '0-1',
    'REQUEST-STATUS': '0',
    VALARM: '0',
  },
  // RFC 5546, 3.4.7.
  COUNTER: {
    VTODO: '1',
    ...described,
    ATTENDEE: '1+',
    PRIORITY: '1',
    SUMMARY: '1',
    'REQUEST-STATUS': '0+',
    VALARM: '0+',
  },
  // RFC 5546, 3.4.8.
  DECLINECOUNTER: { VTODO: '1', ...described, ATTENDEE: '1+', SEQUENCE: '1', 'REQUEST-STATUS': '0+', VALARM: '0' },
}
