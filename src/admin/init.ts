// imip-admin init: the directories, the store, and the programs compiled beforehand.
import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { type ExitCode, exitCode } from '../cli/exit-code.ts'
import { makeDirectory } from '../make-directory.ts'
import { findKeyPath } from '../pipeline/answer-key.ts'
import type { AdminWorld } from './admin-world.ts'
import type { Given } from './subcommand.ts'

export async function runInit(_given: Given, world: AdminWorld): Promise<ExitCode> {
  const { configuration, write } = world
  makeParents(configuration.storeDir)
  await world.openStore().makeReady()
  write(`store        ${configuration.storeDir}\n`)
  const directories = [
    ['preferences', configuration.preferencesDir],
    ['journal', configuration.journalDir],
    ['publish', configuration.publishDir],
    ...(configuration.log.startsWith('/') ? [['log', dirname(configuration.log)] as const] : []),
  ] as const
  for (const [what, path] of directories) {
    makeParents(path)
    makeDirectory(path, configuration.defaultDirPermissions)
    write(`${what.padEnd(12)} ${path}\n`)
  }
  write(`answer key   ${makeKeyFile(findKeyPath(configuration))}\n`)
  for (const cache of await world.makeCodeCaches()) {
    if (cache.kind === 'made') write(`code cache   ${cache.path}\n`)
    else world.say(`note: no code cache, the agents start slower: ${cache.reason ?? 'unknown'}`)
  }
  if (process.getuid?.() === 0)
    world.say(
      'note: made by root; what the agents must write to belongs to their user: chown -R as in docs/administration.md',
    )
  return exitCode.done
}

/** Open to all, as directories of the system are: others have theirs in `/var/www`, too. */
function makeParents(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o755 })
}

/** A key that is there stays: answers under way are signed with it, and other hosts have the same. */
function makeKeyFile(path: string): string {
  if (existsSync(path)) return path
  writeFileSync(path, `${randomBytes(32).toString('base64')}\n`, { flag: 'wx', mode: 0o640 })
  chmodSync(path, 0o640)
  return path
}
