// What a decision has made of other resources, as the next decision of the same commit finds them.
import type { Decision } from './decision.ts'
import type { Situation } from './situation.ts'

export function withDecidedMembers(situation: Situation, { effects }: Decision): Situation {
  const members = new Map(situation.members)
  for (const effect of effects) {
    const member = effect.kind === 'of-member' ? members.get(effect.member) : undefined
    const saved = effect.kind === 'of-member' && effect.effects.findLast((own) => own.kind === 'save-series')
    if (!member || !saved || effect.kind !== 'of-member') continue
    members.set(effect.member, { ...member, situation: { ...member.situation, stored: saved.series } })
  }
  return members.size === 0 ? situation : { ...situation, members }
}
