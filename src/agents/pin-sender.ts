// Who sent the first message of a UID's organizer is kept with the series: later changes must come from there, or from the organizer.
import { findOrganizer } from '../itip/authority.ts'
import { senderOfMethod } from '../itip/method.ts'
import type { SchedulingMessage } from '../itip/scheduling-message.ts'
import type { Decision } from './decision.ts'
import type { Situation } from './situation.ts'
import { findProvenSpeaker, maySpeakAsNamed } from './speaking.ts'

/** RFC 5546, 6.1.1: what nobody has proven pins nobody. */
export function pinSender(decision: Decision, message: SchedulingMessage, situation: Situation): Decision {
  if (decision.verdict !== 'applied' || senderOfMethod[message.method] !== 'organizer') return decision
  const speaker = situation.stored?.pinned ? undefined : findProvenSpeaker(situation)
  const organizer = findOrganizer(message.components, situation.site.addresses)
  if (!speaker || !organizer || !maySpeakAsNamed(organizer, situation)) return decision
  const pinned = { ...speaker, at: situation.now }
  const effects = decision.effects.map((effect) =>
    effect.kind === 'save-series' ? { ...effect, series: { ...effect.series, pinned } } : effect,
  )
  return { ...decision, effects }
}
