// What an attendee sends to the organizer: answers are merged into the series, per attendee the last one; proposals are kept beside
// it; who asks for the current version may get it. RFC 5546, 3.2.3, 3.2.6 and 3.2.7.
import { type Attendee, type CalendarUser, readAttendees } from '../calendar/attendee.ts'
import type { CalendarAddress } from '../calendar/calendar-address.ts'
import type { Component } from '../calendar/component.ts'
import { isFault } from '../calendar/fault.ts'
import { withoutProperties, withParameter } from '../calendar/properties.ts'
import { findInvitation, isOwnAddress } from '../itip/acting-user.ts'
import { findAttendee, findOrganizer } from '../itip/authority.ts'
import { type CounterOutcome, isProposal, receiveCounter } from '../itip/counter.ts'
import { isDelegating, listDelegates } from '../itip/delegation.ts'
import { readKey } from '../itip/instances.ts'
import type { Reason } from '../itip/reason.ts'
import { type AnswerOutcome, type ReceivedAnswer, receiveReply } from '../itip/reply.ts'
import type { SchedulingMessage } from '../itip/scheduling-message.ts'
import type { StoredSeries } from '../itip/stored-series.ts'
import { tellCurrent } from './asking.ts'
import { type Decision, decide } from './decision.ts'
import type { Effect } from './effect.ts'
import { withHeld } from './held.ts'
import { makeIdentity } from './identity.ts'
import * as reasons from './reasons.ts'
import type { Situation } from './situation.ts'
import { listSpeakers, maySpeak } from './speaking.ts'
import { readZones } from './stored-organizer.ts'

/** Quirk: Outlook leaves ORGANIZER out of its replies, so the series is found by its UID alone, see docs/quirks.md. */
export function decideReply(message: SchedulingMessage, situation: Situation): Decision {
  const { site } = situation
  const stored = findOwnSeries(situation) ?? findDelegatedSeries(message, situation)
  if (!stored) return decide('ignored', reasons.unknownObject)
  const known = stored.parts.map((part) => part.component)
  const attendees = message.components.flatMap((component) => readAttendees(component, site.addresses))
  const strangers = attendees.filter((attendee) => !maySpeakFor(attendee, known, situation))
  const delegates = listDelegates(attendees.filter((attendee) => !strangers.includes(attendee)))
  const isNamed = ({ address }: Attendee) => address !== undefined && delegates.has(address)
  const refusals = strangers.filter((attendee) => !isNamed(attendee)).map(reasons.wrongSender)
  if (strangers.length === attendees.length)
    return decide('refused', [refusals[0] ?? reasons.wrongSender(undefined), ...refusals.slice(1)])
  const spoken = {
    ...message,
    components: message.components.map((component) => withoutStrangers(component, strangers, isNamed)),
  }
  const received = receiveReply(stored, spoken, readZones(message, situation), site.addresses)
  if (isFault(received)) return decide('passed', reasons.unusable(received))
  const outcomes = received.answers.map((answer) => answer.outcome)
  const notes = [...new Set(outcomes)].filter((outcome) => outcome !== 'recorded').map((outcome) => reasonOf[outcome])
  const recorded = received.answers.filter((answer) => answer.outcome === 'recorded')
  const isEarly = outcomes.includes('early-delegate')
  const series = isEarly
    ? withHeld(received.series, 'imip-person', message, situation, reasons.earlyDelegate)
    : received.series
  const effects: Effect[] = [{ kind: 'save-series', series }]
  if (recorded.length === 0) {
    if (isEarly) return decide('held', [reasons.earlyDelegate, ...refusals], effects)
    const outdated = received.answers.find(
      ({ outcome, attendee }) => outcome === 'for-older-revision' && attendee.delegatedFrom.length > 0,
    )
    const told = outdated && tellDelegate(message, outdated, situation)
    if (told) return told
    return decide('ignored', notes[0] ? [notes[0], ...notes.slice(1), ...refusals] : reasons.unknownObject)
  }
  const handedOver = recorded.some(({ attendee }) => isDelegating(attendee)) ? [reasons.delegated] : []
  return decide('applied', [reasons.answerRecorded, ...handedOver, ...notes, ...refusals], effects)
}

