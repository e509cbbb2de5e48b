// The organizer's own messages, seen on the way out: the organizer's series and free/busy follow.
import { readAttendees } from '../calendar/attendee.ts'
import type { AddressRules } from '../calendar/calendar-address.ts'
import type { Component } from '../calendar/component.ts'
import { isFault } from '../calendar/fault.ts'
import { readWord } from '../calendar/properties.ts'
import type { BusyType } from '../freebusy/record.ts'
import { findInvitation, type Identity, isOwnAddress } from '../itip/acting-user.ts'
import { receiveAdd } from '../itip/add.ts'
import { findOrganizer } from '../itip/authority.ts'
import { isEverybodyUninvited, receiveCancel } from '../itip/cancel.ts'
import { withoutAnsweredCounters } from '../itip/counter.ts'
import { receiveDeclineCounter } from '../itip/decline-counter.ts'
import { receivePublish } from '../itip/publish.ts'
import { keepAnswers } from '../itip/reply.ts'
import { receiveRequest } from '../itip/request.ts'
import type { SchedulingMessage } from '../itip/scheduling-message.ts'
import type { StoredSeries } from '../itip/stored-series.ts'
import { decideSentDelegation } from './attendee-sends.ts'
import { readBusyTypeOf, replaceBookings } from './bookkeeping.ts'
import { type Decision, decide } from './decision.ts'
import type { StoreEffect } from './effect.ts'
import { withHeld } from './held.ts'
import { makeIdentity } from './identity.ts'
import * as reasons from './reasons.ts'
import { checkSender } from './sender.ts'
import type { Situation } from './situation.ts'
import { readZones } from './stored-organizer.ts'

// RFC 5546, 3.2.2.
export function decideSentRequest(message: SchedulingMessage, situation: Situation): Decision {
  const refusal = checkSender(situation)
  if (refusal) return refusal
  const identity = makeIdentity(situation)
  const organizer = findOrganizer(message.components, situation.site.addresses)
  // RFC 5546, 3.2.2.3: somebody else's REQUEST, forwarded to a delegate.
  if (!isOwnAddress(organizer?.address, identity)) return decideSentDelegation(message, situation)
  return recordOwn(message, situation, identity)
}

// RFC 5546, 3.2.1.
export function decideSentPublish(message: SchedulingMessage, situation: Situation): Decision {
  return checkSender(situation) ?? recordOwn(message, situation, makeIdentity(situation))
}

function recordOwn(message: SchedulingMessage, situation: Situation, identity: Identity): Decision {
  const zones = readZones(message, situation)
  const received =
    message.method === 'PUBLISH'
      ? receivePublish(situation.stored, message, zones)
      : receiveRequest(situation.stored, message, zones, false)
  if (isFault(received)) return decide('passed', reasons.unusable(received))
  const current = received.parts.filter((part) => part.change !== 'older')
  if (current.length === 0) return decide('ignored', reasons.olderRevision(message, situation.stored))
  const kept = current
    .filter((part) => part.change === 'details' || part.change === 'repeated')
    .reduce((after, part) => keepAnswers(after, part.key, situation.site.addresses), received.series)
  const answered = current
    .filter((part) => part.change === 'rescheduled' || part.change === 'new')
    .map((part) => part.key)
  const series = withoutAnsweredCounters(kept, answered)
  const bookings = replaceBookings(series, zones, (component) => readOrganizersBusyType(component, identity))
  return decide('applied', reasons.sentRecorded, [
    { kind: 'save-series', series },
    ...bookings,
    ...clearQueue(situation.stored, series),
  ])
}

/** The organizer's own messages wait for nobody; a proposal waits until it has its answer. */
function clearQueue(before: StoredSeries | undefined, after: StoredSeries): readonly StoreEffect[] {
  const open = new Set(after.counters.map(({ key }) => key))
  const done = new Set((before?.counters ?? []).map(({ key }) => key).filter((key) => !open.has(key)))
  return [
    { kind: 'dequeue-request', uid: after.uid, type: 'REQUEST' },
    ...[...done].map((recurrenceId) => ({
      kind: 'dequeue-request' as const,
      uid: after.uid,
      type: 'COUNTER' as const,
      recurrenceId,
    })),
  ]
}

