// What a night's expiry removes, as sums and as days; the same in every store.
import { type Instant, secondsOfDay, serializeInstant } from '../calendar/time.ts'
import type { ExpiredUser } from './store.ts'

export const nothingExpired: ExpiredUser = { events: 0, held: 0, offers: 0, others: 0, verdicts: 0, failures: [] }

export function addExpired(a: ExpiredUser, b: ExpiredUser): ExpiredUser {
  return {
    events: a.events + b.events,
    held: a.held + b.held,
    offers: a.offers + b.offers,
    others: a.others + b.others,
    verdicts: a.verdicts + b.verdicts,
    failures: [...a.failures, ...b.failures],
  }
}

/** `2026-03-10`, in UTC. */
export type Day = string

export function nameDay(instant: Instant): Day {
  const text = serializeInstant(Math.max(instant, 0))
  return `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6, 8)}`
}

/** The first day on whose night something that ends then is over; tomorrow at the earliest, so that no work is done twice in one night. */
export function nameDayAfter(instant: Instant, now: Instant): Day {
  const tomorrow = Math.floor(now / secondsOfDay) * secondsOfDay + secondsOfDay
  return nameDay(Math.max(Math.ceil(instant / secondsOfDay) * secondsOfDay, tomorrow))
}

/** When a month's verdicts have all reached an age; `2026-03`. */
export function endMonth(month: string, age: number): Instant {
  const [year = 0, number = 1] = month.split('-').map(Number)
  return Date.UTC(year, number, 1) / 1000 + age
}
