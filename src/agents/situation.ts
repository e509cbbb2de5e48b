// Situation: everything a decision may look at, the clock included.

import type { CalendarAddress } from '../calendar/calendar-address.ts'
import type { Instant } from '../calendar/time.ts'
import type { ZoneTables } from '../calendar/time-zone.ts'
import type { OthersFreeBusy } from '../freebusy/others.ts'
import type { QuotaGroup, QuotaState } from '../freebusy/quota.ts'
import type { Booking } from '../freebusy/record.ts'
import type { FreeBusyWindow } from '../freebusy/window.ts'
import type { MailFacts } from '../itip/mail-facts.ts'
import type { StoredSeries } from '../itip/stored-series.ts'
import type { WaitingMessage } from '../itip/waiting.ts'
import type { Preferences } from '../preferences/preferences.ts'
import type { SiteSettings } from '../preferences/site-settings.ts'
import type { Delegation } from '../scheduling/booking-request.ts'
import type { Agent } from './agent.ts'

/** Another resource as the same message finds it. */
export interface Member {
  readonly situation: Situation
  /** Seconds that it has given away, by quota. */
  readonly given: ReadonlyMap<QuotaGroup, number>
}

export interface Situation {
  /** Who decides; of a message that was held, for whose handler it waited. */
  readonly agent: Agent['name']
  readonly now: Instant
  /** Whose schedule it is: the final envelope recipient, or the sending user of the outgoing agent. */
  readonly user: CalendarAddress
  readonly site: SiteSettings
  readonly preferences: Preferences
  readonly mail: MailFacts
  readonly zoneTables: ZoneTables
  readonly stored: StoredSeries | undefined
  /** What the sender of free/busy has told before, and when it has asked. */
  readonly others?: OthersFreeBusy
  /** Of the organizer of a request, where the resource limits how many it gets of one in a day. */
  readonly requests?: OthersFreeBusy
  /** What attendees have told of theirs, where that was asked for. */
  readonly attendeesFreeBusy?: ReadonlyMap<CalendarAddress, OthersFreeBusy | undefined>
  /** Key of this message for "decided once". */
  readonly decisionKey: string
  /** This message waited for another, which has come. */
  readonly wasHeld?: true
  /** What waits in all of the user's series, where that was asked for. */
  readonly waiting?: readonly WaitingMessage[]
  /** Quotas that the scheduling functions name. */
  readonly quotas?: ReadonlyMap<QuotaGroup, QuotaState>
  /** The resources that may take a booking in place of the user, each with its own schedule. */
  readonly members?: ReadonlyMap<CalendarAddress, Member>
  /** What became of looking for another resource. */
  readonly delegation?: Delegation
  /** So much was looked up that no other times are looked for any more. */
  readonly isEnoughSearched?: true
  /** What a resource holds for proposals now. */
  readonly offers?: readonly Booking[]
  /** Only what this message needs, never the whole schedule. */
  readonly freeBusy: FreeBusyWindow
}
