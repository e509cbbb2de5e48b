// schedule_in_freebusy [N]: a request is accepted if every period of it is free; with N, up to N bookings may overlap at one time.
import { isFault } from '../../calendar/fault.ts'
import { serializeInstant } from '../../calendar/time.ts'
import { type Conflict, findConflicts } from '../../freebusy/conflicts.ts'
import { makeReason, type Reason } from '../../itip/reason.ts'
import type { BookingRequest } from '../booking-request.ts'
import type { Outcome } from '../outcome.ts'

const rule = 'scheduling_function schedule_in_freebusy'

export function scheduleInFreeBusy(request: BookingRequest, policyArguments: readonly string[]): Outcome {
  const capacity = Number(policyArguments[0] ?? 1)
  const conflicts = findConflicts({
    asked: request.asked,
    window: request.freeBusy,
    uid: request.uid,
    capacity,
    zoneTables: request.zoneTables,
    localZone: request.preferences.zone,
  })
  if (isFault(conflicts))
    return {
      kind: 'decline',
      because: makeReason(conflicts.code, rule, conflicts.text),
      clashes: [],
      // RFC 5546, 3.6.27.
      requestStatus: '3.14;Unsupported capability.',
      whole: true,
    }
  if (conflicts.length === 0)
    return { kind: 'accept', because: makeReason('free', rule, describeFree(request, capacity)) }
  return {
    kind: 'decline',
    because: makeOverlap(conflicts, capacity),
    clashes: conflicts,
    // RFC 5546, 3.6.28.
    requestStatus: '4.0;Event conflict.  Date/time is busy.',
    whole: false,
  }
}

function describeFree(request: BookingRequest, capacity: number): string {
  const what = request.asked.some((booking) => booking.recurrence) ? 'all its times are free' : 'the time is free'
  return capacity === 1 ? what : `${what} (capacity ${capacity})`
}

/** Naming more than this says nothing more. */
const mostNamed = 5

function makeOverlap(conflicts: readonly Conflict[], capacity: number): Reason {
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
