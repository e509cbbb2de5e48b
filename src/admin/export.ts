// imip-admin export: everything of a user as iCalendar, for another program or for `imip-admin import`.

import { showAddress } from '../calendar/calendar-address.ts'
import { serializeCalendar } from '../calendar/serialize.ts'
import { type ExitCode, exitCode } from '../cli/exit-code.ts'
import { collectCalendars } from '../itip/collect-calendars.ts'
import type { AdminWorld } from './admin-world.ts'
import type { Given } from './subcommand.ts'
import { readUser } from './user-argument.ts'

export async function runExport(given: Given, world: AdminWorld): Promise<ExitCode> {
  const user = readUser(given.arguments[0], world)
  const { series } = await world.openStore().readUser(user)
  const calendars = collectCalendars(series)
  if (calendars.length === 0) world.say(`${showAddress(user)} has no events`)
  for (const calendar of calendars) world.write(serializeCalendar(calendar))
  return exitCode.done
}
