// Verdict: what was done with a message and why, one record per scheduling message and user.
import type { CalendarAddress } from '../calendar/calendar-address.ts'
import type { Instant } from '../calendar/time.ts'
import type { Reason } from '../itip/reason.ts'

export type VerdictWord = 'applied' | 'ignored' | 'held' | 'refused' | 'passed'

export interface Verdict {
  readonly at: Instant
  readonly user: CalendarAddress
  /** The domain that the mail says it is from; absent where it says none. */
  readonly from?: string
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
