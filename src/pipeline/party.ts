// Party: one recipient of the mail as a calendar user, with preferences.
import { type CalendarAddress, parseCalendarAddress } from '../calendar/calendar-address.ts'
import { makePreferencePlace } from '../config/preference-place.ts'
import type { MailFacts } from '../itip/mail-facts.ts'
import { makeSiteSettings } from '../preferences/make-site-settings.ts'
import type { Preferences } from '../preferences/preferences.ts'
import { readPreferences } from '../preferences/read-preferences.ts'
import type { SiteSettings } from '../preferences/site-settings.ts'
import { checkZone } from './check-zone.ts'
import type { CalendarMail } from './read-calendars.ts'
import type { World } from './world.ts'

export interface Party {
  /** Spelled as it came. */
  readonly recipient: string
  /** The acting user, if the recipient is a mail address. */
  readonly user: CalendarAddress | undefined
  /** Who sends, by the envelope or the login. */
  readonly sender: CalendarAddress | undefined
  readonly site: SiteSettings
  /** The mail as it reached this recipient. */
  readonly facts: MailFacts
  readonly readPreferences: (user: CalendarAddress) => Preferences
}

export function findParty({ mail }: CalendarMail, recipient: string, world: World): Party {
  const site = makeSiteSettings(world.configuration)
  const place = makePreferencePlace(world.configuration)
  // Asked again for each message of the mail.
  const known = new Map<CalendarAddress, Preferences>()
  return {
    recipient,
    user: parseCalendarAddress(recipient, site.addresses),
    sender: parseCalendarAddress(mail.facts.envelope.login ?? mail.facts.envelope.sender, site.addresses),
    site,
    facts: { ...mail.facts, envelope: { ...mail.facts.envelope, recipient } },
    readPreferences: (user) => {
      const before = known.get(user)
      if (before) return before
      const preferences = readPreferences(place, user)
      known.set(user, preferences)
      // A resource would give its hours away by another clock. A person's mail does not wait for that.
      if (world.agent === 'imip-resource') checkZone(preferences, user, place, world)
      return preferences
    },
  }
}
