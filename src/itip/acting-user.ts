// Which ATTENDEE of a component is ours, and as whom we answer. RFC 5546, 3.7.2.
import { type Attendee, readAttendees } from '../calendar/attendee.ts'
import type { AddressRules, CalendarAddress } from '../calendar/calendar-address.ts'
import { parseCalendarAddress } from '../calendar/calendar-address.ts'
import type { Component } from '../calendar/component.ts'

/** Every name one user goes by. */
export interface Identity {
  readonly user: CalendarAddress
  /** Addresses of the preference `addresses`; `*@old.example` allowed. */
  readonly aliases: readonly string[]
  /** The address before the mail system's aliasing. */
  readonly originalRecipient: string | undefined
  /** Groups the user belongs to. */
  readonly groups: readonly CalendarAddress[]
  readonly rules: AddressRules
}

export type Invitation =
  | { readonly kind: 'own'; readonly attendee: Attendee }
  /** Invited as a member: the answer names the user and the group. */
  | { readonly kind: 'member'; readonly attendee: Attendee; readonly group: CalendarAddress }

// RFC 5546, 3.7.2: first the calendar user itself, then the groups it belongs to.
export function findInvitation(component: Component, identity: Identity): Invitation | undefined {
  const attendees = readAttendees(component, identity.rules)
  const own =
    attendees.find((attendee) => attendee.address === identity.user) ??
    attendees.find((attendee) => isOwnAddress(attendee.address, identity))
  if (own) return { kind: 'own', attendee: own }
  for (const attendee of attendees) {
    const group = identity.groups.find((address) => address === attendee.address)
    if (group) return { kind: 'member', attendee, group }
  }
  return undefined
}

export function isOwnAddress(address: CalendarAddress | undefined, identity: Identity): boolean {
  if (address === undefined) return false
  if (address === identity.user) return true
  // A group that the mail system expands is the address before aliasing, too; but its members are not the group.
  if (
    identity.originalRecipient !== undefined &&
    parseCalendarAddress(identity.originalRecipient, identity.rules) === address &&
    !identity.groups.includes(address)
  )
    return true
  return identity.aliases.some((alias) => matchesAlias(address, alias, identity.rules))
}

function matchesAlias(address: CalendarAddress, alias: string, rules: AddressRules): boolean {
  const text = alias.trim()
  if (text.startsWith('*@')) return address.endsWith(text.slice(1).toLowerCase())
  return parseCalendarAddress(text, rules) === address
}
