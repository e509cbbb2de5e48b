// Answers of an attendee: the REPLY or COUNTER, what its text says, and what is recorded of it.
import { readMailbox, showAddress } from '../calendar/calendar-address.ts'
import type { Component, Property } from '../calendar/component.ts'
import { isFault } from '../calendar/fault.ts'
import type { Period } from '../calendar/period.ts'
import { findProperty, readText, withParameter } from '../calendar/properties.ts'
import { isRecurring } from '../calendar/recurrence.ts'
import { hasRange } from '../calendar/recurrence-id.ts'
import type { Instant } from '../calendar/time.ts'
import type { Zones } from '../calendar/time-zone.ts'
import { findInvitation, type Identity, type Invitation } from '../itip/acting-user.ts'
import { findOrganizer } from '../itip/authority.ts'
import { findPart, readKey } from '../itip/instances.ts'
import { makeCounter } from '../itip/make-counter.ts'
import type { Reason } from '../itip/reason.ts'
import { type AnswerContent, makeReply } from '../itip/reply.ts'
import type { SchedulingMessage } from '../itip/scheduling-message.ts'
import type { RecordedAnswer, RecordedDate, StoredPart, StoredSeries } from '../itip/stored-series.ts'
import { describeWhen, makeShownZones } from '../text/describe-when.ts'
import type { SendEffect } from './effect.ts'
import { explainReason, makeExplainer } from './explain-answer.ts'
import { makeDate } from './refused-dates.ts'
import type { Situation } from './situation.ts'

/** Who is answered, and about what. */
export interface AnsweredMessage {
  readonly message: SchedulingMessage
  readonly situation: Situation
  readonly invitation: Invitation
  readonly zones: Zones
}

export interface AnswerQuestion extends AnsweredMessage {
  readonly participation: string
  readonly reason: Reason
  readonly requestStatus: string | undefined
}

export interface MadeAnswer {
  readonly effect: SendEffect
  readonly recorded: RecordedAnswer
}

/** One answer about all components of the message. */
export function makeAnswer(question: AnswerQuestion): MadeAnswer {
  const { participation, requestStatus } = question
  const because = explainReason(makeExplainer(question.message, question.situation, question.zones), question.reason)
  const { effects, recorded } = makeAnswers(question, {
    participation,
    because,
    requestStatus,
    dates: [],
    proposed: [],
  })
  return { effect: effects[0], recorded }
}

/** What is said of the whole, and of dates that are answered otherwise. */
export interface GivenAnswer {
  readonly participation: string
  /** Sentences. */
  readonly because: readonly string[]
  readonly requestStatus: string | undefined
  /** In order of time; the answer about the whole is not about these. */
  readonly dates: readonly GivenDate[]
  /** Other times, best first. */
  readonly proposed: readonly Period[]
  /** The first of them is proposed by a COUNTER. RFC 5546, 3.2.7. */
  readonly isCounter?: true
}

export interface GivenDate {
  readonly key: string
  readonly period: Period
  readonly participation: string
  readonly because: readonly string[]
  readonly requestStatus: string | undefined
}

export interface MadeAnswers {
  /** The answer about the whole first. */
  readonly effects: readonly [SendEffect, ...SendEffect[]]
  readonly recorded: RecordedAnswer
}

/** `earlier`: when this very message was answered otherwise before. */
export function makeAnswers(
  answered: AnsweredMessage,
  given: GivenAnswer,
  earlier: readonly Instant[] = [],
): MadeAnswers {
  const { situation, message } = answered
  const recorded: RecordedAnswer = {
    participation: given.participation,
    as: readInvitedMailbox(answered.invitation, situation),
    ...recordWords(given),
    stamp: nextStamp(situation, message.uid),
    repeatedAt: earlier,
    ...(given.dates.length === 0 ? {} : { dates: given.dates.map(recordDate) }),
    ...(given.proposed.length === 0 ? {} : { proposed: given.proposed }),
    ...(given.isCounter ? { isCounter: true } : {}),
  }
  return { recorded, effects: makeSendEffects(answered, recorded) }
}