// RFC 5546, 3.2.7: kept until the organizer decides; the event stays as it is.
export function decideCounter(message: SchedulingMessage, situation: Situation): Decision {
  const rules = situation.site.addresses
  const stored = findOwnSeries(situation)
  const [component] = message.components
  if (!stored || !component) return decide('ignored', reasons.unknownObject)
  const proposer = findProposer(component, stored, situation)
  if (proposer === undefined) return decide('refused', reasons.proposalOfNobody)
  const zones = readZones(message, situation)
  const key = readKey(component, stored, zones)
  if (isFault(key)) return decide('passed', reasons.unusable(key))
  const received = receiveCounter(stored, key, component, proposer, zones, rules)
  if (received.outcome === 'recorded')
    return decide('applied', reasons.proposalRecorded, [
      { kind: 'save-series', series: withNewTimeZones(received.series, message) },
      { kind: 'queue-request', uid: message.uid, type: 'COUNTER', ...(key === '' ? {} : { recurrenceId: key }) },
    ])
  const reason = reasonOfCounter[received.outcome]
  if (received.outcome !== 'early') return decide('ignored', reason)
  const series = withHeld(stored, 'imip-person', { ...message, method: 'COUNTER' }, situation, reason)
  return decide('held', reason, [{ kind: 'save-series', series }])
}

/** Is a REQUEST that came to its own organizer an attendee's proposal? */
export function isRequestProposal(message: SchedulingMessage, situation: Situation): boolean {
  const [component] = message.components
  const stored = findOwnSeries(situation)
  if (!component || !stored || message.components.length > 1) return false
  const zones = readZones(message, situation)
  const key = readKey(component, stored, zones)
  return !isFault(key) && isProposal(stored, key, component, zones, situation.site.counterAsRequest)
}

// RFC 5546, 3.2.6.
export function decideRefresh(message: SchedulingMessage, situation: Situation): Decision {
  const { site, preferences, mail } = situation
  const stored = findOwnSeries(situation)
  const [component] = message.components
  if (!stored || !component) return decide('ignored', reasons.unknownObject)
  const known = stored.parts.map((part) => part.component)
  const [asking] = readAttendees(component, site.addresses)
  const invited = asking?.address && findAttendee(known, asking.address, site.addresses)
  if (!invited || asking?.address === undefined) return decide('refused', reasons.refreshOfStranger)
  if (!maySpeak([invited], situation)) return decide('refused', reasons.wrongSender(invited))
  if (!preferences.eventRefreshing) return decide('passed', reasons.refreshPassed)
  if (mail.autoSubmitted === 'auto-replied' || mail.isReport) return decide('passed', reasons.automaticAnswer)
  if (stored.decided.some(({ key, messageId }) => key === situation.decisionKey && messageId === mail.messageId))
    return decide('ignored', reasons.alreadyKnown)
  const zones = readZones(message, situation)
  const key = readKey(component, stored, zones)
  if (isFault(key)) return decide('passed', reasons.unusable(key))
  const told = tellCurrent(stored, asking.address, key, situation, zones)
  if (!told || told.effects.length === 0) return decide('passed', told?.reason ?? reasons.refreshPassed)
  return decide('applied', told.reason, [{ kind: 'save-series', series: told.series }, ...told.effects])
}

// RFC 5546, 5.2.2: a delegate who answers what was replaced since does not know the current version, and is told it as if asking.
function tellDelegate(
  message: SchedulingMessage,
  { attendee }: ReceivedAnswer,
  situation: Situation,
): Decision | undefined {
  const [component] = message.components
  if (!component) return undefined
  const asking = {
    ...component,
    properties: [...withoutProperties(component, 'ATTENDEE').properties, attendee.property],
  }
  const told = decideRefresh({ ...message, method: 'REFRESH', components: [asking] }, situation)
  return told.verdict === 'applied' ? { ...told, because: [told.because[0], reasons.answerToOlderRevision] } : undefined
}

/** RFC 5546, 4.2.6: a delegate answers the delegator, too. */
function findDelegatedSeries(message: SchedulingMessage, situation: Situation): StoredSeries | undefined {
  const { stored, site } = situation
  const identity = makeIdentity(situation)
  const speaking = message.components.flatMap((component) => readAttendees(component, site.addresses))
  const delegates = (stored?.parts ?? []).flatMap(
    ({ component }) => findInvitation(component, identity)?.attendee.delegatedTo ?? [],
  )
  return speaking.some(({ address }) => address !== undefined && delegates.includes(address)) ? stored : undefined
}

