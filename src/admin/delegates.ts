// imip-admin delegates: the resources of a quota of which one may take a booking in place of another.
import { showAddress } from '../calendar/calendar-address.ts'
import { type ExitCode, exitCode } from '../cli/exit-code.ts'
import type { AdminWorld } from './admin-world.ts'
import { changeSettings } from './quota.ts'
import { readQuota } from './quota-argument.ts'
import { showLine } from './show-text.ts'
import { type Given, hasOption } from './subcommand.ts'
import { Trouble } from './trouble.ts'
import { readUser } from './user-argument.ts'

export async function runDelegates(given: Given, world: AdminWorld): Promise<ExitCode> {
  const [name = '', ...texts] = given.arguments
  const group = readQuota(name, world)
  const list = (option: string) => (given.options.get(option) ?? []).map((text) => readUser(text, world))
  const [set, added, removed] = [texts.map((text) => readUser(text, world)), list('add'), list('remove')]
  if (set.length + added.length + removed.length === 0) return showDelegates(group, given, world)
  await changeSettings(world.openStore(), group, (settings) => {
    const before = set.length > 0 ? set : settings.delegates
    const delegates = [...new Set([...before, ...added])].filter((delegate) => !removed.includes(delegate))
    return { ...settings, delegates }
  })
  return exitCode.done
}

async function showDelegates(group: string, given: Given, world: AdminWorld): Promise<ExitCode> {
  const settings = await world.openStore().transact([], [group], async (reader) => ({
    changes: [],
    result: await reader.readQuota(group),
  }))
  if (!settings) throw new Trouble(`there is no quota ${showLine(group)}; naming delegates makes it`)
  const shown = settings.delegates.map(showAddress)
  world.write(
    hasOption(given, 'json') ? `${JSON.stringify(shown)}\n` : shown.map((line) => `${showLine(line)}\n`).join(''),
  )
  return exitCode.done
}
