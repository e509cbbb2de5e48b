// imip-lmtpd: the composition root and the life of the daemon, from its command line to the last mail.
import { hostname } from 'node:os'
import type { AgentName } from '../cli/agent-options.ts'
import { describeFailure } from '../cli/describe-failure.ts'
import { type ExitCode, exitCode } from '../cli/exit-code.ts'
import { readConfiguration } from '../cli/read-configuration.ts'
import { version } from '../cli/version.ts'
import type { Configuration } from '../config/options.ts'
import { chooseLogTarget } from '../log.ts'
import { type AdmissionBounds, makeAdmission } from './admission.ts'
import { type DaemonOptions, makeDaemonHelp, parseDaemonOptions } from './daemon-options.ts'
import { type Listener, startListener } from './listener.ts'
import { type LogWriter, makeLogWriter } from './log-writer.ts'
import { type Metrics, makeMetrics } from './metrics.ts'
import { startMetricsServer } from './metrics-server.ts'
import { makeOnwardPool } from './pools.ts'
import { type Front, makeReceiver } from './receivers.ts'
import { makeSupervisor } from './systemd.ts'
import { makeThreads, type Threads } from './threads.ts'

export interface DaemonSurroundings {
  readonly args: readonly string[]
  /** What a thread runs: this program itself. */
  readonly program: string
  readonly isTerminal: boolean
  readonly write: (text: string) => void
  readonly writeError: (text: string) => void
}

/** Milliseconds that a client waits for a place before its mail is turned away. */
const admissionPatience = 60_000

/** Runs until it is told to stop; the exit code. */
export async function runDaemon(surroundings: DaemonSurroundings): Promise<ExitCode> {
  const options = parseDaemonOptions(surroundings.args)
  if (options.kind === 'usage-fault') {
    surroundings.writeError(`imip-lmtpd: ${options.reason}\nTry imip-lmtpd --help\n`)
    return exitCode.usage
  }
  if (options.kind !== 'options') {
    surroundings.write(options.kind === 'help' ? makeDaemonHelp() : `imip-lmtpd ${version}\n`)
    return exitCode.done
  }
  const { configuration, faults } = readConfiguration(options.shared)
  const target = chooseLogTarget(configuration.log, surroundings.isTerminal)
  const logWriter = makeLogWriter(target, 'imip-lmtpd', () => new Date())
  try {
    for (const fault of faults) logWriter.log.writeError(fault)
    if (faults.length > 0 && configuration.mode !== 'pass') {
      surroundings.writeError(`imip-lmtpd: ${faults.join('\nimip-lmtpd: ')}\n`)
      return exitCode.tryAgain
    }
    await live(options, configuration, surroundings, logWriter)
    return exitCode.done
  } catch (error) {
    const reason = describeFailure(error)
    logWriter.log.writeError(reason)
    if (!surroundings.isTerminal) surroundings.writeError(`imip-lmtpd: ${reason}\n`)
    return exitCode.tryAgain
  } finally {
    await logWriter.close()
  }
}

