// Answers of an attendee: the REPLY, what its text says, and what is recorded of it.

import { readMailbox, showAddress } from '../calendar/calendar-address.ts'
import type { Component, Property } from '../calendar/component.ts'
import type { Period } from '../calendar/period.ts'
import { readText, withParameter } from '../calendar/properties.ts'
import type { Instant } from '../calendar/time.ts'
import type { Zones } from '../calendar/time-zone.ts'
import { findInvitation, type Identity, type Invitation } from '../itip/acting-user.ts'
import { findOrganizer } from '../itip/authority.ts'
import { findPart } from '../itip/instances.ts'
import type { Reason } from '../itip/reason.ts'
import { type AnswerContent, makeReply } from '../itip/reply.ts'
import type { SchedulingMessage } from '../itip/scheduling-message.ts'
import type { RecordedAnswer, StoredSeries } from '../itip/stored-series.ts'
import { describeWhen } from '../text/describe-when.ts'
import type { SendEffect } from './effect.ts'
import { explainAnswer } from './explain-answer.ts'
import type { Situation } from './situation.ts'

export interface AnswerQuestion {
  readonly message: SchedulingMessage
  readonly situation: Situation
  readonly invitation: Invitation
  readonly zones: Zones
  readonly participation: string
  readonly reason: Reason
  /** The asked periods that are taken. */
  readonly clashes: readonly Period[]
  readonly requestStatus: string | undefined
}

export interface MadeAnswer {
  readonly effect: SendEffect
  readonly recorded: RecordedAnswer
}

export function makeAnswer(question: AnswerQuestion): MadeAnswer {
  const { situation, message, zones, participation, requestStatus } = question
  const because = explainAnswer(
    situation.preferences.language,
    question.reason,
    question.clashes,
    message.components[0],
    zones,
  )
  const recorded: RecordedAnswer = {
    participation,
    as: readInvitedMailbox(question.invitation, situation),
    comment: because.join(' '),
    ...(requestStatus === undefined ? {} : { requestStatus }),
    stamp: nextStamp(situation, message.uid),
    repeatedAt: [],
  }
  return { recorded, effect: makeSendEffect(message, situation, question.invitation, zones, recorded) }
}

/** The recorded answer once more, with a DTSTAMP and a Message-ID of its own. */
export function makeRepeatedAnswer(
  message: SchedulingMessage,
  situation: Situation,
  invitation: Invitation,
  zones: Zones,
  repetition: { readonly answer: RecordedAnswer },
): MadeAnswer {
  const recorded: RecordedAnswer = {
    ...repetition.answer,
    stamp: nextStamp(situation, message.uid),
    repeatedAt: [...repetition.answer.repeatedAt, situation.now],
  }
  return { recorded, effect: makeSendEffect(message, situation, invitation, zones, recorded) }
}

function makeSendEffect(
  message: SchedulingMessage,
  situation: Situation,
  invitation: Invitation,
  zones: Zones,
  recorded: RecordedAnswer,
): SendEffect {
  const content: AnswerContent = {
    attendee: makeAnsweringProperty(invitation, situation),
    participation: recorded.participation,
    stamp: recorded.stamp,
    comment: recorded.comment === '' ? undefined : recorded.comment,
    requestStatus: recorded.requestStatus,
  }
  const organizer = findOrganizer(message.components, situation.site.addresses)
  const mailbox = organizer && readMailbox(organizer.property.value)
  const component = message.components[0]
  return {
    kind: 'send',
    as: recorded.as,
    to: mailbox === undefined ? [] : [mailbox],
    message: makeReply(message, content, zones),
    repetition: recorded.repeatedAt.length,
    facts: {
      kind: factsKind[recorded.participation] ?? 'declined',
      language: situation.preferences.language,
      name: readName(invitation, situation),
      summary: (component && readText(component, 'SUMMARY')) ?? '',
      when: component === undefined ? '' : describeWhen(component, zones),
      location: component && readText(component, 'LOCATION'),
      because: recorded.comment === '' ? [] : [recorded.comment],
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
