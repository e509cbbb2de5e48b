// REPLY: what an attendee's answer does to the organizer's series, and how an answer is made. RFC 5546, 3.2.3.
import { type Attendee, readAttendees } from '../calendar/attendee.ts'
import type { AddressRules } from '../calendar/calendar-address.ts'
import type { Component, Property } from '../calendar/component.ts'
import { type CalendarFault, isFault } from '../calendar/fault.ts'
import {
  findProperties,
  findProperty,
  makeProperty,
  makeTextProperty,
  readParameter,
  readSequence,
  readStamp,
  readTime,
  withParameter,
} from '../calendar/properties.ts'
import { type Instant, parseCalendarTime, serializeCalendarTime, serializeInstant } from '../calendar/time.ts'
import { toInstant, type Zones } from '../calendar/time-zone.ts'
import { isDelegating, isHandedBack, withDelegation } from './delegation.ts'
import { findInstance } from './find-instance.ts'
import { withInheritedAnswers } from './inherited-answers.ts'
import { compareText, findPart, isAttendee, readKey, withPart, withParticipation } from './instances.ts'
import { readRevision } from './revision.ts'
import type { SchedulingMessage } from './scheduling-message.ts'
import type { AttendeeAnswer, StoredSeries } from './stored-series.ts'

export type AnswerOutcome =
  | 'recorded'
  /** The attendee gave a newer answer before. RFC 5546, 2.1.5. */
  | 'outdated'
  /** It answers a revision that has been replaced since. RFC 5546, 2.1.4. */
  | 'for-older-revision'
  /** Nobody invited this calendar user; the organizer decides. RFC 5546, 3.2.3. */
  | 'party-crasher'
  /** A delegate answers, but the delegator has not said so yet. RFC 5546, 5.2.2. */
  | 'early-delegate'
  | 'no-such-instance'
  /** It only says that the request failed. RFC 5546, 3.6. */
  | 'failed'

export interface ReceivedAnswer {
  readonly key: string
  readonly attendee: Attendee
  readonly outcome: AnswerOutcome
}

export interface ReceivedReply {
  readonly series: StoredSeries
  readonly answers: readonly ReceivedAnswer[]
}

export function receiveReply(
  stored: StoredSeries,
  message: SchedulingMessage,
  zones: Zones,
  rules: AddressRules,
): ReceivedReply | CalendarFault {
  let series = stored
  const answers: ReceivedAnswer[] = []
  for (const component of message.components) {
    const key = readKey(component, stored, zones)
    if (isFault(key)) return key
    const attendees = readAttendees(component, rules)
    // RFC 5546, 3.2.2.3: the delegator's word comes first; whom it names waits to answer.
    const delegating = attendees.filter(isDelegating)
    for (const attendee of [...delegating, ...attendees.filter((other) => !delegating.includes(other))]) {
      if (isWaitingDelegate(attendee, delegating)) continue
      const outcome = classifyAnswer(series, key, component, attendee, zones, rules)
      answers.push({ key, attendee, outcome })
      if (outcome !== 'recorded') continue
      series = applyAnswer(series, key, component, attendee, zones, rules)
      if (isDelegating(attendee)) series = applyDelegation(series, key, attendee, attendees, rules)
    }
  }
  return { series: withInheritedAnswers(series, zones, rules), answers }
}

function isWaitingDelegate({ address, participation }: Attendee, delegating: readonly Attendee[]): boolean {
  return (
    participation === 'NEEDS-ACTION' &&
    address !== undefined &&
    delegating.some(({ delegatedTo }) => delegatedTo.includes(address))
  )
}

function applyDelegation(
  series: StoredSeries,
  key: string,
  delegator: Attendee,
  listed: readonly Attendee[],
  rules: AddressRules,
): StoredSeries {
  const part = findPart(series.parts, key)
  if (!part) return series
  return { ...series, parts: withPart(series.parts, key, withDelegation(part, delegator, listed, rules)) }
}

