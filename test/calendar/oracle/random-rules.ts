// Random recurrence rules that the table of RFC 5545, 3.3.10 allows, each with an instance within 20 periods of its DTSTART.
import { makeCivilDate, serializeCalendarTime } from '../../../src/calendar/time.ts'

export interface RandomRule {
  readonly start: string
  readonly rule: string
}

/** Numbers from 0 up to, not including, 1; the same for the same seed (mulberry32). */
export function makeRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

const frequencies = ['YEARLY', 'MONTHLY', 'WEEKLY', 'DAILY', 'HOURLY', 'MINUTELY'] as const
type Frequency = (typeof frequencies)[number]
const weekdays = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU']

export function makeRandomRule(random: () => number): RandomRule {
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item
  const upTo = (most: number): number => Math.floor(random() * most)
  const chance = (probability: number): boolean => random() < probability

  const frequency: Frequency = pick(frequencies)
  const interval = chance(0.5) ? 1 : 1 + upTo(frequency === 'MINUTELY' ? 90 : frequency === 'HOURLY' ? 30 : 6)
  // 1990 to 2040; now and then in the night in which clocks are set, or shortly before it.
  const minutes = pick([0, 15, 30, 45, upTo(60)]) * 60
  const start = chance(0.15)
    ? findChangeNight(1990 + upTo(50), pick([2, 3, 9, 10]), chance(0.5)) - upTo(3) * 86_400 + upTo(4) * 3600 + minutes
    : Math.floor(7305 + random() * 18_262) * 86_400 + upTo(24) * 3600 + minutes
  // An instance that the rule shall have: in a period the interval reaches, at any place in it.
  const target = chance(0.5) ? start : findTarget(frequency, start, interval * upTo(20), upTo)
  const { year, month, day } = makeCivilDate(Math.floor(target / 86_400))
  const hour = Math.floor(target / 3600) % 24
  const minute = Math.floor(target / 60) % 60
  const second = target % 60
  const weekday = weekdays[(Math.floor(target / 86_400) + 3) % 7] ?? 'MO'
  const isMoved = target !== start

  const among = (value: number, most: number, make: () => number): string => {
    const values = new Set([value])
    for (let count = upTo(most); count > 0; count--) values.add(make())
    return [...values].sort(() => random() - 0.5).join(',')
  }
  const daysInMonth = new Date(Date.UTC(year, month, 0)).getUTCDate()
  const yearLength = new Date(Date.UTC(year, 1, 29)).getUTCMonth() === 1 ? 366 : 365
  const yearDay = Math.floor(target / 86_400) - Math.floor(Date.UTC(year, 0, 1) / 86_400_000) + 1

  const parts: string[] = [`FREQ=${frequency}`]
  if (interval > 1 || chance(0.1)) parts.push(`INTERVAL=${interval}`)
  const weekStart = chance(0.3) ? pick(weekdays) : undefined
  if (weekStart) parts.push(`WKST=${weekStart}`)

  const isYearly = frequency === 'YEARLY'
  const isMonthly = frequency === 'MONTHLY'
  const isClock = frequency === 'HOURLY' || frequency === 'MINUTELY'
  let hasMonth = false
  let hasDay = false

  if (chance(isMoved && isYearly ? 0.6 : 0.25)) {
    parts.push(`BYMONTH=${among(month, 4, () => 1 + upTo(12))}`)
    hasMonth = true
  }
  const hasWeekNumber = isYearly && !hasMonth && chance(0.12)
  if (hasWeekNumber) {
    parts.push(`BYWEEKNO=${among(findWeek(target, weekStart ?? 'MO'), 3, () => pick([1, -1]) * (1 + upTo(53)))}`)
    hasDay = true
  }
  if ((isYearly || isClock) && !hasWeekNumber && chance(0.15)) {
    const value = chance(0.7) ? yearDay : yearDay - yearLength - 1
    parts.push(`BYYEARDAY=${among(value, isClock ? 40 : 5, () => pick([1, 1, -1]) * (1 + upTo(366)))}`)
    hasDay = true
  }
  if (frequency !== 'WEEKLY' && !hasWeekNumber && chance(isMoved && (isYearly || isMonthly) ? 0.6 : 0.25)) {
    const value = chance(0.7) ? day : day - daysInMonth - 1
    parts.push(`BYMONTHDAY=${among(value, isClock ? 12 : 5, () => pick([1, 1, -1]) * (1 + upTo(31)))}`)
    hasDay = true
  }
  const needsWeekday = isMoved && !hasDay && (isYearly || isMonthly || frequency === 'WEEKLY')
  if (needsWeekday || chance(0.3)) {
    const mayCount = (isMonthly || (isYearly && !hasWeekNumber)) && chance(0.5)
    const scopeDay = isYearly && !hasMonth ? yearDay : day
    const scopeLength = isYearly && !hasMonth ? yearLength : daysInMonth
    const most = isYearly && !hasMonth ? 53 : 5
    const ordinal = chance(0.6) ? Math.ceil(scopeDay / 7) : -Math.ceil((scopeLength - scopeDay + 1) / 7)
    const days = new Set([mayCount ? `${ordinal}${weekday}` : weekday])
    for (let count = upTo(3); count > 0; count--) {
      days.add(mayCount && chance(0.7) ? `${pick([1, -1]) * (1 + upTo(most))}${pick(weekdays)}` : pick(weekdays))
    }
    parts.push(`BYDAY=${[...days].join(',')}`)
  }
  if (chance(isMoved ? 0.4 : 0.2) || (isMoved && hour !== Math.floor(start / 3600) % 24 && !isClock)) {
    parts.push(`BYHOUR=${among(hour, 4, () => upTo(24))}`)
  }
  if (chance(0.2) || (isMoved && minute !== Math.floor(start / 60) % 60 && frequency !== 'MINUTELY')) {
    parts.push(`BYMINUTE=${among(minute, frequency === 'MINUTELY' ? 10 : 4, () => upTo(60))}`)
  }
  if (chance(0.1)) parts.push(`BYSECOND=${among(second, 3, () => upTo(60))}`)
  if (parts.some((part) => /^BY/.test(part)) && chance(0.2)) {
    // The first or the last one is always there.
    parts.push(`BYSETPOS=${among(pick([1, -1]), 3, () => pick([1, -1]) * (1 + upTo(8)))}`)
  }

  const ending = random()
  if (ending < 0.3) parts.push(`COUNT=${1 + upTo(25)}`)
  else if (ending < 0.5) {
    const span = { YEARLY: 3000, MONTHLY: 400, WEEKLY: 100, DAILY: 20, HOURLY: 2, MINUTELY: 0.1 }[frequency]
    const until = start + Math.floor(random() * span * interval * 86_400)
    parts.push(`UNTIL=${showLocal(until)}`)
  }
  return { start: showLocal(start), rule: parts.join(';') }
}

