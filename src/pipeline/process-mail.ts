// The way of a message: nine steps, the same as in docs/flow.md. Read this first.
import { passGate } from '../mail/gate.ts'
import { handOn } from './hand-on.ts'
import { askMailbox } from './mailbox.ts'
import { joinOutcomes, type Outcome } from './outcome.ts'
import type { RawMail } from './raw-mail.ts'
import { sendAnswers } from './send.ts'
import type { CalendarMail, Decided, Steps } from './steps.ts'
import type { World } from './world.ts'

export async function processMail(raw: RawMail, world: World): Promise<Outcome> {
  // 0. Certainly no calendar here, or not to be looked at? Then straight to 9; no parser is even loaded.
  if (world.mode === 'pass' || passGate(raw.bytes) === 'no-calendar') return handOn(raw, world)
  // A person's mail that we failed on again and again goes on as if we were not there.
  if (world.delivers && world.attempts.isHopeless(raw)) return handOn(raw, world, 'fault')
  world.attempts.begin(raw)
  const steps = world.loadSteps()
  // 1. Bytes → IncomingMail. 2. The parts that may be iMIP, decoded, copies made one. 3. Text → CalendarObject.
  const mail = steps.readCalendars(await steps.readMail(raw, world))
  const outcomes: Outcome[] = []
  for (const recipient of raw.recipients) {
    if (world.attempts.isDone(raw, recipient)) continue
    const outcome = await processForRecipient(raw, recipient, mail, steps, world)
    world.attempts.settle(raw, recipient, outcome)
    outcomes.push(outcome)
  }
  world.attempts.end(raw)
  return joinOutcomes(outcomes)
}

async function processForRecipient(
  raw: RawMail,
  recipient: string,
  mail: CalendarMail,
  steps: Steps,
  world: World,
): Promise<Outcome> {
  // The mailbox is asked first: what it refuses must not be recorded.
  const mailbox = world.delivers ? await askMailbox(raw, recipient, world) : undefined
  if (mailbox && mailbox.answer.kind !== 'done') return mailbox.answer
  try {
    const party = steps.findParty(mail, recipient, world)
    // 4. Can it be used for its method? 5. CalendarObject + METHOD → messages, one for each UID.
    const { messages, passed } = await steps.readMessages(mail, party, world)
    const limited = await steps.limitRates(messages, party, world)
    if (limited) return limited
    const decided: Decided[] = []
    for (const message of messages) {
      const { users, groups } = await steps.listLocks(message, party, world)
      const one = await world.openStore().transact(users, groups, async (reader) => {
        // 6. What the store and the preferences say, as far as this message needs it.
        const situation = await steps.loadSituation(message, party, reader, world)
        // 7. The decision: pure; it may ask for more of the schedule.
        const decision = await steps.decide(message, situation, reader, world)
        // 8. Answers composed to finished bytes; store changes, outbox and verdict: one atomic commit.
        const transaction = steps.makeTransaction(decision, message, situation, world)
        steps.foreseeTold(transaction.result, raw, recipient, world)
        return transaction
      })
      await steps.noteDecision(one, party, world)
      decided.push(await steps.recallTold(one, raw, recipient, world))
    }
    // 9. What is published, answers from the outbox, then the original.
    await steps.publishFreeBusy(decided, world)
    const answered = await sendAnswers(new Set(messages.map((message) => message.user)), world)
    if (mailbox) return await steps.deliver({ raw, party, decided, passed }, mailbox, world)
    if (!steps.isOtherMail(decided, world)) return answered
    return await steps.sendOtherMail(raw, party, decided.length + passed.length > 0, world)
  } finally {
    await mailbox?.leave()
  }
}
