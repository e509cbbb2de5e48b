// Verdict: what was done with a message and why, one record per scheduling message and user.
import type { CalendarAddress } from '../calendar/calendar-address.ts'
import type { Instant } from '../calendar/time.ts'

export type VerdictWord = 'applied' | 'ignored' | 'held' | 'refused' | 'passed'

/** Why something was done: a choice or a refusal with its rule. */
export interface Reason {
  /** Kebab-case word: `older-revision`, `overlaps`, `not-yours`. */
  readonly code: string
  /** `RFC 5546, 2.1.5`, or the name of our own rule: `scheduling_function schedule_in_freebusy`. */
  readonly rule: string
  /** A sentence for the administrator, and where the answer says so for the organizer. */
  readonly text: string
}

export interface Verdict {
  readonly at: Instant
  readonly user: CalendarAddress
  readonly agent: string
  readonly uid: string | null
  readonly recurrenceId: string | null
  readonly method: string | null
  readonly sequence: number | null
  readonly verdict: VerdictWord
  /** The PARTSTAT that was answered, or null. */
  readonly answer: string | null
  readonly reason: Reason
  /** What else was noticed: violations that did not hinder use, other reasons. */
  readonly notes: readonly string[]
  readonly messageId: string
  readonly queueId: string | null
}
