// Floods: what is asked of resources beyond the rates of the site is put off or ends, before the store is locked for it.
import * as reasons from '../agents/reasons.ts'
import { makeSpeakerRules } from '../agents/speaking.ts'
import { findOrganizer } from '../itip/authority.ts'
import type { Reason } from '../itip/reason.ts'
import { maySpeakFor } from '../itip/speaker.ts'
import { noteRefused } from './note-passed.ts'
import { done, type Outcome } from './outcome.ts'
import type { Party } from './party.ts'
import type { PartyMessage } from './read-messages.ts'
import type { World } from './world.ts'

/** What the mail system is told in place of a decision; nothing where the mail is within the rates. */
export async function limitRates(
  messages: readonly PartyMessage[],
  party: Party,
  world: World,
): Promise<Outcome | undefined> {
  const [first] = messages
  const { rates, configuration } = world
  if (world.agent !== 'imip-resource' || world.mode !== 'on' || world.dryRun || !rates || !first) return undefined
  const { organizerRequestsPerHour, resourceRequestsPerHour, rateExceeded } = configuration
  const count = messages.length
  const who = nameOrganizer(first, party)
  const ofOrganizer = organizerRequestsPerHour > 0 ? rates.count('organizer', who, count) : 0
  // One organizer shall not use up what the room has for all.
  const isOrganizer = organizerRequestsPerHour > 0 && ofOrganizer >= organizerRequestsPerHour
  const ofResource = isOrganizer || resourceRequestsPerHour === 0 ? 0 : rates.count('resource', first.user, count)
  const isResource = resourceRequestsPerHour > 0 && ofResource >= resourceRequestsPerHour
  if (!isOrganizer && !isResource) return undefined
  const isSilent = rateExceeded === 'silence'
  const reason = isOrganizer
    ? reasons.tooManyOfOrganizer(who, organizerRequestsPerHour, isSilent)
    : reasons.tooManyForResource(resourceRequestsPerHour, isSilent)
  // A mail that is put off comes again and again: that it began is written down once an hour.
  const isBeginning = isOrganizer
    ? ofOrganizer < organizerRequestsPerHour + count
    : ofResource < resourceRequestsPerHour + count
  if (isSilent || isBeginning) await noteRefused(reason, party, world)
  return isSilent ? done : makeLater(reason)
}

const unproven = '(not proven)'

/** Whoever sends in another's name must not use up what that one has: proven and unproven mail are counted apart. */
function nameOrganizer({ read, preferences }: PartyMessage, party: Party): string {
  const message = read.kind === 'message' ? read.message : read.readable
  const organizer = message && findOrganizer(message.components, party.site.addresses)
  if (organizer?.address === undefined) return party.sender ?? 'nobody'
  const rules = makeSpeakerRules({ site: party.site, preferences })
  return maySpeakFor([organizer], party.facts, rules) ? organizer.address : `${organizer.address} ${unproven}`
}

function makeLater(reason: Reason): Outcome {
  return { kind: 'temporary', reason: reason.text, theirs: true }
}
