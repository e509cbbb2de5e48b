// A thread of the daemon: the nine steps for mails that may carry a calendar. Here, and only here, the disk and the locks are waited for.
import type { CalendarAddress } from '../calendar/calendar-address.ts'
import type { Instant } from '../calendar/time.ts'
import type { AgentName } from '../cli/agent-options.ts'
import { describeFailure } from '../cli/describe-failure.ts'
import { loadSteps } from '../cli/load-steps.ts'
import { makeLogReport } from '../cli/report.ts'
import type { Configuration } from '../config/options.ts'
import { type Log, makeLogOf } from '../log.ts'
import { parseAddressList } from '../mail/address-list.ts'
import { parseHeader } from '../mail/header.ts'
import { makePooledTransport } from '../mail/transport/pooled-transport.ts'
import { makeAttempts, noAttempts } from '../pipeline/attempts.ts'
import { spellOnward } from '../pipeline/onward-address.ts'
import type { Outcome } from '../pipeline/outcome.ts'
import { processMail } from '../pipeline/process-mail.ts'
import { makeRates } from '../pipeline/rates.ts'
import { sendAnswers } from '../pipeline/send.ts'
import type { World } from '../pipeline/world.ts'
import type { Store } from '../store/store.ts'
import { makeOnwardPool, makeOutwardPool, noWayOnward } from './pools.ts'
import type { FlushResult, FromThread, MailJob, ThreadStart, ToThread } from './thread-messages.ts'

export interface ThreadPort {
  post(message: FromThread): void
  listen(receive: (message: ToThread) => void): void
}

/** Milliseconds between two signs of life. */
const beat = 200

export function runMailThread(start: ThreadStart, port: ThreadPort): void {
  const clock = makeClock(start.now)
  const logs = new Map<AgentName | undefined, Log>()
  const findLog = (role: AgentName | undefined): Log => {
    const log = logs.get(role) ?? makeThreadLog(role, port)
    logs.set(role, log)
    return log
  }
  const warn = (text: string): void => findLog(undefined).writeWarning(text)
  let surroundings = makeSurroundings(start.configuration, start.threads, clock, warn)

  setInterval(() => Atomics.add(start.heartbeat, 0, 1), beat)
  port.listen((message) => {
    switch (message.kind) {
      case 'mail':
        void processJob(message.id, message.job)
        break
      case 'configure':
        surroundings.close()
        surroundings = makeSurroundings(message.configuration, start.threads, clock, warn)
        break
      case 'flush-outboxes':
        void flush(message.id)
    }
  })

  async function processJob(id: number, job: MailJob): Promise<void> {
    const taken = performance.now()
    const around = surroundings
    const recipients = job.role === 'imip-person-outgoing' ? job.recipients.slice(0, 1) : job.recipients
    const outcomes: Outcome[] = []
    for (const [index, recipient] of recipients.entries()) {
      const outcome = await processOne(job, recipient, around, taken)
      outcomes.push(outcome)
      port.post({ kind: 'outcome', id, index, outcome })
    }
    // A copy of a sent mail is decided once: the acting user is in the calendar, whoever the recipients are.
    const [first] = outcomes
    if (first)
      for (let index = recipients.length; index < job.recipients.length; index++)
        port.post({ kind: 'outcome', id, index, outcome: first })
  }

  async function processOne(job: MailJob, recipient: string, around: Surroundings, taken: number): Promise<Outcome> {
    const { role, bytes, sender, client, queueId } = job
    const log = findLog(role)
    const about = { queue: queueId ?? null, recipient }
    try {
      const world = makeWorld(role, around, log, queueId, () => Math.round(performance.now() - taken))
      const outcome = await processMail(
        {
          bytes,
          sender,
          recipients: [role === 'imip-person-outgoing' ? sender : recipient],
          originalRecipient: readOriginalRecipient(bytes, recipient),
          login: undefined,
          client,
          queueId,
        },
        world,
      )
      if (outcome.kind === 'temporary') {
        if (outcome.theirs) log.writeWarning(outcome.reason, about)
        else log.writeError(outcome.reason, about)
      }
      return outcome
    } catch (error) {
      const reason = describeFailure(error)
      log.writeError(reason, about)
      return { kind: 'temporary', reason }
    }
  }

  async function flush(id: number): Promise<void> {
    try {
      port.post({ kind: 'flushed', id, result: await flushOutboxes(surroundings, findLog('imip-resource')) })
    } catch (error) {
      findLog(undefined).writeError(`the outboxes cannot be sent: ${describeFailure(error)}`)
      port.post({ kind: 'flushed', id, result: { found: 0, left: 0 } })
    }
  }
}

