// What becomes of mail at each listener: a person's mail without a calendar goes straight on, all that may have one to the threads.
import { setImmediate } from 'node:timers/promises'
import type { AgentName } from '../cli/agent-options.ts'
import { makeLogReport } from '../cli/report.ts'
import type { Configuration } from '../config/options.ts'
import type { Log } from '../log.ts'
import { walkGate } from '../mail/gate.ts'
import type { SessionPool } from '../mail/transport/pool.ts'
import { openStepwiseDelivery, type StepwiseDelivery } from '../mail/transport/stepwise-delivery.ts'
import { readOutcome } from '../pipeline/mailbox.ts'
import { spellOnward } from '../pipeline/onward-address.ts'
import { done, type Outcome } from '../pipeline/outcome.ts'
import { type Answer, makeAnswer } from './answer.ts'
import type { MailReceiver, Offer, ReceivedEnvelope, Reception } from './mail-receiver.ts'
import type { Threads } from './threads.ts'

export interface ReceiverWorld {
  /** What counts now; it changes when the configuration is read again. */
  readonly readFront: () => Front
  readonly threads: Threads
  readonly log: Log
  /** Of a mail that came to its end: milliseconds since it was whole, and what each recipient was answered. */
  readonly noteMail: (role: AgentName, milliseconds: number, answers: readonly Answer[]) => void
  readonly notePlain: (role: AgentName, recipients: number) => void
}

/** What of the configuration the front needs. */
export interface Front {
  readonly configuration: Configuration
  /** To the mailbox; nothing where no way is configured. */
  readonly onward: SessionPool | undefined
}

/** Milliseconds for which a mailbox waits for a client that has named recipients and then says nothing. */
const patience = 2_000

const recipientAccepted: Answer = { code: 250, enhanced: '2.1.5', text: 'Recipient accepted' }
const mailTaken: Answer = { code: 250, enhanced: '2.0.0', text: 'Taken' }

export function makeReceiver(role: AgentName, world: ReceiverWorld): MailReceiver {
  return {
    readOffer: () => readOffer(role, world.readFront()),
    begin: (envelope) => (role === 'imip-person' ? beginForPerson(envelope, world) : beginHere(role, envelope, world)),
  }
}

/** 8BITMIME, SMTPUTF8 and SIZE as the mailbox behind has them; where nobody is behind, or it cannot be asked, as we have them. */
async function readOffer(role: AgentName, { configuration, onward }: Front): Promise<Offer> {
  const own = Math.min(configuration.greatestMail, configuration.daemonMemory)
  const behind = role === 'imip-person' && onward ? (onward.readOffer() ?? (await askOffer(onward))) : undefined
  if (behind === undefined) return { greatestMail: own, has8bit: true, hasUtf8: true }
  return {
    greatestMail: Math.min(own, behind.greatestMail ?? own),
    has8bit: behind.extensions.has('8BITMIME'),
    hasUtf8: behind.extensions.has('SMTPUTF8'),
  }
}

async function askOffer(onward: SessionPool): Promise<ReturnType<SessionPool['readOffer']>> {
  try {
    const claim = await onward.claim()
    claim.giveBack('clean')
  } catch {
    // It is away: each recipient will hear so.
  }
  return onward.readOffer()
}

/** The mailbox is asked at each RCPT, and its answer is ours. */
function beginForPerson(envelope: ReceivedEnvelope, world: ReceiverWorld): Reception {
  const { configuration, onward } = world.readFront()
  const { sender, size, is8bit, isUtf8 } = envelope
  const delivery = onward && openStepwiseDelivery(onward, { sender, size, is8bit, isUtf8 }, patience)
  const recipients: string[] = []
  let isOver = false
  return {
    async addRecipient(address) {
      const result = await delivery?.addRecipient(spellOnward(address, configuration))
      const outcome: Outcome = delivery ? readOutcome(result) : noWayOnward
      if (outcome.kind === 'done') recipients.push(address)
      else tellOutcome(outcome, address, envelope, world.log)
      return makeAnswer(outcome, recipientAccepted)
    },
    async receive(bytes) {
      isOver = true
      const taken = performance.now()
      const isPlain = delivery && (configuration.mode === 'pass' || (await isCertainlyPlain(bytes)))
      const outcomes = isPlain
        ? await handOn(delivery, bytes, recipients, envelope, configuration, world)
        : await giveToThreads('imip-person', bytes, recipients, envelope, delivery, world)
      return finish('imip-person', taken, outcomes, world)
    },
    abandon() {
      if (!isOver) delivery?.abandon()
      isOver = true
    },
  }
}

