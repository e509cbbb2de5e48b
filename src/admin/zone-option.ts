// The zone in which floating times are read and times are shown.
import { isFault } from '../calendar/fault.ts'
import { makeZones } from '../calendar/time-zone.ts'
import { makePreferencePlace } from '../config/preference-place.ts'
import type { AdminWorld } from './admin-world.ts'
import { type Given, readOption } from './subcommand.ts'
import { WrongUsage } from './trouble.ts'

/** The option --zone, else the site's own zone. */
export function readZoneOption(given: Given, world: AdminWorld): string {
  const name = readOption(given, 'zone')
  if (name === undefined) return makePreferencePlace(world.configuration).defaults.get('TZID') ?? 'UTC'
  const zone = makeZones(world.loadZones(), new Map(), 'UTC').resolve(name)
  if (isFault(zone))
    throw new WrongUsage(`option --zone: ${JSON.stringify(name)} is no time zone; give one such as Europe/Oslo`)
  return name
}
