// What a summary says about a message and about what was decided: gathered here, put into words by the room `text`.
import type { AddressRules } from '../calendar/calendar-address.ts'
import type { Component } from '../calendar/component.ts'
import { readSequence, readText, readWord } from '../calendar/properties.ts'
import { findInvitation, type Identity } from '../itip/acting-user.ts'
import { findOrganizer } from '../itip/authority.ts'
import { findPart } from '../itip/instances.ts'
import type { Method } from '../itip/method.ts'
import type { ReadMessage } from '../itip/read-messages.ts'
import { compareRevision, readRevision } from '../itip/revision.ts'
import type { StoredPart } from '../itip/stored-series.ts'
import { makeOneLine } from '../text/one-line.ts'
import { makeSeveralLines } from '../text/several-lines.ts'
import { listShownTimes } from '../text/shown-time.ts'
import type {
  ChangeFacts,
  NextStep,
  OriginalPlace,
  StandingFacts,
  SummaryFacts,
  SummaryKind,
} from '../text/summary-facts.ts'
import { readOwnParticipation } from './answers.ts'
import type { Decision, Wanted } from './decision.ts'
import { makeIdentity } from './identity.ts'
import type { Situation } from './situation.ts'
import { listChanges } from './summary-changes.ts'
import { findSummaryConflicts } from './summary-conflicts.ts'
import { describeInstance, describeRepeats, listOtherDates } from './summary-dates.ts'
import { listLinks } from './summary-links.ts'
import { listAttendeeFacts, listSpeakerFacts, makePersonFacts } from './summary-people.ts'
import { findSubject, type SummarySubject } from './summary-subject.ts'
import { chooseToldForm } from './told-form.ts'

/** What strangers write is shown at a length that people read. */
const longestTitle = 200
const longestValue = 300
const longestUid = 500
const longestComment = 1000
/** An agenda; what is longer is read in the original. */
const longestDescription = 4000
const mostSenders = 3

/**
 * Nothing where not even its UID can be read. Whether the time is free is asked for only where the user is to answer, and
 * not at all where the schedule cannot be read (`looksAtSchedule`).
 */
export function makeSummaryFacts(
  read: ReadMessage,
  decision: Decision,
  situation: Situation,
  looksAtSchedule = true,
): SummaryFacts | Wanted | undefined {
  const sent = read.kind === 'message' ? read.message : read.readable
  if (!sent) return undefined
  const identity = makeIdentity(situation)
  const subject = findSubject(sent, decision, situation)
  const next = chooseNext(subject, decision, identity)
  const conflicts = looksAtSchedule && asksForAnswer.has(next) ? findSummaryConflicts(subject, situation) : undefined
  if (conflicts && 'kind' in conflicts) return conflicts
  const { message, described, predecessor, zones } = subject
  const rules = situation.site.addresses
  const organizer = findOrganizer([described, ...message.components], rules)
  const ownAnswer = readOwnParticipation(subject.after, subject.key, identity)?.slice(0, longestValue)
  const changes = chooseChanges(subject, decision, rules)
  const isBelieved = decision.verdict !== 'refused'
  return {
    kind: chooseKind(subject, decision, changes),
    language: situation.preferences.language,
    component: message.component,
    uid: message.uid.slice(0, longestUid),
    standing: describeStanding(subject, decision),
    original: placeOfOriginal[chooseToldForm(read, situation)] ?? 'beside',
    title: makeOneLine(readText(described, 'SUMMARY') ?? '', longestTitle),
    when: listShownTimes(described, zones),
    repeats: describeRepeats(subject, situation.now),
    instance: describeInstance(subject),
    dates: listOtherDates(subject),
    where: makeOneLine(readText(described, 'LOCATION') ?? '', longestValue),
    // The words of somebody who was not believed stand in the original, not under our name.
    links: isBelieved && message.method !== 'CANCEL' ? listLinks(described) : [],
    description:
      isBelieved && tellsDescription.has(message.method) ? readLines(described, 'DESCRIPTION', longestDescription) : '',
    organizer: organizer && makePersonFacts(organizer),
    // A proposal names its proposer, and seldom the others.
    attendees: listAttendeeFacts(
      message.method === 'COUNTER' ? (predecessor ?? described) : described,
      identity,
      ownAnswer,
    ),
    speakers: listSpeakerFacts(message, situation.mail.from, identity),
    from: situation.mail.from.slice(0, mostSenders).map((address) => makeOneLine(address, longestValue)),
    comment: isBelieved ? readLines(subject.main, 'COMMENT', longestComment) : '',
    changes,
    conflicts,
    ownAnswer,
    next,
  }
}

const placeOfOriginal: Readonly<Record<string, OriginalPlace>> = {
  'message-then-summary': 'beside',
  'summary-then-message': 'beside',
  'summary-only': 'nowhere',
  'summary-wraps-message': 'inside',
}

const tellsDescription: ReadonlySet<Method> = new Set(['PUBLISH', 'REQUEST', 'ADD', 'COUNTER'])
const asksForAnswer: ReadonlySet<NextStep> = new Set(['answer', 'answer-again', 'answer-if-wanted'])

const kindOfMethod: Readonly<Record<Method, SummaryKind>> = {
  PUBLISH: 'publication',
  REQUEST: 'invitation',
  REPLY: 'answer',
  ADD: 'addition',
  CANCEL: 'cancellation',
  REFRESH: 'question',
  COUNTER: 'proposal',
  DECLINECOUNTER: 'proposal-declined',
}

