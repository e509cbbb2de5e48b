// What an organizer sends to a person: it is recorded, and the person answers; a cancellation frees the person's time.
import { isFault } from '../calendar/fault.ts'
import { findProperty } from '../calendar/properties.ts'
import { findInvitation, type Identity, isOwnAddress } from '../itip/acting-user.ts'
import { receiveAdd } from '../itip/add.ts'
import { findOrganizer } from '../itip/authority.ts'
import { isHandedBack } from '../itip/delegation.ts'
import { readKey, withParts } from '../itip/instances.ts'
import { receivePublish } from '../itip/publish.ts'
import { type ReceivedPart, type ReceivedRequest, receiveRequest } from '../itip/request.ts'
import type { SchedulingMessage } from '../itip/scheduling-message.ts'
import type { StoredPart, StoredSeries } from '../itip/stored-series.ts'
import { readOwnParticipation, withOwnParticipation } from './answers.ts'
import { askInstead, holdAdd } from './asking.ts'
import { type Decision, decide } from './decision.ts'
import { decideDelegatedRequest } from './delegated-request.ts'
import type { StoreEffect } from './effect.ts'
import { makeIdentity } from './identity.ts'
import { decideCounter, isRequestProposal } from './organizer-receives.ts'
import * as reasons from './reasons.ts'
import type { Situation } from './situation.ts'
import {
  checkStoredOrganizer,
  decideCancel as decideCancelled,
  noteReplacement,
  noteUnverified,
  readZones,
} from './stored-organizer.ts'

// RFC 5546, 3.2.2. The person's own free/busy changes only when the person answers.
export function decideRequest(message: SchedulingMessage, situation: Situation): Decision {
  if (isToOwnObject(message, situation))
    return isRequestProposal(message, situation)
      ? decideCounter(message, situation)
      : decide('refused', reasons.ownObject)
  const refusal = checkStoredOrganizer(message, situation, readWish(situation))
  if (refusal) return decideDelegatedRequest(message, situation) ?? refusal
  const zones = readZones(message, situation)
  const received = receiveRequest(situation.stored, message, zones, false)
  if (isFault(received)) return decide('passed', reasons.unusable(received))
  const known = checkKnown(received, message, situation)
  if (known) return known
  const identity = makeIdentity(situation)
  const current = received.parts.filter((part) => part.change !== 'older')
  const isAsked = (part: ReceivedPart) =>
    part.change === 'new' || part.change === 'rescheduled' || isAskedAgain(part, situation.stored, identity)
  const asked = current.filter(isAsked)
  const kept = current.map((part) =>
    isAsked(part) ? { key: part.key, component: part.component } : keepAnswer(part, situation.stored, identity),
  )
  const series = { ...received.series, parts: withParts(received.series.parts, kept) }
  const notes = [
    ...noteUnverified(message, situation),
    ...noteReplacement(message, situation),
    ...(asked.some((part) => part.withoutSequence) ? [reasons.withoutSequence] : []),
    ...(current.some((part) => findInvitation(part.component, identity)) ? [] : [reasons.notInvited(situation.user)]),
  ]
  const reason = asked.length > 0 ? reasons.requestRecorded : reasons.detailsRecorded
  return decide(
    'applied',
    [reason, ...notes],
    [
      { kind: 'save-series', series },
      ...received.dropped.map(dequeueRequest(message.uid)),
      ...asked.map(queueRequest(message.uid)),
    ],
  )
}

// RFC 5546, 3.2.1: a publication asks for nothing and takes no time.
export function decidePublish(message: SchedulingMessage, situation: Situation): Decision {
  if (isToOwnObject(message, situation)) return decide('refused', reasons.ownObject)
  const refusal = checkStoredOrganizer(message, situation, readWish(situation))
  if (refusal) return refusal
  const received = receivePublish(situation.stored, message, readZones(message, situation))
  if (isFault(received)) return decide('passed', reasons.unusable(received))
  const known = checkKnown(received, message, situation)
  if (known) return known
  const because = [
    reasons.published,
    ...noteUnverified(message, situation),
    ...noteReplacement(message, situation),
  ] as const
  return decide('applied', because, [{ kind: 'save-series', series: received.series }])
}