async function live(
  options: DaemonOptions,
  first: Configuration,
  { program, isTerminal }: DaemonSurroundings,
  logWriter: LogWriter,
): Promise<void> {
  const { log } = logWriter
  // Heard from the beginning: a signal that nobody hears would end the program.
  const signals = listenToSignals()
  const metrics = makeMetrics()
  const supervisor = makeSupervisor(process.env)
  const admission = makeAdmission(readAdmissionBounds(first))
  let front = makeFront(first)
  let outbox: number | undefined
  const threads = makeThreads({
    program,
    configuration: first,
    now: options.shared.now,
    onLog: ({ role, level, line, text, quiet }) => {
      if (role && level === 'info' && line.verdict) metrics.noteVerdict(role, line.verdict)
      logWriter.write(level, line, text, quiet)
    },
    noteLost: (reason) => log.writeError(`a thread was lost: ${reason}; its mails come again`),
  })
  const listeners = new Map<AgentName, Listener>()
  const serving = makeServing({ readFront: () => front, threads, metrics, logWriter, admission })
  for (const { role, address } of options.listeners) {
    if (address.kind === 'host' && !/^(127\.|::1$|localhost$)/.test(address.host))
      log.writeWarning(`${role} listens on ${address.host}: whoever can connect there can hand in mail as anybody`)
    listeners.set(role, await serving(role, address))
  }
  const metricsServer =
    options.metrics &&
    (await startMetricsServer(options.metrics, () =>
      metrics.serialize({
        clients: new Map([...listeners].map(([role, listener]) => [role, listener.countClients()])),
        admission: admission.count(),
        mailbox: front.onward?.count(),
        threads: threads.count(),
        outbox,
      }),
    ))

  const lookAfterOutbox = async (): Promise<void> => {
    const { found, left } = await threads.flushOutboxes()
    outbox = left
    if (found > left) log.writeWarning(`${found - left} answers were sent that had been left over, ${left} wait`)
  }
  let outboxTimer = setInterval(lookAfterOutbox, first.daemonOutboxInterval * 1000)
  void lookAfterOutbox()

  async function reload(): Promise<void> {
    await supervisor.tell('reloading', 'reading the configuration')
    const { configuration, faults } = readConfiguration(options.shared)
    metrics.noteReload(faults.length === 0)
    for (const fault of faults) log.writeError(fault)
    if (faults.length > 0) log.writeError('the configuration has faults: the one read before stays')
    else {
      const old = front
      front = makeFront(configuration)
      old.onward?.close()
      admission.setBounds(readAdmissionBounds(configuration))
      threads.configure(configuration)
      logWriter.setTarget(chooseLogTarget(configuration.log, isTerminal))
      clearInterval(outboxTimer)
      outboxTimer = setInterval(lookAfterOutbox, configuration.daemonOutboxInterval * 1000)
      log.writeWarning('the configuration was read again')
    }
    await supervisor.tell('ready', 'serving')
  }
  // One mail's fault must not end the others; what nobody has thought of is told and survived.
  process.on('uncaughtException', (error) => log.writeError(describeFailure(error)))
  process.on('unhandledRejection', (error) => log.writeError(describeFailure(error)))
  await supervisor.tell('ready', 'serving')
  log.writeWarning(`imip-lmtpd ${version} serves ${[...listeners.keys()].join(', ')}`)

  signals.onReload(() => {
    reload().catch((error: unknown) =>
      log.writeError(`the configuration could not be read again: ${describeFailure(error)}`),
    )
  })
  await signals.stopped
  void supervisor.tell('stopping', 'finishing the mails under way')
  clearInterval(outboxTimer)
  await stop([...listeners.values()], front.configuration.daemonStopLimit * 1000)
  metricsServer?.stop()
  front.onward?.close()
  await threads.end()
  log.writeWarning('imip-lmtpd has stopped')
}

interface Signals {
  /** Resolves at SIGTERM or SIGINT. */
  readonly stopped: Promise<void>
  /** SIGHUP, one that came before included. */
  onReload(reload: () => void): void
}

function listenToSignals(): Signals {
  let reload: (() => void) | undefined
  let isWanted = false
  process.on('SIGHUP', () => {
    isWanted = true
    reload?.()
  })
  return {
    stopped: new Promise<void>((resolve) => {
      process.once('SIGTERM', resolve)
      process.once('SIGINT', resolve)
    }),
    onReload(next) {
      reload = next
      if (isWanted) next()
    },
  }
}

function makeServing(parts: {
  readonly readFront: () => Front
  readonly threads: Threads
  readonly metrics: Metrics
  readonly logWriter: LogWriter
  readonly admission: ReturnType<typeof makeAdmission>
}): (role: AgentName, address: Listener['address']) => Promise<Listener> {
  const { readFront, threads, metrics, logWriter, admission } = parts
  const world = {
    readFront,
    threads,
    log: logWriter.log,
    noteMail: metrics.noteMail,
    notePlain: (role: AgentName, recipients: number) => {
      for (let count = 0; count < recipients; count++) metrics.noteVerdict(role, 'passed')
    },
  }
  return (role, address) =>
    startListener({
      address,
      permissions: readFront().configuration.daemonSocketPermissions,
      receiver: makeReceiver(role, world),
      admission,
      readBounds() {
        const { daemonRecipients, daemonClientTimeout } = readFront().configuration
        return {
          recipients: daemonRecipients,
          silence: daemonClientTimeout * 1000,
          receiving: daemonClientTimeout * 2000,
        }
      },
      readMostClients: () => readFront().configuration.daemonClients,
      name: hostname(),
      noteRefusal: metrics.noteRefusal,
      noteFault: (error) => logWriter.log.writeError(describeFailure(error)),
    })
}

function makeFront(configuration: Configuration): Front {
  return { configuration, onward: makeOnwardPool(configuration) }
}

function readAdmissionBounds({ daemonMails, daemonMemory }: Configuration): AdmissionBounds {
  return { mails: daemonMails, bytes: daemonMemory, patience: admissionPatience }
}

/** Nobody new is served; who has a mail under way may finish it, within the limit. A second signal ends the wait. */
async function stop(listeners: readonly Listener[], limit: number): Promise<void> {
  const finished = Promise.all(listeners.map((listener) => listener.stop()))
  const late = new Promise<void>((resolve) => {
    setTimeout(resolve, limit)
    process.once('SIGTERM', resolve)
    process.once('SIGINT', resolve)
  })
  await Promise.race([finished, late])
  for (const listener of listeners) listener.cut()
}
