// StoredSeries: what must be kept of a UID: its series and instances, cancellations, each attendee's last answer and proposal,
// what came too early, and what was decided. RFC 5546, 2.1.5.
import type { CalendarAddress } from '../calendar/calendar-address.ts'
import type { Component } from '../calendar/component.ts'
import type { Instant } from '../calendar/time.ts'
import type { Authentication } from './mail-facts.ts'
import type { Method } from './method.ts'

export interface StoredSeries {
  readonly uid: string
  /** The series (key '') first if it is known, then instances by key. SEQUENCE and DTSTAMP stand in the components. */
  readonly parts: readonly StoredPart[]
  /** Cancelled series (key '') or instances, as the CANCEL left them. */
  readonly cancelled: readonly StoredPart[]
  /** VTIMEZONE components that parts refer to. */
  readonly timeZones: readonly Component[]
  /** The last answer of each attendee about each part; decides which of two answers counts. */
  readonly answers: readonly AttendeeAnswer[]
  /** Open counter-proposals on the organizer's side: one per attendee and instance. RFC 5546, 3.2.7. */
  readonly counters: readonly StoredCounter[]
  /** Messages that came before what they need, oldest first. */
  readonly held: readonly HeldMessage[]
  /** The last 64 decided messages, oldest first. */
  readonly decided: readonly DecidedMessage[]
  /** A resource has taken the series up to here only: what starts then or later is not booked. */
  readonly takenUntil?: Instant
  /** Who sent the first message of the organizer, where that was proven. */
  readonly pinned?: PinnedSender
}

export interface PinnedSender {
  readonly address: CalendarAddress
  /** `login`, `network`, `dmarc`, `dkim`, `spf`. */
  readonly proof: string
  /** Domains that had signed it. */
  readonly signers?: readonly string[]
  readonly at: Instant
}

export interface StoredPart {
  /** Key of the instance (calendar/recurrence-id.ts), '' for the series or a single event. */
  readonly key: string
  readonly component: Component
}

export interface AttendeeAnswer {
  readonly attendee: string
  /** Key of the instance, '' for the series or a single event. */
  readonly key: string
  readonly participation: string
  readonly sequence: number
  readonly stamp: Instant
}

export interface StoredCounter {
  readonly attendee: string
  /** Key of the instance, '' for the series or a single event. */
  readonly key: string
  /** The event as the attendee would have it; SEQUENCE says which revision it is about. */
  readonly component: Component
}

/** A message that waits for its partner, with all that deciding it will need. */
export interface HeldMessage {
  /** Whose handler it waits for: a person's room holds what arrived and what was sent. */
  readonly agent: string
  readonly method: Method
  readonly components: readonly Component[]
  readonly timeZones: readonly Component[]
  /** Code of the reason why it waits. */
  readonly because: string
  readonly at: Instant
  /** Key of the message for "decided once". */
  readonly key: string
  /** Nobody had proven who sent it, where that is asked for: it is the first to give up its place. */
  readonly isUnproven?: true
  /** Who speaks: what authority looks at. */
  readonly mail: HeldMail
}

export interface HeldMail {
  readonly messageId: string
  readonly from: readonly string[]
  readonly sender: readonly string[]
  readonly envelopeSender: string
  readonly client?: string
  /** What the mail system had proven; nothing where it had not. */
  readonly authentication?: Authentication
  readonly originalRecipient?: string
  readonly login?: string
}

/** Exactly once: a message that was decided is not decided again. */
export interface DecidedMessage {
  /** Digest of recipient, UID, RECURRENCE-IDs, METHOD, SEQUENCE, DTSTAMP and calendar text. */
  readonly key: string
  /** Message-ID of the mail it came in; the mail's digest where it has none. */
  readonly messageId: string
  /** Message-IDs of the mails to which the answer was given again. */
  readonly repeatedTo?: readonly string[]
  readonly at: Instant
  readonly verdict: 'applied' | 'ignored' | 'held' | 'refused' | 'passed'
  readonly reason: string
  /** What was answered, so that an organizer who asks again is told the same. */
  readonly answer?: RecordedAnswer
}

export interface RecordedAnswer {
  /** Empty where none was asked for: free/busy. */
  readonly participation: string
  /** The address that answered, spelled as it was invited. */
  readonly as: string
  /** The sentences of the answer, as in COMMENT. */
  readonly comment: string
  readonly requestStatus?: string
  /** DTSTAMP of the last sending. */
  readonly stamp: Instant
  /** When it was sent again because the organizer asked again. */
  readonly repeatedAt: readonly Instant[]
  /** Dates that were answered otherwise than the whole, in order of time. */
  readonly dates?: readonly RecordedDate[]
  /** The times that were proposed, best first. */
  readonly proposed?: readonly RecordedTime[]
  /** The first of them was proposed by a COUNTER. RFC 5546, 3.2.7. */
  readonly isCounter?: true
}

export interface RecordedTime {
  readonly start: Instant
  readonly end: Instant
}

export interface RecordedDate extends RecordedTime {
  /** Key of the instance. */
  readonly key: string
  readonly participation: string
  readonly comment: string
  readonly requestStatus?: string
}
