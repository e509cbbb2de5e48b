// Was a mail submitted by somebody of this site? The one place that says so.
import { findSpeaker } from '../itip/speaker.ts'
import type { Situation } from './situation.ts'
import { makeSpeakerRules } from './speaking.ts'

/** By login or from a trusted network; that its From address is the author's own is proven for outsiders, too. */
export function isAuthenticated(situation: Situation): boolean {
  const proof = findSpeaker(situation.mail, makeSpeakerRules(situation))?.proof
  return proof === 'login' || proof === 'network'
}
