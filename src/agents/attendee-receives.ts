// What an organizer sends to a person: it is recorded, and the person answers; a cancellation frees the person's time.
import { isFault } from '../calendar/fault.ts'
import { findInvitation, type Identity, isOwnAddress } from '../itip/acting-user.ts'
import { findOrganizer } from '../itip/authority.ts'
import { withParts } from '../itip/instances.ts'
import { type ReceivedPart, receiveRequest } from '../itip/request.ts'
import type { SchedulingMessage } from '../itip/scheduling-message.ts'
import type { StoredPart, StoredSeries } from '../itip/stored-series.ts'
import { readOwnParticipation, withOwnParticipation } from './answers.ts'
import { type Decision, decide } from './decision.ts'
import type { StoreEffect } from './effect.ts'
import { makeIdentity } from './identity.ts'
import * as reasons from './reasons.ts'
import type { Situation } from './situation.ts'
import { checkStoredOrganizer, decideCancel as decideCancelled, readZones } from './stored-organizer.ts'

// RFC 5546, 3.2.2. The person's own free/busy changes only when the person answers.
export function decideRequest(message: SchedulingMessage, situation: Situation): Decision {
  const identity = makeIdentity(situation)
  const organizer = findOrganizer(message.components, situation.site.addresses)
  if (isOwnAddress(organizer?.address, identity)) return decide('refused', reasons.ownObject)
  const refusal = checkStoredOrganizer(message, situation)
  if (refusal) return refusal
  const zones = readZones(message, situation)
  const received = receiveRequest(situation.stored, message, zones, false)
  if (isFault(received)) return decide('passed', reasons.unusable(received))
  const current = received.parts.filter((part) => part.change !== 'older')
  if (current.length === 0) return decide('ignored', reasons.olderRevision(message, situation.stored))
  if (current.every((part) => part.change === 'repeated')) return decide('ignored', reasons.alreadyKnown)
  const kept = current.map((part) => keepAnswer(part, situation.stored, identity))
  const series = { ...received.series, parts: withParts(received.series.parts, kept) }
  const asked = current.filter((part) => part.change === 'new' || part.change === 'rescheduled')
  const notes = [
    ...(asked.some((part) => part.withoutSequence) ? [reasons.withoutSequence] : []),
    ...(current.some((part) => findInvitation(part.component, identity)) ? [] : [reasons.notInvited(situation.user)]),
  ]
  const reason = asked.length > 0 ? reasons.requestRecorded : reasons.detailsRecorded
  return decide(
    'applied',
    [reason, ...notes],
    [{ kind: 'save-series', series }, ...asked.map(queueRequest(message.uid))],
  )
}

/** Where only details changed the person's earlier answer stands. RFC 5546, 3.2.2.2. */
function keepAnswer(part: ReceivedPart, before: StoredSeries | undefined, identity: Identity): StoredPart {
  const { key, component } = part
  const invitation = findInvitation(component, identity)
  const answered = readOwnParticipation(before, key, identity)
  if (part.change !== 'details' || !invitation || answered === undefined) return { key, component }
  return { key, component: withOwnParticipation(component, answered, invitation, identity) }
}

function queueRequest(uid: string): (part: ReceivedPart) => StoreEffect {
  return ({ key }) => ({ kind: 'queue-request', uid, ...(key === '' ? {} : { recurrenceId: key }) })
}

// RFC 5546, 3.2.5: what is cancelled waits for no answer any more.
export function decideCancel(message: SchedulingMessage, situation: Situation): Decision {
  return decideCancelled(message, situation, ({ key }) => [
    { kind: 'dequeue-request', uid: message.uid, ...(key === '' ? {} : { recurrenceId: key }) },
  ])
}
