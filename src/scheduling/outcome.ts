// What a scheduling function, and all functions of a resource together, say to a request.
import type { CalendarAddress } from '../calendar/calendar-address.ts'
import type { Period } from '../calendar/period.ts'
import type { Conflict } from '../freebusy/conflicts.ts'
import type { FarSearch } from '../freebusy/far-search.ts'
import type { Booking } from '../freebusy/record.ts'
import type { Reason } from '../itip/reason.ts'

export type Outcome = Accept | Decline | Propose

export interface Accept {
  readonly kind: 'accept'
  readonly because: Reason
  /** RFC 5546, 3.6; only where it is more than success. */
  readonly requestStatus?: string
}

export interface Decline {
  readonly kind: 'decline'
  readonly because: Reason
  /** RFC 5546, 3.6. */
  readonly requestStatus: string
  /** The dates that are refused, in order of time; `with` names the bookings in their way, and is empty where a rule is against them. */
  readonly clashes: readonly Conflict[]
  /** The request is refused as a whole, final, however many dates could be taken. Otherwise only these dates are. */
  readonly whole: boolean
  /** Other times that were tried in place of the asked ones, and cannot be had either. */
  readonly tried?: TriedTimes
  /** Times that others have who could take the booking. */
  readonly free?: FreeTimes
}

export interface FreeTimes {
  /** At most three. */
  readonly times: readonly Period[]
  /** Of a series: times at which all of it could be had, or its first refused date alone. */
  readonly of: 'event' | 'series' | 'first-date'
}

export interface TriedTimes {
  readonly times: readonly Period[]
  /** Why the asked times could not be had, or what is against the tried ones: what the outcome's own reason does not say. */
  readonly because: Reason | undefined
  /** In the way of the tried times. */
  readonly clashes: readonly Conflict[]
  /** Other times would help. */
  readonly isAboutTime: boolean
}

export interface Propose {
  readonly kind: 'propose'
  readonly because: Reason
  /** RFC 5546, 3.6. */
  readonly requestStatus: string
  /** Best first, at least one and at most three. */
  readonly proposals: readonly Proposal[]
}

/** The asked bookings, in their order, at other times: the first occurrences of what repeats. */
export interface Proposal {
  /** When each asked booking would be. */
  readonly times: readonly Period[]
  /** The asked bookings moved there; a series keeps its days. */
  readonly bookings: readonly Booking[]
}

/** More times to choose from are no help in a mail. */
export const mostProposals = 3

/** What must be known before anything can be said; the shell loads it under the same lock and asks again, at most eight times. */
export interface WantedForScheduling {
  readonly kind: 'wanted'
  /** Of the resource's own schedule, all that is needed: what is known already stands here again. */
  readonly periods: readonly Period[]
  /** Attendees whose free/busy, as they told it, is looked at. */
  readonly others?: readonly CalendarAddress[]
  /** Names of quotas. */
  readonly quotas?: readonly string[]
  /** What is to be looked for behind the listed dates of endless series; in the schedule of a quota, where one is named. */
  readonly far?: FarSearch & { readonly quota?: string }
  /** The quota among whose resources another one is to be looked for. */
  readonly delegation?: string
}

// RFC 5546, 3.6.12, 3.6.18, 3.6.21, 3.6.27 and 3.6.28.
export const requestStatuses = {
  clipped: '2.11;Success\\; unbounded RRULE clipped at some finite number of instances.',
  invalidTime: '3.5;Invalid date or time.',
  noAuthority: '3.8;No authority.',
  unsupported: '3.14;Unsupported capability.',
  conflict: '4.0;Event conflict.  Date/time is busy.',
} as const