/** The recorded answers once more, with a DTSTAMP and Message-IDs of their own. */
export function makeRepeatedAnswers(
  answered: AnsweredMessage,
  repetition: { readonly answer: RecordedAnswer },
): MadeAnswers {
  const { situation, message } = answered
  const recorded: RecordedAnswer = {
    ...repetition.answer,
    stamp: nextStamp(situation, message.uid),
    repeatedAt: [...repetition.answer.repeatedAt, situation.now],
  }
  return { recorded, effects: makeSendEffects(answered, recorded) }
}

type RecordedWords = Pick<RecordedAnswer, 'comment' | 'requestStatus'>

function recordWords({ because, requestStatus }: Pick<GivenAnswer, 'because' | 'requestStatus'>): RecordedWords {
  return { comment: because.join(' '), ...(requestStatus === undefined ? {} : { requestStatus }) }
}

function recordDate(date: GivenDate): RecordedDate {
  const { key, period, participation } = date
  return { key, start: period.start, end: period.end, participation, ...recordWords(date) }
}

/**
 * One mail about the whole and one for each date, or all in one, as the resource's owner wishes.
 * Quirk: many programs read only the first VEVENT of a mail, see docs/quirks.md.
 */
function makeSendEffects(answered: AnsweredMessage, recorded: RecordedAnswer): MadeAnswers['effects'] {
  const { whole, dates } = splitComponents(answered, recorded)
  const first = makeSendEffect(answered, whole, recorded, recorded)
  const others = dates.map(({ date, component }) => ({
    ...makeSendEffect(answered, [component], date, recorded),
    recurrenceId: date.key,
  }))
  if (answered.situation.preferences.occurrenceAnswers === 'separate') return [first, ...others]
  const messages = [first.message, ...others.map((effect) => effect.message)]
  const together: SchedulingMessage = {
    ...first.message,
    components: messages.flatMap((message) => message.components),
    timeZones: new Map(messages.flatMap((message) => [...message.timeZones])),
  }
  return [{ ...first, message: together }]
}

interface AnsweredDate {
  readonly date: RecordedDate
  readonly component: Component
}

/** What the answer about the whole says again, and each date as a component of its own. */
function splitComponents(
  { message, situation, zones }: AnsweredMessage,
  { dates = [] }: RecordedAnswer,
): { readonly whole: readonly Component[]; readonly dates: readonly AnsweredDate[] } {
  if (dates.length === 0) return { whole: message.components, dates: [] }
  const sent = message.components.map((component): StoredPart => {
    const key = readKey(component, situation.stored, zones)
    return { key: isFault(key) ? '' : key, component }
  })
  const whole = sent.filter(({ key, component }) => isSeriesPart(component) || !dates.some((date) => date.key === key))
  return {
    whole: (whole.length === 0 ? sent.slice(0, 1) : whole).map(({ component }) => component),
    dates: dates.map((date) => ({ date, component: chooseDateComponent(date, sent, zones) })),
  }
}

/** The instance as it was sent; else made of the series, or of the change of all later dates, that has it. */
function chooseDateComponent(date: RecordedDate, sent: readonly StoredPart[], zones: Zones): Component {
  const alone = sent.find(({ key, component }) => key === date.key && !isSeriesPart(component))
  if (alone) return alone.component
  const from = sent.filter(({ key, component }) => isSeriesPart(component) && (key === '' || key <= date.key))
  const part = from.toSorted((a, b) => (a.key < b.key ? 1 : -1))[0] ?? sent[0]
  return part ? makeDate(part.component, date.key, date, zones) : { name: 'VEVENT', properties: [], components: [] }
}

/** Does it stand for more than one date? */
export function isSeriesPart(component: Component): boolean {
  const id = findProperty(component, 'RECURRENCE-ID')
  return id === undefined ? isRecurring(component) : hasRange(id)
}

