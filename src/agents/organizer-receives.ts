// What an attendee sends to the organizer: answers are merged into the series, per attendee the last one. RFC 5546, 3.2.3.
import { type Attendee, type CalendarUser, readAttendees } from '../calendar/attendee.ts'
import type { Component } from '../calendar/component.ts'
import { isFault } from '../calendar/fault.ts'
import { isOwnAddress } from '../itip/acting-user.ts'
import { findAttendee, findOrganizer, isFromDomainOf } from '../itip/authority.ts'
import type { Reason } from '../itip/reason.ts'
import { type AnswerOutcome, receiveReply } from '../itip/reply.ts'
import type { SchedulingMessage } from '../itip/scheduling-message.ts'
import { type Decision, decide } from './decision.ts'
import { makeIdentity } from './identity.ts'
import * as reasons from './reasons.ts'
import type { Situation } from './situation.ts'
import { readZones } from './stored-organizer.ts'

/** Quirk: Outlook leaves ORGANIZER out of its replies, so the series is found by its UID alone, see docs/quirks.md. */
export function decideReply(message: SchedulingMessage, situation: Situation): Decision {
  const { stored, site } = situation
  if (!stored || stored.parts.length === 0) return decide('ignored', reasons.unknownObject)
  const known = stored.parts.map((part) => part.component)
  const organizer = findOrganizer(known, site.addresses)
  if (!isOwnAddress(organizer?.address, makeIdentity(situation))) return decide('ignored', reasons.unknownObject)
  const attendees = message.components.flatMap((component) => readAttendees(component, site.addresses))
  const strangers = attendees.filter((attendee) => !maySpeakFor(attendee, known, situation))
  const [refused, ...alsoRefused] = strangers.map((attendee) => reasons.wrongSender(attendee))
  if (strangers.length === attendees.length)
    return decide('refused', [refused ?? reasons.wrongSender(undefined), ...alsoRefused])
  const spoken = {
    ...message,
    components: message.components.map((component) => withoutAttendees(component, strangers)),
  }
  const received = receiveReply(stored, spoken, readZones(message, situation), site.addresses)
  if (isFault(received)) return decide('passed', reasons.unusable(received))
  const outcomes = received.answers.map((answer) => answer.outcome)
  const recorded = received.answers.find((answer) => answer.outcome === 'recorded')
  const notes = [...new Set(outcomes)].filter((outcome) => outcome !== 'recorded').map((outcome) => reasonOf[outcome])
  const others = [...notes, ...(refused ? [refused, ...alsoRefused] : [])]
  if (!recorded) return decide('ignored', others[0] ?? reasons.unknownObject)
  return decide('applied', [reasons.answerRecorded, ...others], [{ kind: 'save-series', series: received.series }])
}

/**
 * RFC 5546, 6.1.2: an attendee answers for itself, or its SENT-BY does. Who may speak for an attendee is what the organizer's own
 * series says; an answer that names its own sender proves nothing.
 */
function maySpeakFor(attendee: Attendee, known: readonly Component[], { mail, site }: Situation): boolean {
  const invited = attendee.address && findAttendee(known, attendee.address, site.addresses)
  const speaker: CalendarUser = invited ?? { ...attendee, sentBy: undefined, email: undefined }
  return isFromDomainOf([speaker], mail, site.addresses)
}

function withoutAttendees(component: Component, attendees: readonly Attendee[]): Component {
  const gone = new Set(attendees.map((attendee) => attendee.property))
  return { ...component, properties: component.properties.filter((property) => !gone.has(property)) }
}

const reasonOf: Readonly<Record<AnswerOutcome, Reason>> = {
  recorded: reasons.answerRecorded,
  outdated: reasons.outdatedAnswer,
  'for-older-revision': reasons.answerToOlderRevision,
  'party-crasher': reasons.partyCrasher,
  'no-such-instance': reasons.noSuchInstance,
}
