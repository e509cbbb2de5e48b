// A refusal of dates by a rule.
import type { Period } from '../calendar/period.ts'
import { serializeInstant } from '../calendar/time.ts'
import { makeReason } from '../itip/reason.ts'
import { type Decline, requestStatuses } from './outcome.ts'

export interface Refusal {
  readonly code: string
  readonly rule: string
  /** What the rule says, as a clause; the dates follow. */
  readonly text: string
  /** Other times would not help. */
  readonly whole?: true
  readonly requestStatus?: string
}

/** Naming more than this says nothing more. */
const mostNamed = 5

/** Nothing where no date is refused. */
export function refuseDates(refused: readonly Period[], refusal: Refusal): Decline | undefined {
  if (refused.length === 0) return undefined
  const named = refused.slice(0, mostNamed).map(({ start }) => serializeInstant(start))
  const more = refused.length > mostNamed ? ` and ${refused.length - mostNamed} more` : ''
  return {
    kind: 'decline',
    because: makeReason(refusal.code, refusal.rule, `${refusal.text}: ${named.join(', ')}${more}`),
    requestStatus: refusal.requestStatus ?? requestStatuses.conflict,
    clashes: refused.map((period) => ({ period, with: [] })),
    whole: refusal.whole ?? false,
  }
}

/** The request as a whole, whatever its dates are. */
export function refuse(code: string, rule: string, text: string, requestStatus: string): Decline {
  return { kind: 'decline', because: makeReason(code, rule, text), requestStatus, clashes: [], whole: true }
}
