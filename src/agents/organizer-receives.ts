// What an attendee sends to the organizer: answers are merged into the series, per attendee the last one. RFC 5546, 3.2.3.
import { readAttendees } from '../calendar/attendee.ts'
import { isFault } from '../calendar/fault.ts'
import { isOwnAddress } from '../itip/acting-user.ts'
import { findOrganizer, isFromDomainOf } from '../itip/authority.ts'
import type { Reason } from '../itip/reason.ts'
import { type AnswerOutcome, receiveReply } from '../itip/reply.ts'
import type { SchedulingMessage } from '../itip/scheduling-message.ts'
import { type Decision, decide } from './decision.ts'
import { makeIdentity } from './identity.ts'
import * as reasons from './reasons.ts'
import type { Situation } from './situation.ts'
import { readZones } from './stored-organizer.ts'

/** Outlook leaves ORGANIZER out of its replies, so the series is found by its UID alone. */
export function decideReply(message: SchedulingMessage, situation: Situation): Decision {
  const { stored, site } = situation
  if (!stored || stored.parts.length === 0) return decide('ignored', reasons.unknownObject)
  const organizer = findOrganizer(
    stored.parts.map((part) => part.component),
    site.addresses,
  )
  if (!isOwnAddress(organizer?.address, makeIdentity(situation))) return decide('ignored', reasons.unknownObject)
  // RFC 5546, 6.1.2: an attendee answers for itself, or its SENT-BY does.
  const speakers = message.components.flatMap((component) => readAttendees(component, site.addresses))
  if (!isFromDomainOf(speakers, situation.mail, site.addresses))
    return decide('refused', reasons.wrongSender(speakers[0]))
  const received = receiveReply(stored, message, readZones(message, situation), site.addresses)
  if (isFault(received)) return decide('passed', reasons.unusable(received))
  const outcomes = received.answers.map((answer) => answer.outcome)
  const recorded = received.answers.find((answer) => answer.outcome === 'recorded')
  const others = [...new Set(outcomes)].filter((outcome) => outcome !== 'recorded').map((outcome) => reasonOf[outcome])
  if (!recorded) return decide('ignored', others[0] ?? reasons.unknownObject)
  return decide('applied', [reasons.answerRecorded, ...others], [{ kind: 'save-series', series: received.series }])
}

const reasonOf: Readonly<Record<AnswerOutcome, Reason>> = {
  recorded: reasons.answerRecorded,
  outdated: reasons.outdatedAnswer,
  'for-older-revision': reasons.answerToOlderRevision,
  'party-crasher': reasons.partyCrasher,
  'no-such-instance': reasons.noSuchInstance,
}
