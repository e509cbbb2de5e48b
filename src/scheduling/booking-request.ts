// BookingRequest: what would be booked, for whom, and all that scheduling functions may know of it.
import type { CalendarAddress } from '../calendar/calendar-address.ts'
import type { Instant } from '../calendar/time.ts'
import type { ZoneTables } from '../calendar/time-zone.ts'
import type { OthersFreeBusy } from '../freebusy/others.ts'
import type { Booking } from '../freebusy/record.ts'
import type { FreeBusyWindow } from '../freebusy/window.ts'
import type { Preferences } from '../preferences/preferences.ts'
import type { SiteSettings } from '../preferences/site-settings.ts'

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
  readonly preferences: Preferences
  readonly site: SiteSettings
  readonly zoneTables: ZoneTables
}

export interface AskedAttendee {
  readonly address: CalendarAddress
  /** RFC 5545, 3.2.16. */
  readonly role: string
  /** RFC 5545, 3.2.3. */
  readonly userType: string
}
