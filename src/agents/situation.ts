// Situation: everything a decision may look at, the clock included.
import type { CalendarAddress } from '../calendar/calendar-address.ts'
import type { Instant } from '../calendar/time.ts'
import type { ZoneTables } from '../calendar/time-zone.ts'
import type { OthersFreeBusy } from '../freebusy/others.ts'
import type { FreeBusyWindow } from '../freebusy/window.ts'
import type { MailFacts } from '../itip/mail-facts.ts'
import type { StoredSeries } from '../itip/stored-series.ts'
import type { Preferences } from '../preferences/preferences.ts'
import type { SiteSettings } from '../preferences/site-settings.ts'

export interface Situation {
  readonly now: Instant
  /** Whose schedule it is: the final envelope recipient, or the sending user of the outgoing agent. */
  readonly user: CalendarAddress
  readonly site: SiteSettings
  readonly preferences: Preferences
  readonly mail: MailFacts
  readonly zoneTables: ZoneTables
  readonly stored: StoredSeries | undefined
  /** What the sender of free/busy has told before. */
  readonly others?: OthersFreeBusy
  /** Key of this message for "decided once". */
  readonly decisionKey: string
  /** This message waited for another, which has come. */
  readonly wasHeld?: true
  /** Only what this message needs, never the whole schedule. */
  readonly freeBusy: FreeBusyWindow
}
