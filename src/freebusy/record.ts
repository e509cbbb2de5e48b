// One entry of somebody's free/busy: a booking, single or recurring, as the store keeps it.

import type { Component } from '../calendar/component.ts'
import type { CalendarTime, Instant } from '../calendar/time.ts'

/** RFC 5545, 3.2.9; ORG is time held only because the user organizes an event without attending it. */
export type BusyType = 'BUSY' | 'BUSY-TENTATIVE' | 'BUSY-UNAVAILABLE' | 'FREE' | 'ORG'

export interface Booking {
  /** UTC, or a date, or floating, as the event has it; of a recurring booking the first occurrence. Never zoned. */
  readonly start: CalendarTime
  readonly end: CalendarTime
  readonly uid: string
  /** The key of one instance (recurrence-id.ts), of a range that of its first; absent for a single event and for a series. */
  readonly recurrenceId?: string
  readonly busyType: BusyType
  readonly summary: string
  readonly organizer: string
  /** For offers: held until then. */
  readonly expires?: Instant
  /** Present on a recurring booking. */
  readonly recurrence?: BookedRecurrence
}

/** A recurring booking is kept as its rule, never as its occurrences: so there is no horizon behind which a room is booked twice. */
export interface BookedRecurrence {
  /**
   * DTSTART, DTEND or DURATION, RRULE, RDATE and EXDATE, as the event has them; overridden and cancelled instances
   * stand among the EXDATEs. Zoned times keep their TZID.
   */
  readonly component: Component
  /**
   * RECURRENCE-ID with RANGE=THISANDFUTURE, DTSTART, DTEND or DURATION of a change to one instance and all after it: the booking stands
   * for these alone, moved as far as the first one and lasting as long. The component above says, as the series does, which
   * instances there were to move. RFC 5545, 3.8.4.4.
   */
  readonly range?: Component
  /** The VTIMEZONE components of TZIDs that no zone table knows. */
  readonly timeZones: readonly Component[]
  /** The instant at which the last occurrence ends; absent for an endless series. */
  readonly until?: Instant
}