function classifyAnswer(
  series: StoredSeries,
  key: string,
  component: Component,
  attendee: Attendee,
  zones: Zones,
  rules: AddressRules,
): AnswerOutcome {
  const part = findInstance(series, key, findProperty(component, 'RECURRENCE-ID'), zones)
  if (!part) return 'no-such-instance'
  const invited = new Set(readAttendees(part, rules).map((candidate) => candidate.address))
  if (attendee.address === undefined || !invited.has(attendee.address))
    return attendee.delegatedFrom.some((delegator) => invited.has(delegator)) ? 'early-delegate' : 'party-crasher'
  const last = findAnswer(series, key, attendee.address)
  // RFC 5546, 2.1.5, rules 3 and 4: highest SEQUENCE, then latest DTSTAMP, per attendee.
  const revision = readRevision(component)
  if (last && isLater(last, revision.sequence, revision.stamp)) return 'outdated'
  if (revision.sequence < readSequence(part) && findProperty(component, 'SEQUENCE')) return 'for-older-revision'
  return attendee.participation === 'NEEDS-ACTION' && saysThatItFailed(component) ? 'failed' : 'recorded'
}

/** RFC 5546, 3.6: codes of the classes 3 to 5. */
export function saysThatItFailed(component: Component): boolean {
  return findProperties(component, 'REQUEST-STATUS').some(({ value }) => /^\s*[345]\b/.test(value))
}

function isLater(last: AttendeeAnswer, sequence: number, stamp: Instant | undefined): boolean {
  if (last.sequence !== sequence) return last.sequence > sequence
  return stamp !== undefined && last.stamp > stamp
}

function findAnswer(series: StoredSeries, key: string, attendee: string): AttendeeAnswer | undefined {
  return series.answers.find((answer) => answer.key === key && answer.attendee === attendee)
}

function applyAnswer(
  series: StoredSeries,
  key: string,
  component: Component,
  attendee: Attendee,
  zones: Zones,
  rules: AddressRules,
): StoredSeries {
  const address = attendee.address ?? ''
  const answer: AttendeeAnswer = {
    attendee: address,
    key,
    participation: attendee.participation,
    sequence: readSequence(component),
    stamp: readStamp(component) ?? 0,
  }
  const others = series.answers.filter((other) => other.key !== key || other.attendee !== address)
  const answers = [...others, answer].sort((a, b) => compareText(a.key + a.attendee, b.key + b.attendee))
  const part = findInstance(series, key, findProperty(component, 'RECURRENCE-ID'), zones)
  if (!part) return { ...series, answers }
  const merged = withParticipation(part, attendee.participation, isAttendee(address, rules))
  return { ...series, answers, parts: withPart(series.parts, key, merged) }
}

/**
 * After an update of details an answer that was recorded stands, where the organizer's program writes NEEDS-ACTION again.
 * RFC 5546, 3.2.2.2. Who had delegated to somebody that declined is asked anew.
 */
export function keepAnswers(series: StoredSeries, key: string, rules: AddressRules): StoredSeries {
  const part = findPart(series.parts, key)
  if (!part) return series
  const waiting = readAttendees(part, rules).filter((attendee) => attendee.participation === 'NEEDS-ACTION')
  const addresses = new Set<string | undefined>(waiting.map((attendee) => attendee.address))
  const answered = series.answers
    .filter((answer) => answer.key === key && answer.sequence >= readSequence(part) && addresses.has(answer.attendee))
    .filter(({ participation, attendee }) => participation !== 'DELEGATED' || !isHandedBack(part, attendee, rules))
    .reduce(
      (component, { participation, attendee }) =>
        withParticipation(component, participation, isAttendee(attendee, rules)),
      part,
    )
  return { ...series, parts: withPart(series.parts, key, answered) }
}

export interface AnswerContent {
  /** The ATTENDEE as the request wrote it; for a member of a group one made of the group's. */
  readonly attendee: Property
  readonly participation: string
  readonly stamp: Instant
  readonly comment: string | undefined
  /** `4.0;Event conflict.  Date/time is busy.` */
  readonly requestStatus: string | undefined
}

/** Properties of a request that its answer says again, so that every client finds what it is about; in this order. */
const echoed = ['UID', 'RECURRENCE-ID', 'SEQUENCE', 'DTSTART', 'DTEND', 'DURATION', 'ORGANIZER'] as const

