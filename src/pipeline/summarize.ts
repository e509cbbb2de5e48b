// What a summary will say is gathered with the decision, while what was known before can still be seen.
import type { Decision } from '../agents/decision.ts'
import type { Situation } from '../agents/situation.ts'
import { makeSummaryFacts } from '../agents/summary-facts.ts'
import { chooseToldForm } from '../agents/told-form.ts'
import type { StoreReader } from '../store/store.ts'
import type { SummaryFacts } from '../text/summary-facts.ts'
import type { PartyMessage } from './read-messages.ts'
import type { World } from './world.ts'

/** Nothing where none is wanted, or none can be made: a summary never holds a mail back. */
export async function makeSummaryOf(
  decision: Decision,
  { read }: PartyMessage,
  situation: Situation,
  reader: StoreReader,
  world: World,
): Promise<SummaryFacts | undefined> {
  if (!world.delivers || world.mode !== 'on' || chooseToldForm(read, situation) === 'message-only') return undefined
  try {
    const facts = makeSummaryFacts(read, decision, situation)
    if (facts?.kind !== 'wanted') return facts
    const freeBusy = await readWindow(facts.periods, situation, reader, world)
    const looked = makeSummaryFacts(
      read,
      decision,
      { ...situation, freeBusy: freeBusy ?? situation.freeBusy },
      freeBusy !== undefined,
    )
    return looked?.kind === 'wanted' ? undefined : looked
  } catch (error) {
    world.report.failure(`no summary could be made: ${describe(error)}`)
    return undefined
  }
}

async function readWindow(
  periods: Parameters<StoreReader['readWindow']>[1],
  { user }: Situation,
  reader: StoreReader,
  world: World,
): Promise<Situation['freeBusy'] | undefined> {
  try {
    return await reader.readWindow(user, periods)
  } catch (error) {
    world.report.failure(`a summary is made without conflicts: ${describe(error)}`)
    return undefined
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
