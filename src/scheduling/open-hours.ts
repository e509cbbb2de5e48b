// When a resource is closed.
import { isFault } from '../calendar/fault.ts'
import type { Period } from '../calendar/period.ts'
import type { Instant } from '../calendar/time.ts'
import { makeZones, type TimeZone } from '../calendar/time-zone.ts'
import { listUnavailable } from '../freebusy/availability.ts'
import { listBlockedTimes } from '../freebusy/open-hours.ts'
import type { BookingRequest } from './booking-request.ts'

export function findLocalZone({ zoneTables, preferences }: BookingRequest): TimeZone {
  return makeZones(zoneTables, new Map(), preferences.zone).local
}

/** What the preferences block, each as it stands there, and then, of the asked periods, when the resource is not available; in no order. */
export function listBlocked(request: BookingRequest, zone: TimeZone, asked: readonly Period[]): readonly Period[] {
  const { bookingRules, availability, zone: localZone } = request.preferences
  return [
    ...listBlockedTimes(bookingRules.blockedTimes, zone),
    ...asked.flatMap((period): readonly Period[] => {
      const unavailable = listUnavailable(availability, period, request.zoneTables, localZone)
      // What cannot be worked out might be closed.
      return isFault(unavailable) ? [period] : unavailable
    }),
  ]
}

/** In order of time; those that touch or share time are one. */
export function mergePeriods(periods: readonly Period[]): readonly Period[] {
  const merged: { start: Instant; end: Instant }[] = []
  for (const { start, end } of periods.toSorted((a, b) => a.start - b.start)) {
    const last = merged.at(-1)
    if (last && start <= last.end) last.end = Math.max(last.end, end)
    else merged.push({ start, end })
  }
  return merged
}
