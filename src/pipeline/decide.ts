// Step 7: asks the agent; where it wants to know more of the schedule, loads that under the same lock and asks again.
import { agents, findHandler } from '../agents/agents.ts'
import { decideWithHeld } from '../agents/decide-with-held.ts'
import { type Decision, decide as decideNothing } from '../agents/decision.ts'
import { withPublication } from '../agents/publication.ts'
import * as reasons from '../agents/reasons.ts'
import { decideUnusable } from '../agents/resource-receives.ts'
import type { Situation } from '../agents/situation.ts'
import type { StoreReader } from '../store/store.ts'
import { bundle, bundleWithSummary } from './bundle.ts'
import { decideInRounds } from './decide-in-rounds.ts'
import type { PartyMessage } from './read-messages.ts'
import { makeSummaryOf } from './summarize.ts'
import type { World } from './world.ts'

export async function decide(
  message: PartyMessage,
  situation: Situation,
  reader: StoreReader,
  world: World,
): Promise<Decision> {
  const decision = await bundle(await askAgent(message, situation, reader, world), situation, reader)
  const summary = await makeSummaryOf(decision, message, situation, reader, world)
  const told = summary ? await bundleWithSummary({ ...decision, summary }, situation, reader, world) : decision
  return withPublication(told, situation.user)
}

async function askAgent(
  { read }: PartyMessage,
  situation: Situation,
  reader: StoreReader,
  world: World,
): Promise<Decision> {
  if (read.kind === 'unusable')
    return world.agent === 'imip-resource'
      ? decideUnusable(read, situation)
      : decideNothing('passed', reasons.unusable(read.fault))
  const handler = findHandler(agents[world.agent], read.message.component, read.message.method)
  return decideInRounds((known) => decideWithHeld(handler, read.message, known), situation, reader, read.message.uid)
}
