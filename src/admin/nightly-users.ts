// Work of the night on one user after the other: those who are named, or those who are due. One user's trouble costs the others nothing.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type CalendarAddress, showAddress } from '../calendar/calendar-address.ts'
import { type ExitCode, exitCode } from '../cli/exit-code.ts'
import { TemporaryFailure } from '../failure.ts'
import type { NightlyTask } from '../store/store.ts'
import type { AdminWorld } from './admin-world.ts'
import { writeNightlyMark } from './nightly-mark.ts'
import { makeProgress } from './progress.ts'
import { showLine } from './show-text.ts'
import { type Given, hasOption } from './subcommand.ts'
import { describeSystemError } from './system-error.ts'
import { readUser } from './user-argument.ts'

export interface WorkedOn {
  readonly users: number
  readonly failed: number
}

/** `look`: at all users, whoever is due. `work` answers with what it could not do; with any, the user is due again tomorrow. */
export async function workOnUsers(
  task: NightlyTask | 'look',
  given: Given,
  world: AdminWorld,
  work: (user: CalendarAddress) => Promise<readonly string[]>,
): Promise<WorkedOn> {
  const store = world.openStore()
  const users: CalendarAddress[] = given.arguments.map((text) => readUser(text, world))
  if (hasOption(given, 'rebuild-due')) await store.rebuildDue()
  if (given.arguments.length === 0)
    for await (const user of task === 'look' ? store.listUsers() : store.listDue(task)) users.push(user)
  const progress = makeProgress(world, 'users', users.length)
  let failed = 0
  for (const [index, user] of users.entries()) {
    const failures = await tryWork(() => work(user))
    for (const reason of failures) world.say(showLine(`${showAddress(user)}: ${reason}`))
    if (failures.length > 0) {
      failed += 1
      if (task !== 'look') await tryWork(async () => markAgain(user, world))
    }
    progress.show(index + 1)
  }
  progress.end()
  return { users: users.length, failed }
}

/** Its one line; and, where nobody was named, the mark that it ran. */
export function endNight(task: string, failed: number, line: string, given: Given, world: AdminWorld): ExitCode {
  const code = failed > 0 ? exitCode.found : exitCode.done
  world.write(`${line}\n`)
  // Where there is no store none is begun.
  const isThere = existsSync(join(world.configuration.storeDir, 'FORMAT'))
  if (given.arguments.length === 0 && isThere) writeNightlyMark(task, code, line, world)
  return code
}

async function markAgain(user: CalendarAddress, world: AdminWorld): Promise<readonly string[]> {
  await world.openStore().markDue(user, world.now() + 86_400)
  return []
}

async function tryWork(work: () => Promise<readonly string[]>): Promise<readonly string[]> {
  try {
    return await work()
  } catch (error) {
    const reason = error instanceof TemporaryFailure ? error.message : describeSystemError(error)
    if (reason === undefined) throw error
    return [reason]
  }
}
