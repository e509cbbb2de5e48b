// The mark that the nightly work leaves, so that whoever looks in the morning sees whether it ran and what came of it.
import { chmodSync, existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isFault } from '../calendar/fault.ts'
import { type Instant, parseInstant, serializeInstant } from '../calendar/time.ts'
import type { ExitCode } from '../cli/exit-code.ts'
import { makeDirectory } from '../make-directory.ts'
import type { AdminWorld } from './admin-world.ts'
import { describeSystemError } from './system-error.ts'

export interface NightlyMark {
  /** The subcommand that ran: `make-freebusy`. */
  readonly task: string
  readonly at: Instant
  readonly exit: number
  /** Its one line. */
  readonly result: string
}

/** One file a task, so that two of them may end at the same time. A mark that cannot be written holds up nothing. */
export function writeNightlyMark(task: string, exit: ExitCode, result: string, world: AdminWorld): void {
  const place = placeOf(world)
  const { defaultDirPermissions, defaultPermissions, storeDir } = world.configuration
  try {
    // Who looks where no store is makes none.
    if (!existsSync(storeDir)) return
    makeDirectory(place, defaultDirPermissions)
    const path = join(place, task)
    const fresh = `${path}.${process.pid}`
    writeFileSync(fresh, `${JSON.stringify({ at: serializeInstant(world.now()), exit, result: result.trim() })}\n`)
    chmodSync(fresh, defaultPermissions)
    renameSync(fresh, path)
  } catch (error) {
    world.say(`note: ${describeSystemError(error) ?? String(error)}`)
  }
}

/** By name of the task; none where it never ran. */
export function readNightlyMarks(world: AdminWorld): readonly NightlyMark[] {
  const place = placeOf(world)
  return listNames(place).flatMap((task) => readMark(join(place, task), task))
}

function placeOf({ configuration }: AdminWorld): string {
  return join(configuration.storeDir, '.nightly')
}

function listNames(place: string): readonly string[] {
  try {
    return readdirSync(place)
      .filter((name) => /^[a-z-]+$/.test(name))
      .sort()
  } catch {
    return []
  }
}

function readMark(path: string, task: string): readonly NightlyMark[] {
  try {
    const { at, exit, result } = JSON.parse(readFileSync(path, 'utf8')) as Readonly<Record<string, unknown>>
    const instant = parseInstant(String(at))
    return isFault(instant) ? [] : [{ task, at: instant, exit: Number(exit), result: String(result) }]
  } catch {
    // Torn or not ours: as if it had not run.
    return []
  }
}
