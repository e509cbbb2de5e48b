// The restriction tables of RFC 5546, 3.3: which property free/busy has how often, by method.
import type { Method } from './method.ts'
import type { RestrictionTable } from './restriction-table.ts'

const described: RestrictionTable = {
  DTSTAMP: '1',
  DTSTART: '1',
  DTEND: '1',
  ORGANIZER: '1',
  UID: '1',
  COMMENT: '0+',
  CONTACT: '0-1',
  DURATION: '0',
  VALARM: '0',
}

/** Busy time is told, asked for and answered; nothing else is done with it. */
export const freeBusyTables: Readonly<Partial<Record<Method, RestrictionTable>>> = {
  // RFC 5546, 3.3.1.
  PUBLISH: { VFREEBUSY: '1+', ...described, ATTENDEE: '0', FREEBUSY: '0+', 'REQUEST-STATUS': '0', URL: '0-1' },
  // RFC 5546, 3.3.2.
  REQUEST: { VFREEBUSY: '1', ...described, ATTENDEE: '1+', FREEBUSY: '0', 'REQUEST-STATUS': '0', URL: '0' },
  // RFC 5546, 3.3.3.
  REPLY: {
    VFREEBUSY: '1',
    ...described,
    ATTENDEE: '1',
    FREEBUSY: '0+',
    'REQUEST-STATUS': '0+',
    SEQUENCE: '0',
    URL: '0-1',
  },
}
