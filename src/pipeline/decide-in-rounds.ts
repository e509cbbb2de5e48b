// Asks an agent; where it wants to know more of the schedule, loads that under the same lock and asks again, a bounded number of times.
import type { Decision, Wanted } from '../agents/decision.ts'
import type { Situation } from '../agents/situation.ts'
import type { StoreReader } from '../store/store.ts'
import { loadWanted } from './load-wanted.ts'

/** From here on no other times are looked for, each of which costs some rounds: a decision must not fail for what it may leave unsaid. */
const mostSearched = 24

/** A decision that is not made by then never will be: the core has a fault. */
const mostRounds = 40

export async function decideInRounds(
  ask: (known: Situation) => Decision | Wanted,
  situation: Situation,
  reader: StoreReader,
  uid: string,
): Promise<Decision> {
  let known = situation
  for (let round = 0; round < mostRounds; round++) {
    const decision = ask(known)
    if (decision.kind === 'decision') return decision
    known = await loadWanted(known, decision, reader)
    if (round === mostSearched) known = withEnoughSearched(known)
  }
  throw new Error(`no decision about ${uid} after ${mostRounds} rounds`)
}

function withEnoughSearched(situation: Situation): Situation {
  const { members } = situation
  const searched = { ...situation, isEnoughSearched: true } as const
  if (!members) return searched
  const those = [...members].map(
    ([address, member]) => [address, { ...member, situation: withEnoughSearched(member.situation) }] as const,
  )
  return { ...searched, members: new Map(those) }
}
