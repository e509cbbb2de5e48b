// Runs a resource's scheduling functions in order and makes one outcome of what they say.
import { type CalendarFault, isFault } from '../calendar/fault.ts'
import type { Instant } from '../calendar/time.ts'
import type { Booking } from '../freebusy/record.ts'
import { listAskedDates } from './asked-dates.ts'
import type { BookingRequest } from './booking-request.ts'
import { applyBookingWindow } from './booking-window.ts'
import { combination, type Standing } from './combination.ts'
import { findUncovered } from './covered.ts'
import { listNeededPeriods } from './needed-periods.ts'
import { checkOpenBookings } from './open-bookings.ts'
import type { Decline, Outcome, Proposal, Propose, WantedForScheduling } from './outcome.ts'
import { policies } from './policies.ts'
import { dateRules, requestRules } from './rules.ts'

export interface Scheduled {
  readonly kind: 'scheduled'
  /** `undefined` where no function has an opinion: then nothing may be booked. */
  readonly outcome: Outcome | undefined
  /** What was asked of the functions: what lies beyond the booking window is cut off. */
  readonly asked: readonly Booking[]
  /** A series is taken up to here only: dates that start then or later are not booked. */
  readonly until: Instant | undefined
  /** What each rule and function said, in order, as far as they were asked; rules that have nothing against it say nothing. */
  readonly trace: readonly Opinion[]
}

export interface Opinion {
  /** The line of the preference, or the name of the rule. */
  readonly of: string
  readonly outcome: Outcome | undefined
}

/** A fault where the asked times cannot be worked out. */
export function schedule(request: BookingRequest): Scheduled | WantedForScheduling | CalendarFault {
  const trace: Opinion[] = []
  let standing: Outcome | undefined
  let until: Instant | undefined
  let within = request.asked
  const hear = (of: string, said: Outcome | undefined, outcome = said): boolean => {
    trace.push({ of, outcome: said })
    standing = combine(standing, outcome)
    return nameStanding(standing) === 'reject'
  }
  const finish = (): Scheduled => ({ kind: 'scheduled', outcome: standing, asked: within, until, trace })

  // What needs no look at the schedule comes first: a flood of requests must not cost more than it has to.
  for (const [name, check] of Object.entries(requestRules)) {
    const refusal = check(request)
    if (refusal && hear(name, refusal)) return finish()
  }
  const dates = listAskedDates(request.asked, request)
  if (isFault(dates)) return dates
  const cut = applyBookingWindow(request, dates)
  if (cut.refusal && hear('booking_window', cut.refusal)) return finish()
  until = cut.until
  within = cut.asked
  if (request.asked.length > 0)
    for (const [name, check] of Object.entries(dateRules)) {
      const refusal = check(request, cut.dates)
      if (refusal && hear(name, refusal)) return finish()
    }

  const asked = { ...request, asked: within }
  const tooMany = checkOpenBookings(asked)
  if (tooMany?.kind === 'wanted') return withKnown(tooMany, request)
  if (tooMany && hear('open_bookings', tooMany)) return finish()
  const needed = listNeededPeriods(asked.asked, asked)
  if (isFault(needed)) return needed
  if (findUncovered(needed, request.freeBusy.covers).length > 0)
    return withKnown({ kind: 'wanted', periods: needed }, request)
  for (const { name, arguments: policyArguments } of request.preferences.schedulingFunctions) {
    const ask: Ask = (question) => policies[name]?.(question, policyArguments)
    const judged = standing?.kind === 'propose' ? askOfProposals(asked, standing, ask) : askOnce(ask(asked))
    if ('kind' in judged) return withKnown(judged, request)
    if (hear([name, ...policyArguments].join(' '), judged.said, judged.outcome)) break
  }
  return finish()
}

function combine(before: Outcome | undefined, said: Outcome | undefined): Outcome | undefined {
  const standing = combination[nameStanding(before)][nameStanding(said)]
  if (before?.kind === 'decline' && said?.kind === 'decline' && standing === 'decline') return mergeDates(before, said)
  if (before?.kind === 'accept' && said?.kind === 'accept') return { ...before, ...said }
  return nameStanding(said) === standing ? said : before
}

function nameStanding(outcome: Outcome | undefined): Standing {
  if (outcome === undefined) return 'none'
  return outcome.kind === 'decline' && outcome.whole ? 'reject' : outcome.kind
}

function mergeDates(a: Decline, b: Decline): Decline {
  const known = new Set(a.clashes.map(({ period }) => period.start))
  const added = b.clashes.filter(({ period }) => !known.has(period.start))
  return { ...a, clashes: [...a.clashes, ...added].sort((x, y) => x.period.start - y.period.start) }
}

interface Judged {
  /** What the function said. */
  readonly said: Outcome | undefined
  /** What comes of it. */
  readonly outcome: Outcome | undefined
}

type Ask = (request: BookingRequest) => Outcome | WantedForScheduling | undefined

function askOnce(said: Outcome | WantedForScheduling | undefined): Judged | WantedForScheduling {
  return said?.kind === 'wanted' ? said : { said, outcome: said }
}

/** Once other times are proposed, it is those that the functions behind are asked about: what none of them refuses is proposed. */
function askOfProposals(request: BookingRequest, standing: Propose, ask: Ask): Judged | WantedForScheduling {
  const kept: Proposal[] = []
  let first: Outcome | undefined
  let refusal: Decline | undefined
  for (const proposal of standing.proposals) {
    const needed = listNeededPeriods(proposal.bookings, request)
    if (isFault(needed)) continue
    const uncovered = findUncovered(needed, request.freeBusy.covers)
    if (uncovered.length > 0) return { kind: 'wanted', periods: uncovered }
    const said = ask({ ...request, asked: proposal.bookings })
    if (said?.kind === 'wanted') return said
    first ??= said
    if (said?.kind === 'decline') refusal ??= said
    else kept.push(...(said?.kind === 'propose' ? said.proposals.slice(0, 1) : [proposal]))
  }
  if (kept.length > 0) return { said: first, outcome: { ...standing, proposals: kept } }
  // Neither the asked times nor others can be had.
  if (!refusal) return { said: undefined, outcome: undefined }
  const tried = {
    times: standing.proposals.flatMap(({ times }) => times.slice(0, 1)),
    because: standing.because,
    clashes: refusal.clashes,
    isAboutTime: !refusal.whole,
  }
  return { said: refusal, outcome: { ...refusal, clashes: [], whole: true, tried } }
}

function withKnown(wanted: WantedForScheduling, { freeBusy }: BookingRequest): WantedForScheduling {
  return { ...wanted, periods: [...freeBusy.covers, ...findUncovered(wanted.periods, freeBusy.covers)] }
}
