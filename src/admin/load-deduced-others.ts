// What a user's stored events say of others' time, the user known by its preferences and the site's settings.
import { type DeducedOthers, type Deducing, deduceOthers } from '../agents/deduced-others.ts'
import { makeIdentity } from '../agents/identity.ts'
import type { CalendarAddress } from '../calendar/calendar-address.ts'
import type { ZoneTables } from '../calendar/time-zone.ts'
import type { Configuration } from '../config/options.ts'
import { makePreferencePlace } from '../config/preference-place.ts'
import { makeSiteSettings } from '../preferences/make-site-settings.ts'
import { readPreferences } from '../preferences/read-preferences.ts'
import type { StoredUser } from '../store/store.ts'

export function loadDeducedOthers(
  { user, series }: StoredUser,
  configuration: Configuration,
  zoneTables: ZoneTables,
): DeducedOthers {
  return deduceOthers(series, loadDeducing(user, configuration, zoneTables))
}

/** For many looks at the same user. */
export function loadDeducing(user: CalendarAddress, configuration: Configuration, zoneTables: ZoneTables): Deducing {
  const preferences = readPreferences(makePreferencePlace(configuration), user)
  const mail = { envelope: { originalRecipient: undefined } }
  const identity = makeIdentity({ user, site: makeSiteSettings(configuration), preferences, mail })
  return { identity, zoneTables, localZone: preferences.zone }
}
