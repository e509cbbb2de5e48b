// Step 8: a decision as one atomic change of the store, answers composed to finished bytes.
import { createHash } from 'node:crypto'
import type { Decision } from '../agents/decision.ts'
import type { SendEffect } from '../agents/effect.ts'
import type { Situation } from '../agents/situation.ts'
import { readZones } from '../agents/stored-organizer.ts'
import { chooseToldForm } from '../agents/told-form.ts'
import type { Verdict } from '../agents/verdict.ts'
import { type CalendarAddress, readDomain, showAddress } from '../calendar/calendar-address.ts'
import type { Component } from '../calendar/component.ts'
import { isFault } from '../calendar/fault.ts'
import { findProperty, readSequence } from '../calendar/properties.ts'
import type { WritableCalendar } from '../calendar/serialize.ts'
import { readKey } from '../itip/instances.ts'
import type { SchedulingMessage } from '../itip/scheduling-message.ts'
import { composeAnswer } from '../mail/compose.ts'
import type { OutgoingMail } from '../mail/outgoing-mail.ts'
import type { IncomingForm, Preferences } from '../preferences/preferences.ts'
import type { StoreChange, Transaction } from '../store/store.ts'
import type { SummaryFacts } from '../text/summary-facts.ts'
import { readAnswerKey } from './answer-key.ts'
import { readUidOf } from './decision-key.ts'
import { readFrom } from './note-passed.ts'
import { makeNotice } from './notice.ts'
import type { Party } from './party.ts'
import type { PartyMessage } from './read-messages.ts'
import { makeStoreChanges } from './store-changes.ts'
import type { World } from './world.ts'

export interface Decided {
  readonly verdict: Verdict
  readonly mails: readonly OutgoingMail[]
  /** The verdict stands in the commit. */
  readonly isCommitted: boolean
  readonly decisionKey: string
  /** How the user wants calendar mail, and what a summary says, if one is wanted. */
  readonly form: IncomingForm
  readonly summary: SummaryFacts | undefined
  /** Goes with the summary. */
  readonly besideSummary?: WritableCalendar
  /** Whose published free/busy follows. */
  readonly publications: readonly CalendarAddress[]
  /** Of the user at hand: who does not publish must not pay for finding that out once more. */
  readonly preferences: Preferences
}

export function makeTransaction(
  decision: Decision,
  message: PartyMessage,
  situation: Situation,
  world: World,
): Transaction<Decided> {
  const verdict = makeVerdict(decision, message, situation, world)
  const mails = [
    ...decision.effects.flatMap((effect) => (effect.kind === 'send' ? makeMail(effect, situation, world) : [])),
    ...makeNotices(decision, situation, world),
  ]
  const user = message.user
  const publications = decision.effects.flatMap((effect) => (effect.kind === 'publish-free-busy' ? [effect.of] : []))
  const isCommitted = decision.effects.length > publications.length && world.mode === 'on' && !world.dryRun
  const changes: StoreChange[] = isCommitted
    ? [
        ...makeStoreChanges(user, decision.effects, verdict),
        ...mails.map((outgoing): StoreChange => ({ user, outgoing })),
        { user, verdict },
      ]
    : []
  const { decisionKey } = situation
  return {
    changes,
    result: {
      verdict,
      mails,
      isCommitted,
      decisionKey,
      form: chooseToldForm(message.read, situation),
      summary: decision.summary,
      publications,
      preferences: situation.preferences,
      ...(decision.besideSummary ? { besideSummary: decision.besideSummary } : {}),
    },
  }
}

/** After the commit: what was decided is told, and written down where the commit did not. */
export async function noteDecision(
  { verdict, mails, isCommitted }: Decided,
  party: Party,
  world: World,
): Promise<void> {
  if (!isCommitted && !world.dryRun) await world.openStore().noteVerdict(verdict)
  if (world.dryRun) for (const mail of mails) world.report.shown(mail)
  world.report.verdict(verdict, party.recipient)
}

function makeVerdict(decision: Decision, message: PartyMessage, situation: Situation, world: World): Verdict {
  const { read } = message
  const scheduling = read.kind === 'message' ? read.message : read.readable
  const subject = scheduling && findSubject(scheduling)
  const [reason, ...others] = decision.because
  return {
    at: situation.now,
    user: message.user,
    ...readFrom(situation.mail),
    agent: world.agent,
    uid: readUidOf(read),
    recurrenceId: scheduling && subject ? readSubjectKey(scheduling, subject, situation) : null,
    method: read.kind === 'message' ? read.message.method : read.method,
    sequence: subject ? readSequence(subject) : null,
    verdict: decision.verdict,
    answer: decision.answer,
    reason,
    notes: [
      ...others.map((other) => other.text),
      ...message.notes,
      ...(scheduling?.notes ?? []).map((note) => note.text),
    ],
    messageId: situation.mail.messageId,
    queueId: situation.mail.envelope.queueId ?? null,
  }
}

/** What a message of several components is about: the series if it is among them, else the first of its dates. */
function findSubject({ components }: SchedulingMessage): Component | undefined {
  return components.find((component) => !findProperty(component, 'RECURRENCE-ID')) ?? components[0]
}

/** As the store names the date, whatever zone it was written in. */
function readSubjectKey(message: SchedulingMessage, subject: Component, situation: Situation): string | null {
  const key = readKey(subject, situation.stored, readZones(message, situation))
  return (isFault(key) ? findProperty(subject, 'RECURRENCE-ID')?.value : key) || null
}

/** To the owner of a resource, if it has one, or to the user. */
function makeNotices({ notice }: Decision, situation: Situation, world: World): readonly OutgoingMail[] {
  const { user, preferences, mail, decisionKey } = situation
  const to = situation.agent === 'imip-resource' ? preferences.owner : showAddress(user)
  if (!notice || to === '') return []
  return [makeNotice(notice, { user, to, key: decisionKey, references: [mail.messageId] }, world)]
}

/** The finished answer; nothing where there is nobody to send it to. */
export function makeMail(
  effect: SendEffect,
  situation: Situation,
  world: Pick<World, 'configuration'>,
): readonly OutgoingMail[] {
  if (effect.to.length === 0) return []
  const { configuration } = world
  return [
    composeAnswer({
      message: effect.message,
      facts: effect.facts,
      beside: effect.beside,
      from: { address: effect.as, name: effect.facts.name },
      to: effect.to,
      replyTo: situation.preferences.owner === '' ? undefined : situation.preferences.owner,
      sender: chooseEnvelopeSender(configuration, situation),
      messageId: makeAnswerId(effect, situation),
      date: situation.now,
      inReplyTo: situation.mail,
      key: readAnswerKey(configuration),
    }),
  ]
}

/** Made from the decision, so that a repetition after a crash is recognisable. */
function makeAnswerId(effect: SendEffect, situation: Situation): string {
  const name = createHash('sha256')
    .update(
      [
        effect.decisionKey ?? situation.decisionKey,
        effect.repetition,
        effect.to.join(','),
        ...(effect.recurrenceId === undefined ? [] : [effect.recurrenceId]),
      ].join(' '),
    )
    .digest('hex')
  return `<${name.slice(0, 40)}.imip-agent@${readDomain(situation.user)}>`
}

/** Never the null sender: a failed answer would vanish. Without a setting, the calendar's own address in the user's domain. */
export function chooseEnvelopeSender(
  configuration: World['configuration'],
  situation: Pick<Situation, 'user'>,
): string {
  const { bounceAddress, messageSender } = configuration
  return bounceAddress || messageSender || `calendar@${readDomain(situation.user)}`
}
