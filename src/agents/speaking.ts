// Who speaks for whom in this situation: the rules of itip/speaker.ts, as strict as the site and the user want them.
import type { CalendarUser } from '../calendar/attendee.ts'
import type { CalendarAddress } from '../calendar/calendar-address.ts'
import { readSpeakers } from '../itip/authority.ts'
import { findSpeaker, maySpeakFor, type Speaker, type SpeakerRules, withoutForeignClaims } from '../itip/speaker.ts'
import type { Situation } from './situation.ts'

/** May this mail act for one of these? Who was pinned when the UID was first seen may, too. RFC 5546, 6.1. */
export function maySpeak(users: readonly (CalendarUser | undefined)[], situation: Situation): boolean {
  return maySpeakFor(users, situation.mail, makeSpeakerRules(situation), situation.stored?.pinned)
}

/** May this mail act for somebody whom only the message itself names? What it says of itself proves nothing. */
export function maySpeakAsNamed(user: CalendarUser, situation: Situation): boolean {
  return maySpeak([withoutForeignClaims(user)], situation)
}

/** Who may have written this mail: who is proven, or, where nothing is checked, whom it names. */
export function listSpeakers(situation: Situation): readonly CalendarAddress[] {
  const rules = makeSpeakerRules(situation)
  if (rules.senderCheck === 'none') return readSpeakers(situation.mail, rules.addresses)
  const speaker = findSpeaker(situation.mail, rules)
  return speaker ? [speaker.address] : []
}

/** Whose mail it is, proven; nothing where nothing is checked, or nobody proven. */
export function findProvenSpeaker(situation: Situation): Speaker | undefined {
  const rules = makeSpeakerRules(situation)
  return rules.senderCheck === 'none' ? undefined : findSpeaker(situation.mail, rules)
}

export function isSenderChecked(situation: Situation): boolean {
  return makeSpeakerRules(situation).senderCheck !== 'none'
}

export function makeSpeakerRules({ site, preferences }: Pick<Situation, 'site' | 'preferences'>): SpeakerRules {
  const { addresses, trustedNetworks, schedulerServices } = site
  // Without a name to look for, no result of the mail system can be told from a forged one.
  const automatic = site.authservId === '' ? 'none' : 'aligned'
  const senderCheck = preferences.senderCheck === 'auto' ? automatic : preferences.senderCheck
  return { addresses, senderCheck, trustedNetworks, schedulerServices }
}
