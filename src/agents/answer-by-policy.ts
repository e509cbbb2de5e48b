// How a resource answers a REQUEST that it may answer: by its policies, or as before where only details changed.
import { type CalendarFault, isFault } from '../calendar/fault.ts'
import type { Period } from '../calendar/period.ts'
import { readSpan } from '../calendar/span.ts'
import type { Instant } from '../calendar/time.ts'
import type { Zones } from '../calendar/time-zone.ts'
import type { Conflict } from '../freebusy/conflicts.ts'
import { addRequested } from '../freebusy/others.ts'
import type { Booking } from '../freebusy/record.ts'
import { findInvitation, type Identity, type Invitation } from '../itip/acting-user.ts'
import { withParts } from '../itip/instances.ts'
import type { Reason } from '../itip/reason.ts'
import type { ReceivedPart } from '../itip/request.ts'
import type { SchedulingMessage } from '../itip/scheduling-message.ts'
import { findRangeOf } from '../itip/series-end.ts'
import type { RecordedAnswer, StoredPart, StoredSeries } from '../itip/stored-series.ts'
import type { BookingRequest } from '../scheduling/booking-request.ts'
import {
  type Accept,
  type Decline,
  type FreeTimes,
  type Outcome,
  type Propose,
  requestStatuses,
} from '../scheduling/outcome.ts'
import { schedule } from '../scheduling/schedule.ts'
import {
  type GivenAnswer,
  type GivenDate,
  isSeriesPart,
  makeAnswers,
  readOwnParticipation,
  withOwnParticipation,
} from './answers.ts'
import { makeBookingRequest } from './booking-request.ts'
import { makeBookings, readBusyTypeOf, replaceBookings } from './bookkeeping.ts'
import { findOfferedAt, findTakenOffer, makeProposal, withdrawOffers } from './counter-proposals.ts'
import { withDecided } from './decided-once.ts'
import { type Decision, decide, type Wanted } from './decision.ts'
import type { StoreEffect } from './effect.ts'
import {
  describeTimes,
  type Explainer,
  explainCut,
  explainExceptions,
  explainFreeTimes,
  explainReason,
  explainRefusal,
  explainTried,
  makeExplainer,
} from './explain-answer.ts'
import { findFreeTimes, noFreeTimes } from './free-times.ts'
import * as reasons from './reasons.ts'
import {
  type AskedDates,
  divideDates,
  isRefusedDate,
  isSeries,
  listComing,
  makeDate,
  type RefusedDate,
  withoutRefusedDates,
  withRefusalMark,
} from './refused-dates.ts'
import type { Situation } from './situation.ts'
import { noteUnverified } from './stored-organizer.ts'
import { makeTraceNotes } from './trace-notes.ts'

/** A request that names the resource, and the series as it would be after it. */
export interface AskedResource {
  readonly message: SchedulingMessage
  readonly situation: Situation
  readonly identity: Identity
  readonly invitation: Invitation
  readonly zones: Zones
  readonly after: StoredSeries
  /** When this very message was answered before, if that answer does not hold any more. */
  readonly earlier?: readonly Instant[]
}

/** What is done about a request: what is answered, and how each part stands afterwards. */
interface Judgement {
  readonly because: Reason
  readonly given: GivenAnswer
  readonly parts: readonly StoredPart[]
  readonly takenUntil?: Instant | undefined
  /** Times that were named, but are not held. */
  readonly free?: readonly Period[]
  readonly effects?: readonly StoreEffect[]
}

