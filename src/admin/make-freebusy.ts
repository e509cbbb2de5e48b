// imip-admin make-freebusy: published free/busy made anew; what cron calls once a day.
import { type CalendarAddress, showAddress } from '../calendar/calendar-address.ts'
import { type ExitCode, exitCode } from '../cli/exit-code.ts'
import { TemporaryFailure } from '../failure.ts'
import { publishUser } from '../pipeline/publish.ts'
import type { AdminWorld } from './admin-world.ts'
import { makeProgress } from './progress.ts'
import { showLine } from './show-text.ts'
import type { Given } from './subcommand.ts'
import { describeSystemError } from './system-error.ts'
import { readUser } from './user-argument.ts'

export async function runMakeFreeBusy(given: Given, world: AdminWorld): Promise<ExitCode> {
  const users =
    given.arguments.length > 0 ? given.arguments.map((text) => readUser(text, world)) : await listUsers(world)
  const progress = makeProgress(world, 'users', users.length)
  const counts = { published: 0, unchanged: 0, private: 0, removed: 0, failed: 0 }
  for (const [index, user] of users.entries()) {
    try {
      const made = await publishUser(user, world)
      counts[made.kind] += 1
      if (given.arguments.length > 0 && 'url' in made && made.url !== undefined) world.write(`${made.url}\n`)
    } catch (error) {
      const reason = error instanceof TemporaryFailure ? error.message : describeSystemError(error)
      if (reason === undefined) throw error
      // One user's trouble must not cost the others theirs.
      counts.failed += 1
      world.say(showLine(`${showAddress(user)}: ${reason}`))
    }
    progress.show(index + 1)
  }
  progress.end()
  const { published, unchanged, removed, failed } = counts
  world.write(
    `free/busy: ${published} published, ${unchanged} unchanged, ${counts.private} not shared${removed > 0 ? `, ${removed} taken away` : ''}${failed > 0 ? `, ${failed} failed` : ''}\n`,
  )
  return failed > 0 ? exitCode.found : exitCode.done
}

async function listUsers(world: AdminWorld): Promise<readonly CalendarAddress[]> {
  const users: CalendarAddress[] = []
  for await (const user of world.openStore().listUsers()) users.push(user)
  return users
}
