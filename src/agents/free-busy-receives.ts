// VFREEBUSY that arrives: who asks is told when the user is busy, as far as the user shares it; what others tell is recorded.
import type { CalendarUser } from '../calendar/attendee.ts'
import { readMailbox } from '../calendar/calendar-address.ts'
import { isFault } from '../calendar/fault.ts'
import type { Period } from '../calendar/period.ts'
import { makeZones, type Zones } from '../calendar/time-zone.ts'
import type { BusyPeriod } from '../freebusy/busy-periods.ts'
import { addAsked } from '../freebusy/others.ts'
import { limitWindow, listShared, widenToKnow } from '../freebusy/sharing.ts'
import { findInvitation, type Invitation, isOwnAddress } from '../itip/acting-user.ts'
import {
  findAsker,
  findTeller,
  isFailedAnswer,
  makeFreeBusyReply,
  readWithin,
  receiveFreeBusy,
} from '../itip/free-busy.ts'
import { makeSeries } from '../itip/instances.ts'
import type { Reason } from '../itip/reason.ts'
import type { SchedulingMessage } from '../itip/scheduling-message.ts'
import type { RecordedAnswer } from '../itip/stored-series.ts'
import { type DescribedBusy, describeBusy, describeUntold } from '../text/describe-busy.ts'
import { makeAnsweringProperty, nextStamp, readInvitedMailbox, readName } from './answers.ts'
import { type Asker, hasAskedTooOften, isAuthentic, makeAsker } from './asker.ts'
import { findRepetition, withDecided, withRepetition } from './decided-once.ts'
import { type Decision, decide, type Wanted } from './decision.ts'
import type { StoreEffect } from './effect.ts'
import { makeIdentity } from './identity.ts'
import * as reasons from './reasons.ts'
import type { Situation } from './situation.ts'

/** A person is asked only where `freebusy_sharing` allows it; otherwise the mail alone reaches the person. */
export function decideRequestToPerson(message: SchedulingMessage, situation: Situation): Decision | Wanted {
  if (!situation.preferences.freeBusySharing) return decide('passed', reasons.notShared)
  return decideRequestToResource(message, situation)
}

/** That a resource is taken is no secret; how exactly it is told depends on who asks. RFC 5546, 3.3.2. */
export function decideRequestToResource(message: SchedulingMessage, situation: Situation): Decision | Wanted {
  const { mail, site } = situation
  if (mail.isReport) return decide('passed', reasons.report)
  // RFC 3834, 2: two programs must not ask each other for ever.
  if (mail.autoSubmitted === 'auto-replied') return decide('passed', reasons.autoReplied)
  const identity = makeIdentity(situation)
  const organizer = findAsker(message, site.addresses)
  if (organizer?.address === undefined) return decide('passed', reasons.organizerWithoutAddress)
  if (isOwnAddress(organizer.address, identity)) return decide('refused', reasons.ownObject)
  if (!isAuthentic(organizer.address, situation)) return decide('refused', reasons.wrongSender(organizer))
  const component = message.components.find((asked) => findInvitation(asked, identity))
  const invitation = component && findInvitation(component, identity)
  if (!component || !invitation) return decide('ignored', reasons.notInvited(situation.user))
  const zones = readOwnZones(message, situation)
  const within = readWithin(component, zones)
  if (isFault(within)) return decide('passed', reasons.unusable(within))
  const repetition = findRepetition(situation)
  if (repetition.kind === 'retry' || repetition.kind === 'enough') return decide('ignored', repetition.reason)
  const question = { message, situation, organizer, invitation, zones, within }
  return answer(question, makeAsker(organizer.address, situation))
}

interface Question {
  readonly message: SchedulingMessage
  readonly situation: Situation
  readonly organizer: CalendarUser
  readonly invitation: Invitation
  readonly zones: Zones
  /** The time that is asked for. */
  readonly within: Period
}

function answer(question: Question, asker: Asker): Decision | Wanted {
  const { situation, within } = question
  const { preferences, freeBusy, zoneTables, now } = situation
  // RFC 5546, 3.3.2: who is not authorized gets an exception. Strangers get nothing: that would tell them whom to ask.
  if (asker.level === 'none') {
    if (!asker.isInside) return decide('ignored', reasons.notToldOutside)
    return answerWithout(question, asker, reasons.notAuthorized, '3.8;No authority.', 'notTold')
  }
  if (hasAskedTooOften(asker, situation)) return decide('ignored', reasons.freeBusyTooOften)
  const shared = limitWindow(within, asker.horizon)
  if (!shared) return answerWithout(question, asker, reasons.beyondHorizon, '3.5;Invalid date or time.', 'beyond')
  const known = widenToKnow(shared.within)
  if (!isCovered(known, situation)) return { kind: 'wanted', periods: [known] }
  const busy = listShared({
    schedule: freeBusy,
    within: shared.within,
    level: asker.level,
    now,
    zoneTables,
    preferences,
  })
  if (isFault(busy)) return decide('passed', reasons.unusable(busy))
  const notes = [
    ...(asker.level === 'full' ? [] : [reasons.toldLessExactly(asker.level)]),
    ...(shared.isCut ? [reasons.windowCut] : []),
  ]
  const described = describeBusy({ ...shared, busy, level: asker.level }, question.zones, preferences.language)
  return send(question, asker, {
    because: [reasons.freeBusySent, ...notes],
    kind: 'free-busy',
    within: shared.within,
    busy,
    described,
  })
}

