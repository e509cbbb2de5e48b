// VFREEBUSY that arrives: who asks is told when the user is busy, as far as the user shares it; what others tell is recorded.
import type { CalendarUser } from '../calendar/attendee.ts'
import { readMailbox } from '../calendar/calendar-address.ts'
import { isFault } from '../calendar/fault.ts'
import type { Period } from '../calendar/period.ts'
import { makeZones, type Zones } from '../calendar/time-zone.ts'
import { limitWindow, listShared, type SharedWindow } from '../freebusy/sharing.ts'
import { findInvitation, type Invitation, isOwnAddress } from '../itip/acting-user.ts'
import { findOrganizer, isFromDomainOf } from '../itip/authority.ts'
import { findTeller, isFailedAnswer, makeFreeBusyReply, readWithin, receiveFreeBusy } from '../itip/free-busy.ts'
import { makeSeries } from '../itip/instances.ts'
import type { SchedulingMessage } from '../itip/scheduling-message.ts'
import type { RecordedAnswer } from '../itip/stored-series.ts'
import { describeBusy } from '../text/describe-busy.ts'
import { makeAnsweringProperty, nextStamp, readInvitedMailbox, readName } from './answers.ts'
import { findRepetition, withDecided, withRepetition } from './decided-once.ts'
import { type Decision, decide, type Wanted } from './decision.ts'
import { makeIdentity } from './identity.ts'
import * as reasons from './reasons.ts'
import type { Situation } from './situation.ts'

/** A person is asked only where `freebusy_sharing` allows it; otherwise the mail alone reaches the person. */
export function decideRequestToPerson(message: SchedulingMessage, situation: Situation): Decision | Wanted {
  if (!situation.preferences.freeBusySharing) return decide('passed', reasons.notShared)
  return decideRequestToResource(message, situation)
}

/** When a resource is taken is no secret: everybody who may invite it can find out. RFC 5546, 3.3.2. */
export function decideRequestToResource(message: SchedulingMessage, situation: Situation): Decision | Wanted {
  const { mail, site } = situation
  if (mail.isReport) return decide('passed', reasons.report)
  // RFC 3834, 2: two programs must not ask each other for ever.
  if (mail.autoSubmitted === 'auto-replied') return decide('passed', reasons.autoReplied)
  const identity = makeIdentity(situation)
  const organizer = findOrganizer(message.components, site.addresses)
  if (organizer?.address === undefined) return decide('passed', reasons.organizerWithoutAddress)
  if (isOwnAddress(organizer.address, identity)) return decide('refused', reasons.ownObject)
  // RFC 5546, 3.3.2: ORGANIZER is who asks. Who is not authorized is told nothing, not even that.
  if (!isFromItself(organizer, situation)) return decide('refused', reasons.wrongSender(organizer))
  const component = message.components.find((asked) => findInvitation(asked, identity))
  const invitation = component && findInvitation(component, identity)
  if (!component || !invitation) return decide('ignored', reasons.notInvited(situation.user))
  const zones = readOwnZones(message, situation)
  const within = readWithin(component, zones)
  if (isFault(within)) return decide('passed', reasons.unusable(within))
  const repetition = findRepetition(situation)
  if (repetition.kind === 'retry' || repetition.kind === 'enough') return decide('ignored', repetition.reason)
  const shared = limitWindow(within)
  if (!isCovered(shared.within, situation)) return { kind: 'wanted', periods: [shared.within] }
  return answer({ message, situation, organizer, invitation, zones, shared })
}

interface AskedFreeBusy {
  readonly message: SchedulingMessage
  readonly situation: Situation
  readonly organizer: CalendarUser
  readonly invitation: Invitation
  readonly zones: Zones
  readonly shared: SharedWindow
}

/** Asked again, the schedule is looked at again: it may have changed since. */
function answer({ message, situation, organizer, invitation, zones, shared }: AskedFreeBusy): Decision {
  const { preferences, freeBusy, zoneTables } = situation
  const { within, isCut } = shared
  const busy = listShared(freeBusy, within, zoneTables, preferences.zone)
  if (isFault(busy)) return decide('passed', reasons.unusable(busy))
  const repetition = findRepetition(situation)
  const repeatedAt = repetition.kind === 'asked-again' ? [...repetition.answer.repeatedAt, situation.now] : []
  const as = readInvitedMailbox(invitation, situation)
  const recorded: RecordedAnswer = {
    participation: '',
    as,
    comment: '',
    stamp: nextStamp(situation, message.uid),
    repeatedAt,
  }
  const name = readName(invitation, situation)
  const mailbox = readMailbox(organizer.property.value)
  const series =
    repetition.kind === 'asked-again'
      ? withRepetition(situation.stored, message.uid, repetition.decided, recorded, situation.mail.messageId)
      : withDecided(situation.stored ?? makeSeries(message.uid), situation, 'applied', reasons.freeBusySent, recorded)
  const attendee = makeAnsweringProperty(invitation, situation)
  const uid = `${situation.decisionKey}@${as.slice(as.lastIndexOf('@') + 1)}`
  return decide('applied', isCut ? [reasons.freeBusySent, reasons.windowCut] : reasons.freeBusySent, [
    { kind: 'save-series', series },
    {
      kind: 'send',
      as,
      to: mailbox === undefined ? [] : [mailbox],
      message: makeFreeBusyReply(message, { attendee, stamp: recorded.stamp, within, busy, uid }),
      repetition: repeatedAt.length,
      facts: {
        kind: 'free-busy',
        language: preferences.language,
        name,
        summary: name,
        location: undefined,
        ...describeBusy(within, busy, isCut, zones, preferences.language),
      },
    },
  ])
}

function isCovered({ start, end }: Period, { freeBusy }: Situation): boolean {
  return freeBusy.covers.some((period) => period.start === start && period.end === end)
}

/** RFC 5546, 3.3.1 and 3.3.3. Later DTSTAMPs count; the user's own schedule is not touched. */
export function decideTold(message: SchedulingMessage, situation: Situation): Decision {
  const teller = findTeller(message, situation.site.addresses)
  if (teller?.address === undefined) return decide('passed', reasons.tellerWithoutAddress)
  if (isOwnAddress(teller.address, makeIdentity(situation))) return decide('ignored', reasons.ownFreeBusy)
  if (!isFromItself(teller, situation)) return decide('refused', reasons.wrongSender(teller))
  if (isFailedAnswer(message)) return decide('ignored', reasons.askedInVain)
  const zones = readOwnZones(message, situation)
  const others = receiveFreeBusy(situation.others, teller.address, message, zones, situation.now)
  if (isFault(others)) return decide('passed', reasons.unusable(others))
  if (others === situation.others) return decide('ignored', reasons.olderFreeBusy)
  return decide('applied', reasons.freeBusyRecorded, [{ kind: 'record-others', others }])
}

/** A resource asks nobody, so nobody can answer it. */
export function decideReplyToResource(): Decision {
  return decide('ignored', reasons.neverAsked)
}

/** RFC 5546, 6.1.1: a message that names its own SENT-BY or EMAIL proves nothing by it. */
function isFromItself(user: CalendarUser, { mail, site }: Situation): boolean {
  return isFromDomainOf([{ ...user, sentBy: undefined, email: undefined }], mail, site.addresses)
}

function readOwnZones(message: SchedulingMessage, { zoneTables, preferences }: Situation): Zones {
  return makeZones(zoneTables, message.timeZones, preferences.zone)
}
