// Options that the subcommands share with the agents, out of the agents' own table.
import { rows as agentOptions, type OptionRow } from '../cli/agent-options.ts'
import type { ConfigOverride } from '../config/load-config.ts'
import { type Given, readOption, type SubcommandOption } from './subcommand.ts'
import { WrongUsage } from './trouble.ts'

/** Of every subcommand. */
export const sharedOptions: readonly SubcommandOption[] = pickOptions(
  'store',
  'store-type',
  'journal',
  'preferences',
  'publish',
  'now',
  'config',
  'set',
)

/** Of those that send mail. */
export const sendingOptions: readonly SubcommandOption[] = pickOptions('smtp', 'debug', 'print')

export function pickOptions(...names: readonly AgentOptionName[]): readonly SubcommandOption[] {
  return names.map((name) => {
    const { short, long, value, help, repeatable } = findRow(name)
    return {
      ...(short === undefined ? {} : { short }),
      long,
      ...(value === undefined ? {} : { value }),
      help,
      ...(repeatable === undefined ? {} : { repeatable }),
    }
  })
}

type AgentOptionName = (typeof agentOptions)[number]['long']

function findRow(name: AgentOptionName): OptionRow {
  const row = agentOptions.find(({ long }) => long === name)
  if (row === undefined) throw new Error(`there is no option --${name}`)
  return row
}

/** The settings that options override. */
export function readOverrides(given: Given): readonly ConfigOverride[] {
  const overrides: ConfigOverride[] = []
  for (const text of given.options.get('set') ?? []) {
    const equals = text.indexOf('=')
    if (equals < 1) throw new WrongUsage('option --set needs NAME=VALUE')
    overrides.push({ name: text.slice(0, equals).trim(), value: text.slice(equals + 1), from: 'option --set' })
  }
  for (const row of agentOptions as readonly OptionRow[]) {
    const value = readOption(given, row.long)
    if (row.setting !== undefined && value !== undefined)
      overrides.push({ name: row.setting, value, from: `option --${row.long}` })
  }
  return overrides
}
