// TimeZone: from wall clocks to instants and back; which zone a TZID names.
import type { Component } from './component.ts'
import type { CalendarFault } from './fault.ts'
import type { CalendarTime, Instant, LocalSeconds } from './time.ts'

export interface TimeZone {
  /** IANA name, or the TZID of a VTIMEZONE. */
  readonly name: string
  /** Is it in the zone tables, or only in the calendar object that came along? */
  readonly source: 'known' | 'object'
  /** A local time that does not exist is read with the offset before the gap; of one that exists twice, the first. RFC 5545, 3.3.5. */
  toInstant(local: LocalSeconds): Instant
  toLocal(instant: Instant): LocalSeconds
}

/** What the shell knows of the world's zones; handed in. */
export interface ZoneTables {
  /** Version of the zone data, for the store. */
  readonly version: string
  /** The zone of this IANA name (exact spelling), or nothing. */
  find(name: string): TimeZone | undefined
}

/** The zones of one calendar object as one user sees it. */
export interface Zones {
  resolve(tzid: string): TimeZone | CalendarFault
  /** For floating times and dates: the user's zone. */
  readonly local: TimeZone
}
