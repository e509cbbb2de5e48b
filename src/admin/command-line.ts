// The command line of imip-admin, read as the table of subcommands says. The door to commander.
import { Command, CommanderError, Option } from 'commander'
import { type ExitCode, exitCode } from '../cli/exit-code.ts'
import { version } from '../cli/version.ts'
import { sharedOptions } from './shared-options.ts'
import type { Given, Subcommand, SubcommandOption } from './subcommand.ts'
import { subcommands } from './subcommands.ts'

export const program = 'imip-admin'

export interface Called {
  readonly subcommand: Subcommand
  readonly given: Given
}

/** Where help and complaints go. */
export interface Terminal {
  readonly write: (text: string) => void
  readonly writeError: (text: string) => void
}

/** What was called for, or the exit code where everything is said already. */
export function readCommandLine(args: readonly string[], terminal: Terminal): Called | ExitCode {
  const found: { called?: Called } = {}
  const command = makeCommand(terminal, (called) => {
    found.called = called
  })
  try {
    command.parse([...args], { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    return error.exitCode === 0 ? exitCode.done : exitCode.usage
  }
  return found.called ?? exitCode.usage
}

function makeCommand({ write, writeError }: Terminal, call: (called: Called) => void): Command {
  const command = new Command(program)
    .description(
      'Administration of imip-agent: schedules, preferences, mails waiting to be sent, and what was decided.',
    )
    .version(version, '--version')
    .exitOverride()
    .configureHelp({ showGlobalOptions: true, helpWidth: 100 })
    .configureOutput({
      writeOut: write,
      writeErr: writeError,
      outputError: (text, print) => print(`${program}: ${text.replace(/^error: /, '')}`),
    })
    .showHelpAfterError(`Try ${program} --help`)
    .addHelpText('after', `\nExit status: 0; 1 something was found or failed; 64 wrong usage; 75 try again later.`)
  for (const option of sharedOptions) command.addOption(makeOption(option))
  for (const subcommand of subcommands) {
    const own = command
      .command(subcommand.name)
      .summary(subcommand.summary)
      .description([subcommand.summary, subcommand.help].filter(Boolean).join('\n\n'))
      .allowExcessArguments(false)
      .showHelpAfterError(`Try ${program} ${subcommand.name} --help`)
      .addHelpText('after', `\nExamples:\n${subcommand.examples.map((line) => `  ${program} ${line}\n`).join('')}`)
    for (const { name, help, isOptional, isVariadic } of subcommand.arguments) {
      const shown = isVariadic ? `${name}...` : name
      own.argument(isOptional ? `[${shown}]` : `<${shown}>`, help)
    }
    for (const option of subcommand.options) own.addOption(makeOption(option))
    own.action(() => {
      const options = new Map([...readOptions(command), ...readOptions(own)])
      call({ subcommand, given: { arguments: own.args, options } })
    })
  }
  return command
}

function makeOption({ short, long, value, help, repeatable }: SubcommandOption): Option {
  const flags = `${short === undefined ? '' : `-${short}, `}--${long}${value === undefined ? '' : ` <${value}>`}`
  const option = new Option(flags, repeatable ? `${help}; repeatable` : help)
  return value === undefined
    ? option
    : option.argParser((text: string, before: readonly string[] | undefined) => [...(before ?? []), text])
}

function readOptions(command: Command): ReadonlyMap<string, readonly string[]> {
  const options = new Map<string, readonly string[]>()
  for (const option of command.options) {
    const value: unknown = command.getOptionValue(option.attributeName())
    if (option.long === undefined || option.long === null || value === undefined) continue
    options.set(option.long.slice(2), Array.isArray(value) ? value.map(String) : [''])
  }
  return options
}
