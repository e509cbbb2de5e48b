// imip-admin expire: forgets what is over for longer than the ages of the settings; what cron calls once a day.
import { ageUid } from '../agents/ages.ts'
import type { CalendarAddress } from '../calendar/calendar-address.ts'
import type { ExitCode } from '../cli/exit-code.ts'
import { makePreferencePlace } from '../config/preference-place.ts'
import { readPreferences } from '../preferences/read-preferences.ts'
import { addExpired, nothingExpired } from '../store/expired.ts'
import type { AgeRules } from '../store/store.ts'
import type { AdminWorld } from './admin-world.ts'
import { endNight, workOnUsers } from './nightly-users.ts'
import type { Given } from './subcommand.ts'

export async function runExpire(given: Given, world: AdminWorld): Promise<ExitCode> {
  const { configuration } = world
  let total = nothingExpired
  const { failed } = await workOnUsers('expire', given, world, async (user) => {
    const expired = await world.openStore().expireUser(user, makeRules(user, world))
    total = addExpired(total, { ...expired, failures: [] })
    return expired.failures
  })
  const months = given.arguments.length === 0 ? await world.openStore().expireVerdicts(configuration.verdictsAge) : 0
  const { events, held, offers, others, verdicts } = addExpired(total, { ...nothingExpired, verdicts: months })
  const line = `${events} events, ${held} waiting messages, ${offers} offers, ${others} of others, ${verdicts} months of verdicts`
  return endNight('expire', failed, `expired: ${line}${failed > 0 ? `, ${failed} failed` : ''}`, given, world)
}

function makeRules(user: CalendarAddress, world: AdminWorld): AgeRules {
  const { bookingsAge, cancellationsAge, heldAge, verdictsAge } = world.configuration
  const { zone } = readPreferences(makePreferencePlace(world.configuration), user)
  const ages = { bookings: bookingsAge, cancellations: cancellationsAge, held: heldAge }
  const clock = { now: world.now(), zoneTables: world.loadZones(), localZone: zone }
  return { ageUid: (known) => ageUid(known, ages, clock), verdicts: verdictsAge }
}