/** What the user organizes under this UID. */
function findOwnSeries(situation: Situation): StoredSeries | undefined {
  const { stored, site } = situation
  if (!stored || stored.parts.length === 0) return undefined
  const organizer = findOrganizer(
    stored.parts.map((part) => part.component),
    site.addresses,
  )
  return isOwnAddress(organizer?.address, makeIdentity(situation)) ? stored : undefined
}

/** Of the attendees it lists the one that sent it; of only one whoever may speak for it. RFC 5546, 3.2.7 lets it propose others. */
function findProposer(component: Component, stored: StoredSeries, situation: Situation): CalendarAddress | undefined {
  const { site } = situation
  const known = stored.parts.map((part) => part.component)
  const listed = readAttendees(component, site.addresses)
  const speakers = listSpeakers(situation)
  const isSpeaking = ({ address, sentBy, email }: CalendarUser) =>
    [address, sentBy, email].some((name) => name !== undefined && speakers.includes(name))
  const own = listed.find((attendee) => attendee.address !== undefined && speakers.includes(attendee.address))
  if (own) return own.address
  const invited = listed.flatMap(({ address }) => (address && findAttendee(known, address, site.addresses)) || [])
  const spoken = invited.find(isSpeaking)
  if (spoken) return spoken.address
  const [only] = listed
  return only && listed.length === 1 && maySpeakFor(only, known, situation) ? only.address : undefined
}

/** The zones a proposal brings along; those of the series stay what they are. */
function withNewTimeZones(series: StoredSeries, message: SchedulingMessage): StoredSeries {
  const known = new Set(
    series.timeZones.flatMap(({ properties }) => properties.map(({ name, value }) => `${name}:${value.trim()}`)),
  )
  const added = [...message.timeZones].filter(([tzid]) => !known.has(`TZID:${tzid}`)).map(([, zone]) => zone)
  return added.length === 0 ? series : { ...series, timeZones: [...series.timeZones, ...added] }
}

/**
 * RFC 5546, 6.1.2: an attendee answers for itself, or its SENT-BY does. Who may speak for an attendee is what the organizer's own
 * series says; an answer that names its own sender proves nothing.
 */
function maySpeakFor(attendee: Attendee, known: readonly Component[], situation: Situation): boolean {
  const invited = attendee.address && findAttendee(known, attendee.address, situation.site.addresses)
  const speaker: CalendarUser = invited ?? { ...attendee, sentBy: undefined, email: undefined }
  return maySpeak([speaker], situation)
}

/** Who may not be spoken for is left out; a delegate whom the delegator names stays, but not what is said for it. RFC 5546, 3.2.2.3. */
function withoutStrangers(
  component: Component,
  strangers: readonly Attendee[],
  isNamed: (attendee: Attendee) => boolean,
): Component {
  const byProperty = new Map(strangers.map((attendee) => [attendee.property, attendee]))
  return {
    ...component,
    properties: component.properties.flatMap((property) => {
      const stranger = byProperty.get(property)
      if (!stranger) return [property]
      return isNamed(stranger) ? [withParameter(property, 'PARTSTAT', 'NEEDS-ACTION')] : []
    }),
  }
}

const reasonOf: Readonly<Record<AnswerOutcome, Reason>> = {
  recorded: reasons.answerRecorded,
  outdated: reasons.outdatedAnswer,
  'for-older-revision': reasons.answerToOlderRevision,
  'party-crasher': reasons.partyCrasher,
  'early-delegate': reasons.earlyDelegate,
  'no-such-instance': reasons.noSuchInstance,
  failed: reasons.answerFailed,
}

const reasonOfCounter: Readonly<Record<Exclude<CounterOutcome, 'recorded'>, Reason>> = {
  outdated: reasons.outdatedProposal,
  'for-older-revision': reasons.answerToOlderRevision,
  early: reasons.earlyProposal,
  'party-crasher': reasons.partyCrasher,
  'no-such-instance': reasons.noSuchInstance,
}
