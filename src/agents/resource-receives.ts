// What arrives for a resource: REQUEST is answered by policy, CANCEL frees the time.
import { readOrganizer } from '../calendar/attendee.ts'
import type { Component } from '../calendar/component.ts'
import { type CalendarFault, isFault } from '../calendar/fault.ts'
import type { Period } from '../calendar/period.ts'
import type { Zones } from '../calendar/time-zone.ts'
import { listAskedPeriods } from '../freebusy/asked-periods.ts'
import type { Booking } from '../freebusy/record.ts'
import { findInvitation, type Identity, type Invitation, isOwnAddress } from '../itip/acting-user.ts'
import { findOrganizer } from '../itip/authority.ts'
import { makeSeries, withPart } from '../itip/instances.ts'
import type { UnusableMessage } from '../itip/read-messages.ts'
import type { Reason } from '../itip/reason.ts'
import { type ReceivedPart, receiveRequest } from '../itip/request.ts'
import type { SchedulingMessage } from '../itip/scheduling-message.ts'
import type { RecordedAnswer, StoredSeries } from '../itip/stored-series.ts'
import type { Outcome } from '../scheduling/outcome.ts'
import { schedule } from '../scheduling/schedule.ts'
import { makeAnswer, makeRepeatedAnswer, readOwnParticipation, withOwnParticipation } from './answers.ts'
import { makeBookings, readBusyTypeOf, replaceBookings } from './bookkeeping.ts'
import { findRepetition, withDecided, withRepetition } from './decided-once.ts'
import { type Decision, decide, type Wanted } from './decision.ts'
import { makeIdentity } from './identity.ts'
import * as reasons from './reasons.ts'
import type { Situation } from './situation.ts'
import { checkStoredOrganizer, decideCancel as decideCancelled, readZones } from './stored-organizer.ts'

// RFC 5546, 3.2.2.
export function decideRequest(message: SchedulingMessage, situation: Situation): Decision | Wanted {
  const identity = makeIdentity(situation)
  const refusal = checkRequest(message, situation, identity)
  if (refusal) return refusal
  const invitation = findInvitationIn(message, identity)
  if (!invitation) return decide('ignored', reasons.notInvited(situation.user))
  const zones = readZones(message, situation)
  const received = receiveRequest(situation.stored, message, zones, true)
  if (isFault(received)) return decide('passed', reasons.unusable(received))
  const current = received.parts.filter((part) => part.change !== 'older')
  if (current.length === 0) return decide('ignored', reasons.olderRevision(message, situation.stored))
  const repetition = findRepetition(situation)
  if (repetition.kind === 'retry' || repetition.kind === 'enough') return decide('ignored', repetition.reason)
  if (repetition.kind === 'asked-again') {
    const repeated = makeRepeatedAnswer(message, situation, invitation, zones, repetition)
    const series = withRepetition(situation.stored, message.uid, repetition.decided, repeated.recorded)
    return decide(
      'applied',
      reasons.askedAgain,
      [{ kind: 'save-series', series }, repeated.effect],
      repetition.answer.participation,
    )
  }
  const toSchedule = current.filter((part) => part.change === 'new' || part.change === 'rescheduled')
  if (toSchedule.length === 0)
    return answerAsBefore(message, situation, identity, invitation, current, received.series, zones)
  return answerByPolicy(message, situation, identity, invitation, toSchedule, received.series, zones)
}

/** What forbids any automation, whatever the object says. */
function checkRequest(message: SchedulingMessage, situation: Situation, identity: Identity): Decision | undefined {
  if (situation.mail.isReport) return decide('passed', reasons.report)
  const organizer = findOrganizer(message.components, situation.site.addresses)
  if (isOwnAddress(organizer?.address, identity)) return decide('refused', reasons.ownObject)
  if (organizer?.address === undefined) return decide('passed', reasons.organizerWithoutAddress)
  return checkStoredOrganizer(message, situation)
}

function findInvitationIn(message: SchedulingMessage, identity: Identity): Invitation | undefined {
  for (const component of message.components) {
    const invitation = findInvitation(component, identity)
    if (invitation) return invitation
  }
  return undefined
}

/** Only details changed, or nothing: the answer given before stands. RFC 5546, 3.2.2.2 and 3.2.2.7. */
function answerAsBefore(
  message: SchedulingMessage,
  situation: Situation,
  identity: Identity,
  invitation: Invitation,
  parts: readonly ReceivedPart[],
  after: StoredSeries,
  zones: Zones,
): Decision {
  const first = parts[0]
  const participation = (first && readOwnParticipation(situation.stored, first.key, identity)) ?? 'DECLINED'
  const reason = reasons.detailsOnly(participation)
  const kept = parts.reduce((series, part) => {
    const before = readOwnParticipation(situation.stored, part.key, identity) ?? participation
    return {
      ...series,
      parts: withPart(series.parts, part.key, withOwnParticipation(part.component, before, invitation, identity)),
    }
  }, after)
  const answer = makeAnswer({
    message,
    situation,
    invitation,
    zones,
    participation,
    reason,
    clashes: [],
    requestStatus: undefined,
  })
  return finish(situation, kept, zones, identity, [reason], answer.recorded, [answer.effect])
}

