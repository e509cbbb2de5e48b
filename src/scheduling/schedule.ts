// Runs a resource's scheduling functions in order and makes one outcome of what they say.
import { type CalendarFault, isFault } from '../calendar/fault.ts'
import type { BookingRequest } from './booking-request.ts'
import { combination, type Standing } from './combination.ts'
import { findUncovered } from './covered.ts'
import { listNeededPeriods } from './needed-periods.ts'
import type { Decline, Outcome, Proposal, Propose, WantedForScheduling } from './outcome.ts'
import { policies } from './policies.ts'

export interface Scheduled {
  readonly kind: 'scheduled'
  /** `undefined` where no function has an opinion: then nothing may be booked. */
  readonly outcome: Outcome | undefined
  /** What each function said, in order, as far as they were asked. */
  readonly trace: readonly Opinion[]
}

export interface Opinion {
  /** The line of the preference. */
  readonly of: string
  readonly outcome: Outcome | undefined
}

/** A fault where the asked times cannot be worked out. */
export function schedule(request: BookingRequest): Scheduled | WantedForScheduling | CalendarFault {
  const needed = listNeededPeriods(request.asked, request)
  if (isFault(needed)) return needed
  if (findUncovered(needed, request.freeBusy.covers).length > 0) return { kind: 'wanted', periods: needed }
  let standing: Outcome | undefined
  const trace: Opinion[] = []
  for (const { name, arguments: policyArguments } of request.preferences.schedulingFunctions) {
    const ask = (asked: BookingRequest): Outcome | WantedForScheduling | undefined =>
      policies[name]?.(asked, policyArguments)
    const said = standing?.kind === 'propose' ? askOfProposals(request, standing, ask) : ask(request)
    if (said?.kind === 'wanted') return withKnown(said, request)
    trace.push({ of: [name, ...policyArguments].join(' '), outcome: said })
    standing = combine(standing, said)
    if (nameStanding(standing) === 'reject') break
  }
  return { kind: 'scheduled', outcome: standing, trace }
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

/** Once other times are proposed, it is those that the functions behind are asked about: what none of them refuses is proposed. */
function askOfProposals(
  request: BookingRequest,
  standing: Propose,
  ask: (request: BookingRequest) => Outcome | WantedForScheduling | undefined,
): Outcome | WantedForScheduling | undefined {
  const kept: Proposal[] = []
  let refusal: Decline | undefined
  for (const proposal of standing.proposals) {
    const needed = listNeededPeriods(proposal.bookings, request)
    if (isFault(needed)) continue
    const uncovered = findUncovered(needed, request.freeBusy.covers)
    if (uncovered.length > 0) return { kind: 'wanted', periods: uncovered }
    const said = ask({ ...request, asked: proposal.bookings })
    if (said?.kind === 'wanted') return said
    if (said?.kind === 'decline') refusal ??= said
    else kept.push(...(said?.kind === 'propose' ? said.proposals.slice(0, 1) : [proposal]))
  }
  if (kept.length > 0) return { ...standing, proposals: kept }
  // Neither the asked times nor others can be had.
  return refusal && { ...refusal, clashes: [], whole: true }
}

function withKnown(wanted: WantedForScheduling, { freeBusy }: BookingRequest): WantedForScheduling {
  return { ...wanted, periods: [...freeBusy.covers, ...findUncovered(wanted.periods, freeBusy.covers)] }
}