function chooseKind(subject: SummarySubject, decision: Decision, changes: readonly ChangeFacts[]): SummaryKind {
  const { method, component } = subject.message
  if (component === 'VFREEBUSY') return method === 'REQUEST' ? 'free-busy-question' : 'free-busy'
  // RFC 5546, 3.2.5: a CANCEL that only takes others off the list is an update for us.
  if (isOthersOnly(decision)) return 'update'
  const isUpdate = isUpdating(subject, decision) && (changes.length > 0 || isRaised(subject))
  return isUpdate ? 'update' : kindOfMethod[method]
}

function isUpdating({ message, predecessor }: SummarySubject, { verdict }: Decision): boolean {
  return message.method === 'REQUEST' && verdict === 'applied' && predecessor !== undefined
}

/** The organizer says that something changed, whatever that is. RFC 5546, 2.1.4. */
function isRaised({ main, predecessor }: SummarySubject): boolean {
  return predecessor !== undefined && readSequence(main) > readSequence(predecessor)
}

function isOthersOnly({ because }: Decision): boolean {
  return because[0].code === 'others-uninvited'
}

function chooseChanges(subject: SummarySubject, decision: Decision, rules: AddressRules): readonly ChangeFacts[] {
  const { message, described, predecessor, after, key, zones } = subject
  if (!predecessor) return []
  if (isUpdating(subject, decision)) return listChanges(predecessor, described, zones, rules)
  const stored = after && findPart(after.parts, key)
  if (isOthersOnly(decision) && stored) return listChanges(predecessor, stored, zones, rules)
  if (message.method !== 'COUNTER') return []
  return listChanges(predecessor, described, zones, rules).filter(({ kind }) => proposed.has(kind))
}

/** Many programs leave out of a proposal what they do not mean to change. */
const proposed: ReadonlySet<ChangeFacts['kind']> = new Set(['when', 'rule', 'where', 'dates-added', 'dates-left-out'])

function describeStanding(subject: SummarySubject, { verdict, because }: Decision): StandingFacts {
  const [reason, ...notes] = because
  const code = verdict === 'ignored' && isKnown(subject) ? 'already-known' : reason.code
  // That a cancellation cancels need not be told; that something is cancelled already must.
  const first = verdict === 'applied' && subject.message.method !== 'CANCEL' ? [reason] : []
  const told = new Set([...first, ...notes].map((note) => note.code))
  return { verdict, code, detail: makeOneLine(reason.text, longestValue), notes: [...told] }
}

/** Is every component of the message stored in this very revision? Then the same came again, be it called old or not. */
function isKnown({ message, before, key, main }: SummarySubject): boolean {
  if (message.method !== 'REQUEST' && message.method !== 'CANCEL') return false
  const parts: readonly StoredPart[] = (message.method === 'CANCEL' ? before?.cancelled : before?.parts) ?? []
  const stored = findPart(parts, key)
  return stored !== undefined && compareRevision(readRevision(main), readRevision(stored)) === 'same'
}

function chooseNext(subject: SummarySubject, { verdict, because }: Decision, identity: Identity): NextStep {
  if (verdict === 'refused') return 'ask-sender'
  if (verdict === 'held') return 'wait'
  const codes = new Set(because.map(({ code }) => code))
  const { message } = subject
  if (verdict === 'passed') return message.method === 'REFRESH' ? 'send-current' : 'use-original'
  if (message.component === 'VFREEBUSY') return 'nothing'
  switch (message.method) {
    case 'REQUEST':
    case 'DECLINECOUNTER':
      return verdict === 'applied' || isKnown(subject) ? chooseAnswer(subject, identity) : 'nothing'
    case 'ADD':
      if (codes.has('add-ignored')) return 'use-original'
      if (codes.has('refresh-asked')) return 'wait'
      // The added date is a question of its own, whatever was answered about the others.
      return verdict === 'applied' ? chooseAnswer({ ...subject, before: undefined }, identity) : 'nothing'
    case 'CANCEL':
      return because[0].code === 'cancelled' && hadTime(subject, identity) ? 'freed' : 'nothing'
    case 'REPLY':
      return codes.has('party-crasher') ? 'invite-or-not' : 'nothing'
    case 'COUNTER':
      return verdict === 'applied' ? 'decide-proposal' : 'nothing'
    default:
      return 'nothing'
  }
}

function chooseAnswer({ described, before, after, key }: SummarySubject, identity: Identity): NextStep {
  const isGone = after !== undefined && !findPart(after.parts, key) && !findPart(after.parts, '')
  if (isGone || readWord(described, 'STATUS') === 'CANCELLED') return 'nothing'
  const now = readOwnParticipation(after, key, identity)
  if (now !== undefined && now !== unanswered) return 'answer-stands'
  if (!findInvitation(described, identity)) return 'answer-if-wanted'
  const earlier = readOwnParticipation(before, key, identity)
  return earlier === undefined || earlier === unanswered ? 'answer' : 'answer-again'
}

// RFC 5545, 3.2.12.
const unanswered = 'NEEDS-ACTION'

function hadTime({ before, key }: SummarySubject, identity: Identity): boolean {
  const participation = readOwnParticipation(before, key, identity)
  return participation === 'ACCEPTED' || participation === 'TENTATIVE'
}

function readLines(component: Component, name: string, most: number): string {
  return makeSeveralLines(readText(component, name) ?? '', most)
}
