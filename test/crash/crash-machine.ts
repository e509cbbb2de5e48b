// A machine on which the agents run and may be stopped at any call: its disk is simulated, and what it sends is kept outside.
import type { Decision } from '../../src/agents/decision.ts'
import type { Verdict } from '../../src/agents/verdict.ts'
import type { CalendarAddress } from '../../src/calendar/calendar-address.ts'
import type { Instant } from '../../src/calendar/time.ts'
import type { Configuration } from '../../src/config/options.ts'
import type { DeliveryResult, Transport } from '../../src/mail/transport/transport.ts'
import { makeAttempts } from '../../src/pipeline/attempts.ts'
import type { Outcome } from '../../src/pipeline/outcome.ts'
import { processMail } from '../../src/pipeline/process-mail.ts'
import { publishUser } from '../../src/pipeline/publish.ts'
import type { RawMail } from '../../src/pipeline/raw-mail.ts'
import type { PartyMessage } from '../../src/pipeline/read-messages.ts'
import { flushOutbox } from '../../src/pipeline/send.ts'
import { steps } from '../../src/pipeline/steps.ts'
import type { World } from '../../src/pipeline/world.ts'
import { openStore } from '../../src/store/open-store.ts'
import type { Store } from '../../src/store/store.ts'
import { loadSystemZones } from '../../src/zones/system-zones.ts'
import { Killed, type SimulatedDisk, type SimulatedProgram, type Trouble } from '../store/simulated-disk.ts'
import type { Route } from '../support/case-file.ts'
import { type CaseFolder, chooseRecipients, type SentMail } from '../support/case-world.ts'
import { simulatedPlace, useProgram } from '../support/fault-node-fs.ts'

export const places: CaseFolder = {
  path: simulatedPlace,
  preferences: `${simulatedPlace}/preferences`,
  store: `${simulatedPlace}/store`,
  journal: `${simulatedPlace}/journal`,
  publish: `${simulatedPlace}/publish`,
}

export const zones = loadSystemZones()

/** What a program is started with. */
export interface Machine {
  readonly disk: SimulatedDisk
  readonly configuration: Configuration
  readonly now: () => Instant
}

/** What a program has done, as seen from outside. */
export interface Ran {
  /** Nothing where it was killed. */
  readonly outcome: Outcome | undefined
  readonly sent: readonly SentMail[]
  readonly verdicts: readonly Verdict[]
  readonly failures: readonly string[]
  readonly calls: number
  readonly program: SimulatedProgram
  readonly store: Store
}

/** Of the decisions that a run took. */
export interface Watch {
  readonly messages?: (messages: readonly PartyMessage[]) => void
  readonly decision?: (decision: Decision) => void
}

/** A store of this machine as one program opens it. */
export function openMachineStore({ configuration, now }: Machine, program: SimulatedProgram): Store {
  return openStore({
    type: 'file',
    directory: configuration.storeDir,
    journal: configuration.journalDir,
    // Nobody else is there who could give a lock back.
    lockTimeout: 0,
    wait: async () => {},
    permissions: { file: configuration.defaultPermissions, directory: configuration.defaultDirPermissions },
    zoneVersion: zones.version,
    now,
    fileSystem: program.system,
    makeNonce,
    // Some checkpoints fall into the run of a mail, most do not.
    longestLog: 6000,
  })
}

let nonces = 0

function makeNonce(): string {
  return (++nonces).toString(16).padStart(16, '0')
}

