// Who asks for free/busy, or gets it with an answer: from inside the site or outside, and how much such a one is told.
import { type CalendarAddress, readDomain } from '../calendar/calendar-address.ts'
import type { Period } from '../calendar/period.ts'
import { makeHorizon } from '../freebusy/sharing.ts'
import type { SharingLevel } from '../preferences/preferences.ts'
import type { Situation } from './situation.ts'
import { listSpeakers } from './speaking.ts'

export interface Asker {
  readonly address: CalendarAddress
  readonly isInside: boolean
  readonly level: SharingLevel
  /** Nothing outside it is told. */
  readonly horizon: Period
}

/**
 * The gate of authentication: who is not let through here is told nothing at all. Who speaks in the mail, proven as `sender_check`
 * wants it, must be of the domain of whom it speaks for; the answer goes to that one alone.
 */
export function isAuthentic(address: CalendarAddress, situation: Situation): boolean {
  // RFC 5546, 6.1.1: a message that names its own SENT-BY or EMAIL proves nothing by it, so these are not looked at.
  return listSpeakers(situation).some((speaker) => readDomain(speaker) === readDomain(address))
}

export function makeAsker(address: CalendarAddress, situation: Situation): Asker {
  const { now, site, preferences } = situation
  const isInside = isInsideSite(address, situation)
  return {
    address,
    isInside,
    level: isInside ? preferences.freeBusyInside : preferences.freeBusyOutside,
    horizon: makeHorizon(now, isInside ? site.freeBusyHorizon : site.freeBusyOutsideHorizon),
  }
}

/** Without `local_domains` the site is the user's own domain. */
function isInsideSite(address: CalendarAddress, { user, site }: Situation): boolean {
  const domains = site.localDomains.length === 0 ? [readDomain(user)] : site.localDomains
  return domains.includes(readDomain(address))
}

const day = 86_400

/** Has this one asked as often within a day as somebody outside may? */
export function hasAskedTooOften({ isInside }: Asker, { others, site, now }: Situation): boolean {
  const recent = (others?.asked ?? []).filter((at) => at > now - day)
  return !isInside && recent.length >= site.freeBusyRequests
}