/** Says only that nothing is told. RFC 5546, 3.3.3 and 3.6. */
function answerWithout(
  question: Question,
  asker: Asker,
  reason: Reason,
  requestStatus: string,
  because: 'notTold' | 'beyond',
): Decision {
  const { situation, zones, within } = question
  return send(question, asker, {
    because: [reason],
    kind: 'free-busy-refused',
    within,
    busy: [],
    requestStatus,
    described: describeUntold(within, because, zones, situation.preferences.language),
  })
}

interface FreeBusyAnswer {
  readonly because: readonly [Reason, ...Reason[]]
  readonly kind: 'free-busy' | 'free-busy-refused'
  readonly within: Period
  readonly busy: readonly BusyPeriod[]
  readonly requestStatus?: string
  readonly described: DescribedBusy
}

/** Asked again, the schedule was looked at again: it may have changed since. */
function send(
  { message, situation, organizer, invitation }: Question,
  asker: Asker,
  content: FreeBusyAnswer,
): Decision {
  const { because, kind, within, busy, requestStatus, described } = content
  const repetition = findRepetition(situation)
  const repeatedAt = repetition.kind === 'asked-again' ? [...repetition.answer.repeatedAt, situation.now] : []
  const as = readInvitedMailbox(invitation, situation)
  const status = requestStatus === undefined ? {} : { requestStatus }
  const stamp = nextStamp(situation, message.uid)
  const recorded: RecordedAnswer = { participation: '', as, comment: '', ...status, stamp, repeatedAt }
  const name = readName(invitation, situation)
  const mailbox = readMailbox(organizer.property.value)
  const series =
    repetition.kind === 'asked-again'
      ? withRepetition(situation.stored, message.uid, repetition.decided, recorded, situation.mail.messageId)
      : withDecided(situation.stored ?? makeSeries(message.uid), situation, 'applied', because[0], recorded)
  const attendee = makeAnsweringProperty(invitation, situation)
  const uid = `${situation.decisionKey}@${as.slice(as.lastIndexOf('@') + 1)}`
  return decide('applied', because, [
    { kind: 'save-series', series },
    ...countQuestion(asker, situation),
    {
      kind: 'send',
      as,
      to: mailbox === undefined ? [] : [mailbox],
      message: makeFreeBusyReply(message, { attendee, stamp, within, busy, uid, ...status }),
      repetition: repeatedAt.length,
      facts: {
        kind,
        language: situation.preferences.language,
        name,
        summary: name,
        location: undefined,
        ...described,
      },
    },
  ])
}

/** Of those whose questions are limited. */
function countQuestion(asker: Asker, { others, now }: Situation): readonly StoreEffect[] {
  if (asker.isInside) return []
  return [{ kind: 'record-others', others: addAsked(others ?? { sender: asker.address, pieces: [] }, now) }]
}

function isCovered({ start, end }: Period, { freeBusy }: Situation): boolean {
  return freeBusy.covers.some((period) => period.start === start && period.end === end)
}

/** RFC 5546, 3.3.1 and 3.3.3. Later DTSTAMPs count; the user's own schedule is not touched. */
export function decideTold(message: SchedulingMessage, situation: Situation): Decision {
  const teller = findTeller(message, situation.site.addresses)
  if (teller?.address === undefined) return decide('passed', reasons.tellerWithoutAddress)
  if (isOwnAddress(teller.address, makeIdentity(situation))) return decide('ignored', reasons.ownFreeBusy)
  if (!isAuthentic(teller.address, situation)) return decide('refused', reasons.wrongSender(teller))
  if (isFailedAnswer(message)) return decide('ignored', reasons.askedInVain)
  const zones = readOwnZones(message, situation)
  const others = receiveFreeBusy(
    situation.others,
    teller.address,
    message,
    zones,
    situation.now,
    situation.site.othersAge,
  )
  if (isFault(others)) return decide('passed', reasons.unusable(others))
  if (others === situation.others) return decide('ignored', reasons.olderFreeBusy)
  return decide('applied', reasons.freeBusyRecorded, [{ kind: 'record-others', others }])
}

/** A resource asks nobody, so nobody can answer it. */
export function decideReplyToResource(): Decision {
  return decide('ignored', reasons.neverAsked)
}

function readOwnZones(message: SchedulingMessage, { zoneTables, preferences }: Situation): Zones {
  return makeZones(zoneTables, message.timeZones, preferences.zone)
}
