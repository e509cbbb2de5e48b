// What arrives for a resource: REQUEST is answered by policy, CANCEL frees the time.
import type { Component } from '../calendar/component.ts'
import { isFault } from '../calendar/fault.ts'
import { findProperties, makeProperty, withProperties } from '../calendar/properties.ts'
import type { Zones } from '../calendar/time-zone.ts'
import { findInvitation, type Identity, type Invitation, isOwnAddress } from '../itip/acting-user.ts'
import { makeAddedInstance, receiveAdd } from '../itip/add.ts'
import { findOrganizer } from '../itip/authority.ts'
import { findPart, makeSeries, readKey } from '../itip/instances.ts'
import type { UnusableMessage } from '../itip/read-messages.ts'
import type { Reason } from '../itip/reason.ts'
import { type ReceivedPart, receiveRequest } from '../itip/request.ts'
import { compareRevision, readRevision } from '../itip/revision.ts'
import type { SchedulingMessage } from '../itip/scheduling-message.ts'
import type { RecordedAnswer } from '../itip/stored-series.ts'
import { type AskedResource, answerAsBefore, answerByPolicy } from './answer-by-policy.ts'
import { makeAnswer, makeRepeatedAnswers, readOwnParticipation } from './answers.ts'
import { askInstead, holdAdd } from './asking.ts'
import { hasOffers, withdrawOffers } from './counter-proposals.ts'
import { findRepetition, withDecided, withRepetition } from './decided-once.ts'
import { type Decision, decide, type Wanted } from './decision.ts'
import { makeIdentity } from './identity.ts'
import * as reasons from './reasons.ts'
import type { Situation } from './situation.ts'
import { listSpeakers } from './speaking.ts'
import { checkStoredOrganizer, decideCancel as decideCancelled, noteUnverified, readZones } from './stored-organizer.ts'

// RFC 5546, 3.2.2.
export function decideRequest(message: SchedulingMessage, situation: Situation): Decision | Wanted {
  const identity = makeIdentity(situation)
  const refusal = checkRequest(message, situation, identity)
  if (refusal) return refusal
  // Quirk: Outlook invites rooms as NON-PARTICIPANT, others leave RSVP out: who is named is asked, see docs/quirks.md.
  const invitation = findInvitationIn(message, identity)
  if (!invitation) return decideLeftOut(message, situation, identity)
  const zones = readZones(message, situation)
  const received = receiveRequest(situation.stored, message, zones, true)
  if (isFault(received)) return decide('passed', reasons.unusable(received))
  // A date to which others are invited, and not the resource, is none of its business: it takes no time there.
  const current = received.parts.filter((part) => part.change !== 'older' && mayInvite(part.component, identity))
  if (current.length === 0) return decide('ignored', reasons.olderRevision(message, situation.stored))
  const lapsed = findLapsed(message, situation)
  const repeated = lapsed ? undefined : answerRepetition(message, situation, invitation, zones)
  if (repeated) return repeated
  // While a proposal is open, or where it has lapsed, there is no answer that could stand.
  const isOpen = lapsed !== undefined || hasOffers(message.uid, situation)
  // What it was not invited to before it has not answered.
  const isAsked = ({ key, change }: ReceivedPart): boolean =>
    change === 'new' || change === 'rescheduled' || readOwnParticipation(situation.stored, key, identity) === undefined
  const toSchedule = current.filter((part) => isOpen || isAsked(part))
  const asked: AskedResource = {
    message,
    situation,
    identity,
    invitation,
    zones,
    after: received.series,
    ...(lapsed ? { earlier: [...lapsed.repeatedAt, situation.now] } : {}),
  }
  if (toSchedule.length === 0) return answerAsBefore(asked, current)
  const decision = answerByPolicy(asked, toSchedule)
  return isFault(decision) ? decline(asked, reasons.unusable(decision), '3.14;Unsupported capability.') : decision
}

// RFC 5546, 3.2.5 wants a CANCEL for who is taken off the list. Quirk: many programs send only the new list, see docs/quirks.md.
function decideLeftOut(message: SchedulingMessage, situation: Situation, identity: Identity): Decision {
  const zones = readZones(message, situation)
  const components = message.components.filter((component) => isLeftOut(component, situation, identity, zones))
  if (components.length === 0 || !isFromOrganizer(message, situation))
    return decide('ignored', reasons.notInvited(situation.user))
  const cancelled = components.map((component) => withProperties(component, makeProperty('STATUS', 'CANCELLED')))
  const decision = decideCancel({ ...message, method: 'CANCEL', components: cancelled }, situation)
  if (decision.verdict !== 'applied') return decide('ignored', reasons.notInvited(situation.user))
  const [, ...notes] = decision.because
  return { ...decision, because: [reasons.leftOut, ...notes] }
}

