// How a resource answers a REQUEST that it may answer: by its policies, or as before where only details changed.
import { type CalendarFault, isFault } from '../calendar/fault.ts'
import type { Period } from '../calendar/period.ts'
import type { Zones } from '../calendar/time-zone.ts'
import type { Booking } from '../freebusy/record.ts'
import { findInvitation, type Identity, type Invitation } from '../itip/acting-user.ts'
import { withParts } from '../itip/instances.ts'
import type { Reason } from '../itip/reason.ts'
import type { ReceivedPart } from '../itip/request.ts'
import type { SchedulingMessage } from '../itip/scheduling-message.ts'
import type { StoredPart, StoredSeries } from '../itip/stored-series.ts'
import type { Outcome } from '../scheduling/outcome.ts'
import { schedule } from '../scheduling/schedule.ts'
import { type MadeAnswer, makeAnswer, readOwnParticipation, withOwnParticipation } from './answers.ts'
import { makeBookingRequest } from './booking-request.ts'
import { makeBookings, readBusyTypeOf, replaceBookings } from './bookkeeping.ts'
import { withDecided } from './decided-once.ts'
import { type Decision, decide, type Wanted } from './decision.ts'
import * as reasons from './reasons.ts'
import type { Situation } from './situation.ts'
import { makeTraceNotes } from './trace-notes.ts'

/** A request that names the resource, and the series as it would be after it. */
export interface AskedResource {
  readonly message: SchedulingMessage
  readonly situation: Situation
  readonly identity: Identity
  readonly invitation: Invitation
  readonly zones: Zones
  readonly after: StoredSeries
}

/** A fault where the request's own rule cannot be worked out. */
export function answerByPolicy(
  asked: AskedResource,
  parts: readonly ReceivedPart[],
): Decision | Wanted | CalendarFault {
  const { situation, message } = asked
  const bookings = makeAskedBookings(asked, parts)
  const scheduled = schedule(makeBookingRequest(message, situation, asked.identity, bookings))
  if (isFault(scheduled) || scheduled.kind === 'wanted') return scheduled
  const { outcome } = scheduled
  if (!outcome) return decide('passed', reasons.noPolicy)
  const participation = outcome.kind === 'accept' ? 'ACCEPTED' : 'DECLINED'
  const answer = makeAnswer({
    ...asked,
    message: { ...message, components: parts.map((part) => part.component) },
    participation,
    reason: outcome.because,
    clashes: readClashes(outcome),
    requestStatus: outcome.requestStatus,
  })
  const answered = parts.map((part) => withAnswer(asked, part, participation))
  const notes = [
    ...(parts.some((part) => part.withoutSequence) ? [reasons.withoutSequence] : []),
    ...makeTraceNotes(scheduled.trace),
  ]
  return finish(asked, answered, [outcome.because, ...notes], answer)
}

/** Only details changed, or nothing: the answer given before stands. RFC 5546, 3.2.2.2 and 3.2.2.7. */
export function answerAsBefore(asked: AskedResource, parts: readonly ReceivedPart[]): Decision {
  const { stored } = asked.situation
  const participations = parts.map(({ key }) => readOwnParticipation(stored, key, asked.identity) ?? 'DECLINED')
  const participation = participations[0] ?? 'DECLINED'
  const reason = reasons.detailsOnly(participation)
  const answer = makeAnswer({ ...asked, participation, reason, clashes: [], requestStatus: undefined })
  const kept = parts.map((part, index) => withAnswer(asked, part, participations[index] ?? participation))
  return finish(asked, kept, [reason], answer)
}

function withAnswer(asked: AskedResource, { key, component }: ReceivedPart, participation: string): StoredPart {
  return { key, component: withOwnParticipation(component, participation, asked.invitation, asked.identity) }
}

/** What would be booked if the asked parts were accepted. */
function makeAskedBookings({ after, zones }: AskedResource, parts: readonly ReceivedPart[]): readonly Booking[] {
  const keys = new Set(parts.map((part) => part.key))
  const bookings = makeBookings(after, zones, (component) => readBusyTypeOf(component, 'ACCEPTED'))
  return bookings.filter((booking) => keys.has(booking.recurrenceId ?? ''))
}

function readClashes(outcome: Outcome): readonly Period[] {
  return outcome.kind === 'decline' ? outcome.clashes.map((clash) => clash.period) : []
}

function finish(
  { after, identity, situation, zones }: AskedResource,
  parts: readonly StoredPart[],
  because: readonly [Reason, ...Reason[]],
  answer: MadeAnswer,
): Decision {
  const answered = { ...after, parts: withParts(after.parts, parts) }
  const series = withDecided(answered, situation, 'applied', because[0], answer.recorded)
  const bookings = replaceBookings(series, zones, (component) => {
    const participation = findInvitation(component, identity)?.attendee.participation
    return participation === undefined ? undefined : readBusyTypeOf(component, participation)
  })
  const effects = [{ kind: 'save-series' as const, series }, ...bookings, answer.effect]
  return decide('applied', because, effects, answer.recorded.participation)
}
