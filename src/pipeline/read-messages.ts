// Steps 4 and 5 for one recipient: which messages the calendars make, and whose schedule each is about.

import * as reasons from '../agents/reasons.ts'
import { findActingUser } from '../agents/sender.ts'
import type { Verdict } from '../agents/verdict.ts'
import type { CalendarAddress } from '../calendar/calendar-address.ts'
import { type CalendarFault, isFault, makeFault } from '../calendar/fault.ts'
import { makeZones } from '../calendar/time-zone.ts'
import { isOwnAddress } from '../itip/acting-user.ts'
import { readSpeakers } from '../itip/authority.ts'
import { type ReadMessage, readMessages as readMessagesOf } from '../itip/read-messages.ts'
import { makeReason, type Reason } from '../itip/reason.ts'
import { hasWrappedCalendar } from '../mail/calendar-parts.ts'
import { mostMessages } from '../mail/limits.ts'
import type { Preferences } from '../preferences/preferences.ts'
import { nobody, notePassed, tellPassed } from './note-passed.ts'
import type { Party } from './party.ts'
import type { CalendarMail, ReadCalendar } from './read-calendars.ts'
import type { World } from './world.ts'

export interface PartyMessage {
  readonly read: ReadMessage
  readonly user: CalendarAddress
  readonly preferences: Preferences
  readonly digest: string
  readonly notes: readonly string[]
}

export interface ReadParty {
  readonly messages: readonly PartyMessage[]
  /** Of calendars that are no message to decide; a user who does not take part has none. */
  readonly passed: readonly Verdict[]
}

export async function readMessages({ mail, calendars }: CalendarMail, party: Party, world: World): Promise<ReadParty> {
  const messages: PartyMessage[] = []
  const passed: Reason[] = []
  if (calendars.length === 0) {
    if (mail.fault !== undefined) passed.push(makeReason('mail-unreadable', 'RFC 2045', mail.fault))
    // Quirk: Outlook and Exchange may wrap a meeting in winmail.dat, see docs/quirks.md.
    else if (hasWrappedCalendar(mail.parts)) passed.push(reasons.wrappedCalendar)
    // Of other mail to a resource the step that sends it on tells.
    else if (world.agent !== 'imip-resource') world.report.passed(party.recipient)
  } else if (mail.facts.isSpam) passed.push(reasons.spam)
  else for (const calendar of calendars) readCalendar(calendar, party, world, messages, passed)
  // None of them: half of a crowd would be worse than nothing, and a room would answer each.
  if (messages.length > mostMessages) {
    passed.push(reasons.unusable(tooManyMessages(messages.length)))
    messages.length = 0
  }
  const verdicts: Verdict[] = []
  for (const reason of passed) {
    // Of a user who does not take part only the log speaks.
    if (reason === reasons.notParticipating) tellPassed(reason, party, world)
    else verdicts.push(await notePassed(reason, party, world))
  }
  return { messages, passed: verdicts }
}

function tooManyMessages(count: number): CalendarFault {
  return makeFault('too-many-messages', `the mail has ${count} messages, more than ${mostMessages}`)
}

function readCalendar(
  calendar: ReadCalendar,
  party: Party,
  world: World,
  messages: PartyMessage[],
  passed: Reason[],
): void {
  const { object, digest, notes } = calendar
  if (isFault(object)) {
    passed.push(reasons.unusable(object))
    return
  }
  // Floating times are read in the recipient's zone; of an outgoing copy in the sender's, known once the message is read.
  const zone = party.readPreferences(party.user ?? nobody).zone
  const zones = makeZones(world.loadZones(), object.timeZones, zone)
  for (const read of readMessagesOf(object, zones)) {
    const user = world.agent === 'imip-person-outgoing' ? findSender(read, party) : party.user
    const preferences = user && party.readPreferences(user)
    if (user === undefined || preferences === undefined) passed.push(reasons.senderWithoutAddress)
    else if (!preferences.participating) passed.push(reasons.notParticipating)
    else messages.push({ read, user, preferences, digest, notes })
  }
}

function findSender(read: ReadMessage, party: Party): CalendarAddress | undefined {
  const message = read.kind === 'message' ? read.message : read.readable
  const rules = party.site.addresses
  const speakers = [...(party.sender === undefined ? [] : [party.sender]), ...readSpeakers(party.facts, rules)]
  const acting = message && findActingUser(message, rules, speakers)
  if (acting === undefined) return read.kind === 'unusable' ? party.sender : undefined
  return isAliasOfSender(acting, party) ? party.sender : acting
}

/** Who was invited by another address of theirs answers by it; the schedule is theirs. */
function isAliasOfSender(acting: CalendarAddress, { sender, site, readPreferences }: Party): boolean {
  if (sender === undefined || sender === acting) return false
  const { addresses } = readPreferences(sender)
  return isOwnAddress(acting, {
    user: sender,
    aliases: addresses,
    originalRecipient: undefined,
    groups: [],
    rules: site.addresses,
  })
}