/** It was invited to what this replaces. */
function isLeftOut(component: Component, { stored }: Situation, identity: Identity, zones: Zones): boolean {
  const key = readKey(component, stored, zones)
  if (isFault(key)) return false
  const before = findPart(stored?.parts ?? [], key) ?? findPart(stored?.parts ?? [], '')
  if (!before || !findInvitation(before, identity)) return false
  return compareRevision(readRevision(component), readRevision(before)) === 'newer'
}

/** Not from somebody who only passes it on. RFC 5546, 3.2.2.6. */
function isFromOrganizer(message: SchedulingMessage, situation: Situation): boolean {
  const organizer = findOrganizer(message.components, situation.site.addresses)
  const speakers = listSpeakers(situation)
  const who = [organizer?.address, organizer?.sentBy]
  return who.some((address) => address !== undefined && speakers.includes(address))
}

// RFC 5546, 3.2.4: added dates are asked of the policies like those of a request.
export function decideAdd(message: SchedulingMessage, situation: Situation): Decision | Wanted {
  const identity = makeIdentity(situation)
  const refusal = checkRequest(message, situation, identity)
  if (refusal) return refusal
  const wish = situation.preferences.addMethodResponse
  if (wish === 'ignore') return decide('ignored', reasons.addIgnored)
  const zones = readZones(message, situation)
  const received = receiveAdd(situation.stored, message, zones)
  if (isFault(received)) return decide('passed', reasons.unusable(received))
  if (received.outcome === 'early') return holdAdd(message, situation, 'imip-resource', zones)
  if (wish === 'refresh' && received.outcome === 'added' && !situation.wasHeld)
    return askInstead(message, situation, zones)
  const components = received.parts.map((part) => part.component)
  const invitation = findInvitationIn({ ...message, components: [...message.components, ...components] }, identity)
  const added = { ...message, components: message.components.map(makeAddedInstance) }
  const repeated = invitation && answerRepetition(added, situation, invitation, zones)
  if (repeated) return repeated
  if (received.outcome === 'older') return decide('ignored', reasons.olderRevision(message, situation.stored))
  if (received.outcome === 'repeated') return decide('ignored', reasons.alreadyKnown)
  if (received.outcome === 'changed-before')
    return decide('applied', reasons.dateChangedBefore, [{ kind: 'save-series', series: received.series }])
  if (!invitation) return decide('ignored', reasons.notInvited(situation.user))
  const asked = { message, situation, identity, invitation, zones, after: received.series }
  const decision = answerByPolicy(asked, received.parts)
  return isFault(decision) ? decline(asked, reasons.unusable(decision), '3.14;Unsupported capability.') : decision
}

/** Quirk: where an instance lists nobody at all, the list of its series holds, see docs/quirks.md. RFC 5546, 3.2.2 wants one. */
function mayInvite(component: Component, identity: Identity): boolean {
  return findProperties(component, 'ATTENDEE').length === 0 || findInvitation(component, identity) !== undefined
}

/** What was decided before is not decided again; who asks again is told the same. */
function answerRepetition(
  message: SchedulingMessage,
  situation: Situation,
  invitation: Invitation,
  zones: Zones,
): Decision | undefined {
  const repetition = findRepetition(situation)
  if (repetition.kind === 'retry' || repetition.kind === 'enough') return decide('ignored', repetition.reason)
  if (repetition.kind !== 'asked-again') return undefined
  const repeated = makeRepeatedAnswers({ message, situation, invitation, zones }, repetition)
  const series = withRepetition(
    situation.stored,
    message.uid,
    repetition.decided,
    repeated.recorded,
    situation.mail.messageId,
  )
  return decide(
    'applied',
    reasons.askedAgain,
    [{ kind: 'save-series', series }, ...repeated.effects],
    repetition.answer.participation,
  )
}

/** Asked again, but what was proposed then is not held any more: such an answer is given anew. */
function findLapsed(message: SchedulingMessage, situation: Situation): RecordedAnswer | undefined {
  const repetition = findRepetition(situation)
  if (repetition.kind !== 'asked-again' || !repetition.answer.proposed) return undefined
  return hasOffers(message.uid, situation) ? undefined : repetition.answer
}

