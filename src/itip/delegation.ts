// Delegation: an attendee hands the invitation over to another calendar user, who takes part instead. RFC 5546, 2.1.2 and 3.2.2.3.
import { type Attendee, readAttendees } from '../calendar/attendee.ts'
import { type AddressRules, type CalendarAddress, parseCalendarAddress } from '../calendar/calendar-address.ts'
import type { Component, Property } from '../calendar/component.ts'
import { readParameterList, withParameter } from '../calendar/properties.ts'

/** Does this attendee say that somebody else comes? */
export function isDelegating(attendee: Attendee): boolean {
  return attendee.participation === 'DELEGATED' && attendee.delegatedTo.length > 0
}

/** The attendees of a component that others of it hand over to. */
export function listDelegates(attendees: readonly Attendee[]): ReadonlySet<CalendarAddress> {
  return new Set(attendees.filter(isDelegating).flatMap((attendee) => attendee.delegatedTo))
}

/** Has the delegate of this attendee declined, and does the organizer ask the attendee again? RFC 5546, 4.2.7. */
export function isHandedBack(component: Component, attendee: string, rules: AddressRules): boolean {
  const listed = readAttendees(component, rules)
  const delegator = listed.find(({ address }) => address === attendee)
  return (
    delegator !== undefined &&
    delegator.participation === 'NEEDS-ACTION' &&
    listed.some(
      ({ participation, delegatedFrom }) =>
        participation === 'DECLINED' && delegatedFrom.some((name) => name === attendee),
    )
  )
}

/**
 * The component with the delegator's word: it names its delegates, and they are on the list. `listed` may have an ATTENDEE for
 * them, as RFC 5546, 3.2.2.3 wants it in the delegator's answer; else they come in the delegator's role.
 */
export function withDelegation(
  component: Component,
  delegator: Attendee,
  listed: readonly Attendee[],
  rules: AddressRules,
): Component {
  const invited = readAttendees(component, rules)
  const properties = component.properties.map((property) =>
    property.name === 'ATTENDEE' && parseCalendarAddress(property.value, rules) === delegator.address
      ? markDelegator(property, delegator)
      : property,
  )
  const missing = delegator.delegatedTo.filter((delegate) => !invited.some(({ address }) => address === delegate))
  const added = missing.map((delegate) => makeDelegate(delegate, delegator, listed))
  return { ...component, properties: [...properties, ...added] }
}

function markDelegator(property: Property, delegator: Attendee): Property {
  const others = property.parameters.filter(({ name }) => !['PARTSTAT', 'RSVP', 'DELEGATED-TO'].includes(name))
  // RFC 5546, 3.2.2.3: a delegator who wants to hear of updates goes on as NON-PARTICIPANT.
  const role = delegator.role === 'NON-PARTICIPANT' ? [{ name: 'ROLE', values: ['NON-PARTICIPANT'] }] : []
  const kept = role.length > 0 ? others.filter(({ name }) => name !== 'ROLE') : others
  const to = readParameterList(delegator.property, 'DELEGATED-TO')
  return {
    ...property,
    parameters: [...kept, ...role, { name: 'PARTSTAT', values: ['DELEGATED'] }, { name: 'DELEGATED-TO', values: to }],
  }
}

function makeDelegate(delegate: CalendarAddress, delegator: Attendee, listed: readonly Attendee[]): Property {
  const given = listed.find((attendee) => attendee.address === delegate)?.property
  const property = given ?? { name: 'ATTENDEE', value: delegate, parameters: [] }
  // Whether the delegate comes only the delegate can say.
  const waiting = withParameter(withParameter(property, 'PARTSTAT', 'NEEDS-ACTION'), 'RSVP', 'TRUE')
  return withParameter(waiting, 'DELEGATED-FROM', delegator.address ?? delegator.property.value)
}
