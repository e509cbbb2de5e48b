// An event out of somebody's calendar file, taken into the schedule as if it had been answered already. Nothing is sent.
import type { Component } from '../calendar/component.ts'
import { type CalendarFault, isFault } from '../calendar/fault.ts'
import { readParameter, readWord } from '../calendar/properties.ts'
import { serializeComponent } from '../calendar/serialize.ts'
import { readSpan } from '../calendar/span.ts'
import type { Zones } from '../calendar/time-zone.ts'
import { findInvitation, type Identity, isOwnAddress } from '../itip/acting-user.ts'
import { findOrganizer } from '../itip/authority.ts'
import { receiveCancel } from '../itip/cancel.ts'
import { makeSeries, withParts } from '../itip/instances.ts'
import { type ReceivedPart, receiveRequest } from '../itip/request.ts'
import type { SchedulingMessage } from '../itip/scheduling-message.ts'
import type { StoredPart, StoredSeries } from '../itip/stored-series.ts'
import { readOwnParticipation, withOwnParticipation } from './answers.ts'
import { makeBookings, readBusyTypeOf } from './bookkeeping.ts'
import { type Decision, decide } from './decision.ts'
import type { StoreEffect } from './effect.ts'
import { makeIdentity } from './identity.ts'
import * as reasons from './reasons.ts'
import type { Situation } from './situation.ts'
import { readZones } from './stored-organizer.ts'

/**
 * `message` holds all components of one UID. The user has accepted it unless its own ATTENDEE says otherwise; what is known in a
 * newer revision stays, and what was answered since stays answered, so that importing again changes nothing.
 */
export function decideImport(message: SchedulingMessage, situation: Situation): Decision {
  const identity = makeIdentity(situation)
  const zones = readZones(message, situation)
  const series = receiveEvent(message, situation.stored, identity, zones)
  if (isFault(series)) return decide('passed', reasons.unusable(series))
  const { stored } = situation
  if (stored && isSameSeries(stored, series)) return decide('ignored', reasons.alreadyKnown)
  const bookings = makeBookings(series, zones, (component) => {
    const participation = findInvitation(component, identity)?.attendee.participation
    return participation === undefined ? undefined : readBusyTypeOf(component, participation)
  })
  const effects: StoreEffect[] = [{ kind: 'save-series', series }]
  if (stored) effects.push({ kind: 'release', uid: message.uid })
  if (bookings.length > 0) effects.push({ kind: 'book', bookings })
  return decide('applied', stored && stored.parts.length > 0 ? reasons.importUpdated : reasons.imported, effects)
}

function receiveEvent(
  message: SchedulingMessage,
  stored: StoredSeries | undefined,
  identity: Identity,
  zones: Zones,
): StoredSeries | CalendarFault {
  const isCancelled = (component: Component): boolean => readWord(component, 'STATUS') === 'CANCELLED'
  const taken = message.components.filter((component) => !isCancelled(component))
  for (const component of taken) {
    const span = readSpan(component, zones)
    if (isFault(span)) return span
  }
  let series = stored
  if (taken.length > 0) {
    const components = taken.map((component) => withImportedAnswer(component, identity))
    const received = receiveRequest(series, { ...message, components }, zones, true)
    if (isFault(received)) return received
    const kept = received.parts
      .filter(({ change }) => change === 'details')
      .map((part) => keepAnswer(part, stored, identity))
    series = { ...received.series, parts: withParts(received.series.parts, kept) }
  }
  const cancelled = message.components.filter(isCancelled)
  if (cancelled.length > 0) {
    const received = receiveCancel(series, { ...message, components: cancelled }, zones, () => true)
    if (isFault(received)) return received
    series = received.series
  }
  return series ?? makeSeries(message.uid)
}

/** With the PARTSTAT of the user's own ATTENDEE if it has one; the organizer of an event attends it, and so do all others. */
function withImportedAnswer(component: Component, identity: Identity): Component {
  const invitation = findInvitation(component, identity)
  if (invitation?.kind !== 'own') {
    const attendee = {
      name: 'ATTENDEE',
      value: identity.user,
      parameters: [{ name: 'PARTSTAT', values: ['ACCEPTED'] }],
    }
    return { ...component, properties: [...component.properties, attendee] }
  }
  const said = readParameter(invitation.attendee.property, 'PARTSTAT')?.toUpperCase()
  const isOrganizer = isOwnAddress(findOrganizer([component], identity.rules)?.address, identity)
  const participation = said === undefined || (said === 'NEEDS-ACTION' && isOrganizer) ? 'ACCEPTED' : said
  return withOwnParticipation(component, participation, invitation, identity)
}

/** RFC 5546, 3.2.2.2: where the time is the same, what the user answered here since then stands. */
function keepAnswer(
  { key, component }: ReceivedPart,
  stored: StoredSeries | undefined,
  identity: Identity,
): StoredPart {
  const invitation = findInvitation(component, identity)
  const answered = readOwnParticipation(stored, key, identity)
  if (!invitation || answered === undefined) return { key, component }
  return { key, component: withOwnParticipation(component, answered, invitation, identity) }
}

/** In what an import may change, as it is written down. */
function isSameSeries(a: StoredSeries, b: StoredSeries): boolean {
  return serializeSeries(a) === serializeSeries(b)
}

function serializeSeries({ parts, cancelled, timeZones }: StoredSeries): string {
  const write = ({ key, component }: StoredPart): string => `${key}\n${serializeComponent(component)}`
  return [...parts.map(write), 'cancelled\n', ...cancelled.map(write), ...timeZones.map(serializeComponent)].join('')
}
