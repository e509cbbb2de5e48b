// The people of a summary: organizer, attendees with their answers, and who speaks.
import { type Attendee, type CalendarUser, readAttendees } from '../calendar/attendee.ts'
import { parseCalendarAddress, showAddress } from '../calendar/calendar-address.ts'
import type { Component } from '../calendar/component.ts'
import { type Identity, isOwnAddress } from '../itip/acting-user.ts'
import { senderOfMethod } from '../itip/method.ts'
import type { SchedulingMessage } from '../itip/scheduling-message.ts'
import { makeOneLine } from '../text/one-line.ts'
import type { AttendeeFacts, Bounded, PersonFacts, SpeakerFacts } from '../text/summary-facts.ts'
import { bound } from './summary-bounds.ts'

/** A meeting of more people is a crowd: nobody reads their names in a mail. */
const mostAttendees = 25
const mostSpeakers = 10
const longestName = 100
const longestAddress = 200

export function makePersonFacts({ commonName, address, property }: CalendarUser): PersonFacts {
  const shown = address === undefined ? property.value : showAddress(address)
  return { name: makeOneLine(commonName ?? '', longestName), address: makeOneLine(shown, longestAddress) }
}

/** `ownAnswer`: the reader's own, which an organizer may not have heard of yet. */
export function listAttendeeFacts(
  component: Component,
  identity: Identity,
  ownAnswer: string | undefined,
): Bounded<AttendeeFacts> {
  return bound(readAttendees(component, identity.rules), mostAttendees, (attendee) => {
    const isReader = isOwnAddress(attendee.address, identity)
    const participation = (isReader ? ownAnswer : undefined) ?? attendee.participation
    return {
      ...makePersonFacts(attendee),
      participation: makeOneLine(participation, longestName),
      isOptional: attendee.role === 'OPT-PARTICIPANT',
      isReader: isReader || isGroupOf(attendee, identity),
    }
  })
}

function isGroupOf(attendee: Attendee, { groups }: Identity): boolean {
  return groups.some((group) => group === attendee.address)
}

/** RFC 5546, 1.4: attendees send answers, questions and proposals; of several named in a proposal the mail says who speaks. */
export function listSpeakerFacts(
  { method, components }: SchedulingMessage,
  from: readonly string[],
  identity: Identity,
): Bounded<SpeakerFacts> {
  if (senderOfMethod[method] !== 'attendee') return { shown: [], more: 0 }
  const named = components.flatMap((component) => readAttendees(component, identity.rules))
  const unique = [...new Map(named.map((attendee) => [attendee.property.value, attendee])).values()]
  const senders = new Set(from.map((text) => parseCalendarAddress(text, identity.rules)))
  // RFC 5546, 3.2.2.3: who hands an invitation over names the delegate beside.
  const speaking = unique.filter(({ address, participation }) =>
    method === 'REPLY' ? participation !== 'NEEDS-ACTION' : address && senders.has(address),
  )
  return bound(speaking.length > 0 ? speaking : unique.slice(0, 1), mostSpeakers, (attendee) => ({
    ...makePersonFacts(attendee),
    participation: makeOneLine(attendee.participation, longestName),
    delegates: attendee.delegatedTo
      .slice(0, mostSpeakers)
      .map((address) => makeOneLine(showAddress(address), longestAddress)),
  }))
}
