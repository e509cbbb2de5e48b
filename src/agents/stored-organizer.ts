// What holds for every message about a stored series: who may change it, and in which zones it is read.
import { isFault } from '../calendar/fault.ts'
import { makeZones, type Zones } from '../calendar/time-zone.ts'
import { findInvitation } from '../itip/acting-user.ts'
import { findOrganizer, isFromDomainOf } from '../itip/authority.ts'
import { type CancelledPart, receiveCancel } from '../itip/cancel.ts'
import type { SchedulingMessage } from '../itip/scheduling-message.ts'
import { readBusyTypeOf, readSeriesZones, replaceBookings } from './bookkeeping.ts'
import { type Decision, decide } from './decision.ts'
import type { StoreEffect } from './effect.ts'
import { makeIdentity } from './identity.ts'
import * as reasons from './reasons.ts'
import type { Situation } from './situation.ts'

/** A stored series is changed only by its organizer, in mail from the organizer's domain. RFC 5546, 6.1. */
export function checkStoredOrganizer(message: SchedulingMessage, situation: Situation): Decision | undefined {
  const rules = situation.site.addresses
  const parts = [...(situation.stored?.parts ?? []), ...(situation.stored?.cancelled ?? [])]
  const stored = findOrganizer(
    parts.map((part) => part.component),
    rules,
  )
  if (!stored) return undefined
  const organizer = findOrganizer(message.components, rules)
  if (organizer && organizer.address !== stored.address)
    return decide('refused', reasons.otherOrganizer(stored, organizer))
  if (!isFromDomainOf([stored], situation.mail, rules)) return decide('refused', reasons.wrongSender(stored))
  return undefined
}

/** The zones of a message, with those its stored series brought along before. */
export function readZones(message: SchedulingMessage, situation: Situation): Zones {
  const timeZones = new Map([...readSeriesZones(situation.stored), ...message.timeZones])
  return makeZones(situation.zoneTables, timeZones, situation.preferences.zone)
}

/**
 * CANCEL is the same for a person and a resource: the time is free again, and nothing is answered. RFC 5546, 3.2.5.
 * `afterwards` adds what only one of them does for each cancelled part.
 */
export function decideCancel(
  message: SchedulingMessage,
  situation: Situation,
  afterwards: (part: CancelledPart) => readonly StoreEffect[],
): Decision {
  const identity = makeIdentity(situation)
  const refusal = checkStoredOrganizer(message, situation)
  if (refusal) return refusal
  const zones = readZones(message, situation)
  const isUs = (component: SchedulingMessage['components'][number]) => findInvitation(component, identity) !== undefined
  const received = receiveCancel(situation.stored, message, zones, isUs)
  if (isFault(received)) return decide('passed', reasons.unusable(received))
  const cancelled = received.parts.filter((part) => part.change === 'cancelled')
  const save: StoreEffect = { kind: 'save-series', series: received.series }
  if (cancelled.length > 0) {
    const freed = replaceBookings(received.series, zones, (component) => {
      const participation = findInvitation(component, identity)?.attendee.participation
      return participation === undefined ? undefined : readBusyTypeOf(component, participation)
    })
    return decide('applied', reasons.cancelled(cancelled), [save, ...freed, ...cancelled.flatMap(afterwards)])
  }
  const changes = new Set(received.parts.map((part) => part.change))
  if (changes.has('early')) return decide('held', reasons.earlyCancel, [save])
  if (changes.has('others-uninvited')) return decide('applied', reasons.othersUninvited, [save])
  return decide('ignored', reasons.olderRevision(message, situation.stored))
}
