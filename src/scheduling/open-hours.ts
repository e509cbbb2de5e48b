// When a resource is open: its working hours as periods, what is blocked taken out.
import type { Period } from '../calendar/period.ts'
import { type Instant, type LocalSeconds, secondsOfDay } from '../calendar/time.ts'
import { makeZones, type TimeZone } from '../calendar/time-zone.ts'
import type { WorkingHours } from '../preferences/working-hours.ts'
import type { BookingRequest } from './booking-request.ts'

export function findLocalZone({ zoneTables, preferences }: BookingRequest): TimeZone {
  return makeZones(zoneTables, new Map(), preferences.zone).local
}

/** In order, those that touch made one; whole days inside the period. Without working hours it is all open. */
export function listWorkingHours(hours: readonly WorkingHours[], within: Period, zone: TimeZone): readonly Period[] {
  if (hours.length === 0) return [within]
  const periods: Period[] = []
  const firstDay = Math.floor(zone.toLocal(within.start) / secondsOfDay)
  const lastDay = Math.floor(zone.toLocal(within.end) / secondsOfDay)
  for (let day = firstDay; day <= lastDay; day++) {
    // 1 January 1970 was a Thursday.
    const weekday = (((day + 3) % 7) + 7) % 7
    for (const { weekdays, from, to } of hours)
      if (weekdays.has(weekday)) periods.push(makePeriod(day * secondsOfDay + from, day * secondsOfDay + to, zone))
  }
  return mergePeriods(periods)
}

/** Blocked times as periods, in no order. */
export function listBlocked(request: BookingRequest, zone: TimeZone): readonly Period[] {
  return request.preferences.bookingRules.blockedTimes.map(({ from, to }) => makePeriod(from, to, zone))
}

function makePeriod(from: LocalSeconds, to: LocalSeconds, zone: TimeZone): Period {
  return { start: zone.toInstant(from), end: zone.toInstant(to) }
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
