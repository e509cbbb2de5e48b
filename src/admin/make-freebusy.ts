// imip-admin make-freebusy: published free/busy, own bookings and quota records made anew from what is stored; what cron calls once a day.
import { type CalendarAddress, showAddress } from '../calendar/calendar-address.ts'
import { type ExitCode, exitCode } from '../cli/exit-code.ts'
import { checkPublished, keepPublished } from '../pipeline/publish.ts'
import type { AdminWorld } from './admin-world.ts'
import { endNight, workOnUsers } from './nightly-users.ts'
import { type RebuiltUser, rebuildUser } from './rebuild-user.ts'
import { showLine } from './show-text.ts'
import { type Given, hasOption } from './subcommand.ts'

export async function runMakeFreeBusy(given: Given, world: AdminWorld): Promise<ExitCode> {
  if (hasOption(given, 'check')) return check(given, world)
  const counts = { published: 0, unchanged: 0, private: 0, removed: 0 }
  let mended = 0
  const { failed } = await workOnUsers('make-freebusy', given, world, async (user) => {
    const rebuilt = await rebuildUser(user, world, 'mend')
    mended += rebuilt.differences.length
    tell(user, rebuilt, world)
    const made = await keepPublished(user, world)
    counts[made.kind] += 1
    if (given.arguments.length > 0 && 'url' in made && made.url !== undefined) world.write(`${made.url}\n`)
    return rebuilt.failures
  })
  const { published, unchanged, removed } = counts
  const more = [
    ...(removed > 0 ? [`${removed} taken away`] : []),
    ...(mended > 0 ? [`${mended} records mended`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
  ]
  const line = [`${published} published`, `${unchanged} unchanged`, `${counts.private} not shared`, ...more].join(', ')
  return endNight('make-freebusy', failed, `free/busy: ${line}`, given, world)
}

/** All users, whoever is due; nothing is changed. */
async function check(given: Given, world: AdminWorld): Promise<ExitCode> {
  let differing = 0
  const { failed, users } = await workOnUsers('look', given, world, async (user) => {
    const rebuilt = await rebuildUser(user, world, 'look')
    const published = await checkPublished(user, world)
    tell(user, { ...rebuilt, differences: [...rebuilt.differences, ...published] }, world)
    if (rebuilt.differences.length + published.length > 0) differing++
    return rebuilt.failures
  })
  const rest = failed > 0 ? `, ${failed} failed` : ''
  world.write(`free/busy: ${users} looked at, ${differing} would change${rest}\n`)
  return failed + differing > 0 ? exitCode.found : exitCode.done
}

function tell(user: CalendarAddress, { differences }: RebuiltUser, world: AdminWorld): void {
  for (const line of differences) world.write(`${showLine(`${showAddress(user)}: ${line}`)}\n`)
}
