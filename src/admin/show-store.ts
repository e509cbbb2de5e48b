// imip-admin show-store: a user's whole state, as sorted text or as the JSON object of the command line's contract.
import { type ExitCode, exitCode } from '../cli/exit-code.ts'
import { makePreferencePlace } from '../config/preference-place.ts'
import { readPreferences } from '../preferences/read-preferences.ts'
import { dumpUser, serializeDump } from '../store/dump.ts'
import type { AdminWorld } from './admin-world.ts'
import { loadDeducedOthers } from './load-deduced-others.ts'
import { type Given, hasOption } from './subcommand.ts'
import { WrongUsage } from './trouble.ts'
import { readUser } from './user-argument.ts'
import { readInstantOption, readWindow } from './window-options.ts'

export async function runShowStore(given: Given, world: AdminWorld): Promise<ExitCode> {
  const user = readUser(given.arguments[0], world)
  const [from, to] = [readInstantOption(given, 'from'), readInstantOption(given, 'to')]
  const wantsExpansion = hasOption(given, 'expand')
  if (wantsExpansion !== (from !== undefined && to !== undefined) || (from === undefined) !== (to === undefined))
    throw new WrongUsage('--expand, --from and --to go together')
  const stored = await world.openStore().readUser(user)
  const dump = dumpUser(stored, {
    zoneTables: world.loadZones(),
    deduced: loadDeducedOthers(stored, world.configuration, world.loadZones()),
    ...(wantsExpansion
      ? {
          expand: {
            within: readWindow(given, { start: 0, end: 0 }),
            localZone: readPreferences(makePreferencePlace(world.configuration), user).zone,
          },
        }
      : {}),
  })
  world.write(hasOption(given, 'json') ? `${JSON.stringify(dump, undefined, 1)}\n` : serializeDump(dump))
  return exitCode.done
}