function makeSendEffect(
  { message, situation, invitation, zones }: AnsweredMessage,
  components: readonly Component[],
  words: RecordedWords & Pick<RecordedAnswer, 'participation'>,
  recorded: RecordedAnswer,
): SendEffect {
  const content: AnswerContent = {
    attendee: makeAnsweringProperty(invitation, situation),
    participation: words.participation,
    stamp: recorded.stamp,
    comment: words.comment === '' ? undefined : words.comment,
    requestStatus: words.requestStatus,
  }
  const organizer = findOrganizer(message.components, situation.site.addresses)
  const mailbox = organizer && readMailbox(organizer.property.value)
  const component = components[0]
  const answered = { ...message, components }
  const proposed = recorded.isCounter ? recorded.proposed?.[0] : undefined
  return {
    kind: 'send',
    as: recorded.as,
    to: mailbox === undefined ? [] : [mailbox],
    message: proposed ? makeCounter(answered, content, proposed, zones) : makeReply(answered, content, zones),
    repetition: recorded.repeatedAt.length,
    facts: {
      kind: proposed ? 'new-time' : (factsKind[words.participation] ?? 'declined'),
      language: situation.preferences.language,
      name: readName(invitation, situation),
      summary: (component && readText(component, 'SUMMARY')) ?? '',
      when: component === undefined ? '' : describeWhen(component, makeShownZones(component, message.timeZones, zones)),
      location: component && readText(component, 'LOCATION'),
      because: words.comment === '' ? [] : [words.comment],
    },
  }
}

const factsKind: Readonly<Record<string, 'accepted' | 'tentative' | 'declined'>> = {
  ACCEPTED: 'accepted',
  TENTATIVE: 'tentative',
  DECLINED: 'declined',
}

/** Who answers, for people. */
export function readName(invitation: Invitation, situation: Situation): string {
  if (situation.preferences.commonName !== '') return situation.preferences.commonName
  const invited = invitation.kind === 'own' ? invitation.attendee.commonName : undefined
  return invited ?? readInvitedMailbox(invitation, situation)
}

/** The mail address as it was invited, else the user's own. */
export function readInvitedMailbox(invitation: Invitation, situation: Situation): string {
  const invited = invitation.kind === 'own' ? readMailbox(invitation.attendee.property.value) : undefined
  return invited ?? showAddress(situation.user)
}

// RFC 5546, 3.7.2: a member of an invited group answers as itself and names the group.
export function makeAnsweringProperty(invitation: Invitation, situation: Situation): Property {
  if (invitation.kind === 'own') return invitation.attendee.property
  return {
    name: 'ATTENDEE',
    value: situation.user,
    parameters: [{ name: 'MEMBER', values: [invitation.group] }],
  }
}

/** The later of now and one second after the last answer about this UID: so the newer answer is the later one. RFC 5546, 2.1.5. */
export function nextStamp(situation: Situation, uid: string): Instant {
  const stamps =
    situation.stored?.uid === uid ? situation.stored.decided.flatMap((message) => message.answer?.stamp ?? []) : []
  return Math.max(situation.now, ...stamps.map((stamp) => stamp + 1))
}

/** PARTSTAT of the user in a stored part. */
export function readOwnParticipation(
  stored: StoredSeries | undefined,
  key: string,
  identity: Identity,
): string | undefined {
  const component = stored && (findPart(stored.parts, key) ?? findPart(stored.parts, ''))
  return component && findInvitation(component, identity)?.attendee.participation
}

/** The component with the user's PARTSTAT; a member of an invited group gets an ATTENDEE of its own. */
export function withOwnParticipation(
  component: Component,
  participation: string,
  invitation: Invitation,
  identity: Identity,
): Component {
  const own = findInvitation(component, identity)
  if (own?.kind === 'own') {
    return {
      ...component,
      properties: component.properties.map((property) =>
        property === own.attendee.property
          ? withParameter(withParameter(property, 'RSVP', undefined), 'PARTSTAT', participation)
          : property,
      ),
    }
  }
  const group = invitation.kind === 'member' ? [{ name: 'MEMBER', values: [invitation.group] }] : []
  const attendee: Property = {
    name: 'ATTENDEE',
    value: identity.user,
    parameters: [...group, { name: 'PARTSTAT', values: [participation] }],
  }
  return { ...component, properties: [...component.properties, attendee] }
}
