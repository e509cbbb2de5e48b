// The attendee's own messages, seen on the way out: the attendee's free/busy follows the answer.
import { readAttendees } from '../calendar/attendee.ts'
import type { Component } from '../calendar/component.ts'
import { isFault } from '../calendar/fault.ts'
import { findProperty, withoutProperties } from '../calendar/properties.ts'
import type { Zones } from '../calendar/time-zone.ts'
import { findInvitation, type Identity } from '../itip/acting-user.ts'
import { listCancellations } from '../itip/cancel.ts'
import { isDelegating, withDelegation } from '../itip/delegation.ts'
import { findInstance } from '../itip/find-instance.ts'
import { makeSeries, readKey, withPart, withTimeZones } from '../itip/instances.ts'
import { readRevision } from '../itip/revision.ts'
import type { SchedulingMessage } from '../itip/scheduling-message.ts'
import type { StoredSeries } from '../itip/stored-series.ts'
import { withOwnParticipation } from './answers.ts'
import { readBusyTypeOf, replaceBookings } from './bookkeeping.ts'
import { type Decision, decide } from './decision.ts'
import type { StoreEffect } from './effect.ts'
import { makeIdentity } from './identity.ts'
import * as reasons from './reasons.ts'
import { checkSender } from './sender.ts'
import type { Situation } from './situation.ts'
import { readZones } from './stored-organizer.ts'

// RFC 5546, 3.2.3.
export function decideSentReply(message: SchedulingMessage, situation: Situation): Decision {
  const refusal = checkSender(situation)
  if (refusal) return refusal
  const identity = makeIdentity(situation)
  const zones = readZones(message, situation)
  let series = withTimeZones(situation.stored ?? makeSeries(message.uid), message.timeZones)
  const keys: string[] = []
  for (const component of message.components) {
    const key = readKey(component, situation.stored, zones)
    if (isFault(key)) return decide('passed', reasons.unusable(key))
    const answered = applyOwnAnswer(series, key, component, identity, zones)
    if (!answered) continue
    series = answered
    keys.push(key)
  }
  if (keys.length === 0) return decide('ignored', reasons.answerToOlderRevision)
  const whole = message.components.find((component) => !findProperty(component, 'RECURRENCE-ID'))
  if (!whole || !keys.includes(''))
    return decide('applied', reasons.sentRecorded, recordAnswers(series, keys, identity, zones))
  series = answerWaitingDates(series, keys, whole, identity)
  const effects = [...recordAnswers(series, keys, identity, zones), ...queueWaitingDates(series, identity)]
  return decide('applied', reasons.sentRecorded, effects)
}

/**
 * An answer about the series is one about each of its dates, so changed dates that were known to the user and still wait for an answer
 * have it, too: clients send one answer about a series and its changed dates. RFC 5546, 3.7.1.
 */
function answerWaitingDates(
  series: StoredSeries,
  keys: readonly string[],
  reply: Component,
  identity: Identity,
): StoredSeries {
  const answered = readRevision(reply).stamp
  const parts = series.parts.map((part) => {
    const asked = readRevision(part.component).stamp
    const own = findInvitation(part.component, identity)?.attendee
    if (keys.includes(part.key) || own?.participation !== 'NEEDS-ACTION') return part
    if (asked !== undefined && answered !== undefined && asked > answered) return part
    return { ...part, component: withReply(part.component, reply, identity) ?? part.component }
  })
  return { ...series, parts }
}

/** What was changed after the answer was written still waits for one. */
function queueWaitingDates({ uid, parts }: StoredSeries, identity: Identity): readonly StoreEffect[] {
  const waiting = parts.filter(
    ({ key, component }) =>
      key !== '' && findInvitation(component, identity)?.attendee.participation === 'NEEDS-ACTION',
  )
  return waiting.map(({ key }) => ({ kind: 'queue-request', uid, recurrenceId: key }))
}

