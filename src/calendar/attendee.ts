// Attendee and Organizer: the calendar users of a component. RFC 5545, 3.8.4.1 and 3.8.4.3.
import { type AddressRules, type CalendarAddress, parseCalendarAddress } from './calendar-address.ts'
import type { Component, Property } from './component.ts'
import { findProperties, findProperty, readParameter, readParameterList } from './properties.ts'

// The parameters: RFC 5545, 3.2.2–3.2.5, 3.2.11, 3.2.16 and 3.2.18.
export interface CalendarUser {
  /** Its one spelling; nothing where the value is no mail address. */
  readonly address: CalendarAddress | undefined
  readonly sentBy: CalendarAddress | undefined
  /** EMAIL parameter (RFC 7986, 6.2): the address mail really comes from. */
  readonly email: CalendarAddress | undefined
  readonly commonName: string | undefined
  readonly property: Property
}

export interface Attendee extends CalendarUser {
  /** PARTSTAT in upper case. RFC 5545, 3.2.12: NEEDS-ACTION where absent. */
  readonly participation: string
  // RFC 5545, 3.2.17: absent means FALSE.
  readonly answerWanted: boolean
  readonly role: string
  readonly userType: string
  readonly delegatedTo: readonly CalendarAddress[]
  readonly delegatedFrom: readonly CalendarAddress[]
  readonly member: readonly CalendarAddress[]
}

export function readAttendees(component: Component, rules?: AddressRules): readonly Attendee[] {
  return findProperties(component, 'ATTENDEE').map((property) => readAttendee(property, rules))
}

export function readAttendee(property: Property, rules?: AddressRules): Attendee {
  return {
    ...readUser(property, rules),
    participation: readParameter(property, 'PARTSTAT')?.toUpperCase() ?? 'NEEDS-ACTION',
    answerWanted: readParameter(property, 'RSVP')?.toUpperCase() === 'TRUE',
    role: readParameter(property, 'ROLE')?.toUpperCase() ?? 'REQ-PARTICIPANT',
    userType: readParameter(property, 'CUTYPE')?.toUpperCase() ?? 'INDIVIDUAL',
    delegatedTo: readAddresses(property, 'DELEGATED-TO', rules),
    delegatedFrom: readAddresses(property, 'DELEGATED-FROM', rules),
    member: readAddresses(property, 'MEMBER', rules),
  }
}

export function readOrganizer(component: Component, rules?: AddressRules): CalendarUser | undefined {
  const property = findProperty(component, 'ORGANIZER')
  return property && readUser(property, rules)
}

function readUser(property: Property, rules: AddressRules | undefined): CalendarUser {
  return {
    address: parseCalendarAddress(property.value, rules),
    sentBy: readAddresses(property, 'SENT-BY', rules)[0],
    email: readAddresses(property, 'EMAIL', rules)[0],
    commonName: readParameter(property, 'CN'),
    property,
  }
}

function readAddresses(property: Property, name: string, rules: AddressRules | undefined): readonly CalendarAddress[] {
  return readParameterList(property, name).flatMap((text) => parseCalendarAddress(text, rules) ?? [])
}
