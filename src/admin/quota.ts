// imip-admin quota: limits and groups of a quota, shown and set; who holds how much of it.
import { type ExitCode, exitCode } from '../cli/exit-code.ts'
import type { QuotaGroup, QuotaSettings } from '../freebusy/quota.ts'
import { dumpQuota, serializeLength, serializeQuotaDump } from '../store/dump-quota.ts'
import { parseLimit } from '../store/quota-text.ts'
import type { Store } from '../store/store.ts'
import { emptySettings } from '../store/stored-quota.ts'
import type { AdminWorld } from './admin-world.ts'
import { makeJsonList } from './json-list.ts'
import { readPair, readQuota, readWho } from './quota-argument.ts'
import { showLine } from './show-text.ts'
import { type Given, hasOption } from './subcommand.ts'
import { makeTable } from './table.ts'
import { Trouble, WrongUsage } from './trouble.ts'

export async function runQuota(given: Given, world: AdminWorld): Promise<ExitCode> {
  const [name] = given.arguments
  const changes = readChanges(given, world)
  if (name === undefined) {
    if (changes.length > 0) throw new WrongUsage('the quota to change is missing')
    return showAll(given, world)
  }
  const group = readQuota(name, world)
  if (changes.length === 0) return showOne(group, given, world)
  await changeSettings(world.openStore(), group, (settings) =>
    changes.reduce((changed, change) => change(changed), settings),
  )
  return exitCode.done
}

/** Made where it is not there yet. */
export function changeSettings(
  store: Store,
  group: QuotaGroup,
  change: (settings: QuotaSettings) => QuotaSettings,
): Promise<void> {
  return store.transact([], [group], async (reader) => {
    const settings = change((await reader.readQuota(group)) ?? emptySettings)
    return { changes: [{ quota: { kind: 'set-quota', group, settings } }], result: undefined }
  })
}

type SettingsChange = (settings: QuotaSettings) => QuotaSettings

function readChanges(given: Given, world: AdminWorld): readonly SettingsChange[] {
  const list = (option: string): readonly string[] => given.options.get(option) ?? []
  return [
    ...list('limit').map((text): SettingsChange => {
      const [who, value] = readPair('limit', text)
      const name = readWho(who, world)
      const limit = parseLimit(value)
      if (limit === undefined)
        throw new WrongUsage(`${showLine(JSON.stringify(value))} is no limit: give a duration such as PT10H, or *`)
      return (settings) => ({ ...settings, limits: new Map([...settings.limits, [name, limit]]) })
    }),
    ...list('unset-limit').map((text): SettingsChange => {
      const name = readWho(text, world)
      return (settings) => ({ ...settings, limits: without(settings.limits, name) })
    }),
    ...list('group').map((text): SettingsChange => {
      const [user, value] = readPair('group', text)
      const [name, group] = [readWho(user, world), readWho(value, world)]
      return (settings) => ({ ...settings, groups: new Map([...settings.groups, [name, group]]) })
    }),
    ...list('unset-group').map((text): SettingsChange => {
      const name = readWho(text, world)
      return (settings) => ({ ...settings, groups: without(settings.groups, name) })
    }),
  ]
}

function without<Value>(all: ReadonlyMap<string, Value>, name: string): ReadonlyMap<string, Value> {
  return new Map([...all].filter(([other]) => other !== name))
}

async function showOne(group: QuotaGroup, given: Given, world: AdminWorld): Promise<ExitCode> {
  const stored = await world.openStore().readWholeQuota(group)
  if (!stored) throw new Trouble(`there is no quota ${showLine(group)}; --limit makes it`)
  const dump = dumpQuota(stored, world.now())
  world.write(hasOption(given, 'json') ? `${JSON.stringify(dump)}\n` : serializeQuotaDump(dump))
  return exitCode.done
}

async function showAll(given: Given, world: AdminWorld): Promise<ExitCode> {
  const store = world.openStore()
  const dumps = []
  for await (const group of store.listQuotas()) {
    const stored = await store.readWholeQuota(group)
    if (stored) dumps.push(dumpQuota(stored, world.now()))
  }
  if (hasOption(given, 'json')) world.write(makeJsonList(dumps))
  else if (dumps.length === 0) world.say('there are no quotas')
  else {
    const rows = dumps.flatMap((dump) => {
      const holders = dump.holders.map(({ holder, used, limit, left }) => [holder, used, limit ?? '-', left ?? '-'])
      const everybody = dump.limits['*']
      const others = everybody === undefined ? [] : [['*', serializeLength(0), everybody, everybody]]
      const all = [...holders, ...others]
      return (all.length === 0 ? [['-', '-', '-', '-']] : all).map((row) => [dump.quota, ...row])
    })
    world.write(makeTable(['QUOTA', 'HOLDER', 'USED', 'LIMIT', 'LEFT'], rows))
  }
  return exitCode.done
}
