// What lies in a user's directory of a store that the predecessor wrote, as it was found there.
import type { CalendarTime, Instant } from '../../calendar/time.ts'

export interface PredecessorUser {
  readonly objects: readonly PredecessorText[]
  readonly cancelled: readonly PredecessorText[]
  readonly counters: readonly PredecessorText[]
  readonly freeBusy: readonly PredecessorPeriod[]
  readonly offers: readonly PredecessorPeriod[]
  readonly others: readonly { readonly name: string; readonly periods: readonly PredecessorPeriod[] }[]
  readonly requests: readonly PredecessorRequest[]
}

/** A file with an event in it; what its path says counts where the event does not say it. */
export interface PredecessorText {
  readonly path: string
  readonly uid: string
  readonly recurrenceId: string | undefined
  /** Of a counter-proposal: who made it. */
  readonly attendee: string | undefined
  readonly bytes: Uint8Array
}

export interface PredecessorPeriod {
  readonly start: CalendarTime
  readonly end: CalendarTime
  readonly uid: string
  /** In upper case: OPAQUE, TRANSPARENT, ORG. */
  readonly transparency: string
  readonly recurrenceId: string
  readonly summary: string
  readonly organizer: string
  readonly expires: Instant | undefined
}

export interface PredecessorRequest {
  readonly uid: string
  readonly recurrenceId: string | null
  readonly type: 'REQUEST' | 'COUNTER'
}