// RFC 5546, 3.2.4.
export function decideAdd(message: SchedulingMessage, situation: Situation): Decision {
  if (isToOwnObject(message, situation)) return decide('refused', reasons.ownObject)
  const refusal = checkStoredOrganizer(message, situation)
  if (refusal) return refusal
  const wish = situation.preferences.addMethodResponse
  if (wish === 'ignore') return decide('ignored', reasons.addIgnored)
  const zones = readZones(message, situation)
  const received = receiveAdd(situation.stored, message, zones)
  if (isFault(received)) return decide('passed', reasons.unusable(received))
  if (received.outcome === 'older') return decide('ignored', reasons.olderRevision(message, situation.stored))
  if (received.outcome === 'repeated') return decide('ignored', reasons.alreadyKnown)
  if (received.outcome === 'early') return holdAdd(message, situation, 'imip-person', zones)
  if (received.outcome === 'changed-before')
    return decide('applied', reasons.dateChangedBefore, [{ kind: 'save-series', series: received.series }])
  // What had to wait was asked about when it came; now its organizer's word stands. RFC 5546, 3.5.2: journal entries are never asked for.
  if (wish !== 'add' && !situation.wasHeld && message.component !== 'VJOURNAL')
    return askInstead(message, situation, zones)
  const identity = makeIdentity(situation)
  const waiting = received.parts.map(({ key, component }) => ({ key, component: withoutAnswer(component, identity) }))
  const series = { ...received.series, parts: withParts(received.series.parts, waiting) }
  // RFC 5546, 3.2.1 and 3.5.1: what was published, without attendees, asks for nothing.
  const asked = waiting.filter(({ component }) => findProperty(component, 'ATTENDEE'))
  return decide('applied', asked.length > 0 ? reasons.dateAdded : reasons.published, [
    { kind: 'save-series', series },
    ...asked.map(queueRequest(message.uid)),
  ])
}

// RFC 5546, 3.2.8: the invitation stands as it was before the proposal, and waits again if it was not answered.
export function decideDeclineCounter(message: SchedulingMessage, situation: Situation): Decision {
  const { stored } = situation
  if (!stored || stored.parts.length === 0) return decide('ignored', reasons.unknownObject)
  if (isToOwnObject(message, situation)) return decide('refused', reasons.ownObject)
  const refusal = checkStoredOrganizer(message, situation)
  if (refusal) return refusal
  const zones = readZones(message, situation)
  const identity = makeIdentity(situation)
  const effects: StoreEffect[] = []
  for (const component of message.components) {
    const key = readKey(component, stored, zones)
    if (isFault(key)) return decide('passed', reasons.unusable(key))
    const isOpen = readOwnParticipation(stored, key, identity) === 'NEEDS-ACTION'
    if (isOpen) effects.push(queueRequest(message.uid)({ key }))
  }
  return decide('applied', reasons.proposalDeclined, effects)
}

/** Nothing that is new: the verdict about that. */
function checkKnown(received: ReceivedRequest, message: SchedulingMessage, situation: Situation): Decision | undefined {
  const current = received.parts.filter((part) => part.change !== 'older')
  if (current.length === 0) return decide('ignored', reasons.olderRevision(message, situation.stored))
  return current.every((part) => part.change === 'repeated') ? decide('ignored', reasons.alreadyKnown) : undefined
}

function isToOwnObject(message: SchedulingMessage, situation: Situation): boolean {
  // What names nobody is about what is known of the UID.
  const known = situation.stored?.parts.map(({ component }) => component) ?? []
  const organizer = findOrganizer([...message.components, ...known], situation.site.addresses)
  return isOwnAddress(organizer?.address, makeIdentity(situation))
}

function readWish({ preferences }: Situation): 'attendee' | 'any' | 'never' {
  return preferences.organizerReplacement === 'automatic' ? 'attendee' : preferences.organizerReplacement
}

/** RFC 5546, 4.2.7: the delegate has declined, and the organizer asks whoever had delegated. */
function isAskedAgain({ key, component }: ReceivedPart, before: StoredSeries | undefined, identity: Identity): boolean {
  const address = findInvitation(component, identity)?.attendee.address
  if (address === undefined || readOwnParticipation(before, key, identity) !== 'DELEGATED') return false
  return isHandedBack(component, address, identity.rules)
}

/** Where only details changed the person's earlier answer stands. RFC 5546, 3.2.2.2. */
function keepAnswer(part: ReceivedPart, before: StoredSeries | undefined, identity: Identity): StoredPart {
  const { key, component } = part
  const invitation = findInvitation(component, identity)
  const answered = readOwnParticipation(before, key, identity)
  if (part.change !== 'details' || !invitation || answered === undefined) return { key, component }
  // RFC 5546, 3.2.2.7: who has not answered yet is still asked, in the organizer's words.
  if (answered === invitation.attendee.participation) return { key, component }
  return { key, component: withOwnParticipation(component, answered, invitation, identity) }
}

/** An added date is a question of its own, whatever was answered about the others. */
function withoutAnswer(component: StoredPart['component'], identity: Identity): StoredPart['component'] {
  const invitation = findInvitation(component, identity)
  return invitation?.kind === 'own' ? withOwnParticipation(component, 'NEEDS-ACTION', invitation, identity) : component
}

function queueRequest(uid: string): (part: Pick<ReceivedPart, 'key'>) => StoreEffect {
  return ({ key }) => ({ kind: 'queue-request', uid, ...(key === '' ? {} : { recurrenceId: key }) })
}

function dequeueRequest(uid: string): (key: string) => StoreEffect {
  return (key) => ({ kind: 'dequeue-request', uid, ...(key === '' ? {} : { recurrenceId: key }) })
}

// RFC 5546, 3.2.5: what is cancelled waits for no answer any more.
export function decideCancel(message: SchedulingMessage, situation: Situation): Decision {
  if (isToOwnObject(message, situation)) return decide('refused', reasons.ownObject)
  return decideCancelled(message, situation, ({ key }) => [dequeueRequest(message.uid)(key)])
}