/** The last Sunday of a month, or the first or second one. */
function findChangeNight(year: number, month: number, isLast: boolean): number {
  const days = Array.from({ length: 31 }, (_, at) => Date.UTC(year, month, at + 1) / 1000)
  const sundays = days.filter((day) => new Date(day * 1000).getUTCMonth() === month && (day / 86_400 + 4) % 7 === 0)
  return (isLast ? sundays.at(-1) : month === 2 ? sundays[1] : sundays[0]) ?? 0
}

function showLocal(local: number): string {
  return serializeCalendarTime({ kind: 'floating', local })
}

function findTarget(frequency: Frequency, start: number, periods: number, upTo: (most: number) => number): number {
  const day = Math.floor(start / 86_400)
  const { year, month } = makeCivilDate(day)
  const clock = upTo(24) * 3600 + upTo(60) * 60
  const later = (target: number): number => Math.max(target, start)
  switch (frequency) {
    case 'YEARLY':
      return later(Date.UTC(year + periods, upTo(12), 1 + upTo(28)) / 1000 + clock)
    case 'MONTHLY':
      return later(Date.UTC(year, month - 1 + periods, 1 + upTo(28)) / 1000 + clock)
    case 'WEEKLY':
      return later((day - ((day + 3) % 7) + periods * 7 + upTo(7)) * 86_400 + clock)
    case 'DAILY':
      return later((day + periods) * 86_400 + clock)
    case 'HOURLY':
      return later((Math.floor(start / 3600) + periods) * 3600 + upTo(60) * 60)
    case 'MINUTELY':
      return later((Math.floor(start / 60) + periods) * 60)
  }
}

/** The number of the week, by the first day of which it is counted. */
function findWeek(target: number, weekStart: string): number {
  const day = Math.floor(target / 86_400)
  const offset = (((day + 3 - weekdays.indexOf(weekStart)) % 7) + 7) % 7
  const { year } = makeCivilDate(day - offset + 3)
  const fourth = Math.floor(Date.UTC(year, 0, 4) / 86_400_000)
  const first = fourth - ((((fourth + 3 - weekdays.indexOf(weekStart)) % 7) + 7) % 7)
  return Math.floor((day - first) / 7) + 1
}
