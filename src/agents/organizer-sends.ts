// The organizer's own REQUEST and CANCEL, seen on the way out: the organizer's series and free/busy follow.
import type { Component } from '../calendar/component.ts'
import { isFault } from '../calendar/fault.ts'
import { readWord } from '../calendar/properties.ts'
import type { BusyType } from '../freebusy/record.ts'
import { findInvitation, type Identity } from '../itip/acting-user.ts'
import { isEverybodyUninvited, receiveCancel } from '../itip/cancel.ts'
import { keepAnswers } from '../itip/reply.ts'
import { receiveRequest } from '../itip/request.ts'
import type { SchedulingMessage } from '../itip/scheduling-message.ts'
import { readBusyTypeOf, replaceBookings } from './bookkeeping.ts'
import { type Decision, decide } from './decision.ts'
import { makeIdentity } from './identity.ts'
import * as reasons from './reasons.ts'
import { checkSender } from './sender.ts'
import type { Situation } from './situation.ts'
import { readZones } from './stored-organizer.ts'

// RFC 5546, 3.2.2.
export function decideSentRequest(message: SchedulingMessage, situation: Situation): Decision {
  const refusal = checkSender(situation)
  if (refusal) return refusal
  const zones = readZones(message, situation)
  const received = receiveRequest(situation.stored, message, zones, false)
  if (isFault(received)) return decide('passed', reasons.unusable(received))
  const current = received.parts.filter((part) => part.change !== 'older')
  if (current.length === 0) return decide('ignored', reasons.olderRevision(message, situation.stored))
  const identity = makeIdentity(situation)
  const series = current
    .filter((part) => part.change === 'details' || part.change === 'repeated')
    .reduce((after, part) => keepAnswers(after, part.key, situation.site.addresses), received.series)
  const bookings = replaceBookings(series, zones, (component) => readOrganizersBusyType(component, identity))
  return decide('applied', reasons.sentRecorded, [
    { kind: 'save-series', series },
    ...bookings,
    { kind: 'dequeue-request', uid: message.uid },
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
  const bookings = replaceBookings(received.series, zones, (component) => readOrganizersBusyType(component, identity))
  const reason = cancelled.length > 0 ? reasons.cancelled(cancelled) : reasons.othersUninvited
  if (received.parts.every((part) => part.change === 'older'))
    return decide('ignored', reasons.olderRevision(message, situation.stored))
  return decide('applied', reason, [
    { kind: 'save-series', series: received.series },
    ...bookings,
    { kind: 'dequeue-request', uid: message.uid },
  ])
}

/** An organizer who attends is busy as its own PARTSTAT says; one who is not on the list holds the time as organizer only. */
export function readOrganizersBusyType(component: Component, identity: Identity): BusyType | undefined {
  const own = findInvitation(component, identity)
  if (own?.kind === 'own' && own.attendee.participation !== 'NEEDS-ACTION')
    return readBusyTypeOf(component, own.attendee.participation)
  if (own?.kind === 'own') return readBusyTypeOf(component, 'ACCEPTED')
  if (readWord(component, 'STATUS') === 'CANCELLED' || readWord(component, 'TRANSP') === 'TRANSPARENT') return undefined
  return 'ORG'
}
