// imip-admin: the command line, the configuration, the real things; and every end becomes an exit code.
import { randomUUID } from 'node:crypto'
import { statSync } from 'node:fs'
import { Command, CommanderError, Option } from 'commander'
import type { AdminWorld } from '../admin/admin-world.ts'
import { makeOutput } from '../admin/output.ts'
import { readFile } from '../admin/read-file.ts'
import { readOverrides, sharedOptions } from '../admin/shared-options.ts'
import { type Given, readOption, type Subcommand, type SubcommandOption } from '../admin/subcommand.ts'
import { subcommands } from '../admin/subcommands.ts'
import { describeSystemError, isForbidden, isPassing } from '../admin/system-error.ts'
import { Trouble, WrongUsage } from '../admin/trouble.ts'
import { readInstantOption } from '../admin/window-options.ts'
import type { Instant } from '../calendar/time.ts'
import type { ZoneTables } from '../calendar/time-zone.ts'
import { readConfig } from '../config/load-config.ts'
import type { Configuration } from '../config/options.ts'
import { TemporaryFailure } from '../failure.ts'
import { makePrintTransport } from '../mail/transport/print.ts'
import type { Transport } from '../mail/transport/transport.ts'
import { openConfiguredStore } from '../pipeline/open-store.ts'
import { makeOutward } from '../pipeline/outward.ts'
import { makeMemoryStore } from '../store/memory/store.ts'
import type { Store } from '../store/store.ts'
import { loadSystemZones } from '../zones/system-zones.ts'
import { makeCodeCache } from './code-cache.ts'
import { type ExitCode, exitCode } from './exit-code.ts'
import { isTerminal } from './terminal.ts'
import { version } from './version.ts'

const program = 'imip-admin'
const write = makeOutput(1)
const writeError = makeOutput(2)
const say = (line: string): void => writeError(`${program}: ${line}\n`)

void run().then((code) => process.exit(code))

async function run(): Promise<ExitCode> {
  try {
    const called = readCommandLine(process.argv.slice(2))
    if (typeof called === 'number') return called
    const configuration = readConfiguration(called.given)
    if (typeof configuration === 'number') return configuration
    return await runSubcommand(called, configuration)
  } catch (error) {
    return explainEnd(error)
  }
}

interface Called {
  readonly subcommand: Subcommand
  readonly given: Given
}

async function runSubcommand({ subcommand, given }: Called, configuration: Configuration): Promise<ExitCode> {
  const world = makeWorld(subcommand, given, configuration)
  const work = await subcommand.load()
  try {
    return await work(given, world)
  } finally {
    await world.close()
  }
}

function makeWorld(
  subcommand: Subcommand,
  given: Given,
  configuration: Configuration,
): AdminWorld & { readonly close: () => Promise<void> } {
  const now = readInstantOption(given, 'now')
  const clock = now === undefined ? () => Math.floor(Date.now() / 1000) : () => now
  let zones: ZoneTables | undefined
  const loadZones = () => (zones ??= loadSystemZones())
  let store: Store | undefined
  const mayMakeStore = subcommand.makesStore === true && !given.options.has('dry-run')
  return {
    configuration,
    now: clock,
    makeIdentifier: randomUUID,
    openStore: () => (store ??= openStore(mayMakeStore, configuration, clock, loadZones)),
    loadZones,
    outward: chooseOutward(given, configuration),
    readInput: (file) => readFile(file, configuration.greatestMail),
    write,
    say,
    draw: writeError,
    isTerminal: isTerminal(2),
    makeCodeCaches: () =>
      Promise.all((['front', 'agent'] as const).map((name) => makeCodeCache(import.meta.dirname, name))),
    close: async () => store?.close(),
  }
}

/** Who only looks makes no store: where there is none, nothing is in it. */
function openStore(
  mayMakeStore: boolean,
  configuration: Configuration,
  now: () => Instant,
  loadZones: () => ZoneTables,
): Store {
  const { storeType, storeDir } = configuration
  if (storeType !== 'file' || mayMakeStore || !isMissing(storeDir))
    return openConfiguredStore(configuration, { now, zones: loadZones(), warn: (text) => say(`note: ${text}`) })
  say(`note: there is no store in ${storeDir} yet; \`${program} init\` makes it`)
  return makeMemoryStore({ now })
}

/** What may not be looked at is not missing. */
function isMissing(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) === undefined
  } catch {
    return false
  }
}

function chooseOutward(given: Given, configuration: Configuration): Transport {
  const form = readOption(given, 'print')
  if (form !== undefined && form !== 'json') throw new WrongUsage('option --print knows only json')
  if (form === undefined && !given.options.has('debug')) return makeOutward(configuration)
  return makePrintTransport(form === 'json' ? 'json' : 'text', (bytes) => write(Buffer.from(bytes).toString('utf8')))
}

/** What was called for, or the exit code where everything is said already. */
function readCommandLine(args: readonly string[]): Called | ExitCode {
  const found: { called?: Called } = {}
  const command = makeCommand((called) => {
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

function makeCommand(call: (called: Called) => void): Command {
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

/** The configuration, or the exit code where its faults are said. */
function readConfiguration(given: Given): Configuration | ExitCode {
  const { configuration, faults } = readConfig({
    file: readOption(given, 'config'),
    environment: process.env,
    overrides: readOverrides(given),
  })
  if (faults.length === 0) return configuration
  for (const fault of faults) say(fault)
  return faults.every((fault) => fault.startsWith('option ')) ? exitCode.usage : exitCode.found
}

function explainEnd(error: unknown): ExitCode {
  if (error instanceof WrongUsage) {
    say(`${error.message}\nTry ${program} --help`)
    return exitCode.usage
  }
  if (error instanceof TemporaryFailure) {
    say(isForbidden(error.cause) ? `${error.message}; run it as the user that the agents run as` : error.message)
    return exitCode.tryAgain
  }
  if (error instanceof Trouble) {
    say(error.message)
    return exitCode.found
  }
  const system = describeSystemError(error)
  if (system !== undefined) {
    say(system)
    return isPassing(error) ? exitCode.tryAgain : exitCode.found
  }
  say(`unexpected: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
  return exitCode.found
}
