// Whose schedule an outgoing message is about: its ORGANIZER's or its ATTENDEE's, and whether its sender may act for them.
import { type Attendee, readAttendees } from '../calendar/attendee.ts'
import type { AddressRules, CalendarAddress } from '../calendar/calendar-address.ts'
import { findOrganizer, mayActFor } from '../itip/authority.ts'
import { isDelegating } from '../itip/delegation.ts'
import { senderOfMethod } from '../itip/method.ts'
import type { SchedulingMessage } from '../itip/scheduling-message.ts'
import { type Decision, decide } from './decision.ts'
import * as reasons from './reasons.ts'
import type { Situation } from './situation.ts'

/**
 * RFC 5546, 1.4: organizers send PUBLISH, REQUEST, ADD, CANCEL and DECLINECOUNTER, attendees the others. `speakers` are those who
 * may have sent it, by login, envelope and header: they tell who of several attendees speaks.
 */
export function findActingUser(
  message: SchedulingMessage,
  rules: AddressRules,
  speakers: readonly CalendarAddress[],
): CalendarAddress | undefined {
  const attendees = message.components.flatMap((component) => readAttendees(component, rules))
  const isSpeaking = ({ address }: Attendee) => address !== undefined && speakers.includes(address)
  if (senderOfMethod[message.method] === 'organizer') {
    const organizer = findOrganizer(message.components, rules)?.address
    // RFC 5546, 3.2.2.3: a delegator forwards the REQUEST to the delegate.
    const delegator = message.method === 'REQUEST' ? attendees.filter(isDelegating).find(isSpeaking) : undefined
    return organizer !== undefined && speakers.includes(organizer) ? organizer : (delegator?.address ?? organizer)
  }
  // RFC 5546, 3.2.3: an answer names one ATTENDEE; a delegator's also the delegate, a proposal perhaps everybody.
  const addresses = new Set(attendees.map((attendee) => attendee.address))
  if (addresses.size === 1) return attendees[0]?.address
  return (attendees.find(isSpeaking) ?? attendees.find(isDelegating))?.address
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