// RFC 5546, 3.2.4.
export function decideSentAdd(message: SchedulingMessage, situation: Situation): Decision {
  const refusal = checkSender(situation)
  if (refusal) return refusal
  const zones = readZones(message, situation)
  const received = receiveAdd(situation.stored, message, zones)
  if (isFault(received)) return decide('passed', reasons.unusable(received))
  if (received.outcome === 'early') {
    const series = withHeld(received.series, 'imip-person-outgoing', message, situation, reasons.earlyAdd)
    return decide('held', reasons.earlyAdd, [{ kind: 'save-series', series }])
  }
  if (received.outcome === 'repeated') return decide('ignored', reasons.alreadyKnown)
  if (received.outcome === 'older') return decide('ignored', reasons.olderRevision(message, situation.stored))
  const identity = makeIdentity(situation)
  const bookings = replaceBookings(received.series, zones, (component) => readOrganizersBusyType(component, identity))
  return decide('applied', reasons.sentRecorded, [{ kind: 'save-series', series: received.series }, ...bookings])
}

// RFC 5546, 3.2.8.
export function decideSentDeclineCounter(message: SchedulingMessage, situation: Situation): Decision {
  const refusal = checkSender(situation)
  if (refusal) return refusal
  const { stored, site } = situation
  if (!stored || stored.counters.length === 0) return decide('ignored', reasons.noProposal)
  const declined = receiveDeclineCounter(stored, message, readZones(message, situation), site.addresses)
  if (isFault(declined)) return decide('passed', reasons.unusable(declined))
  if (declined.series === stored) return decide('ignored', reasons.noProposal)
  return decide('applied', reasons.sentRecorded, [
    { kind: 'save-series', series: declined.series },
    ...clearQueue(stored, declined.series),
  ])
}

// RFC 5546, 3.2.5.
export function decideSentCancel(message: SchedulingMessage, situation: Situation): Decision {
  const refusal = checkSender(situation)
  if (refusal) return refusal
  const zones = readZones(message, situation)
  const received = receiveCancel(situation.stored, message, zones, (component) =>
    isEverybodyUninvited(situation.stored, component, situation.site.addresses),
  )
  if (isFault(received)) return decide('passed', reasons.unusable(received))
  const identity = makeIdentity(situation)
  const cancelled = received.parts.filter((part) => part.change === 'cancelled' || part.change === 'early')
  const answered = cancelled.map((part) => part.key)
  const series = withoutStrangersCounters(
    withoutAnsweredCounters(received.series, answered),
    situation.stored,
    situation.site.addresses,
  )
  const bookings = replaceBookings(series, zones, (component) => readOrganizersBusyType(component, identity))
  const reason = cancelled.length > 0 ? reasons.cancelled(cancelled) : reasons.othersUninvited
  if (received.parts.every((part) => part.change === 'older'))
    return decide('ignored', reasons.olderRevision(message, situation.stored))
  return decide('applied', reason, [
    { kind: 'save-series', series },
    ...bookings,
    ...clearQueue(situation.stored, series),
  ])
}

/** An organizer who attends is busy as its own PARTSTAT says; one who is not on the list holds the time as organizer only. */
export function readOrganizersBusyType(component: Component, identity: Identity): BusyType | undefined {
  const own = findInvitation(component, identity)
  if (own?.kind === 'own' && own.attendee.participation !== 'NEEDS-ACTION')
    return readBusyTypeOf(component, own.attendee.participation)
  if (own?.kind === 'own') return readBusyTypeOf(component, 'ACCEPTED')
  if (['CANCELLED', 'COMPLETED'].includes(readWord(component, 'STATUS') ?? '')) return undefined
  return readWord(component, 'TRANSP') === 'TRANSPARENT' ? undefined : 'ORG'
}

/** What somebody proposed who is not invited any more needs no answer. RFC 5546, 3.2.5. */
function withoutStrangersCounters(
  series: StoredSeries,
  before: StoredSeries | undefined,
  rules: AddressRules,
): StoredSeries {
  const [invited, were] = [listInvited(series, rules), listInvited(before, rules)]
  const counters = series.counters.filter(({ attendee }) => invited.has(attendee) || !were.has(attendee))
  return { ...series, counters }
}

function listInvited(series: StoredSeries | undefined, rules: AddressRules): ReadonlySet<string | undefined> {
  const attendees = (series?.parts ?? []).flatMap(({ component }) => readAttendees(component, rules))
  return new Set(attendees.map(({ address }) => address))
}
