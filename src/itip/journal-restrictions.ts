// The restriction tables of RFC 5546, 3.5: which property a journal entry has how often, by method.
import type { Method } from './method.ts'
import type { RestrictionTable } from './restriction-table.ts'

const described: RestrictionTable = {
  DTSTAMP: '1',
  ORGANIZER: '1',
  UID: '1',
  ATTACH: '0+',
  ATTENDEE: '0',
  CATEGORIES: '0+',
  CLASS: '0-1',
  COMMENT: '0+',
  CONTACT: '0+',
  CREATED: '0-1',
  'LAST-MODIFIED': '0-1',
  'RELATED-TO': '0+',
  'REQUEST-STATUS': '0',
  STATUS: '0-1',
  SUMMARY: '0-1',
  URL: '0-1',
}

/** No answer is asked for, so the other methods are not there. */
export const journalTables: Readonly<Partial<Record<Method, RestrictionTable>>> = {
  // RFC 5546, 3.5.1.
  PUBLISH: {
    VJOURNAL: '1+',
    ...described,
    DESCRIPTION: '1',
    DTSTART: '1',
    EXDATE: '0+',
    RDATE: '0+',
    'RECURRENCE-ID': '0-1',
    RRULE: '0-1',
    SEQUENCE: '0-1',
    VALARM: '0+',
  },
  // RFC 5546, 3.5.2.
  ADD: {
    VJOURNAL: '1',
    ...described,
    DESCRIPTION: '1',
    DTSTART: '1',
    EXDATE: '0',
    RDATE: '0',
    'RECURRENCE-ID': '0',
    RRULE: '0',
    SEQUENCE: '1',
    VALARM: '0+',
  },
  // RFC 5546, 3.5.3.
  CANCEL: {
    VJOURNAL: '1+',
    ...described,
    DESCRIPTION: '0-1',
    DTSTART: '0-1',
    EXDATE: '0+',
    RDATE: '0+',
    'RECURRENCE-ID': '0-1',
    RRULE: '0-1',
    SEQUENCE: '1',
    VALARM: '0',
  },
}
