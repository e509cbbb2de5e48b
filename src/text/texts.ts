// Texts: every text a program of ours writes to people by mail; each language has all of them, one file per language.
import type { ScheduledComponent } from '../calendar/component.ts'
import type { DigestGroup } from './digest-facts.ts'
import type { NoticeFacts } from './notice-facts.ts'
import type { RuleFacts } from './rule-facts.ts'
import type { ChangeFacts, NextStep, OriginalPlace, StandingFacts, SummaryKind } from './summary-facts.ts'

export interface Texts {
  /** RFC 5646. */
  readonly language: string
  /** Stands before the summary in the subject of an answer; ends with a blank. */
  readonly subject: Readonly<Record<AnswerKind, string>>
  /** The first sentence of an answer. */
  readonly headline: Readonly<Record<AnswerKind, (name: string) => string>>
  readonly what: string
  readonly when: string
  readonly where: string
  /** In place of an empty summary. */
  readonly untitled: string
  /** The dates at which the time is taken, in words, and how many more there are: of an endless series without end. */
  readonly taken: (dates: readonly string[], more: number) => string
  /** A date, and whose booking is there: its organizer, its subject; either may be empty. */
  readonly takenBy: (date: string, organizer: string, subject: string) => string
  /** The dates of a series against which a rule is, and how many more there are. */
  readonly refusedDates: (dates: readonly string[], more: number) => string
  /** Too much of a series cannot be had. */
  readonly wholeSeries: string
  /** A series is taken, but not at these dates. */
  readonly exceptAt: (dates: readonly string[], areTaken: boolean) => string
  /** A series goes on where nothing can be booked yet. */
  readonly bookedUntil: (when: string) => string
  /** Other times that could not be had either. */
  readonly triedAt: (times: readonly string[]) => string
  /** What could be had instead. */
  readonly freeAt: (times: readonly string[]) => string
  readonly heldUntil: (when: string, count: number) => string
  /** Of a counter-proposal. */
  readonly proposedAt: (when: string) => string
  /** What is said to somebody who asked for free/busy. */
  readonly freeBusy: {
    readonly taken: (times: readonly string[], more: number) => string
    readonly none: string
    readonly cut: string
    readonly merged: string
    readonly rounded: string
    /** Why nothing is told. */
    readonly notTold: string
    readonly beyond: string
  }
  /** What the organizer is told of a reason, by its code; `detail` is what the log says, in English. Others are not told. */
  readonly reasons: Readonly<Record<string, (detail: string) => string>>
  readonly summary: SummaryTexts
  readonly notices: NoticeTexts
  readonly digest: DigestTexts
}

/** What the administrator is told of some days. */
export interface DigestTexts {
  readonly subject: (from: string, to: string) => string
  readonly opening: (messages: number, from: string, to: string) => string
  /** Heads of lists. */
  readonly group: Readonly<Record<DigestGroup['kind'], (count: number) => string>>
  readonly undeliverable: (count: number) => string
  /** One of the cases, in the words of its verdict. */
  readonly such: (because: string) => string
  readonly more: (count: number) => string
  /** In place of a sender's domain. */
  readonly nobody: string
  readonly outbox: (count: number, oldest: string, user: string) => string
  readonly outboxEmpty: string
  readonly closing: string
}

/** What the responsible person is told. */
export interface NoticeTexts {
  readonly undeliverable: (facts: Extract<NoticeFacts, { kind: 'undeliverable' }>) => NoticeWords
  readonly unproven: (facts: Extract<NoticeFacts, { kind: 'unproven' }>) => NoticeWords
}

interface NoticeWords {
  readonly subject: string
  readonly paragraphs: readonly string[]
}

type AnswerKind =
  | 'accepted'
  | 'tentative'
  | 'declined'
  | 'delegated'
  | 'new-time'
  | 'free-busy'
  | 'free-busy-refused'
  | 'refresh'
  | 'current'

/** What a summary says to a user about a message that came. Labels end with a colon, prefixes of subjects with a blank. */
export interface SummaryTexts {
  readonly subject: Readonly<Record<SummaryKind, string>>
  /** By PARTSTAT; for others `subject.answer` stands. */
  readonly answerSubject: Readonly<Record<string, string>>
  readonly refusedSubject: string
  /** Behind a title: so many messages more in the same mail. */
  readonly andMore: (count: number) => string
  readonly headline: Readonly<Record<SummaryKind, (who: string, thing: string) => string>>
  /** Of a message that was not believed. */
  readonly refusedHeadline: Readonly<Record<SummaryKind, (from: string, thing: string) => string>>
  readonly things: Readonly<Record<ScheduledComponent, string>>
  /** At the beginning of a sentence. */
  readonly somebody: string
  /** In the middle of one. */
  readonly unknownSender: string
  /** What was done, where that was nothing; a reason follows. */
  readonly standing: Readonly<Record<Exclude<StandingFacts['verdict'], 'applied'>, string>>
  /** By code. */
  readonly reasons: Readonly<Record<string, (detail: string) => string>>
  /** Of a code that is not among them: what the log says, in English. */
  readonly otherReason: (detail: string) => string
  /** What is worth telling beside, by code; others are not told. */
  readonly notes: Readonly<Record<string, (detail: string) => string>>
  readonly answered: string
  readonly oneDate: string
  readonly onlyThis: string
  readonly thisAndLater: string
  readonly originally: (when: string) => string
  readonly repeats: string
  readonly rule: (rule: RuleFacts) => string
  readonly nextDates: string
  readonly dates: string
  /** This date does not take place. */
  readonly notOn: (when: string) => string
  readonly link: Readonly<Record<'join' | 'page', string>>
  readonly organizer: string
  readonly attendees: string
  readonly from: string
  readonly you: string
  readonly optional: string
  /** By PARTSTAT. */
  readonly participation: Readonly<Record<string, string>>
  /** By STATUS. */
  readonly status: Readonly<Record<string, string>>
  /** In the middle of a list that was cut. */
  readonly more: (count: number) => string
  /** Monday first. */
  readonly weekdays: readonly string[]
  readonly organizersClock: string
  readonly changed: string
  readonly proposed: string
  readonly changes: Readonly<Record<ChangeFacts['kind'], string>>
  /** In place of an empty value. */
  readonly nothing: string
  readonly conflicts: string
  readonly noConflicts: string
  readonly tentative: string
  readonly moreDates: (count: number) => string
  /** `answer` is the reader's own, in words. */
  readonly next: Readonly<Record<NextStep, (answer: string) => string>>
  /** Where the reader can answer; of `nowhere` the organizer's address follows. */
  readonly answerWith: Readonly<Record<OriginalPlace, string>>
  readonly manager: string
  readonly comment: string
  readonly description: string
  readonly moreMessages: (count: number) => string
}
