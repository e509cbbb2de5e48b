// What an administrator's decision changes in the store, its answers and its verdict included.
import type { Decision } from '../agents/decision.ts'
import type { Situation } from '../agents/situation.ts'
import type { Verdict } from '../agents/verdict.ts'
import { makeMail } from '../pipeline/commit.ts'
import { makeStoreChanges } from '../pipeline/store-changes.ts'
import type { StoreChange } from '../store/store.ts'
import type { AdminWorld } from './admin-world.ts'

export interface HandledEvent {
  readonly uid: string
  readonly recurrenceId: string | null
}

/** Nothing where the decision has no effect. */
export function makeHandChanges(
  decision: Decision,
  situation: Situation,
  event: HandledEvent,
  world: AdminWorld,
): readonly StoreChange[] {
  if (decision.effects.length === 0) return []
  const { user } = situation
  const verdict = makeVerdict(decision, situation, event)
  return [
    ...makeStoreChanges(user, decision.effects, verdict),
    ...decision.effects.flatMap((effect): readonly StoreChange[] =>
      effect.kind === 'send' ? makeMail(effect, situation, world).map((outgoing) => ({ user, outgoing })) : [],
    ),
    { user, verdict },
  ]
}

function makeVerdict({ verdict, answer, because }: Decision, situation: Situation, event: HandledEvent): Verdict {
  const [reason, ...notes] = because
  return {
    at: situation.now,
    user: situation.user,
    agent: 'imip-admin',
    ...event,
    method: null,
    sequence: null,
    verdict,
    answer,
    reason,
    notes: notes.map(({ text }) => text),
    messageId: situation.mail.messageId,
    queueId: null,
  }
}