function answerByPolicy(
  message: SchedulingMessage,
  situation: Situation,
  identity: Identity,
  invitation: Invitation,
  parts: readonly ReceivedPart[],
  after: StoredSeries,
  zones: Zones,
): Decision | Wanted {
  const keys = new Set(parts.map((part) => part.key))
  const asked = makeBookings(after, zones, (component) => readBusyTypeOf(component, 'ACCEPTED')).filter((booking) =>
    keys.has(booking.recurrenceId ?? ''),
  )
  const periods = listWantedPeriods(asked, situation)
  if (isFault(periods))
    return decideUnusableRequest(message, situation, reasons.unusable(periods), '3.14;Unsupported capability.')
  if (!isCovered(periods, situation.freeBusy.covers)) return { kind: 'wanted', periods }
  const outcome = schedule(
    {
      uid: message.uid,
      asked,
      freeBusy: situation.freeBusy,
      zoneTables: situation.zoneTables,
      localZone: situation.preferences.zone,
    },
    situation.preferences.schedulingFunctions,
  )
  if (!outcome) return decide('passed', reasons.noPolicy)
  const participation = outcome.kind === 'accept' ? 'ACCEPTED' : 'DECLINED'
  const answered = parts.reduce((series, part) => {
    const component = withOwnParticipation(part.component, participation, invitation, identity)
    return { ...series, parts: withPart(series.parts, part.key, component) }
  }, after)
  const scheduled = { ...message, components: parts.map((part) => part.component) }
  const answer = makeAnswer({
    message: scheduled,
    situation,
    invitation,
    zones,
    participation,
    reason: outcome.because,
    clashes: readClashes(outcome),
    requestStatus: outcome.kind === 'decline' ? outcome.requestStatus : undefined,
  })
  const notes = parts.some((part) => part.withoutSequence) ? [reasons.withoutSequence] : []
  return finish(situation, answered, zones, identity, [outcome.because, ...notes], answer.recorded, [answer.effect])
}

function readClashes(outcome: Outcome): readonly Period[] {
  return outcome.kind === 'decline' ? outcome.clashes.map((clash) => clash.period) : []
}

function listWantedPeriods(asked: readonly Booking[], situation: Situation): readonly Period[] | CalendarFault {
  const periods: Period[] = []
  for (const booking of asked) {
    const wanted = listAskedPeriods(booking, situation.zoneTables, situation.preferences.zone)
    if (isFault(wanted)) return wanted
    periods.push(...wanted.listed, ...(wanted.remainder ? [wanted.remainder] : []))
  }
  return periods
}

function isCovered(periods: readonly Period[], covers: readonly Period[]): boolean {
  const known = new Set(covers.map((period) => `${period.start} ${period.end}`))
  return periods.every((period) => known.has(`${period.start} ${period.end}`))
}

function finish(
  situation: Situation,
  series: StoredSeries,
  zones: Zones,
  identity: Identity,
  because: readonly [Reason, ...Reason[]],
  recorded: RecordedAnswer,
  effects: Decision['effects'],
): Decision {
  const decided = withDecided(series, situation, 'applied', because[0], recorded)
  const bookings = replaceBookings(decided, zones, (component) => {
    const participation = readOwnParticipationOf(component, identity)
    return participation === undefined ? undefined : readBusyTypeOf(component, participation)
  })
  return decide(
    'applied',
    because,
    [{ kind: 'save-series', series: decided }, ...bookings, ...effects],
    recorded.participation,
  )
}

function readOwnParticipationOf(component: Component, identity: Identity): string | undefined {
  return findInvitation(component, identity)?.attendee.participation
}

/**
 * A REQUEST we cannot use, but whose UID, ORGANIZER and own ATTENDEE are readable, is declined with the reason in plain words,
 * since clients do not show REQUEST-STATUS; everything else gets silence and a verdict.
 */
export function decideUnusable(unusable: UnusableMessage, situation: Situation): Decision {
  const reason = reasons.unusable(unusable.fault)
  const message = unusable.readable
  if (!message || message.method !== 'REQUEST' || message.component !== 'VEVENT') return decide('passed', reason)
  return decideUnusableRequest(message, situation, reason, reasons.requestStatusOf(unusable.fault))
}

function decideUnusableRequest(
  message: SchedulingMessage,
  situation: Situation,
  reason: Reason,
  requestStatus: string,
): Decision {
  const identity = makeIdentity(situation)
  const invitation = findInvitationIn(message, identity)
  const organizers = new Set(message.components.map((component) => readOrganizer(component)?.address))
  if (!invitation || organizers.size !== 1 || reason.code === 'two-organizers') return decide('passed', reason)
  const refusal = checkRequest(message, situation, identity)
  if (refusal) return refusal
  const repetition = findRepetition(situation)
  if (repetition.kind !== 'first') return decide('ignored', reasons.repeatedUnusable(reason))
  const zones = readZones(message, situation)
  const answer = makeAnswer({
    message,
    situation,
    invitation,
    zones,
    participation: 'DECLINED',
    reason,
    clashes: [],
    requestStatus,
  })
  const series = withDecided(situation.stored ?? makeSeries(message.uid), situation, 'refused', reason, answer.recorded)
  return decide('refused', reason, [{ kind: 'save-series', series }, answer.effect], 'DECLINED')
}

// RFC 5546, 3.2.5.
export function decideCancel(message: SchedulingMessage, situation: Situation): Decision {
  return decideCancelled(message, situation, () => [])
}
