// BookingRequest: what would be booked, for whom, and all that scheduling functions may know of it.
import type { CalendarAddress } from '../calendar/calendar-address.ts'
import type { Instant } from '../calendar/time.ts'
import type { ZoneTables } from '../calendar/time-zone.ts'
import type { OthersFreeBusy } from '../freebusy/others.ts'
import type { QuotaGroup, QuotaState } from '../freebusy/quota.ts'
import type { Booking } from '../freebusy/record.ts'
import type { FreeBusyWindow } from '../freebusy/window.ts'
import type { Preferences } from '../preferences/preferences.ts'
import type { SiteSettings } from '../preferences/site-settings.ts'
import type { FreeTimes } from './outcome.ts'

export interface BookingRequest {
  readonly now: Instant
  readonly uid: string
  /** What would be booked: a series, instances of it, or a single event. */
  readonly asked: readonly Booking[]
  /** Who is asked. */
  readonly resource: CalendarAddress
  readonly organizer: CalendarAddress | undefined
  /** The mail was proven to come from somebody of this site. */
  readonly isAuthenticated: boolean
  /** The others who are invited, each once; not the resource itself. */
  readonly attendees: readonly AskedAttendee[]
  /** The resource's own schedule as far as it is loaded, times held for proposals included (`expires`). */
  readonly freeBusy: FreeBusyWindow
  /** What attendees have told this resource of their free/busy, as far as it is loaded; nothing of who has told nothing. */
  readonly others: ReadonlyMap<CalendarAddress, OthersFreeBusy | undefined>
  /** How many requests of the organizer were decided within the last day, where their number is limited. */
  readonly requestsToday?: number
  /** The quotas that the scheduling functions name, by name. */
  readonly quotas?: ReadonlyMap<QuotaGroup, QuotaState>
  /** What of the same UID stays booked beside what is asked. */
  readonly rest?: readonly Booking[]
  /** Who else may take the booking; nothing until a function has asked for it. */
  readonly delegation?: Delegation
  /** So much was looked up that no other times are looked for any more. */
  readonly isEnoughSearched?: true
  readonly preferences: Preferences
  readonly site: SiteSettings
  readonly zoneTables: ZoneTables
}

/** What became of looking for another resource that takes the booking. */
export type Delegation =
  /** Nobody was asked so far; one of the others has this event already. */
  | { readonly kind: 'open'; readonly isHeldByOther: boolean }
  | { readonly kind: 'taken'; readonly by: CalendarAddress; readonly name: string }
  /** Nobody can, of how many; and when they could. */
  | { readonly kind: 'none'; readonly asked: number; readonly free: FreeTimes }
  /** The resource itself is asked in place of another: it must not look for a third. */
  | { readonly kind: 'asked-for-other' }
  /** The resource gives up what it has, since another one takes it or nobody does. */
  | { readonly kind: 'given-up' }

export interface AskedAttendee {
  readonly address: CalendarAddress
  /** RFC 5545, 3.2.16. */
  readonly role: string
  /** RFC 5545, 3.2.3. */
  readonly userType: string
}
