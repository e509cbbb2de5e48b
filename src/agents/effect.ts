// Effect: everything a decision may ask for, as deltas, so that the cost follows the message and not the schedule.
import type { CalendarAddress } from '../calendar/calendar-address.ts'
import type { WritableCalendar } from '../calendar/serialize.ts'
import type { OthersFreeBusy } from '../freebusy/others.ts'
import type { QuotaGroup, Reservation } from '../freebusy/quota.ts'
import type { Booking } from '../freebusy/record.ts'
import type { Reason } from '../itip/reason.ts'
import type { SchedulingMessage } from '../itip/scheduling-message.ts'
import type { StoredSeries } from '../itip/stored-series.ts'
import type { AnswerFacts } from '../text/answer-facts.ts'
import type { VerdictWord } from './verdict.ts'

/** What changes in one user's store. All effects of a decision become durable together or not at all. */
export type StoreEffect =
  | { readonly kind: 'save-series'; readonly series: StoredSeries }
  /** What waits for the user: an invitation, or with `type` an attendee's proposal. */
  | {
      readonly kind: 'queue-request'
      readonly uid: string
      readonly recurrenceId?: string
      readonly type?: 'REQUEST' | 'COUNTER'
    }
  /** Without `recurrenceId`: all of the UID; with `''` only what is about the whole. Without `type`: of both. */
  | {
      readonly kind: 'dequeue-request'
      readonly uid: string
      readonly recurrenceId?: string
      readonly type?: 'REQUEST' | 'COUNTER'
    }
  | { readonly kind: 'book'; readonly bookings: readonly Booking[] }
  /** Takes back every booking of the UID, or of one instance. */
  | { readonly kind: 'release'; readonly uid: string; readonly recurrenceId?: string }
  /** Holds the times of a proposal: each counts as taken for other UIDs until it `expires`. */
  | { readonly kind: 'offer'; readonly bookings: readonly Booking[] }
  /** Gives back what is held for the UID, or for one instance. */
  | { readonly kind: 'withdraw-offer'; readonly uid: string; readonly recurrenceId?: string }
  /** Forgets what has expired, which every other change does, too. */
  | { readonly kind: 'expire-offers' }
  /** All that is known of the free/busy of one other calendar user. */
  | { readonly kind: 'record-others'; readonly others: OthersFreeBusy }

/** What changes in the journal of a quota, in the same commit as the schedules. */
export type QuotaEffect =
  /** In place of what the same resource had reserved for the same UID. */
  | { readonly kind: 'book-quota'; readonly group: QuotaGroup; readonly reservation: Reservation }
  | {
      readonly kind: 'release-quota'
      readonly group: QuotaGroup
      readonly resource: CalendarAddress
      readonly uid: string
    }

/** An answer to somebody; the shell composes it and puts it into the outbox of the same commit. */
export interface SendEffect {
  readonly kind: 'send'
  /** The ATTENDEE's or ORGANIZER's mail address, spelled as invited. */
  readonly as: string
  readonly to: readonly string[]
  readonly message: SchedulingMessage
  readonly facts: AnswerFacts
  /** The user's free/busy, which goes with it. */
  readonly beside?: WritableCalendar
  /** The key of the message it answers, where that is not the one at hand but one that was held. */
  readonly decisionKey?: string
  /** Key of the instance it is about, where an answer about the whole goes out beside it. Part of the Message-ID. */
  readonly recurrenceId?: string
  /** 0 for the first answer to a message; counts when the organizer asks again. Part of the Message-ID. */
  readonly repetition: number
}

/** What the same message changes for another resource, in the same commit. */
export interface MemberEffect {
  readonly kind: 'of-member'
  readonly member: CalendarAddress
  readonly effects: readonly StoreEffect[]
  readonly verdict: VerdictWord
  /** The PARTSTAT answered for it, if any. */
  readonly answer: string | null
  readonly because: readonly [Reason, ...Reason[]]
}

/** The schedule has changed: what is published of it is out of date, or should be taken away. */
export interface PublishEffect {
  readonly kind: 'publish-free-busy'
  readonly of: CalendarAddress
}

export type Effect = StoreEffect | QuotaEffect | SendEffect | MemberEffect | PublishEffect

/** The owner of the store that StoreEffects change. */
export type StoreOwner = CalendarAddress