/** A fault where the request's own rule cannot be worked out. */
export function answerByPolicy(
  before: AskedResource,
  parts: readonly ReceivedPart[],
): Decision | Wanted | CalendarFault {
  const { situation } = before
  // What is asked anew is asked for all its dates, those too that could not be had before.
  const after = withoutRefusedDates(before.after, parts, before.zones)
  const message = { ...before.message, components: parts.map((part) => part.component) }
  const asked = { ...before, message, after }
  const bookings = makeAskedBookings(asked, parts)
  const offer = findTakenOffer(before.message.uid, bookings, situation)
  const now = offer ? findOfferedAt(offer, situation) : situation.now
  // What was offered may be had as it was then: the notice it needs was given by asking for something else.
  const request = { ...makeBookingRequest(before.message, situation, asked.identity, bookings), now }
  const scheduled = schedule(request)
  if (isFault(scheduled) || scheduled.kind === 'wanted') return scheduled
  const { outcome, until } = scheduled
  if (!outcome) return decide('passed', reasons.noPolicy)
  // In place of another all of it is taken, or nothing.
  const mustTakeAll = situation.delegation?.kind === 'asked-for-other'
  const refusal = divide(asked, parts, request, outcome, until)
  if (isFault(refusal)) return refusal
  const free =
    outcome.kind === 'decline' && (refusal === undefined || refusal.refused === 'as-a-whole' || mustTakeAll)
      ? findFreeTimes({ ...request, asked: scheduled.asked }, outcome, refusal?.clashes ?? [])
      : noFreeTimes
  if ('kind' in free) return free
  const judgement = judge(asked, parts, outcome, refusal, until, free)
  const notes = [
    ...(parts.some((part) => part.withoutSequence) ? [reasons.withoutSequence] : []),
    ...(offer && outcome.kind === 'accept' ? [reasons.offerTaken] : []),
    ...makeTraceNotes(scheduled.trace),
  ]
  const decision = finish(
    asked,
    parts,
    { ...judgement, effects: [...(judgement.effects ?? []), ...countRequest(request, asked)] },
    notes,
  )
  return { ...decision, free }
}

/** Whom nobody has proven gets the time tentatively where the site wants that. RFC 5546, 6.1.1. */
function chooseParticipation({ message, situation }: AskedResource): 'ACCEPTED' | 'TENTATIVE' {
  const isTentative = situation.site.unverifiedRequest === 'tentative' && noteUnverified(message, situation).length > 0
  return isTentative ? 'TENTATIVE' : 'ACCEPTED'
}

/** Whose number is limited; those that are refused for it are none more, so that the limit ends. */
function countRequest(
  { requestsToday, preferences }: BookingRequest,
  { situation: { requests, now } }: AskedResource,
): readonly StoreEffect[] {
  const { requestsPerDay = 0 } = preferences.bookingRules
  if (!requests || requestsToday === undefined || requestsToday >= requestsPerDay) return []
  return [{ kind: 'record-others', others: addRequested(requests, now) }]
}

/** Of dates that are refused: which of them are, if the rest can be taken. */
interface DividedDates {
  readonly refused: readonly RefusedDate[] | 'as-a-whole'
  readonly clashes: readonly Conflict[]
  readonly series: 'series' | 'endless-series' | undefined
}

/** Nothing where the request is not refused, or as a whole. */
function divide(
  asked: AskedResource,
  parts: readonly ReceivedPart[],
  { asked: bookings }: BookingRequest,
  outcome: Outcome,
  until: Instant | undefined,
): DividedDates | undefined | CalendarFault {
  if (outcome.kind !== 'decline' || outcome.whole) return undefined
  const { now, zoneTables, preferences } = asked.situation
  const dates = { parts, bookings, zones: asked.zones, zoneTables, localZone: preferences.zone, now, until }
  const refused = divideDates(dates, outcome.clashes, preferences.conflictTolerance)
  if (isFault(refused)) return refused
  const clashes = isSeries(dates) ? listComing(dates, outcome.clashes) : outcome.clashes
  return { refused, clashes, series: nameSeries(dates) }
}

function judge(
  asked: AskedResource,
  parts: readonly ReceivedPart[],
  outcome: Outcome,
  divided: DividedDates | undefined,
  until: Instant | undefined,
  free: FreeTimes,
): Judgement {
  const explainer = makeExplainer(asked.message, asked.situation, asked.zones)
  if (outcome.kind === 'accept') return accept(asked, parts, outcome, until, explainer)
  if (outcome.kind === 'propose') return propose(asked, parts, outcome, explainer)
  if (!divided) return decline(asked, parts, outcome, outcome.clashes, explainer, undefined, free)
  const { refused, clashes, series } = divided
  if (refused === 'as-a-whole') return decline(asked, parts, outcome, clashes, explainer, series, free)
  return acceptApartFrom(asked, parts, outcome, refused, until, explainer)
}

