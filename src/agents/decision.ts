// Decision: what an agent wants done about a message, and why; or what it still needs to know.
import type { CalendarAddress } from '../calendar/calendar-address.ts'
import type { Period } from '../calendar/period.ts'
import type { WritableCalendar } from '../calendar/serialize.ts'
import type { FarSearch } from '../freebusy/far-search.ts'
import type { QuotaGroup } from '../freebusy/quota.ts'
import type { Reason } from '../itip/reason.ts'
import type { FreeTimes } from '../scheduling/outcome.ts'
import type { NoticeFacts } from '../text/notice-facts.ts'
import type { SummaryFacts } from '../text/summary-facts.ts'
import type { Effect } from './effect.ts'
import type { VerdictWord } from './verdict.ts'

export interface Decision {
  readonly kind: 'decision'
  readonly verdict: VerdictWord
  /** The PARTSTAT answered, if an answer goes out. */
  readonly answer: string | null
  readonly effects: readonly Effect[]
  /** The first is the verdict's reason, the others are its notes. At least one. */
  readonly because: readonly [Reason, ...Reason[]]
  /** When a resource that declines could be had instead. */
  readonly free?: FreeTimes
  /** What the user is told of it, if the user wants that (summary-facts.ts). */
  readonly summary?: SummaryFacts
  /** The user's own free/busy, which goes with the summary. */
  readonly besideSummary?: WritableCalendar
  /** What the responsible person is told by a mail of its own: a resource's owner, or the user. */
  readonly notice?: NoticeFacts
}

/** What the decision must look at before it can be made; the shell loads it under the same lock and asks again. */
export interface Wanted {
  readonly kind: 'wanted'
  /** Periods of the user's own free/busy. */
  readonly periods: readonly Period[]
  /** How many messages wait for their partners in all of the user's series. */
  readonly waiting?: true
  /** Attendees of whom it is looked up what they have told of their free/busy. */
  readonly others?: readonly CalendarAddress[]
  /** Names of quotas, whose schedules are looked at in the same periods. */
  readonly quotas?: readonly QuotaGroup[]
  /** What must be known of other resources that may take the booking. */
  readonly members?: ReadonlyMap<CalendarAddress, Wanted>
  /** What is to be looked for behind the listed dates of endless series; in the schedule of a quota, where one is named. */
  readonly far?: FarSearch & { readonly quota?: QuotaGroup }
  /** The quota among whose resources another one is to be looked for; settled before it comes to the shell (pool.ts). */
  readonly delegation?: QuotaGroup
}

export function decide(
  verdict: VerdictWord,
  because: Reason | readonly [Reason, ...Reason[]],
  effects: readonly Effect[] = [],
  answer: string | null = null,
): Decision {
  const reasons = 'code' in because ? ([because] as const) : because
  return { kind: 'decision', verdict, answer, effects, because: reasons }
}
