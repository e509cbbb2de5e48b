// imip-admin init-user: a user's store and preferences, made before the first mail comes.
import { type ExitCode, exitCode } from '../cli/exit-code.ts'
import { makePreferenceDirectory } from '../preferences/write-preference.ts'
import type { AdminWorld } from './admin-world.ts'
import type { Given } from './subcommand.ts'
import { readUser } from './user-argument.ts'

export async function runInitUser(given: Given, world: AdminWorld): Promise<ExitCode> {
  // All are looked at before the first is made.
  const users = given.arguments.map((text) => readUser(text, world))
  const { preferencesDir, defaultPermissions, defaultDirPermissions } = world.configuration
  for (const user of users) {
    await world.openStore().makeRoom(user)
    const place = makePreferenceDirectory(preferencesDir, user, {
      file: defaultPermissions,
      directory: defaultDirPermissions,
    })
    world.write(`${user}  preferences ${place}\n`)
  }
  return exitCode.done
}
