// Preferences: one user's wishes, typed; each is a small file in the user's directory or a default of the site.
import type { Availability } from './availability.ts'
import type { BookingRules } from './booking-rules.ts'

export interface Preferences {
  readonly participating: boolean
  /** Common name, or empty. */
  readonly commonName: string
  readonly language: string
  /** IANA name of the user's zone. */
  readonly zone: string
  /** Other addresses of the user, one spelling each; `*@old.example` allowed. */
  readonly addresses: readonly string[]
  /** Who may act for the user: logins or addresses. */
  readonly delegates: readonly string[]
  /** The resource's responsible person, or empty. */
  readonly owner: string
  /** Lines of `scheduling_function`. */
  readonly schedulingFunctions: readonly SchedulingFunction[]
  /** What may be booked and when. */
  readonly bookingRules: BookingRules
  /** How calendar mail reaches the user's mailbox. */
  readonly incoming: IncomingForm
  readonly freeBusySharing: boolean
  /** What askers of the own site are told, and those outside it. */
  readonly freeBusyInside: SharingLevel
  readonly freeBusyOutside: SharingLevel
  /** The user is told who asked for free/busy, and what others tell of theirs. */
  readonly freeBusyAsked: boolean
  readonly freeBusyMessages: boolean
  readonly freeBusyPublishing: boolean
  /** When the user can be booked at all; nothing: at any time. */
  readonly availability: Availability | undefined
  /** Free/busy goes with answers and summaries. */
  readonly freeBusyBundling: boolean
  /** Seconds for which proposed times are held; 0: they are not held. */
  readonly offerDuration: number
  /** How a pool answers when one of its resources has taken a booking. */
  readonly poolAnswer: 'accept' | 'delegate'
  /** How a resource proposes other times. */
  readonly counterStyle: 'auto' | 'counter' | 'reply'
  /** How the refused dates of a series are told. */
  readonly occurrenceAnswers: 'separate' | 'together'
  /** How many dates of a series may be refused; nothing: as many as there are mails for. */
  readonly conflictTolerance: ConflictTolerance | undefined
  /** What a refusal tells of the booking in the way. */
  readonly clashDetails: 'nothing' | 'local-organizer' | 'local-all' | 'organizer' | 'all'
  /** What an added date does. `automatic`: people ask for the whole, resources add. */
  readonly addMethodResponse: 'automatic' | 'refresh' | 'add' | 'ignore'
  /** Attendees who ask for the newest version get it at once. */
  readonly eventRefreshing: boolean
  /** How sure the sender must be. `auto`: as the mail system's results allow. */
  readonly senderCheck: 'auto' | 'none' | 'aligned' | 'strict'
  /** Who may take an event over. `automatic`: from people an attendee, from resources nobody. */
  readonly organizerReplacement: 'automatic' | 'attendee' | 'any' | 'never'
}

export interface ConflictTolerance {
  readonly kind: 'number' | 'percentage'
  readonly most: number
}

export interface SchedulingFunction {
  readonly name: string
  readonly arguments: readonly string[]
}

/**
 * How much of a schedule others see: each busy time and its type; what is taken, as one; the same in whole half hours; nothing.
 */
export type SharingLevel = 'full' | 'merged' | 'rounded' | 'none'

export type IncomingForm =
  | 'message-only'
  | 'message-then-summary'
  | 'summary-then-message'
  | 'summary-only'
  | 'summary-wraps-message'
