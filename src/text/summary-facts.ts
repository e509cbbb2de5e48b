// SummaryFacts: what a summary says about one scheduling message; rendering chooses words, never decides.
// All texts in it are clean (one-line.ts, several-lines.ts) and bounded, all lists too; and all of it can be kept as JSON.
import type { ScheduledComponent } from '../calendar/component.ts'
import type { RuleFacts } from './rule-facts.ts'
import type { ShownTime } from './shown-time.ts'

export interface SummaryFacts {
  /** What came. */
  readonly kind: SummaryKind
  readonly language: string
  readonly component: ScheduledComponent
  readonly uid: string
  readonly standing: StandingFacts
  /** Where the reader finds the original. */
  readonly original: OriginalPlace
  /** Empty: untitled. */
  readonly title: string
  /** The reader's own clock first. */
  readonly when: readonly ShownTime[]
  readonly repeats: RepeatFacts | undefined
  /** It is about one date of a series, or about that and all later ones. */
  readonly instance: InstanceFacts | undefined
  /** Other dates of the series that the message speaks of. */
  readonly dates: Bounded<DateFacts>
  readonly where: string
  /** Where to join, and what there is to read. */
  readonly links: readonly LinkFacts[]
  readonly description: string
  readonly organizer: PersonFacts | undefined
  readonly attendees: Bounded<AttendeeFacts>
  /** Who speaks in an answer, a question or a proposal. */
  readonly speakers: Bounded<SpeakerFacts>
  /** The mail's own From addresses. */
  readonly from: readonly string[]
  /** What the sender says beside it. */
  readonly comment: string
  /** Against the revision that was known before. */
  readonly changes: readonly ChangeFacts[]
  /** What else is in the reader's schedule at that time; nothing where nobody looked. */
  readonly conflicts: Bounded<ConflictFacts> | undefined
  /** The reader's own PARTSTAT. */
  readonly ownAnswer: string | undefined
  readonly next: NextStep
}

export type SummaryKind =
  | 'invitation'
  | 'update'
  | 'cancellation'
  | 'answer'
  | 'publication'
  | 'addition'
  | 'question'
  | 'proposal'
  | 'proposal-declined'
  | 'free-busy'
  | 'free-busy-question'

export type OriginalPlace = 'beside' | 'inside' | 'nowhere'

export interface StandingFacts {
  readonly verdict: 'applied' | 'ignored' | 'held' | 'refused' | 'passed'
  /** Of the reason, and what the log says of it, in English. */
  readonly code: string
  readonly detail: string
  /** Codes of what else was noticed. */
  readonly notes: readonly string[]
}

export interface Bounded<Item> {
  readonly shown: readonly Item[]
  /** How many more there are. */
  readonly more: number
}

export interface RepeatFacts {
  readonly rule: RuleFacts | undefined
  /** The next dates. */
  readonly next: readonly ShownTime[]
  readonly isCut: boolean
}

export interface InstanceFacts {
  /** When it was to be at first, where that is another time. */
  readonly original: ShownTime | undefined
  readonly andLater: boolean
}

export interface DateFacts {
  /** When it was to be at first; nothing where that cannot be read. */
  readonly original: ShownTime | undefined
  /** Nothing: it does not take place. */
  readonly now: ShownTime | undefined
}

export interface LinkFacts {
  readonly kind: 'join' | 'page'
  readonly url: string
  /** What the sender calls it; empty for nothing. */
  readonly label: string
}

export interface PersonFacts {
  /** Empty where only the address is known. */
  readonly name: string
  /** Empty where there is none. */
  readonly address: string
}

export interface AttendeeFacts extends PersonFacts {
  /** PARTSTAT in upper case. */
  readonly participation: string
  readonly isOptional: boolean
  readonly isReader: boolean
}

export interface SpeakerFacts extends PersonFacts {
  /** PARTSTAT in upper case. */
  readonly participation: string
  /** To whom attendance was delegated. */
  readonly delegates: readonly string[]
}

export interface ConflictFacts {
  readonly title: string
  /** When both are there for the first time. */
  readonly first: ShownTime
  readonly isTentative: boolean
  /** At how many dates. */
  readonly count: number
}

export type ChangeFacts =
  | { readonly kind: 'when'; readonly before: ShownTime; readonly after: ShownTime }
  | { readonly kind: 'title' | 'where' | 'link'; readonly before: string; readonly after: string }
  | { readonly kind: 'rule'; readonly before: RuleFacts | undefined; readonly after: RuleFacts | undefined }
  | { readonly kind: 'dates-left-out' | 'dates-added'; readonly dates: Bounded<ShownTime> }
  | { readonly kind: 'attendees-added' | 'attendees-removed'; readonly people: Bounded<PersonFacts> }
  /** STATUS. */
  | { readonly kind: 'status'; readonly before: string; readonly after: string }
  | { readonly kind: 'description' }

export type NextStep =
  | 'nothing'
  | 'answer'
  /** The time changed: what was answered before does not count any more. */
  | 'answer-again'
  | 'answer-stands'
  /** Somebody passed the invitation on; the reader is not on its list. */
  | 'answer-if-wanted'
  /** The time is free again. */
  | 'freed'
  /** It waits for its partner. */
  | 'wait'
  /** Not believed: the reader should ask. */
  | 'ask-sender'
  /** The reader's own program has to do what we did not. */
  | 'use-original'
  /** Somebody who was not invited has answered. */
  | 'invite-or-not'
  | 'decide-proposal'
  | 'send-current'