function nameSeries(dates: AskedDates): 'series' | 'endless-series' | undefined {
  if (!isSeries(dates)) return undefined
  const isEndless = dates.bookings.some(({ recurrence }) => recurrence && recurrence.until === undefined)
  return isEndless && dates.until === undefined ? 'endless-series' : 'series'
}

function accept(
  asked: AskedResource,
  parts: readonly ReceivedPart[],
  { because, requestStatus }: Accept,
  until: Instant | undefined,
  explainer: Explainer,
): Judgement {
  return {
    because,
    given: {
      ...withoutDates,
      participation: chooseParticipation(asked),
      because: [...explainReason(explainer, because), ...explainCut(explainer, until)],
      requestStatus: requestStatus ?? chooseStatus(until),
    },
    parts: parts.map((part) => withAnswer(asked, part, chooseParticipation(asked))),
    takenUntil: until,
  }
}

/** RFC 5546, 3.6.12. */
function chooseStatus(until: Instant | undefined): string | undefined {
  return until === undefined ? undefined : requestStatuses.clipped
}

const withoutDates = { dates: [], proposed: [] } as const

function decline(
  asked: AskedResource,
  parts: readonly ReceivedPart[],
  { because, requestStatus, tried }: Decline,
  clashes: readonly Conflict[],
  explainer: Explainer,
  series: 'series' | 'endless-series' | undefined,
  free: FreeTimes,
): Judgement {
  const sentences = [
    ...(tried ? explainTried(explainer, because, tried) : explainRefusal(explainer, because, clashes, series)),
    ...explainFreeTimes(explainer, free.times, undefined, free.of === 'first-date' ? 'first-date' : 'event'),
  ]
  return {
    because,
    free: free.times,
    given: { ...withoutDates, participation: 'DECLINED', because: sentences, requestStatus },
    parts: parts.map((part) => withAnswer(asked, part, 'DECLINED')),
  }
}

function propose(
  asked: AskedResource,
  parts: readonly ReceivedPart[],
  outcome: Propose,
  explainer: Explainer,
): Judgement {
  const { given, effects } = makeProposal(asked.message, asked.situation, explainer, outcome)
  // The asked time is not had, however the proposal is told.
  return {
    because: outcome.because,
    given,
    parts: parts.map((part) => withAnswer(asked, part, 'DECLINED')),
    effects,
  }
}

/** RFC 5546, 3.2.3: an answer may be about single instances, each with an answer of its own. */
function acceptApartFrom(
  asked: AskedResource,
  parts: readonly ReceivedPart[],
  { because, requestStatus }: Decline,
  refused: readonly RefusedDate[],
  until: Instant | undefined,
  explainer: Explainer,
): Judgement {
  const clashes = refused.map(({ clash }) => clash)
  const sentences = refused.length === 0 ? [] : explainExceptions(explainer, because, clashes)
  const dates = refused.map(
    ({ key, clash }): GivenDate => ({
      key,
      period: clash.period,
      participation: 'DECLINED',
      because: explainRefusal(explainer, because, [clash]),
      requestStatus,
    }),
  )
  const sent = new Set(parts.map(({ key }) => key))
  const taken = parts.filter(({ component }) => !refused.some((date) => date.component === component))
  const answered = [
    ...taken.map((part) => withAnswer(asked, part, chooseParticipation(asked))),
    ...refused.map((date) => {
      const { component } = withAnswer(asked, date, 'DECLINED')
      return { key: date.key, component: sent.has(date.key) ? component : withRefusalMark(component) }
    }),
  ]
  return {
    because: refused.length === 0 ? reasons.pastOnly(because) : reasons.partlyTaken(because, refused.length),
    given: {
      participation: chooseParticipation(asked),
      because: [...sentences, ...explainCut(explainer, until)],
      requestStatus: chooseStatus(until),
      dates,
      proposed: [],
    },
    parts: answered,
    takenUntil: until,
  }
}