/** One agent with one mail. `before`: the program has run already, and this is its next mail, as in the daemon. */
export async function runAgentOn(
  machine: Machine,
  route: Route,
  bytes: Uint8Array,
  trouble?: Trouble,
  { watch = {}, before }: { readonly watch?: Watch; readonly before?: Ran } = {},
): Promise<Ran> {
  const program = before?.program ?? machine.disk.connect(trouble)
  const store = before?.store ?? openMachineStore(machine, program)
  useProgram(program)
  const sent: SentMail[] = []
  const verdicts: Verdict[] = []
  const failures: string[] = []
  const { configuration, now } = machine
  const world: World = {
    agent: `imip-${route.agent}`,
    delivers: route.agent === 'person',
    configuration,
    mode: configuration.mode,
    dryRun: false,
    now,
    elapsed: () => 0,
    loadSteps: () => watchSteps(watch),
    openStore: () => store,
    loadZones: () => zones,
    onward: { transport: makeCountedTransport(program, 'onward', sent), spell: (recipient) => recipient },
    outward: makeCountedTransport(program, 'outward', sent),
    attempts: makeAttempts(`${places.store}/.attempts`, configuration.failOpenAfter, now),
    report: {
      verdict: (verdict) => void verdicts.push(verdict),
      passed: () => {},
      failure: (text) => void failures.push(text),
      shown: () => {},
    },
  }
  const outcome = await processMail(makeRawMail(route, bytes), world).catch((error: unknown): Outcome | undefined => {
    if (error instanceof Killed) return undefined
    // As the programs do: whatever it is, the mail system keeps the mail.
    return { kind: 'temporary', reason: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  })
  const isKilled = trouble?.kind === 'killed' && program.calls() >= trouble.at
  return {
    outcome: isKilled ? undefined : outcome,
    sent,
    verdicts,
    failures,
    calls: program.calls(),
    program,
    store,
  }
}

/** `imip-admin outbox flush`. */
export async function flushAll(machine: Machine): Promise<readonly SentMail[]> {
  const program = machine.disk.connect()
  const store = openMachineStore(machine, program)
  const sent: SentMail[] = []
  const users = new Set<CalendarAddress>()
  for await (const { user } of store.readOutbox()) users.add(user)
  for (const user of users) await flushOutbox(store, user, makeCountedTransport(program, 'outward', sent))
  program.kill()
  return sent
}

/** `imip-admin make-freebusy`. */
export async function publishAll(machine: Machine): Promise<void> {
  const program = machine.disk.connect()
  useProgram(program)
  const store = openMachineStore(machine, program)
  const { configuration, now } = machine
  for await (const user of store.listUsers())
    await publishUser(user, { configuration, now, openStore: () => store, loadZones: () => zones })
  program.kill()
}

/** Each MAIL with RCPT is a call that may fail, and each DATA, which may fail when the other side has taken the mail already. */
function makeCountedTransport(program: SimulatedProgram, way: SentMail['way'], sent: SentMail[]): Transport {
  return {
    async open({ kind, envelope }) {
      const answerAll = (result: DeliveryResult) => envelope.recipients.map(() => result)
      const recipients = answerAll(tryToAct(() => program.act(() => {})))
      return {
        recipients,
        async finish(bytes) {
          if (recipients.some((result) => result.kind === 'deferred')) return recipients
          const take = () => void sent.push({ kind, way, ...envelope, bytes })
          return answerAll(tryToAct(() => program.act(take, take)))
        },
        async abandon() {},
      }
    },
  }
}

/** Transports never throw: what the system refuses is to be tried again. */
function tryToAct(act: () => void): DeliveryResult {
  try {
    act()
    return { kind: 'delivered', reply: '250 2.0.0 taken' }
  } catch (error) {
    if (error instanceof Killed) throw error
    return { kind: 'deferred', reply: `451 4.4.2 ${(error as Error).message}` }
  }
}

function watchSteps({ messages, decision }: Watch): typeof steps {
  return {
    ...steps,
    readMessages: async (...given) => {
      const read = await steps.readMessages(...given)
      messages?.(read.messages)
      return read
    },
    decide: async (...given) => {
      const decided = await steps.decide(...given)
      decision?.(decided)
      return decided
    },
  }
}

function makeRawMail(route: Route, bytes: Uint8Array): RawMail {
  return {
    bytes,
    sender: route.sender,
    recipients: chooseRecipients(route),
    originalRecipient: route.options.get('original'),
    login: route.options.get('login'),
    client: route.options.get('client'),
    queueId: route.options.get('queue'),
  }
}
