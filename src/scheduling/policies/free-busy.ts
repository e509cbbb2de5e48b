// schedule_in_freebusy [N]: a request is accepted if every period of it is free; with N, up to N bookings may overlap at one time.
import { type CalendarFault, isFault } from '../../calendar/fault.ts'
import type { Booking } from '../../freebusy/record.ts'
import { makeReason } from '../../itip/reason.ts'
import type { BookingRequest } from '../booking-request.ts'
import { type Decline, type Outcome, requestStatuses, type WantedForScheduling } from '../outcome.ts'
import { findTakenDates } from '../taken-dates.ts'
import { declineTaken } from '../taken-reason.ts'

const rule = 'scheduling_function schedule_in_freebusy'

export function scheduleInFreeBusy(
  request: BookingRequest,
  policyArguments: readonly string[],
): Outcome | WantedForScheduling {
  return judgeFree(request, Number(policyArguments[0] ?? 1), rule)
}

/** Accepted if all is free, else the dates that are taken are declined. */
export function judgeFree(request: BookingRequest, capacity: number, rule: string): Outcome | WantedForScheduling {
  const conflicts = findTakenDates(request, request.asked, capacity)
  if (isFault(conflicts)) return declineUnreadable(conflicts, rule)
  if ('kind' in conflicts) return conflicts
  return conflicts.length === 0
    ? { kind: 'accept', because: makeReason('free', rule, describeFree(request.asked, capacity)) }
    : declineTaken(conflicts, capacity, rule)
}

/** What cannot be worked out is not booked. */
export function declineUnreadable(fault: CalendarFault, rule: string): Decline {
  return {
    kind: 'decline',
    because: makeReason(fault.code, rule, fault.text),
    clashes: [],
    requestStatus: requestStatuses.unsupported,
    whole: true,
  }
}

function describeFree(asked: readonly Booking[], capacity: number): string {
  const what = asked.some((booking) => booking.recurrence) ? 'all its times are free' : 'the time is free'
  return capacity === 1 ? what : `${what} (capacity ${capacity})`
}