/** Only details changed, or nothing: the answer given before stands. RFC 5546, 3.2.2.2 and 3.2.2.7. */
export function answerAsBefore(asked: AskedResource, parts: readonly ReceivedPart[]): Decision {
  const { stored } = asked.situation
  const answered = parts.map((part) => {
    const participation = readOwnParticipation(stored, part.key, asked.identity) ?? 'DECLINED'
    return { part, participation, kept: withAnswer(asked, part, participation) }
  })
  const [whole] = answered.toSorted((a, b) => (a.part.key < b.part.key ? -1 : 1))
  const participation = whole?.participation ?? 'DECLINED'
  const because = reasons.detailsOnly(participation)
  const explainer = makeExplainer(asked.message, asked.situation, asked.zones)
  const refused = answered.flatMap(({ part }) => (isSeriesPart(part.component) ? remakeRefusedDates(asked, part) : []))
  const others = answered.filter((other) => other.participation !== participation)
  const dates = [
    ...others.flatMap(({ part: { key, component }, participation: own }) => {
      const period = readPeriod(component, asked.zones)
      return period === undefined ? [] : [makeDateAsBefore(asked, key, period, own)]
    }),
    ...refused.map(({ key, period }) => makeDateAsBefore(asked, key, period, 'DECLINED')),
  ].toSorted((a, b) => a.period.start - b.period.start)
  const missing = refused.map(({ period }): Conflict => ({ period, with: [] }))
  const sentences = missing.length === 0 ? [] : explainExceptions(explainer, because, missing)
  const words = participation === 'DECLINED' ? findWordsOfThen(stored) : undefined
  const given = {
    participation,
    because: words && words.comment !== '' ? [words.comment] : sentences,
    requestStatus: words?.requestStatus,
    dates,
    proposed: [],
  }
  const kept = [...answered.map((one) => one.kept), ...refused.map(({ key, component }) => ({ key, component }))]
  const message = { ...asked.message, components: parts.map((part) => part.component) }
  return finish({ ...asked, message }, parts, { because, given, parts: kept, takenUntil: stored?.takenUntil }, [])
}

/** The dates of a series, or of a change of all later dates, that were refused before, with the details that it has now. */
function remakeRefusedDates(
  { after, situation, zones, invitation, identity }: AskedResource,
  series: ReceivedPart,
): readonly { readonly key: string; readonly period: Period; readonly component: StoredPart['component'] }[] {
  return after.parts.flatMap(({ key, component }) => {
    const isOfIt = isRefusedDate(component) && (findRangeOf(after, key, zones)?.key ?? '') === series.key
    const period = isOfIt ? readPeriod(component, zones) : undefined
    if (period === undefined || period.end <= situation.now) return []
    const date = makeDate(series.component, key, period, zones)
    return [{ key, period, component: withRefusalMark(withOwnParticipation(date, 'DECLINED', invitation, identity)) }]
  })
}

function readPeriod(component: StoredPart['component'], zones: Zones): Period | undefined {
  const span = readSpan(component, zones)
  return isFault(span) ? undefined : span.period
}

/**
 * Why it was declined. Of a series with instances it is not known which of them an answer was about; what was said of
 * proposed times does not hold any more.
 */
function findWordsOfThen(stored: StoredSeries | undefined): RecordedAnswer | undefined {
  if (stored?.parts.length !== 1) return undefined
  return stored.decided
    .flatMap(({ answer }) => answer ?? [])
    .findLast((answer) => answer.participation === 'DECLINED' && (answer.proposed ?? []).length === 0)
}

/** With the words of then. */
function makeDateAsBefore({ situation }: AskedResource, key: string, period: Period, participation: string): GivenDate {
  const recorded = (situation.stored?.decided ?? [])
    .flatMap(({ answer }) => answer?.dates ?? [])
    .findLast((date) => date.key === key && date.participation === participation)
  return {
    key,
    period,
    participation,
    because: recorded && recorded.comment !== '' ? [recorded.comment] : [],
    requestStatus: recorded?.requestStatus,
  }
}

