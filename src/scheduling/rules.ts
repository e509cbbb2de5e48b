// The table of booking rules: what the site and the resource's preferences ask of every booking, before its scheduling functions are asked.
import type { Period } from '../calendar/period.ts'
import type { BookingRequest } from './booking-request.ts'
import type { Decline } from './outcome.ts'
import { checkBlockedTimes } from './rules/blocked-times.ts'
import { checkLongest, checkShortest } from './rules/length.ts'
import { checkNotice, checkPast } from './rules/notice.ts'
import { checkOrganizer } from './rules/organizers.ts'
import { checkRecurring } from './rules/recurring.ts'
import { checkRequests } from './rules/requests.ts'
import { checkWorkingHours } from './rules/working-hours.ts'

/** Against a request as a whole, whatever its dates are; by the name of the setting or preference. */
export const requestRules: Readonly<Record<string, (request: BookingRequest) => Decline | undefined>> = {
  resource_organizers: checkOrganizer,
  requests_per_day: checkRequests,
  recurring_bookings: checkRecurring,
}

/** Against dates; these are not over. */
export type DateRule = (request: BookingRequest, dates: readonly Period[]) => Decline | undefined

export const dateRules: Readonly<Record<string, DateRule>> = {
  past: checkPast,
  shortest_booking: checkShortest,
  longest_booking: checkLongest,
  minimum_notice: checkNotice,
  working_hours: checkWorkingHours,
  blocked_times: checkBlockedTimes,
}

/** Is no rule against any of these dates? For times that nobody has asked for. */
export function isPermittedByRules(request: BookingRequest, dates: readonly Period[]): boolean {
  return findRefusal(request, dates) === undefined
}

/** What the first rule says that is against one of these dates. */
export function findRefusal(request: BookingRequest, dates: readonly Period[]): Decline | undefined {
  for (const check of Object.values(dateRules)) {
    const refusal = check(request, dates)
    if (refusal) return refusal
  }
  return undefined
}
