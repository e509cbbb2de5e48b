// Whose schedule an outgoing message is about: its ORGANIZER's or its ATTENDEE's, and whether its sender may act for them.
import { readAttendees } from '../calendar/attendee.ts'
import type { AddressRules, CalendarAddress } from '../calendar/calendar-address.ts'
import { findOrganizer, mayActFor } from '../itip/authority.ts'
import { senderOfMethod } from '../itip/method.ts'
import type { SchedulingMessage } from '../itip/scheduling-message.ts'
import { type Decision, decide } from './decision.ts'
import * as reasons from './reasons.ts'
import type { Situation } from './situation.ts'

// RFC 5546, 1.4: organizers send PUBLISH, REQUEST, ADD, CANCEL and DECLINECOUNTER, attendees the others.
export function findActingUser(message: SchedulingMessage, rules: AddressRules): CalendarAddress | undefined {
  if (senderOfMethod[message.method] === 'organizer') return findOrganizer(message.components, rules)?.address
  // RFC 5546, 3.2.3: an answer names one ATTENDEE.
  const attendees = message.components.flatMap((component) => readAttendees(component, rules))
  const addresses = new Set(attendees.map((attendee) => attendee.address))
  return addresses.size === 1 ? attendees[0]?.address : undefined
}

/** Nothing where the sender may act for the user; otherwise the refusal. */
export function checkSender(situation: Situation): Decision | undefined {
  const { site, preferences } = situation
  const authority = {
    mode: site.outgoingAuthority,
    schedulingAccounts: site.schedulingAccounts,
    delegates: preferences.delegates,
    aliases: preferences.addresses,
  }
  return mayActFor(situation.user, situation.mail, authority, site.addresses)
    ? undefined
    : decide('refused', reasons.notYours)
}