/** Free/busy as the answers say, and nothing waits for them any more. */
function recordAnswers(
  series: StoredSeries,
  keys: readonly string[],
  identity: Identity,
  zones: Zones,
): readonly StoreEffect[] {
  const bookings = replaceBookings(series, zones, (component) => {
    const participation = findInvitation(component, identity)?.attendee.participation
    return participation === undefined ? undefined : readBusyTypeOf(component, participation)
  })
  const answered = keys.map((key) => ({
    kind: 'dequeue-request' as const,
    uid: series.uid,
    ...(key === '' ? {} : { recurrenceId: key }),
  }))
  return [{ kind: 'save-series', series }, ...bookings, ...answered]
}

// RFC 5546, 3.2.2.3: the REQUEST that goes to the delegate; whoever has delegated does not come.
export function decideSentDelegation(message: SchedulingMessage, situation: Situation): Decision {
  const identity = makeIdentity(situation)
  const rules = situation.site.addresses
  const zones = readZones(message, situation)
  let series = withTimeZones(situation.stored ?? makeSeries(message.uid), message.timeZones)
  const keys: string[] = []
  for (const component of message.components) {
    const key = readKey(component, situation.stored, zones)
    if (isFault(key)) return decide('passed', reasons.unusable(key))
    const own = findInvitation(component, identity)?.attendee
    if (!own || !isDelegating(own)) continue
    // RFC 5546, 2.1.4: SEQUENCE is the organizer's; a revision that was replaced since is delegated no more.
    const part = findInstance(series, key, findProperty(component, 'RECURRENCE-ID'), zones) ?? component
    if (readRevision(component).sequence < readRevision(part).sequence) continue
    const delegated = withDelegation(part, own, readAttendees(component, rules), rules)
    series = { ...series, parts: withPart(series.parts, key, delegated) }
    keys.push(key)
  }
  if (keys.length === 0) return decide('ignored', reasons.answerToOlderRevision)
  return decide('applied', reasons.sentRecorded, recordAnswers(series, keys, identity, zones))
}

// RFC 5546, 3.2.7: the invitation has got its answer; what becomes of the proposal only the organizer can say.
export function decideSentCounter(message: SchedulingMessage, situation: Situation): Decision {
  const refusal = checkSender(situation)
  if (refusal) return refusal
  const { stored } = situation
  if (!stored) return decide('ignored', reasons.unknownObject)
  const effects: StoreEffect[] = []
  for (const component of message.components) {
    const key = readKey(component, stored, readZones(message, situation))
    if (isFault(key)) return decide('passed', reasons.unusable(key))
    effects.push({ kind: 'dequeue-request', uid: message.uid, recurrenceId: key, type: 'REQUEST' })
  }
  return decide('applied', reasons.sentRecorded, effects)
}

// RFC 5546, 3.2.6.
export function decideSentRefresh(_message: SchedulingMessage, situation: Situation): Decision {
  return checkSender(situation) ?? decide('ignored', reasons.nothingToRecord)
}

/** The stored part with the user's answer; one made of the reply itself where the request never passed here. */
function applyOwnAnswer(
  series: StoredSeries,
  key: string,
  reply: Component,
  identity: Identity,
  zones: Zones,
): StoredSeries | undefined {
  if (!findInvitation(reply, identity)) return undefined
  const part = findInstance(series, key, findProperty(reply, 'RECURRENCE-ID'), zones)
  // A late copy of an answer to a revision that was replaced since says nothing about the new one. RFC 5546, 2.1.4.
  if (part && findProperty(reply, 'SEQUENCE') && readRevision(reply).sequence < readRevision(part).sequence)
    return undefined
  // What was cancelled since takes no time, whatever was answered.
  if (!part && key !== '' && listCancellations(series, key, zones).length > 0) return undefined
  // A part made of the answer has no DTSTAMP of the organizer's, so that the request still counts when it comes late.
  const component = part ?? (findProperty(reply, 'DTSTART') ? withoutProperties(reply, 'DTSTAMP') : undefined)
  const answered = component && withReply(component, reply, identity)
  return answered && { ...series, parts: withPart(series.parts, key, answered) }
}

function withReply(component: Component, reply: Component, identity: Identity): Component | undefined {
  const invitation = findInvitation(reply, identity)
  if (!invitation) return undefined
  const own = withOwnParticipation(component, invitation.attendee.participation, invitation, identity)
  return isDelegating(invitation.attendee)
    ? withDelegation(own, invitation.attendee, readAttendees(reply, identity.rules), identity.rules)
    : own
}