/** What is kept between mails, for one reading of the configuration. */
interface Surroundings {
  readonly configuration: Configuration
  readonly clock: () => Instant
  readonly openStore: () => Store
  readonly loadZones: World['loadZones']
  readonly loadSteps: World['loadSteps']
  readonly onward: World['onward']
  readonly outward: World['outward']
  close(): void
}

function makeSurroundings(
  configuration: Configuration,
  threads: number,
  clock: () => Instant,
  warn: (text: string) => void,
): Surroundings {
  const bundle = loadSteps()
  const zones = bundle.loadSystemZones()
  const store = bundle.openStore(configuration, { now: clock, zones, warn, waiting: 'meanwhile' })
  const onward = makeOnwardPool(configuration, threads)
  const outward = makeOutwardPool(configuration, threads)
  return {
    configuration,
    clock,
    openStore: () => store,
    loadZones: () => zones,
    loadSteps: () => bundle.steps,
    onward: {
      transport: onward === undefined ? noWayOnward : makePooledTransport(onward),
      spell: (recipient) => spellOnward(recipient, configuration),
    },
    outward: makePooledTransport(outward),
    close() {
      // Mails that are under way have what they need until they end.
      onward?.close()
      outward.close()
    },
  }
}

function makeWorld(
  role: AgentName,
  around: Surroundings,
  log: Log,
  queueId: string | undefined,
  elapsed: () => number,
): World {
  const { configuration, clock } = around
  return {
    agent: role,
    delivers: role === 'imip-person',
    configuration,
    mode: configuration.mode,
    dryRun: false,
    now: clock,
    elapsed,
    loadSteps: around.loadSteps,
    openStore: around.openStore,
    loadZones: around.loadZones,
    onward: around.onward,
    outward: around.outward,
    // Only who hands mail on needs to know of earlier attempts. Of this mail alone: what it remembers ends with it.
    attempts:
      role !== 'imip-person'
        ? noAttempts
        : makeAttempts(`${configuration.storeDir}/.attempts`, configuration.failOpenAfter, clock),
    rates: makeRates(`${configuration.storeDir}/.rates`, clock, {
      file: configuration.defaultPermissions,
      directory: configuration.defaultDirPermissions,
    }),
    report: { ...makeLogReport(log, configuration.mode, queueId, elapsed), shown: () => undefined },
  }
}

/** What other programs have left, or the mail system did not take. */
async function flushOutboxes(around: Surroundings, log: Log): Promise<FlushResult> {
  const users = new Set<CalendarAddress>()
  const found = await countOutbox(around, users)
  if (found === 0) return { found, left: 0 }
  await sendAnswers(
    users,
    makeWorld('imip-resource', around, log, undefined, () => 0),
  )
  return { found, left: await countOutbox(around) }
}

async function countOutbox(around: Surroundings, users = new Set<CalendarAddress>()): Promise<number> {
  let count = 0
  for await (const { user } of around.openStore().readOutbox()) {
    users.add(user)
    count += 1
  }
  return count
}

/**
 * Postfix puts `X-Original-To` above the mail where its LMTP service has the flag O, Exim `Envelope-to` where the transport has
 * envelope_to_add: with each address that led here. Below the first Received it would be the sender's own word.
 */
function readOriginalRecipient(bytes: Uint8Array, recipient: string): string | undefined {
  for (const field of parseHeader(bytes)) {
    if (field.name === 'received') return undefined
    if (field.name === 'x-original-to') return field.value.trim() || undefined
    if (field.name === 'envelope-to') return parseAddressList(field.value).find((address) => address !== recipient)
  }
  return undefined
}

function makeThreadLog(role: AgentName | undefined, port: ThreadPort): Log {
  return makeLogOf({
    write: (level, line, text, quiet) => port.post({ kind: 'log', role, level, line, text, quiet }),
  })
}

function makeClock(now: Instant | undefined): () => Instant {
  return now === undefined ? () => Math.floor(Date.now() / 1000) : () => now
}
