// May this sender do this to this object? RFC 5546, 6.1; RFC 6047, 2.3.
import { type CalendarUser, readAttendees, readOrganizer } from '../calendar/attendee.ts'
import {
  type AddressRules,
  type CalendarAddress,
  parseCalendarAddress,
  readDomain,
} from '../calendar/calendar-address.ts'
import type { Component } from '../calendar/component.ts'
import type { MailFacts } from './mail-facts.ts'

/**
 * Does the mail come from the domain of the calendar user it speaks for? From, Sender and the envelope sender are looked at,
 * against the user, its SENT-BY and its EMAIL. Nothing is proven by this; `sender_check` will be the proof.
 */
export function isFromDomainOf(
  users: readonly (CalendarUser | undefined)[],
  mail: MailFacts,
  rules: AddressRules,
): boolean {
  const spoken = users
    .flatMap((user) => [user?.address, user?.sentBy, user?.email])
    .flatMap((address) => (address === undefined ? [] : [readDomain(address)]))
  return readSpeakers(mail, rules).some((speaker) => spoken.includes(readDomain(speaker)))
}

export function readSpeakers(mail: MailFacts, rules: AddressRules): readonly CalendarAddress[] {
  return [...mail.from, ...mail.sender, mail.envelope.sender].flatMap((text) => parseCalendarAddress(text, rules) ?? [])
}

/** The organizer of an object: the same in all its components, so the first that has one. */
export function findOrganizer(components: readonly Component[], rules: AddressRules): CalendarUser | undefined {
  for (const component of components) {
    const organizer = readOrganizer(component, rules)
    if (organizer) return organizer
  }
  return undefined
}

export function findAttendee(
  components: readonly Component[],
  address: CalendarAddress,
  rules: AddressRules,
): CalendarUser | undefined {
  for (const component of components) {
    const attendee = readAttendees(component, rules).find((candidate) => candidate.address === address)
    if (attendee) return attendee
  }
  return undefined
}

export interface OutgoingAuthority {
  readonly mode: 'login' | 'envelope'
  readonly schedulingAccounts: readonly string[]
  readonly delegates: readonly string[]
  readonly aliases: readonly string[]
}

/**
 * May the authenticated sender of an outgoing mail act for this user? The login is the user, one of the user's delegates or
 * addresses, or a scheduling account of the site; sites whose submission is closed to strangers take the envelope sender for it.
 */
export function mayActFor(
  user: CalendarAddress,
  mail: MailFacts,
  authority: OutgoingAuthority,
  rules: AddressRules,
): boolean {
  const login = authority.mode === 'login' ? mail.envelope.login : mail.envelope.sender
  if (login === undefined || login === '') return false
  const names = [user, ...authority.aliases, ...authority.delegates, ...authority.schedulingAccounts]
  return names.some((name) => isSameLogin(login, name, readDomain(user), rules))
}

/** A login without a domain is one of the user's own domain. */
function isSameLogin(login: string, name: string, domain: string, rules: AddressRules): boolean {
  return (
    readLogin(login, domain, rules) !== undefined && readLogin(login, domain, rules) === readLogin(name, domain, rules)
  )
}

function readLogin(text: string, domain: string, rules: AddressRules): CalendarAddress | undefined {
  return parseCalendarAddress(text.includes('@') ? text : `${text.trim()}@${domain}`, rules)
}
