// Another attendee hands over to the user an invitation that the user has already: the event stays as its organizer made it, only who
// takes whose place is recorded. RFC 5546, 3.2.2.3.
import { type Attendee, readAttendees } from '../calendar/attendee.ts'
import type { Component } from '../calendar/component.ts'
import { isFault } from '../calendar/fault.ts'
import { withParameter } from '../calendar/properties.ts'
import { findInvitation, type Identity, isOwnAddress } from '../itip/acting-user.ts'
import { findAttendee, findOrganizer } from '../itip/authority.ts'
import { isDelegating, withDelegation } from '../itip/delegation.ts'
import { findPart, readKey, withPart } from '../itip/instances.ts'
import { readRevision } from '../itip/revision.ts'
import type { SchedulingMessage } from '../itip/scheduling-message.ts'
import { type Decision, decide } from './decision.ts'
import type { StoreEffect } from './effect.ts'
import { makeIdentity } from './identity.ts'
import * as reasons from './reasons.ts'
import type { Situation } from './situation.ts'
import { maySpeak } from './speaking.ts'
import { readZones } from './stored-organizer.ts'

/** Nothing where it is no delegation to the user by an attendee of the stored event, in mail of that attendee. */
export function decideDelegatedRequest(message: SchedulingMessage, situation: Situation): Decision | undefined {
  const { stored, site } = situation
  if (!stored || stored.parts.length === 0 || isOfAnotherOrganizer(message, situation)) return undefined
  const identity = makeIdentity(situation)
  const zones = readZones(message, situation)
  let series = stored
  const queued: StoreEffect[] = []
  for (const component of message.components) {
    const key = readKey(component, stored, zones)
    const part = isFault(key) ? undefined : findPart(stored.parts, key)
    const delegator = part && findDelegator(component, part, situation, identity)
    if (isFault(key) || !part || !delegator) return undefined
    const revision = readRevision(component).sequence - readRevision(part).sequence
    if (revision < 0) return decide('ignored', reasons.olderRevision(message, stored))
    // RFC 5546, 2.1.4: a new revision is the organizer's to make, and whoever delegates passes on the one that is known.
    if (revision > 0) return undefined
    const delegated = withDelegation(part, delegator, readAttendees(component, site.addresses), site.addresses)
    const after = withDelegatedFrom(delegated, delegator, identity)
    series = { ...series, parts: withPart(series.parts, key, after) }
    if (findInvitation(after, identity)?.attendee.participation === 'NEEDS-ACTION')
      queued.push({ kind: 'queue-request', uid: message.uid, ...(key === '' ? {} : { recurrenceId: key }) })
  }
  return decide('applied', reasons.delegatedToUser, [{ kind: 'save-series', series }, ...queued])
}

function isOfAnotherOrganizer(message: SchedulingMessage, { stored, site }: Situation): boolean {
  const known = findOrganizer(stored?.parts.map((part) => part.component) ?? [], site.addresses)
  return findOrganizer(message.components, site.addresses)?.address !== known?.address
}

/** Who hands over to the user: an attendee as the organizer's own event knows it, speaking for itself. RFC 5546, 6.1.2. */
function findDelegator(
  component: Component,
  part: Component,
  situation: Situation,
  identity: Identity,
): Attendee | undefined {
  return readAttendees(component, identity.rules).find((attendee) => {
    const known = attendee.address && findAttendee([part], attendee.address, identity.rules)
    const isToUser = attendee.delegatedTo.some((address) => isOwnAddress(address, identity))
    return isToUser && isDelegating(attendee) && known !== undefined && maySpeak([known], situation)
  })
}

/** The user's ATTENDEE says in whose place, too; what the user has answered stands. */
function withDelegatedFrom(component: Component, delegator: Attendee, identity: Identity): Component {
  const own = findInvitation(component, identity)
  if (own?.kind !== 'own' || delegator.address === undefined) return component
  const { property } = own.attendee
  const named = withParameter(property, 'DELEGATED-FROM', delegator.address)
  return { ...component, properties: component.properties.map((other) => (other === property ? named : other)) }
}
