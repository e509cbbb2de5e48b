// Step 6: everything the decision may look at, read under the lock of the user.
import type { Situation } from '../agents/situation.ts'
import { emptyWindow } from '../freebusy/window.ts'
import { findOrganizer } from '../itip/authority.ts'
import { findAsker, findTeller } from '../itip/free-busy.ts'
import type { StoreReader } from '../store/store.ts'
import { makeDecisionKey, readUidOf } from './decision-key.ts'
import { loadQuotas } from './load-quotas.ts'
import type { Party } from './party.ts'
import type { PartyMessage } from './read-messages.ts'
import type { World } from './world.ts'

export async function loadSituation(
  message: PartyMessage,
  party: Party,
  reader: StoreReader,
  world: World,
): Promise<Situation> {
  const uid = readUidOf(message.read)
  const situation: Situation = {
    agent: world.agent,
    now: world.now(),
    user: message.user,
    site: party.site,
    preferences: message.preferences,
    mail: party.facts,
    zoneTables: world.loadZones(),
    stored: uid === null ? undefined : await reader.readSeries(message.user, uid),
    ...(await loadOthers(message, party, reader)),
    ...(world.agent === 'imip-resource' ? { offers: await reader.readOffers(message.user) } : {}),
    decisionKey: makeDecisionKey(message),
    freeBusy: emptyWindow,
  }
  return {
    ...situation,
    ...(await loadQuotas(message, party, reader, world, situation)),
    ...(world.agent === 'imip-resource' ? await loadRequests(message, party, reader) : {}),
  }
}

/** Counted for the resource that the mail came to, not for those that may take the booking in its place. */
async function loadRequests(
  { read, user, preferences }: PartyMessage,
  party: Party,
  reader: StoreReader,
): Promise<Pick<Situation, 'requests'>> {
  if (preferences.bookingRules.requestsPerDay === undefined || read.kind !== 'message') return {}
  const sender = findOrganizer(read.message.components, party.site.addresses)?.address
  return sender ? { requests: (await reader.readOthers(user, sender)) ?? { sender, pieces: [] } } : {}
}

/** Of whoever tells of free/busy in this message, or asks for it. */
async function loadOthers(
  { read, user }: PartyMessage,
  party: Party,
  reader: StoreReader,
): Promise<Pick<Situation, 'others'>> {
  if (read.kind !== 'message') return {}
  const { addresses } = party.site
  const other = (findTeller(read.message, addresses) ?? findAsker(read.message, addresses))?.address
  const others = other && (await reader.readOthers(user, other))
  return others ? { others } : {}
}