/** What forbids any automation, whatever the object says. */
function checkRequest(message: SchedulingMessage, situation: Situation, identity: Identity): Decision | undefined {
  // Quirk: Google, Cyrus and Stalwart mark invitations as automatic; only a report is none, see docs/quirks.md.
  if (situation.mail.isReport) return decide('passed', reasons.report)
  const organizer = findOrganizer(message.components, situation.site.addresses)
  if (isOwnAddress(organizer?.address, identity)) return decide('refused', reasons.ownObject)
  if (organizer?.address === undefined) return decide('passed', reasons.organizerWithoutAddress)
  const wish = situation.preferences.organizerReplacement
  const refusal = checkStoredOrganizer(message, situation, wish === 'automatic' ? 'never' : wish)
  if (refusal || situation.site.unverifiedRequest !== 'refuse') return refusal
  // Nobody is answered because somebody else's mail names them. RFC 5546, 6.1.1.
  const [unverified] = noteUnverified(message, situation)
  return unverified && decide('refused', unverified)
}

function findInvitationIn(message: SchedulingMessage, identity: Identity): Invitation | undefined {
  for (const component of message.components) {
    const invitation = findInvitation(component, identity)
    if (invitation) return invitation
  }
  return undefined
}

/**
 * A REQUEST we cannot use, but whose UID, ORGANIZER and own ATTENDEE are readable, is declined with the reason in plain words,
 * since clients do not show REQUEST-STATUS; everything else gets silence and a verdict.
 */
export function decideUnusable(unusable: UnusableMessage, situation: Situation): Decision {
  const reason = reasons.unusable(unusable.fault)
  const message = unusable.readable
  if (message?.method !== 'REQUEST' || message.component !== 'VEVENT') return decide('passed', reason)
  // An answer to what is too large says nothing of all its components again.
  const answered = reason.code === 'too-large' ? { ...message, components: message.components.slice(0, 1) } : message
  return decideUnusableRequest(answered, situation, reason, reasons.requestStatusOf(unusable.fault))
}

function decideUnusableRequest(
  message: SchedulingMessage,
  situation: Situation,
  reason: Reason,
  requestStatus: string,
): Decision {
  const identity = makeIdentity(situation)
  const invitation = findInvitationIn(message, identity)
  const organizer = findOrganizer(message.components, situation.site.addresses)
  // Without an organizer there is nobody to answer, and of two nobody knows which one asked.
  if (!invitation || organizer?.address === undefined || reason.code === 'two-organizers')
    return decide('passed', reason)
  const refusal = checkRequest(message, situation, identity)
  if (refusal) return refusal
  if (findRepetition(situation).kind !== 'first') return decide('ignored', reasons.repeatedUnusable(reason))
  const zones = readZones(message, situation)
  const after = situation.stored ?? makeSeries(message.uid)
  return decline({ message, situation, identity, invitation, zones, after }, reason, requestStatus)
}

/** Declined with the reason; what is stored of the series stays as it was. */
function decline(asked: AskedResource, reason: Reason, requestStatus: string): Decision {
  const { message, situation } = asked
  const answer = makeAnswer({ ...asked, participation: 'DECLINED', reason, requestStatus })
  const before = situation.stored ?? makeSeries(message.uid)
  const series = withDecided(before, situation, 'refused', reason, answer.recorded)
  return decide('refused', reason, [{ kind: 'save-series', series }, answer.effect], 'DECLINED')
}

/** What only organizers get. RFC 5546, 1.4. */
export function decideAsOrganizer(): Decision {
  return decide('ignored', reasons.neverOrganizes)
}

// RFC 5546, 3.2.8: what was held for the proposal is free again; how the invitation stands does not change.
export function decideDeclineCounter(message: SchedulingMessage, situation: Situation): Decision {
  const refusal = checkStoredOrganizer(message, situation)
  if (refusal) return refusal
  const zones = readZones(message, situation)
  const keys = message.components.map((component) => readKey(component, situation.stored, zones))
  const parts = keys.flatMap((key) => (isFault(key) ? [] : [{ key }]))
  const released = withdrawOffers(message.uid, parts, situation)
  if (released.length === 0) return decide('ignored', reasons.noOffers)
  return decide('applied', reasons.offersReleased, released)
}

// RFC 5546, 3.2.5.
export function decideCancel(message: SchedulingMessage, situation: Situation): Decision {
  return decideCancelled(message, situation, (part) => withdrawOffers(message.uid, [part], situation))
}
