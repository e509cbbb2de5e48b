// The preferences of somebody who has set only these.
import { defaultAddressRules } from '../../src/calendar/calendar-address.ts'
import { makePreferences } from '../../src/preferences/make-preferences.ts'
import type { Preferences } from '../../src/preferences/preferences.ts'
import { isPreferenceFault, parsePreferenceLines, preferenceSettings } from '../../src/preferences/settings.ts'

export function makeUserPreferences(texts: Readonly<Record<string, string>> = {}): Preferences {
  return makePreferences((name) => {
    const lines = parsePreferenceLines(preferenceSettings[name], texts[name] ?? preferenceSettings[name].default)
    if (isPreferenceFault(lines)) throw new Error(`${name}: ${lines.reason}`)
    return lines
  }, defaultAddressRules)
}
