// A message that waits because nobody has proven who sent it, decided after all: an administrator vouches for it, or drops it.
import { readDomain, showAddress } from '../calendar/calendar-address.ts'
import { findOrganizer } from '../itip/authority.ts'
import { noAuthentication } from '../itip/mail-facts.ts'
import type { HeldMessage } from '../itip/stored-series.ts'
import type { Agent } from './agent.ts'
import { agents, findHandler } from './agents.ts'
import { decideWithHeld, forgetHeld, makeHeldMessage, makeHeldSituation } from './decide-with-held.ts'
import { type Decision, decide, type Wanted } from './decision.ts'
import * as reasons from './reasons.ts'
import type { Situation } from './situation.ts'

/** As if the organizer had sent it, proven. RFC 5546, 6.1.1: that it has, only people can find out now. */
export function releaseHeld(held: HeldMessage, situation: Situation): Decision | Wanted {
  const { stored, site } = situation
  const known = [...(stored?.parts ?? []), ...(stored?.cancelled ?? [])].map(({ component }) => component)
  const organizer = findOrganizer(known, site.addresses)?.address
  if (!stored || organizer === undefined) return decide('ignored', reasons.unknownObject)
  const waiting = { ...stored, held: stored.held.filter(({ key }) => key !== held.key) }
  const message = makeHeldMessage(held, { uid: stored.uid, component: 'VEVENT' })
  const own = makeHeldSituation(held, waiting, situation)
  const from = showAddress(organizer)
  const envelope = { ...own.mail.envelope, sender: from, login: undefined, client: undefined }
  const authentication = {
    ...noAuthentication,
    dmarc: [readDomain(organizer)],
    dkim: stored.pinned?.signers ?? [],
  }
  const mail = { ...own.mail, envelope, from: [from], sender: [], authentication }
  const handler = findHandler(agents[held.agent as Agent['name']], message.component, message.method)
  const decided = decideWithHeld(handler, message, { ...own, mail })
  return decided.kind === 'wanted' ? decided : forgetHeld(decided, waiting, held)
}

/** It waits no longer, and is not decided. */
export function dropHeld(held: HeldMessage, { stored }: Situation): Decision {
  if (!stored) return decide('ignored', reasons.unknownObject)
  const series = { ...stored, held: stored.held.filter(({ key }) => key !== held.key) }
  return decide('ignored', reasons.droppedByHand, [{ kind: 'save-series', series }])
}
