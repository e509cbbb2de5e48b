// SiteSettings: the part of the system's configuration that a decision may look at.
import type { AddressRules } from '../calendar/calendar-address.ts'

export interface SiteSettings {
  readonly addresses: AddressRules
  /** Lower case. Empty: the domain of the user at hand. */
  readonly localDomains: readonly string[]
  readonly outgoingAuthority: 'login' | 'envelope'
  /** Whose invitations resources take. */
  readonly resourceOrganizers: 'local' | 'anyone'
  /** Logins or addresses that may act for every user of the site. */
  readonly schedulingAccounts: readonly string[]
  /** The site's own name in Authentication-Results, or empty. */
  readonly authservId: string
  /** What a resource does with the first request of a sender who is not proven. */
  readonly unverifiedRequest: 'refuse' | 'tentative' | 'book'
  /** Client addresses and networks whose mails count as authenticated. */
  readonly trustedNetworks: readonly string[]
  /** Signing domain of a calendar service → domains of the organizers it may speak for, `*` for all. */
  readonly schedulerServices: ReadonlyMap<string, readonly string[]>
  /** A REQUEST of an attendee to the organizer is a proposal. */
  readonly counterAsRequest: boolean
  /** Seconds after which a message that waits for its partner is forgotten. */
  readonly heldAge: number
  /** Seconds that what others have told of their free/busy counts. */
  readonly othersAge: number
  /** So many wait for one user at most. */
  readonly heldLimit: number
  /** Seconds ahead, beyond today, for which free/busy is told at all, and outside the site. */
  readonly freeBusyHorizon: number
  readonly freeBusyOutsideHorizon: number
  /** So many questions of one asker outside the site are answered within a day. */
  readonly freeBusyRequests: number
  /** Group address → members, all in their one spelling. */
  readonly groups: ReadonlyMap<string, readonly string[]>
}
