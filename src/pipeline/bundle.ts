// Free/busy that goes with answers and summaries: looked up in the schedule under the lock of the decision, where it is wanted.
import { bundleFreeBusy, makeOwnBundle } from '../agents/bundle-free-busy.ts'
import type { Decision } from '../agents/decision.ts'
import type { Situation } from '../agents/situation.ts'
import type { StoreReader } from '../store/store.ts'
import type { World } from './world.ts'

export async function bundle(decision: Decision, situation: Situation, reader: StoreReader): Promise<Decision> {
  const bundled = bundleFreeBusy(decision, situation)
  if (bundled.kind === 'decision') return bundled
  const freeBusy = await reader.readWindow(situation.user, bundled.periods)
  const known = bundleFreeBusy(decision, { ...situation, freeBusy })
  return known.kind === 'decision' ? known : decision
}

/** No failure of it holds a summary back. */
export async function bundleWithSummary(
  decision: Decision,
  situation: Situation,
  reader: StoreReader,
  world: World,
): Promise<Decision> {
  try {
    const asked = makeOwnBundle(decision, situation)
    if (asked === undefined) return decision
    if (!('kind' in asked)) return { ...decision, besideSummary: asked }
    const freeBusy = await reader.readWindow(situation.user, asked.periods)
    const made = makeOwnBundle(decision, { ...situation, freeBusy })
    return made === undefined || 'kind' in made ? decision : { ...decision, besideSummary: made }
  } catch (error) {
    world.report.failure(`a summary goes without free/busy: ${error instanceof Error ? error.message : String(error)}`)
    return decision
  }
}
