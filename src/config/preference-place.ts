// Where preferences are read and what holds where there are none, out of the configuration.
import type { PreferencePlace } from '../preferences/read-preferences.ts'
import { preferenceSettings } from '../preferences/settings.ts'
import { type Configuration, makeCamelCase } from './options.ts'
import { readSystemZone } from './system-zone.ts'

export function makePreferencePlace(configuration: Configuration): PreferencePlace {
  const defaults = new Map<string, string>()
  for (const [name, setting] of Object.entries(preferenceSettings))
    if ('siteSetting' in setting) {
      const value = configuration[makeCamelCase(setting.siteSetting) as keyof Configuration]
      if (typeof value === 'string') defaults.set(name, value)
    }
  if (defaults.get('TZID') === '') defaults.set('TZID', readSystemZone())
  return {
    directory: configuration.preferencesDir,
    defaults,
    addresses: {
      recipientDelimiter: configuration.recipientDelimiter,
      localPartCase: configuration.localPartCase,
    },
  }
}
