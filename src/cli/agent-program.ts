// What the three agents do around a mail: options, configuration, standard input; and every end becomes an exit code.
import { writeSync } from 'node:fs'
import { readConfig } from '../config/load-config.ts'
import type { Configuration } from '../config/options.ts'
import { TemporaryFailure } from '../failure.ts'
import { chooseLogTarget, type Log, makeLog, type Trouble } from '../log.ts'
import { dropMboxLine } from '../mail/mbox-line.ts'
import type { Outcome } from '../pipeline/outcome.ts'
import { type AgentName, type AgentOptions, makeHelpText, parseAgentOptions } from './agent-options.ts'
import { describeFailure } from './describe-failure.ts'
import { type ExitCode, exitCode } from './exit-code.ts'
import { readConfiguration } from './read-configuration.ts'
import { readInput } from './read-input.ts'
import { isRunByMailSystem, isTerminal } from './terminal.ts'
import { version } from './version.ts'

/** One run of an agent: all that the command line, the configuration and standard input say. */
export interface AgentRun {
  readonly agent: AgentName
  readonly options: AgentOptions
  /** With faults, what could be used of it; `mode` is `pass` if the administrator has said so by `PASS`. */
  readonly configuration: Configuration
  /** What is wrong with the configuration: the mail must be kept, unless it has been kept for too long already. */
  readonly configurationFaults: readonly string[]
  /** The mail, mbox line dropped. */
  readonly bytes: Uint8Array
  readonly log: Log
  /** A person sits at standard error. */
  readonly isTerminal: boolean
  /** Milliseconds since the program began. */
  readonly elapsed: () => number
}

export type RunAgent = (run: AgentRun) => Promise<Outcome>

/** Ends the process with the exit code of the contract, whatever happens. */
export async function runAgentProgram(agent: AgentName, runAgent: RunAgent): Promise<never> {
  const terminal = isTerminal(2)
  const surroundings: Surroundings = {
    args: process.argv.slice(2),
    environment: process.env,
    terminal,
    readMail: (greatest) => readInput(0, greatest),
  }
  // Until the configuration is read, its defaults say where the log is.
  const reporter: Reporter = { log: undefined, about: {} }
  const fail = (error: unknown): never => {
    const log = reporter.log ?? makeFirstLog(agent, terminal)
    log.writeError(describeFailure(error), reporter.about)
    return process.exit(exitCode.tryAgain)
  }
  process.on('uncaughtException', fail)
  if (!terminal) limitWaiting(process.env, fail)
  try {
    return process.exit(await run(agent, runAgent, surroundings, reporter))
  } catch (error) {
    return fail(error)
  }
}

/**
 * Ends what waits for too long, and keeps Node from an end of its own: with nothing left to wait for it would end with 0, and the mail
 * would be taken for delivered. Where no time is left to run this, since something computes for ever, the wrapper's limits hold.
 */
function limitWaiting(environment: Surroundings['environment'], fail: (error: unknown) => never): void {
  const wanted = Number(environment.IMIP_AGENT_TIME_LIMIT ?? '')
  const seconds = wanted > 0 && wanted <= greatestTimeLimit ? wanted : usualTimeLimit
  setTimeout(() => fail(new TemporaryFailure(`took longer than ${seconds} seconds`)), seconds * 1000)
}

const usualTimeLimit = 300
/** What a timer can hold, some three weeks. */
const greatestTimeLimit = 2_000_000

/** What a run is given from outside. */
export interface Surroundings {
  /** Without the program's own name. */
  readonly args: readonly string[]
  readonly environment: Readonly<Record<string, string | undefined>>
  /** A person sits at standard error. */
  readonly terminal: boolean
  /** The whole mail; a TemporaryFailure above so many bytes. */
  readonly readMail: (greatest: number) => Uint8Array
}

/** One mail for a caller who outlives it. */
export function processOnce(agent: AgentName, runAgent: RunAgent, surroundings: Surroundings): Promise<ExitCode> {
  return run(agent, runAgent, surroundings, { log: undefined, about: {} })
}

interface Reporter {
  log: Log | undefined
  /** Which mail it is about, once that is known. */
  about: Trouble
}

async function run(
  agent: AgentName,
  runAgent: RunAgent,
  { args, environment, terminal, readMail }: Surroundings,
  reporter: Reporter,
): Promise<ExitCode> {
  const options = parseAgentOptions(args)
  if (options.kind === 'usage-fault') {
    if (!terminal) throw new TemporaryFailure(`wrong usage: ${options.reason}`)
    writeSync(2, `${agent}: ${options.reason}\nTry ${agent} --help\n`)
    return exitCode.usage
  }
  if (options.kind !== 'options') {
    writeSync(1, options.kind === 'help' ? makeHelpText(agent) : `${agent} ${version}\n`)
    return exitCode.done
  }

  const config = readConfiguration(options, environment)
  const { configuration } = config
  const log = makeLog(chooseLogTarget(configuration.log, terminal), agent, () => new Date())
  reporter.log = log
  reporter.about = { queue: options.queueId ?? null, recipient: options.recipients.join(', ') || null }
  for (const fault of config.faults) log.writeError(fault)
  if ((options.output !== 'send' || options.dryRun) && isRunByMailSystem(environment))
    throw new TemporaryFailure(
      '--debug, --print and --dry-run deliver nothing and are not for mail systems; mode = observe is',
    )

  const bytes = dropMboxLine(readMail(configuration.greatestMail))
  const outcome = await runAgent({
    agent,
    options,
    configuration,
    configurationFaults: config.faults,
    bytes,
    log,
    isTerminal: terminal,
    elapsed: () => Math.round(process.uptime() * 1000),
  })
  return endWith(outcome, log, reporter.about)
}

function makeFirstLog(agent: AgentName, terminal: boolean): Log {
  const { configuration } = readConfig({ environment: process.env, overrides: [] })
  return makeLog(chooseLogTarget(configuration.log, terminal), agent, () => new Date())
}

function endWith(outcome: Outcome, log: Log, about: Trouble): ExitCode {
  switch (outcome.kind) {
    case 'done':
      return exitCode.done
    case 'temporary':
      if (outcome.theirs) log.writeWarning(outcome.reason)
      else log.writeError(outcome.reason, about)
      return exitCode.tryAgain
    case 'refused':
      writeSync(1, `${makeRefusalLine(outcome.code, outcome.reply)}\n`)
      return exitCode.refused
  }
}

/** `5.1.1 …` in the mailbox's own words: Postfix takes the code from the beginning of the line. */
function makeRefusalLine(code: string, reply: string): string {
  const words = reply
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .replace(/^\d{3}(?:[ -]|$)/, '')
    .replace(/^\d\.\d{1,3}\.\d{1,3}(?: |$)/, '')
  return `${code} ${words.slice(0, 400)}`.trim()
}
