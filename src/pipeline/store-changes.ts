// The effects of a decision as changes of the store: the user's own, those of other resources, and those of quotas.
import type { Effect } from '../agents/effect.ts'
import type { Verdict } from '../agents/verdict.ts'
import type { CalendarAddress } from '../calendar/calendar-address.ts'
import type { StoreChange } from '../store/store.ts'

/** Mails and publications are no changes here. `verdict` is that of the user, from which those of other resources are made. */
export function makeStoreChanges(
  user: CalendarAddress,
  effects: readonly Effect[],
  verdict?: Verdict,
): readonly StoreChange[] {
  return effects.flatMap((effect): readonly StoreChange[] => {
    switch (effect.kind) {
      case 'send':
      case 'publish-free-busy':
        return []
      case 'book-quota':
      case 'release-quota':
        return [{ quota: effect }]
      case 'of-member': {
        const { member } = effect
        const [reason, ...notes] = effect.because
        const told = { verdict: effect.verdict, answer: effect.answer, reason, notes: notes.map(({ text }) => text) }
        return [
          ...effect.effects.map((own) => ({ user: member, effect: own })),
          ...(verdict ? [{ user: member, verdict: { ...verdict, ...told, user: member } }] : []),
        ]
      }
      default:
        return [{ user, effect }]
    }
  })
}