/** The answer of one attendee to a REQUEST: its components as they were asked, with one ATTENDEE each. RFC 5546, 3.2.3. */
export function makeReply(request: SchedulingMessage, content: AnswerContent, zones: Zones): SchedulingMessage {
  const answered = request.components.map((component, index) =>
    makeAnswer(component, content, request, zones, index > 0),
  )
  return {
    method: 'REPLY',
    uid: request.uid,
    component: request.component,
    components: answered,
    timeZones: chooseTimeZones(request, answered),
    calendarProperties: [],
    prodId: undefined,
    notes: [],
  }
}

/** Characters: a longer title or reason is said once and not for each component again, or an answer would be ten times its request. */
const longestAgain = 200

function makeAnswer(
  component: Component,
  content: AnswerContent,
  request: SchedulingMessage,
  zones: Zones,
  isFurther: boolean,
): Component {
  const kept = echoed.flatMap((name) => findProperties(component, name).slice(0, 1).map(withoutMargin))
  const [uid, ...others] = kept
  const after = [
    ...['SUMMARY', 'LOCATION'].flatMap((name) => findProperties(component, name).slice(0, 1)).map(withoutAlternative),
    ...(content.comment ? [makeTextProperty('COMMENT', content.comment)] : []),
  ].filter(({ value }) => !isFurther || value.length <= longestAgain)
  return {
    name: component.name,
    components: [],
    properties: [
      ...(uid ? [uid] : []),
      makeProperty('DTSTAMP', serializeInstant(content.stamp)),
      ...alignEndZone(others, component, zones).map((property) =>
        withExplainedZone(property, request.timeZones, zones),
      ),
      makeAnsweringAttendee(content),
      ...after,
      ...(content.requestStatus ? [makeProperty('REQUEST-STATUS', content.requestStatus)] : []),
    ],
  }
}

/** The attendee as invited, with the answer; parameters that only steer the invitation are dropped. */
function makeAnsweringAttendee(content: AnswerContent): Property {
  const kept = content.attendee.parameters.filter(({ name }) =>
    ['CN', 'CUTYPE', 'ROLE', 'MEMBER', 'SENT-BY', 'DELEGATED-FROM'].includes(name),
  )
  return withParameter({ ...content.attendee, parameters: kept }, 'PARTSTAT', content.participation)
}

/** Blanks around a number or a time say nothing, and would be said again for each component. A UID is what it is. */
function withoutMargin(property: Property): Property {
  return property.name === 'UID' ? property : { ...property, value: property.value.trim() }
}

/** ALTREP points into the organizer's world and LANGUAGE stays: clients compare the text. */
function withoutAlternative(property: Property): Property {
  return withParameter(property, 'ALTREP', undefined)
}

// An answer uses one zone, since clients read one VTIMEZONE: an end in another zone is said in that of the start.
function alignEndZone(properties: readonly Property[], component: Component, zones: Zones): readonly Property[] {
  const start = readTime(component, 'DTSTART')
  const end = readTime(component, 'DTEND')
  if (start?.kind !== 'zoned' || end?.kind !== 'zoned' || start.zone === end.zone) return properties
  const zone = zones.resolve(start.zone)
  const instant = toInstant(end, zones)
  if (isFault(zone) || isFault(instant)) return properties
  const local = serializeCalendarTime({ ...start, local: zone.toLocal(instant) })
  return properties.map((property) =>
    property.name === 'DTEND' ? makeProperty('DTEND', local, { TZID: start.zone }) : property,
  )
}

/** RFC 5545, 3.2.19: a TZID needs its VTIMEZONE beside it. What came without one is said in UTC. */
export function withExplainedZone(property: Property, explained: ReadonlyMap<string, unknown>, zones: Zones): Property {
  const tzid = readParameter(property, 'TZID')
  if (tzid === undefined || explained.has(tzid)) return property
  const time = parseCalendarTime(property.value, tzid)
  const instant = isFault(time) ? time : toInstant(time, zones)
  if (isFault(instant)) return property
  return { ...withParameter(property, 'TZID', undefined), value: serializeInstant(instant) }
}

function chooseTimeZones(request: SchedulingMessage, components: readonly Component[]): ReadonlyMap<string, Component> {
  const used = new Set(
    components.flatMap((component) =>
      component.properties.flatMap((property) => readParameter(property, 'TZID') ?? []),
    ),
  )
  return new Map([...request.timeZones].filter(([tzid]) => used.has(tzid)))
}
