// A message to a pool as it is to the member that takes the booking, and the answers of both. RFC 5546, 3.2.2.3 and 4.2.5.
import { readAttendees } from '../calendar/attendee.ts'
import { type CalendarAddress, showAddress } from '../calendar/calendar-address.ts'
import type { Component, Property } from '../calendar/component.ts'
import { makeProperty, withParameter } from '../calendar/properties.ts'
import { findInvitation, type Identity, isOwnAddress } from '../itip/acting-user.ts'
import type { SchedulingMessage } from '../itip/scheduling-message.ts'
import type { SendEffect } from './effect.ts'

/** The same message, in which the pool has handed on to the member. */
export function makeMemberMessage(
  message: SchedulingMessage,
  pool: Identity,
  member: CalendarAddress,
): SchedulingMessage {
  return { ...message, components: message.components.map((component) => withMember(component, pool, member)) }
}

function withMember(component: Component, pool: Identity, member: CalendarAddress): Component {
  const invitation = findInvitation(component, pool)
  if (!invitation) return component
  const { property } = invitation.attendee
  const bare = withParameter(property, 'RSVP', undefined)
  const delegated = withParameter(withParameter(bare, 'PARTSTAT', 'DELEGATED'), 'DELEGATED-TO', member)
  const isListed = readAttendees(component, pool.rules).some((attendee) => attendee.address === member)
  const added = isListed ? [] : [makeProperty('ATTENDEE', member, { 'DELEGATED-FROM': property.value, RSVP: 'TRUE' })]
  return {
    ...component,
    properties: [
      ...component.properties.map((own) => (own === property && invitation.kind === 'own' ? delegated : own)),
      ...added,
    ],
  }
}

/** Is the member itself invited, not in place of the pool? Then it is asked by a mail of its own. */
export function isInvitedItself(message: SchedulingMessage, pool: Identity, member: CalendarAddress): boolean {
  return message.components.some((component) =>
    readAttendees(component, pool.rules).some(
      ({ address, delegatedFrom }) => address === member && !delegatedFrom.some((from) => isOwnAddress(from, pool)),
    ),
  )
}

/** What of the pool's ACCEPTED is told where it is to say that somebody else comes. RFC 5546, 3.2.2.3. */
export function makeDelegatorAnswer(effect: SendEffect, member: CalendarAddress): SendEffect {
  const { message, facts } = effect
  const components = message.components.map((component) => ({
    ...component,
    properties: component.properties.flatMap((property) => splitAnswer(property, member)),
  }))
  return { ...effect, message: { ...message, components }, facts: { ...facts, kind: 'delegated' } }
}

function splitAnswer(property: Property, member: CalendarAddress): readonly Property[] {
  if (property.name !== 'ATTENDEE') return [property]
  // RFC 5546, 3.2.2.3: who goes on as NON-PARTICIPANT still gets the updates.
  const staying = withParameter(property, 'ROLE', 'NON-PARTICIPANT')
  const delegated = withParameter(withParameter(staying, 'PARTSTAT', 'DELEGATED'), 'DELEGATED-TO', member)
  return [delegated, makeProperty('ATTENDEE', member, { 'DELEGATED-FROM': property.value })]
}

/** The member's own answer names the pool. RFC 5546, 3.2.2.3. */
export function makeMemberAnswer(effect: SendEffect, pool: string, decisionKey: string): SendEffect {
  const components = effect.message.components.map((component) => ({
    ...component,
    properties: component.properties.map((property) =>
      property.name === 'ATTENDEE' ? withParameter(property, 'DELEGATED-FROM', pool) : property,
    ),
  }))
  return { ...effect, decisionKey, message: { ...effect.message, components } }
}

/** How people are told of a member: `Small room (room-2@example.com)`. */
export function nameMember(commonName: string, member: CalendarAddress): string {
  return commonName === '' ? showAddress(member) : `${commonName} (${showAddress(member)})`
}
