// One run of imip-admin: the command line, the configuration, the work; and every end becomes an exit code.
import type { Instant } from '../calendar/time.ts'
import type { ZoneTables } from '../calendar/time-zone.ts'
import type { CodeCacheResult } from '../cli/code-cache.ts'
import { type ExitCode, exitCode } from '../cli/exit-code.ts'
import { type LoadedConfig, readConfig } from '../config/load-config.ts'
import type { Configuration } from '../config/options.ts'
import { TemporaryFailure } from '../failure.ts'
import { makePrintTransport } from '../mail/transport/print.ts'
import type { Transport } from '../mail/transport/transport.ts'
import { makeMemoryStore } from '../store/memory/store.ts'
import type { Store } from '../store/store.ts'
import type { AdminWorld } from './admin-world.ts'
import { type Called, program, readCommandLine, type Terminal } from './command-line.ts'
import { readOverrides } from './shared-options.ts'
import { type Given, readOption, type Subcommand } from './subcommand.ts'
import { describeSystemError, isForbidden, isPassing } from './system-error.ts'
import { Trouble, WrongUsage } from './trouble.ts'
import { readInstantOption } from './window-options.ts'

/** The machine around the program; the tests have one of their own. */
export interface AdminSurroundings extends Terminal {
  readonly environment: Readonly<Record<string, string | undefined>>
  /** A person sits at standard error. */
  readonly isTerminal: boolean
  readonly now: () => Instant
  readonly makeIdentifier: () => string
  readonly loadZones: () => ZoneTables
  readonly hasStore: (configuration: Configuration) => boolean
  readonly openStore: (
    configuration: Configuration,
    known: { readonly now: () => Instant; readonly zones: ZoneTables; readonly warn: (text: string) => void },
  ) => Store
  readonly makeOutward: (configuration: Configuration) => Transport
  readonly readInput: (file: string | undefined, greatest: number) => Uint8Array
  readonly codeCachePaths: readonly string[]
  readonly makeCodeCaches: () => Promise<readonly CodeCacheResult[]>
}

export async function runAdmin(args: readonly string[], around: AdminSurroundings): Promise<ExitCode> {
  const say = (line: string): void => around.writeError(`${program}: ${line}\n`)
  try {
    const called = readCommandLine(args, around)
    if (typeof called === 'number') return called
    const loaded = readConfiguration(called, around, say)
    if (typeof loaded === 'number') return loaded
    return await runSubcommand(called, loaded, around, say)
  } catch (error) {
    return explainEnd(error, say)
  }
}

async function runSubcommand(
  { subcommand, given }: Called,
  loaded: LoadedConfig,
  around: AdminSurroundings,
  say: (line: string) => void,
): Promise<ExitCode> {
  const world = makeWorld(subcommand, given, loaded, around, say)
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
  { configuration, faults }: LoadedConfig,
  around: AdminSurroundings,
  say: (line: string) => void,
): AdminWorld & { readonly close: () => Promise<void> } {
  const fixed = readInstantOption(given, 'now')
  const now = fixed === undefined ? around.now : () => fixed
  let zones: ZoneTables | undefined
  const loadZones = (): ZoneTables => (zones ??= around.loadZones())
  const mayMakeStore = subcommand.makesStore === true && !given.options.has('dry-run')
  let store: Store | undefined
  const openStore = (): Store => {
    if (mayMakeStore || around.hasStore(configuration))
      return around.openStore(configuration, { now, zones: loadZones(), warn: (text) => say(`note: ${text}`) })
    // Who only looks makes no store: where there is none, nothing is in it.
    say(`note: there is no store in ${configuration.storeDir} yet; \`${program} init\` makes it`)
    return makeMemoryStore({ now })
  }
  return {
    configuration,
    configurationFaults: faults,
    now,
    makeIdentifier: around.makeIdentifier,
    openStore: () => (store ??= openStore()),
    loadZones,
    outward: chooseOutward(given, configuration, around),
    readInput: (file) => around.readInput(file, configuration.greatestMail),
    write: around.write,
    say,
    draw: around.writeError,
    isTerminal: around.isTerminal,
    codeCachePaths: around.codeCachePaths,
    makeCodeCaches: around.makeCodeCaches,
    close: async () => store?.close(),
  }
}

function chooseOutward(given: Given, configuration: Configuration, around: AdminSurroundings): Transport {
  const form = readOption(given, 'print')
  if (form !== undefined && form !== 'json') throw new WrongUsage('option --print knows only json')
  if (form === undefined && !given.options.has('debug')) return around.makeOutward(configuration)
  const print = (bytes: Uint8Array): void => around.write(Buffer.from(bytes).toString('utf8'))
  return makePrintTransport(form === 'json' ? 'json' : 'text', print)
}

/** The configuration, or the exit code where its faults are said. */
function readConfiguration(
  { subcommand, given }: Called,
  { environment }: AdminSurroundings,
  say: (line: string) => void,
): LoadedConfig | ExitCode {
  const loaded = readConfig({
    file: readOption(given, 'config'),
    environment,
    overrides: readOverrides(given),
  })
  const { faults } = loaded
  if (faults.length === 0 || subcommand.bearsFaults) return loaded
  for (const fault of faults) say(fault)
  return faults.every((fault) => fault.startsWith('option ')) ? exitCode.usage : exitCode.found
}

function explainEnd(error: unknown, say: (line: string) => void): ExitCode {
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
