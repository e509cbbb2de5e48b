// A preference TZID that no zone data knows: the mail is kept, and the administrator reads which file says so.
import type { CalendarAddress } from '../calendar/calendar-address.ts'
import { isFault } from '../calendar/fault.ts'
import { makeZones } from '../calendar/time-zone.ts'
import { TemporaryFailure } from '../failure.ts'
import type { Preferences } from '../preferences/preferences.ts'
import { type PreferencePlace, readPreferenceText } from '../preferences/read-preferences.ts'
import type { World } from './world.ts'

export function checkZone(
  { zone }: Pick<Preferences, 'zone'>,
  user: CalendarAddress,
  place: PreferencePlace,
  world: Pick<World, 'loadZones'>,
): void {
  if (zone === 'UTC') return
  const { from } = readPreferenceText(place, user, 'TZID')
  // The default is the system's own zone: where the machine has no data for it, UTC serves. Few requests need it, so it is not read here.
  if (from === undefined) return
  if (!isFault(makeZones(world.loadZones(), new Map(), 'UTC').resolve(zone))) return
  throw new TemporaryFailure(
    `${from}, line 1: TZID ${zone} is not known on this machine; install its zone data (tzdata)`,
  )
}