async function handOn(
  delivery: StepwiseDelivery,
  bytes: Uint8Array,
  recipients: readonly string[],
  envelope: ReceivedEnvelope,
  configuration: Configuration,
  world: ReceiverWorld,
): Promise<readonly Outcome[]> {
  const taken = performance.now()
  const results = await delivery.finish(bytes)
  const outcomes = recipients.map((_, index) => readOutcome(results[index]))
  for (const [index, outcome] of outcomes.entries()) {
    const recipient = recipients[index] ?? ''
    if (outcome.kind === 'done') tellPlain(recipient, envelope, taken, configuration, world.log)
    else tellOutcome(outcome, recipient, envelope, world.log)
  }
  world.notePlain('imip-person', outcomes.filter(({ kind }) => kind === 'done').length)
  return outcomes
}

/** A resource, and the copies of sent mail: there is no mailbox to ask. */
function beginHere(role: AgentName, envelope: ReceivedEnvelope, world: ReceiverWorld): Reception {
  const recipients: string[] = []
  return {
    async addRecipient(address) {
      recipients.push(address)
      return recipientAccepted
    },
    async receive(bytes) {
      const taken = performance.now()
      const { configuration } = world.readFront()
      const endsHere = role === 'imip-person-outgoing' && (await isCertainlyPlain(bytes))
      if (!endsHere)
        return finish(role, taken, await giveToThreads(role, bytes, recipients, envelope, undefined, world), world)
      tellPlain(envelope.sender, envelope, taken, configuration, world.log)
      world.notePlain(role, 1)
      return finish(
        role,
        taken,
        recipients.map(() => done),
        world,
      )
    },
    abandon: () => undefined,
  }
}

async function giveToThreads(
  role: AgentName,
  bytes: Uint8Array<ArrayBuffer>,
  recipients: readonly string[],
  { sender, client, queueId }: ReceivedEnvelope,
  delivery: StepwiseDelivery | undefined,
  { threads }: ReceiverWorld,
): Promise<readonly Outcome[]> {
  // The thread has connections of its own, and asks for each recipient when it is decided.
  delivery?.abandon()
  return threads.process({ role, sender, recipients, bytes, client, queueId })
}

/** The gate, with a rest for the others after each megabyte. */
async function isCertainlyPlain(bytes: Uint8Array): Promise<boolean> {
  const walk = walkGate(bytes)
  for (;;) {
    const step = walk.next()
    if (step.done) return step.value === 'no-calendar'
    await setImmediate()
  }
}

function finish(
  role: AgentName,
  taken: number,
  outcomes: readonly Outcome[],
  { noteMail }: ReceiverWorld,
): readonly Answer[] {
  const answers = outcomes.map((outcome) => makeAnswer(outcome, mailTaken))
  noteMail(role, performance.now() - taken, answers)
  return answers
}

function tellPlain(
  recipient: string,
  { queueId }: ReceivedEnvelope,
  taken: number,
  { mode }: Configuration,
  log: Log,
): void {
  makeLogReport(log, mode, queueId, () => Math.round(performance.now() - taken)).passed(recipient)
}

function tellOutcome(outcome: Outcome, recipient: string, { queueId }: ReceivedEnvelope, log: Log): void {
  if (outcome.kind !== 'temporary') return
  const about = { queue: queueId ?? null, recipient }
  if (outcome.theirs) log.writeWarning(outcome.reason, about)
  else log.writeError(outcome.reason, about)
}

const noWayOnward: Outcome = {
  kind: 'temporary',
  reason: 'no way to the mailbox: set lmtp (option -l), or local_smtp (option -L)',
}
