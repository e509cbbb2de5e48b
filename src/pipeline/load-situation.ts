// Step 6: everything the decision may look at, read under the lock of the user.
import { createHash } from 'node:crypto'
import type { Situation } from '../agents/situation.ts'
import { findProperty } from '../calendar/properties.ts'
import { emptyWindow } from '../freebusy/window.ts'
import { findAsker, findTeller } from '../itip/free-busy.ts'
import type { ReadMessage } from '../itip/read-messages.ts'
import type { StoreReader } from '../store/store.ts'
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
  return {
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

export function readUidOf(read: ReadMessage): string | null {
  return read.kind === 'message' ? read.message.uid : read.uid
}

/** The same message to the same recipient has the same key, in whatever mail it comes. */
function makeDecisionKey({ read, user, digest }: PartyMessage): string {
  const hash = createHash('sha256').update(`${user}\n${digest}\n`)
  const message = read.kind === 'message' ? read.message : read.readable
  for (const component of message?.components ?? [])
    for (const name of ['UID', 'RECURRENCE-ID', 'SEQUENCE', 'DTSTAMP'])
      hash.update(`${findProperty(component, name)?.value ?? ''}\n`)
  return hash
    .update(message?.method ?? '')
    .digest('hex')
    .slice(0, 40)
}
