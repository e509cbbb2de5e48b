// The composition root of the three agents: one run's options and configuration become the world its mail meets.
import { parseCalendarAddress, readMailbox } from '../calendar/calendar-address.ts'
import { TemporaryFailure } from '../failure.ts'
import { parseHeader } from '../mail/header.ts'
import { makeLmtpTransport } from '../mail/transport/lmtp.ts'
import { makePrintTransport } from '../mail/transport/print.ts'
import type { Transport } from '../mail/transport/transport.ts'
import { makeAttempts, noAttempts } from '../pipeline/attempts.ts'
import { handOn } from '../pipeline/hand-on.ts'
import { spellOnward } from '../pipeline/onward-address.ts'
import type { Outcome } from '../pipeline/outcome.ts'
import { makeOutward, readServer, readTimeouts } from '../pipeline/outward.ts'
import { processMail } from '../pipeline/process-mail.ts'
import { makeRates } from '../pipeline/rates.ts'
import type { RawMail } from '../pipeline/raw-mail.ts'
import type { World } from '../pipeline/world.ts'
import type { AgentRun } from './agent-program.ts'
import { loadSteps } from './load-steps.ts'
import { makeReport, writeOutput } from './report.ts'

export async function runAgent(run: AgentRun): Promise<Outcome> {
  const raw = readRawMail(run)
  const world = makeWorld(run, raw)
  if (run.configurationFaults.length === 0 || world.mode === 'pass') return processMail(raw, world)
  // What cannot be configured cannot decide; but a person's mail is not held up for it for ever.
  if (world.delivers && world.attempts.isHopeless(raw)) return handOn(raw, world, 'fault')
  world.attempts.begin(raw)
  return { kind: 'temporary', reason: 'the configuration has faults' }
}

function makeWorld(run: AgentRun, raw: RawMail): World {
  const { configuration, options, agent } = run
  const now = options.now
  const clock = now === undefined ? () => Math.floor(Date.now() / 1000) : () => now
  const shows = options.output !== 'send' || options.dryRun
  const delivers = agent === 'imip-person'
  const load = once(loadSteps)
  const loadZones = once(() => load().loadSystemZones())
  const shown = once(() => makePrintTransport(options.output === 'json' ? 'json' : 'text', writeOutput))
  return {
    agent,
    delivers,
    configuration,
    mode: configuration.mode,
    dryRun: options.dryRun,
    now: clock,
    elapsed: run.elapsed,
    loadSteps: () => load().steps,
    openStore: once(() =>
      load().openStore(configuration, { now: clock, zones: loadZones(), warn: (text) => run.log.writeWarning(text) }),
    ),
    loadZones,
    onward: {
      transport: shows ? makeShownTransport(shown(), options.dryRun) : makeLazyTransport(once(() => makeOnward(run))),
      spell: (recipient) => spellOnward(recipient, configuration),
    },
    outward: shows ? makeShownTransport(shown(), options.dryRun) : makeOutward(configuration),
    attempts: shows
      ? noAttempts
      : makeAttempts(`${configuration.storeDir}/.attempts`, configuration.failOpenAfter, clock),
    ...(shows
      ? {}
      : {
          rates: makeRates(`${configuration.storeDir}/.rates`, clock, {
            file: configuration.defaultPermissions,
            directory: configuration.defaultDirPermissions,
          }),
        }),
    report: makeReport(run, raw, shown),
  }
}

/** What is dear to make is made when it is first needed, and once. */
function once<Value>(make: () => Value): () => Value {
  const made: Value[] = []
  return () => {
    if (made.length === 0) made.push(make())
    return made[0] as Value
  }
}

/** A dry run sends nothing and shows no original: only the decision and its answers are printed. */
function makeShownTransport(shown: Transport, dryRun: boolean): Transport {
  if (!dryRun) return shown
  return {
    open: async (mail) => {
      const results = mail.envelope.recipients.map(() => ({ kind: 'delivered', reply: 'dry run' }) as const)
      return { recipients: results, finish: async () => results, abandon: async () => {} }
    },
  }
}

/** Which way mail goes is asked when the first goes: a mail that needs none must not fail for the want of it. */
function makeLazyTransport(make: () => Transport): Transport {
  return { open: async (mail) => make().open(mail) }
}

function makeOnward({ configuration }: AgentRun): Transport {
  if (configuration.localSmtp) return makeOutward(configuration)
  if (configuration.lmtp === '')
    throw new TemporaryFailure('no way to the mailbox: set lmtp (option -l), or local_smtp (option -L)')
  const server = readServer('lmtp', configuration.lmtp)
  return makeLmtpTransport({ server, timeouts: readTimeouts(configuration) })
}

function readRawMail(run: AgentRun): RawMail {
  const { options, bytes } = run
  const fields = options.sender === undefined || options.recipients.length === 0 ? parseHeader(bytes) : []
  const find = (...names: readonly string[]) =>
    fields.filter((field) => names.includes(field.name)).map((field) => field.value)
  return {
    bytes,
    sender: options.sender ?? readMailbox(find('return-path')[0] ?? '') ?? '',
    recipients: chooseRecipients(run, find),
    originalRecipient: options.originalRecipient,
    login: options.login,
    client: options.client,
    queueId: options.queueId,
  }
}

/** Headers come from the sender, so they are believed only where a person at a terminal asks. */
function chooseRecipients(run: AgentRun, find: (...names: string[]) => readonly string[]): readonly string[] {
  const { options, agent, isTerminal } = run
  if (options.recipients.length > 0) return dropRepeated(options.recipients)
  // The acting user of an outgoing copy is in the calendar, and proven by the login.
  if (agent === 'imip-person-outgoing') return [options.login ?? options.sender ?? '']
  if (!isTerminal) throw new TemporaryFailure('no recipient: the mail system must give one with -o')
  const named = [find('delivered-to'), find('x-original-to'), find('to', 'cc')].find((texts) => texts.length > 0) ?? []
  const mailboxes = named.flatMap((text) => text.split(',')).flatMap((text) => readMailbox(text) ?? [])
  if (mailboxes.length === 0) throw new TemporaryFailure('no recipient: give one with -o')
  return dropRepeated(mailboxes)
}

function dropRepeated(recipients: readonly string[]): readonly string[] {
  if (recipients.length === 1) return recipients
  const seen = new Map(
    recipients.map((recipient) => [
      parseCalendarAddress(recipient, { recipientDelimiter: '', localPartCase: 'keep' }) ?? recipient,
      recipient,
    ]),
  )
  return [...seen.values()]
}
