// PUBLISH of a resource's owner: times at which the resource cannot be booked.
import { parseCalendarAddress } from '../calendar/calendar-address.ts'
import type { Component } from '../calendar/component.ts'
import { isFault } from '../calendar/fault.ts'
import { makeProperty, withParameter } from '../calendar/properties.ts'
import { findInvitation, type Identity } from '../itip/acting-user.ts'
import { findOrganizer } from '../itip/authority.ts'
import { withParts } from '../itip/instances.ts'
import { receivePublish } from '../itip/publish.ts'
import type { SchedulingMessage } from '../itip/scheduling-message.ts'
import { blockedParticipation, readBusyTypeOf, replaceBookings } from './bookkeeping.ts'
import { type Decision, decide } from './decision.ts'
import { makeIdentity } from './identity.ts'
import * as reasons from './reasons.ts'
import type { Situation } from './situation.ts'
import { maySpeakAsNamed } from './speaking.ts'
import { checkStoredOrganizer, readZones } from './stored-organizer.ts'

// RFC 5546, 3.2.1.
export function decidePublish(message: SchedulingMessage, situation: Situation): Decision {
  const { preferences, site, stored } = situation
  const organizer = findOrganizer(message.components, site.addresses)
  const owner = parseCalendarAddress(preferences.owner, site.addresses)
  if (owner === undefined || organizer?.address !== owner) return decide('ignored', reasons.neverOrganizes)
  const refusal = checkStoredOrganizer(message, situation, 'never')
  if (refusal) return refusal
  if (!maySpeakAsNamed(organizer, situation)) return decide('refused', reasons.wrongSender(organizer))
  const zones = readZones(message, situation)
  const received = receivePublish(stored, message, zones)
  if (isFault(received)) return decide('passed', reasons.unusable(received))
  const changes = new Set(received.parts.map((part) => part.change))
  changes.delete('older')
  if (changes.size === 0) return decide('ignored', reasons.olderRevision(message, stored))
  changes.delete('repeated')
  if (changes.size === 0) return decide('ignored', reasons.alreadyKnown)
  const identity = makeIdentity(situation)
  const blocked = received.series.parts.map(({ key, component }) => ({
    key,
    component: withBlocked(component, identity),
  }))
  const series = { ...received.series, parts: withParts(received.series.parts, blocked) }
  const bookings = replaceBookings(series, zones, (component) => {
    const participation = findInvitation(component, identity)?.attendee.participation
    return participation === undefined ? undefined : readBusyTypeOf(component, participation)
  })
  return decide('applied', reasons.blockedByOwner, [{ kind: 'save-series', series }, ...bookings])
}

/** A publication need invite nobody: that it holds the resource is written down beside its ATTENDEE. */
function withBlocked(component: Component, identity: Identity): Component {
  const invited = findInvitation(component, identity)?.attendee.property
  if (!invited) {
    const attendee = makeProperty('ATTENDEE', identity.user, { PARTSTAT: blockedParticipation })
    return { ...component, properties: [...component.properties, attendee] }
  }
  return {
    ...component,
    properties: component.properties.map((property) =>
      property === invited ? withParameter(property, 'PARTSTAT', blockedParticipation) : property,
    ),
  }
}
