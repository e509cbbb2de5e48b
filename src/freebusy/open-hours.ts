// Working hours and blocked times as periods: what stands in preferences by the clock, told in instants.
import type { Period } from '../calendar/period.ts'
import { type LocalSeconds, secondsOfDay } from '../calendar/time.ts'
import type { TimeZone } from '../calendar/time-zone.ts'
import type { BlockedTime } from '../preferences/blocked-times.ts'
import type { WorkingHours } from '../preferences/working-hours.ts'
import { joinPeriods } from './busy-periods.ts'

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
  return joinPeriods(periods)
}

/** Each as it stands there, in no order. */
export function listBlockedTimes(blocked: readonly BlockedTime[], zone: TimeZone): readonly Period[] {
  return blocked.map(({ from, to }) => makePeriod(from, to, zone))
}

function makePeriod(from: LocalSeconds, to: LocalSeconds, zone: TimeZone): Period {
  return { start: zone.toInstant(from), end: zone.toInstant(to) }
}