function withAnswer(
  asked: AskedResource,
  { key, component }: Pick<StoredPart, 'key' | 'component'>,
  participation: string,
): StoredPart {
  return { key, component: withOwnParticipation(component, participation, asked.invitation, asked.identity) }
}

/** What would be booked if the asked parts were accepted. */
function makeAskedBookings({ after, zones }: AskedResource, parts: readonly ReceivedPart[]): readonly Booking[] {
  const keys = new Set(parts.map((part) => part.key))
  const bookings = makeBookings(withTakenUntil(after, undefined), zones, (component) =>
    readBusyTypeOf(component, 'ACCEPTED'),
  )
  return bookings.filter((booking) => keys.has(booking.recurrenceId ?? ''))
}

/** What was not asked about, and goes on farther than it was taken, is not taken any farther now. */
function chooseTakenUntil(
  { after, zones }: AskedResource,
  parts: readonly ReceivedPart[],
  until: Instant | undefined,
): Instant | undefined {
  const keys = new Set(parts.map((part) => part.key))
  const before = after.takenUntil
  const series = makeBookings(withTakenUntil(after, undefined), zones, (component) =>
    readBusyTypeOf(component, 'ACCEPTED'),
  ).filter(({ recurrence }) => recurrence)
  const isAsked = ({ recurrenceId = '' }: Booking): boolean => keys.has(recurrenceId)
  if (!series.some(isAsked)) return before
  const goesOn = ({ recurrence }: Booking): boolean =>
    before !== undefined && (recurrence?.until === undefined || recurrence.until > before)
  if (!series.some((booking) => !isAsked(booking) && goesOn(booking))) return until
  return Math.min(before ?? Number.POSITIVE_INFINITY, until ?? Number.POSITIVE_INFINITY)
}

function withTakenUntil({ takenUntil: _, ...series }: StoredSeries, until: Instant | undefined): StoredSeries {
  return until === undefined ? series : { ...series, takenUntil: until }
}

function finish(
  asked: AskedResource,
  parts: readonly ReceivedPart[],
  { because, given, parts: answered, takenUntil, free = [], effects: more = [] }: Judgement,
  notes: readonly Reason[],
): Decision {
  const { after, identity, situation, zones, message } = asked
  const answers = makeAnswers(asked, given, asked.earlier)
  const taken = withTakenUntil(
    { ...after, parts: withParts(after.parts, answered) },
    chooseTakenUntil(asked, parts, takenUntil),
  )
  const series = withDecided(taken, situation, 'applied', because, answers.recorded)
  const bookings = replaceBookings(series, zones, (component) => {
    const participation = findInvitation(component, identity)?.attendee.participation
    return participation === undefined ? undefined : readBusyTypeOf(component, participation)
  })
  const effects = [
    { kind: 'save-series' as const, series },
    ...bookings,
    ...withdrawOffers(message.uid, parts, situation),
    ...more,
    ...answers.effects,
  ]
  return decide('applied', [because, ...notes, ...noteTimes(asked, given, free)], effects, given.participation)
}

/** What the organizer was told, once more for who reads verdicts: on the same clock. */
function noteTimes(
  { message, situation, zones }: AskedResource,
  { dates, proposed }: GivenAnswer,
  free: readonly Period[],
): readonly Reason[] {
  const explainer = makeExplainer(message, situation, zones)
  const refused = dates.filter(({ participation }) => participation === 'DECLINED').map(({ period }) => period)
  return [
    ...(refused.length === 0 ? [] : [reasons.datesRefused(describeTimes(explainer, refused))]),
    ...(proposed.length === 0 ? [] : [reasons.timesProposed(describeTimes(explainer, proposed))]),
    ...(free.length === 0 ? [] : [reasons.nextFree(describeTimes(explainer, free))]),
  ]
}
