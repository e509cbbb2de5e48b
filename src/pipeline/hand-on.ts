// Mail handed on without looking into it: to the mailbox as it is; a copy of sent mail ends; a resource's goes to its owner.
import { askMailbox } from './mailbox.ts'
import { noteFault } from './note-passed.ts'
import { done, joinOutcomes, type Outcome } from './outcome.ts'
import type { RawMail } from './raw-mail.ts'
import type { World } from './world.ts'

/** `fault`: since we failed on it for too long; that has a verdict. */
export async function handOn(raw: RawMail, world: World, because?: 'fault'): Promise<Outcome> {
  const outcomes: Outcome[] = []
  for (const recipient of raw.recipients) {
    if (world.attempts.isDone(raw, recipient)) continue
    const outcome = await handOnTo(recipient, raw, world)
    world.attempts.settle(raw, recipient, outcome)
    outcomes.push(outcome)
    if (outcome.kind !== 'done') continue
    if (because === 'fault') await noteFault(raw, recipient, world)
    // Of other mail to a resource the step that sends it on has told.
    else if (world.agent !== 'imip-resource') world.report.passed(recipient)
  }
  world.attempts.end(raw)
  return joinOutcomes(outcomes)
}

async function handOnTo(recipient: string, raw: RawMail, world: World): Promise<Outcome> {
  if (world.agent === 'imip-person-outgoing') return done
  if (world.agent === 'imip-resource') {
    const steps = world.loadSteps()
    const mail = await steps.readMail(raw, world)
    return steps.sendOtherMail(raw, steps.findParty({ mail, calendars: [] }, recipient, world), false, world)
  }
  const mailbox = await askMailbox(raw, recipient, world)
  return mailbox.answer.kind === 'done' ? mailbox.deliver(raw.bytes) : mailbox.answer
}
