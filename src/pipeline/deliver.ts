// Step 9 for a person: the original to the mailbox, and the summaries that the user wants. The original comes first in everything
// but the order: no failure of a summary holds it back.
import {
  type DeliveredParty,
  type DeliveryPlan,
  makeDeliveryPlan,
  makeHandedOn,
  makeSummaryMail,
} from './delivery-form.ts'
import { type AskedMailbox, readOutcome } from './mailbox.ts'
import { done, type Outcome } from './outcome.ts'
import type { World } from './world.ts'

export async function deliver(given: DeliveredParty, mailbox: AskedMailbox, world: World): Promise<Outcome> {
  const { raw, party } = given
  const kept = world.attempts.recallPlan(raw, party.recipient)
  const plan = isDeliveryPlan(kept) ? kept : makeDeliveryPlan(given, world)
  if (plan.form === 'message-only' && plan.verdicts.length === 0) return mailbox.deliver(raw.bytes)
  world.attempts.keepPlan(raw, party.recipient, plan)
  switch (plan.form) {
    case 'message-only':
      return mailbox.deliver(makeHandedOn(plan, given))
    case 'message-then-summary': {
      const outcome = await mailbox.deliver(makeHandedOn(plan, given))
      if (outcome.kind === 'done') await deliverSummary(plan, given, world)
      return outcome
    }
    case 'summary-then-message':
      // A mailbox that takes the small one and not yet the large one must not get the small one at every try.
      if (!plan.isSummaryDelivered && (await deliverSummary(plan, given, world)))
        world.attempts.keepPlan(raw, party.recipient, { ...plan, isSummaryDelivered: true })
      return mailbox.deliver(makeHandedOn(plan, given))
    default:
      if (!(await deliverSummary(plan, given, world))) return mailbox.deliver(makeHandedOn(plan, given))
      await mailbox.leave()
      return done
  }
}

/** By the way of the original; says whether the mailbox has taken it. It is tried once: the original is what matters. */
async function deliverSummary(plan: DeliveryPlan, given: DeliveredParty, world: World): Promise<boolean> {
  const about = `for ${given.party.recipient} about ${given.party.facts.messageId}`
  try {
    const mail = makeSummaryMail(plan, given, world)
    if (world.dryRun) {
      world.report.shown(mail)
      return true
    }
    const delivery = await world.onward.transport.open(mail)
    const outcome = readOutcome((await delivery.finish(mail.bytes))[0])
    if (outcome.kind === 'done') return true
    const reply = outcome.kind === 'refused' ? outcome.reply : outcome.reason
    world.report.failure(`the summary ${about} was not delivered: ${reply}`)
  } catch (error) {
    world.report.failure(`the summary ${about} failed: ${error instanceof Error ? error.message : String(error)}`)
  }
  return false
}

/** What was kept by another version may be anything; then the plan is made anew. */
function isDeliveryPlan(kept: unknown): kept is DeliveryPlan {
  const plan = kept as Partial<DeliveryPlan> | null | undefined
  return typeof plan?.form === 'string' && Array.isArray(plan.messages?.shown) && Array.isArray(plan.verdicts)
}
