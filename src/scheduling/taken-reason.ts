// Why dates cannot be had: who is in the way, and when.
import { serializeInstant } from '../calendar/time.ts'
import type { Conflict } from '../freebusy/conflicts.ts'
import { makeReason, type Reason } from '../itip/reason.ts'
import { type Decline, requestStatuses } from './outcome.ts'

/** Naming more than this says nothing more. */
const mostNamed = 5

export function declineTaken(conflicts: readonly Conflict[], capacity: number, rule: string): Decline {
  return {
    kind: 'decline',
    because: makeOverlap(conflicts, capacity, rule),
    clashes: conflicts,
    requestStatus: requestStatuses.conflict,
    whole: false,
  }
}

/** For the log: the organizer is told the dates, and of others only what the resource allows. */
export function makeOverlap(conflicts: readonly Conflict[], capacity: number, rule: string): Reason {
  const uids = [...new Set(conflicts.flatMap((conflict) => conflict.with.map((time) => time.booking.uid)))]
  const named = uids.slice(0, mostNamed).join(', ')
  const more = uids.length > mostNamed ? ` and ${uids.length - mostNamed} more` : ''
  const dates = conflicts
    .slice(0, mostNamed)
    .map(({ period }) => serializeInstant(period.start))
    .join(', ')
  const full = capacity === 1 ? '' : `; capacity ${capacity}`
  return makeReason(
    'overlaps',
    rule,
    `overlaps ${named}${more} at ${dates}${conflicts.length > mostNamed ? ', …' : ''}${full}`,
  )
}
