// What a user's stored events say of others' time, the user known by its preferences and the site's settings.
import { type DeducedOthers, deduceOthers } from '../agents/deduced-others.ts'
import { makeIdentity } from '../agents/identity.ts'
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
  const preferences = readPreferences(makePreferencePlace(configuration), user)
  const mail = { envelope: { originalRecipient: undefined } }
  const identity = makeIdentity({ user, site: makeSiteSettings(configuration), preferences, mail })
  return deduceOthers(series, { identity, zoneTables, localZone: preferences.zone })
}
