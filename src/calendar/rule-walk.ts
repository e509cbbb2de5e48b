// The local times a recurrence rule makes, in order, from any point on and without walking there. RFC 5545, 3.3.10.
import type { RecurrenceRule } from './recurrence-rule.ts'
import { type Day, makeRuleDays, mod, type RuleDays, readWeekday } from './rule-days.ts'
import { type LocalSeconds, secondsOfDay } from './time.ts'
import { isExhausted, makeWork, type Work } from './work-limit.ts'

/** Nothing later can be written in four digits of a year: 9999-12-31T23:59:59. */
export const lastLocal: LocalSeconds = 253_402_300_799

/** A rule bound to its DTSTART, which gives what the rule leaves out. */
export interface BoundRule {
  readonly rule: RecurrenceRule
  readonly start: LocalSeconds
  /**
   * The times of the rule from `from` on, never before DTSTART, whether or not DTSTART itself fits the rule; COUNT and UNTIL
   * are not applied. Gives Infinity when the work is exhausted, and after `end`; whether a little later or at once is left open.
   */
  walk(from: LocalSeconds, work: Work, end?: LocalSeconds): () => LocalSeconds
  /**
   * The last time that COUNT allows: DTSTART is the first, whether it fits the rule or not. Infinity where there is no COUNT,
   * or where it certainly lies behind `horizon`. By arithmetic where all periods are alike, otherwise by counting.
   */
  findLastCounted(horizon: LocalSeconds, work: Work): LocalSeconds
  /** After how many seconds of the clock the rule repeats itself; nothing where months and years come into it. */
  readonly cycle: number | undefined
  /** Days of the week it may take at all, Monday first. */
  readonly weekdays: readonly boolean[]
  /** Seconds of the day it may take at all; nothing where these are very many. */
  readonly secondsOfDay: readonly number[] | undefined
}

/** What a rule makes in one period: `bases` (seconds) times the offsets, perhaps only some positions of these. */
interface Periods {
  /** Number of the period that holds a time or comes next after it, counted from DTSTART's in steps of INTERVAL. */
  findIndex(local: LocalSeconds): number
  /** Fills the bases of the first period that has some, from this index on and not after `end`; gives its index, or Infinity. */
  fill(index: number, bases: number[], work: Work, end: LocalSeconds): number
  /** Sorted seconds to add to each base, as three nested lists. */
  readonly offsets: Offsets
  readonly constantSize: number | undefined
  /** No period has more bases. */
  readonly greatestSize: number
}

export function bindRule(rule: RecurrenceRule, start: LocalSeconds, isDate: boolean): BoundRule {
  // RFC 5545, 3.3.10: with a DATE, parts below the day are ignored.
  const bound: RecurrenceRule = isDate ? { ...rule, byHour: [], byMinute: [], bySecond: [] } : rule
  const periods = isSubDaily(bound) ? makeClockPeriods(bound, start) : makeDayPeriods(bound, start)
  const positions = bound.bySetPosition
  const size = periods.offsets.length
  const pattern = describePattern(bound, start, periods.offsets)

  const walk = (from: LocalSeconds, work: Work, latest: LocalSeconds = lastLocal): (() => LocalSeconds) => {
    const earliest = Math.max(from, start)
    const bases: number[] = []
    let selected: readonly number[] | undefined
    let selectedSize = -1
    let next = periods.findIndex(earliest)
    let at = 0
    let end = 0
    let last = Number.NEGATIVE_INFINITY

    return () => {
      for (;;) {
        while (at < end) {
          const position = selected === undefined ? at : (selected[at] ?? 0)
          at += 1
          const value =
            size === 1
              ? (bases[position] ?? 0) + periods.offsets.first
              : (bases[Math.floor(position / size)] ?? 0) + periods.offsets.read(position % size)
          // A date moved by SKIP may come twice, or before the period it was asked for.
          if (value < earliest || value <= last) continue
          if (value > lastLocal) return Number.POSITIVE_INFINITY
          last = value
          return value
        }
        if (next === Number.POSITIVE_INFINITY) return next
        bases.length = 0
        const index = periods.fill(next, bases, work, latest)
        work.steps -= bases.length
        if (index === Number.POSITIVE_INFINITY || isExhausted(work)) {
          next = Number.POSITIVE_INFINITY
          return next
        }
        next = index + 1
        const total = bases.length * size
        if (positions.length > 0) {
          if (selected === undefined || total !== selectedSize) selected = selectPositions(positions, total)
          selectedSize = total
          work.steps -= selected.length
          at = 0
          end = selected.length
        } else {
          at = last === Number.NEGATIVE_INFINITY ? countBefore(bases, periods.offsets, earliest) : 0
          end = total
        }
      }
    }
  }

  const findLastCounted = (horizon: LocalSeconds, work: Work): LocalSeconds => {
    if (rule.count === undefined) return Number.POSITIVE_INFINITY
    const wanted = rule.count - 1
    if (wanted === 0) return start
    const greatest = (periods.findIndex(Math.min(horizon, lastLocal)) + 1) * periods.greatestSize * size
    if (greatest <= wanted) return Number.POSITIVE_INFINITY
    if (periods.constantSize !== undefined) return countByArithmetic(wanted, work)
    return pattern.cycle === undefined
      ? countByWalking(start, wanted, horizon, work)
      : countByCycle(wanted, pattern.cycle, horizon, work)
  }

  /** The local time `wanted` times after another one. */
  const countByWalking = (after: LocalSeconds, wanted: number, horizon: LocalSeconds, work: Work): LocalSeconds => {
    const step = walk(after + 1, work)
    let last = after
    for (let count = 0; count < wanted; count++) {
      work.steps -= 1
      const value = step()
      if (value === Number.POSITIVE_INFINITY) return last
      last = value
      if (last > horizon) return Number.POSITIVE_INFINITY
    }
    return last
  }

  /** Whole rounds of what repeats itself at once, only the rest one by one. */
  const countByCycle = (wanted: number, cycle: number, horizon: LocalSeconds, work: Work): LocalSeconds => {
    const step = walk(start + 1, work)
    let perCycle = 0
    let last = start
    for (let value = step(); value <= start + cycle && perCycle < wanted; value = step()) {
      work.steps -= 1
      perCycle += 1
      last = value
    }
    if (perCycle === wanted || perCycle === 0 || isExhausted(work)) return last
    const rounds = Math.floor((wanted - 1) / perCycle)
    if (start + rounds * cycle > lastLocal) return Number.POSITIVE_INFINITY
    return countByWalking(start + rounds * cycle, wanted - rounds * perCycle, horizon, work)
  }

  const countByArithmetic = (wanted: number, work: Work): LocalSeconds => {
    // The first period begins before DTSTART; what it still has is counted by hand.
    const firstTotal = (periods.constantSize ?? 0) * size
    const bases: number[] = []
    periods.fill(0, bases, work, lastLocal)
    const chosen = positions.length > 0 ? selectPositions(positions, firstTotal) : undefined
    const perPeriod = chosen === undefined ? firstTotal : chosen.length
    const read = (number: number): LocalSeconds => {
      const position = chosen === undefined ? number : (chosen[number] ?? 0)
      return (bases[Math.floor(position / size)] ?? 0) + periods.offsets.read(position % size)
    }
    let before = 0
    if (chosen === undefined) before = countBefore(bases, periods.offsets, start + 1)
    else while (before < perPeriod && read(before) <= start) before += 1
    if (perPeriod === 0) return start
    const number = before + wanted - 1
    bases.length = 0
    const index = periods.fill(Math.floor(number / perPeriod), bases, work, lastLocal)
    return index === Number.POSITIVE_INFINITY ? Number.POSITIVE_INFINITY : read(number % perPeriod)
  }

  return { rule, start, walk, findLastCounted, ...pattern }
}

/**
 * Does a rule make no time at all, DTSTART included? One round of the calendar and the clock tells, or the end of time;
 * nothing where it takes too much work to know.
 */
export function isYieldingNothing(bound: BoundRule): boolean | undefined {
  const { interval, frequency } = bound.rule
  const unit = cycleUnits[frequency]
  const perCycle = frequency === 'YEARLY' ? 400 : 4800
  const round =
    bound.cycle ??
    (interval > 1e5
      ? lastLocal
      : unit === undefined
        ? (leastCommonMultiple(perCycle, interval) / perCycle) * gregorianCycle
        : leastCommonMultiple(gregorianCycle, interval * unit))
  const work = makeWork({ steps: 60_000, occurrences: 1 })
  const first = bound.walk(bound.start, work, Math.min(lastLocal, bound.start + round))()
  return isExhausted(work) ? undefined : first === Number.POSITIVE_INFINITY
}

/** 400 years, in seconds. */
const gregorianCycle = 146_097 * secondsOfDay

/** What of a rule can be said without walking it. Each is an upper bound: what it does not contain never happens. */
function describePattern(
  rule: RecurrenceRule,
  start: LocalSeconds,
  offsets: Offsets,
): Pick<BoundRule, 'cycle' | 'weekdays' | 'secondsOfDay'> {
  const isClock = isSubDaily(rule)
  const isDateLimited =
    rule.byMonth.length + rule.byMonthDay.length + rule.byYearDay.length + rule.byWeekNumber.length > 0
  const unit = cycleUnits[rule.frequency]
  const weekly = 7 * secondsOfDay
  let cycle = unit === undefined || isDateLimited ? undefined : Math.min(rule.interval, longestInterval) * unit
  if (cycle !== undefined && rule.byDay.length > 0) cycle = leastCommonMultiple(cycle, weekly)
  if (cycle !== undefined && isClock && rule.byHour.length + rule.byMinute.length + rule.bySecond.length > 0) {
    cycle = leastCommonMultiple(cycle, secondsOfDay)
  }

  const isStartWeekday =
    rule.byDay.length === 0 &&
    (rule.frequency === 'WEEKLY' ||
      (rule.frequency === 'DAILY' && rule.interval % 7 === 0) ||
      (rule.frequency === 'YEARLY' &&
        rule.byWeekNumber.length > 0 &&
        rule.byMonthDay.length + rule.byYearDay.length === 0))
  const startWeekday = readWeekday(Math.floor(start / secondsOfDay))
  const weekdays = [0, 1, 2, 3, 4, 5, 6].map((weekday) =>
    isStartWeekday
      ? weekday === startWeekday
      : rule.byDay.length === 0 || rule.byDay.some((each) => each.weekday === weekday),
  )
  const isListable = !isClock && offsets.length <= mostListedTimes
  return {
    cycle,
    weekdays,
    secondsOfDay: isListable ? Array.from({ length: offsets.length }, (_, at) => offsets.read(at)) : undefined,
  }
}

/** Times of a day that are listed beforehand; a rule with more of them is walked. */
const mostListedTimes = 100

const cycleUnits: Readonly<Record<RecurrenceRule['frequency'], number | undefined>> = {
  SECONDLY: 1,
  MINUTELY: 60,
  HOURLY: 3600,
  DAILY: secondsOfDay,
  WEEKLY: 7 * secondsOfDay,
  MONTHLY: undefined,
  YEARLY: undefined,
}

export function leastCommonMultiple(a: number, b: number): number {
  let [x, y] = [a, b]
  while (y > 0) [x, y] = [y, x % y]
  return (a / x) * b
}

function isSubDaily(rule: RecurrenceRule): boolean {
  return rule.frequency === 'HOURLY' || rule.frequency === 'MINUTELY' || rule.frequency === 'SECONDLY'
}

/** Longer than all of time in any unit; keeps the arithmetic inside whole numbers. */
const longestInterval = 1e12

/** DAILY to YEARLY: days by rule-days.ts, each with the times of the day. */
function makeDayPeriods(rule: RecurrenceRule, start: LocalSeconds): Periods {
  const startDay = Math.floor(start / secondsOfDay)
  const seconds = start - startDay * secondsOfDay
  const days: RuleDays = makeRuleDays(rule, startDay)
  const interval = Math.min(rule.interval, longestInterval)
  const origin = days.findPeriod(startDay)
  const isDaily = rule.frequency === 'DAILY'
  return {
    offsets: makeOffsets(
      rule.byHour.length > 0 ? rule.byHour : [Math.floor(seconds / 3600)],
      rule.byMinute.length > 0 ? rule.byMinute : [Math.floor(seconds / 60) % 60],
      rule.bySecond.length > 0 ? rule.bySecond : [seconds % 60],
    ),
    constantSize: days.constantSize,
    greatestSize: { YEARLY: 380, MONTHLY: 31, WEEKLY: 7, DAILY: 1, HOURLY: 1, MINUTELY: 1, SECONDLY: 1 }[
      rule.frequency
    ],
    findIndex(local) {
      const period = days.findPeriod(Math.floor(local / secondsOfDay))
      return Math.max(0, Math.floor((period - origin) / interval) - (days.isSpilling ? 1 : 0))
    },
    fill(index, bases, work, end) {
      // A week of another year, and a date moved by SKIP, may lie before their period.
      const latestDay = Math.floor(Math.min(end, lastLocal) / secondsOfDay) + 7
      for (let at = index; ; ) {
        const period = origin + at * interval
        const firstDay = days.findFirstDay(period)
        if (firstDay > latestDay) return Number.POSITIVE_INFINITY
        work.steps -= 1
        if (isExhausted(work)) return Number.POSITIVE_INFINITY
        days.expand(period, bases)
        if (bases.length > 0) {
          for (let base = 0; base < bases.length; base++) bases[base] = (bases[base] ?? 0) * secondsOfDay
          return at
        }
        at = isDaily ? Math.max(at + 1, Math.ceil((days.skipMonth(firstDay) - origin) / interval)) : at + 1
      }
    },
  }
}

/** HOURLY to SECONDLY: one unit of the clock after another, whole days, hours and minutes skipped where nothing is allowed. */
function makeClockPeriods(rule: RecurrenceRule, start: LocalSeconds): Periods {
  const unit = rule.frequency === 'HOURLY' ? 3600 : rule.frequency === 'MINUTELY' ? 60 : 1
  const stride = Math.min(rule.interval, longestInterval) * unit
  const origin = Math.floor(start / unit) * unit
  const limits = makeRuleDays({ ...rule, frequency: 'DAILY' }, Math.floor(start / secondsOfDay))
  const hours = makeFlags(rule.byHour, 24)
  const minutes = unit < 3600 ? makeFlags(rule.byMinute, 60) : undefined
  const seconds = unit < 60 ? makeFlags(rule.bySecond, 60) : undefined
  const isLimited = limits.isLimited || hours || minutes || seconds
  let allowedDay: Day | undefined

  const findAllowedDay = (day: Day, work: Work, latest: LocalSeconds): Day => {
    let at = day
    while (!limits.isAllowed(at)) {
      work.steps -= 1
      if (isExhausted(work) || at * secondsOfDay > latest) return Number.POSITIVE_INFINITY
      at = limits.skipMonth(at)
    }
    return at
  }

  return {
    offsets: makeOffsets(
      [0],
      unit === 3600 ? (rule.byMinute.length > 0 ? rule.byMinute : [Math.floor(mod(start, 3600) / 60)]) : [0],
      unit > 1 ? (rule.bySecond.length > 0 ? rule.bySecond : [mod(start, 60)]) : [0],
    ),
    constantSize: isLimited ? undefined : 1,
    greatestSize: 1,
    findIndex: (local) => Math.max(0, Math.ceil((Math.floor(local / unit) * unit - origin) / stride)),
    fill(index, bases, work, end) {
      const latest = Math.min(end, lastLocal)
      let at = origin + index * stride
      for (;;) {
        at += mod(origin - at, stride)
        if (at > latest) return Number.POSITIVE_INFINITY
        work.steps -= 1
        if (!isLimited) break
        if (isExhausted(work)) return Number.POSITIVE_INFINITY
        const day = Math.floor(at / secondsOfDay)
        if (limits.isLimited && day !== allowedDay) {
          const found = findAllowedDay(day, work, latest)
          if (found === Number.POSITIVE_INFINITY) return found
          allowedDay = found
          if (found !== day) {
            at = found * secondsOfDay
            continue
          }
        }
        const hour = Math.floor(mod(at, secondsOfDay) / 3600)
        if (hours && !hours[hour]) {
          at = (Math.floor(at / 3600) + countToFlag(hours, hour)) * 3600
          continue
        }
        const minute = Math.floor(mod(at, 3600) / 60)
        if (minutes && !minutes[minute]) {
          at = Math.min((Math.floor(at / 60) + countToFlag(minutes, minute)) * 60, (Math.floor(at / 3600) + 1) * 3600)
          continue
        }
        const second = mod(at, 60)
        if (seconds && !seconds[second]) {
          at = Math.min(at + countToFlag(seconds, second), (Math.floor(at / 60) + 1) * 60)
          continue
        }
        break
      }
      bases.push(at)
      return Math.round((at - origin) / stride)
    },
  }
}

function makeFlags(numbers: readonly number[], size: number): readonly boolean[] | undefined {
  if (numbers.length === 0) return undefined
  const flags: boolean[] = new Array(size).fill(false)
  for (const number of numbers) flags[number] = true
  return flags
}

/** How many steps from `from` to the next flag that is set, going round. */
function countToFlag(flags: readonly boolean[], from: number): number {
  for (let steps = 1; steps <= flags.length; steps++) if (flags[(from + steps) % flags.length]) return steps
  return flags.length
}

interface Offsets {
  readonly length: number
  readonly first: number
  read(index: number): number
}

/** Hours, minutes and seconds as one sorted list that is never written out: it may have 86,400 entries. */
function makeOffsets(hours: readonly number[], minutes: readonly number[], seconds: readonly number[]): Offsets {
  const perHour = minutes.length * seconds.length
  const read = (index: number): number =>
    (hours[Math.floor(index / perHour)] ?? 0) * 3600 +
    (minutes[Math.floor(index / seconds.length) % minutes.length] ?? 0) * 60 +
    (seconds[index % seconds.length] ?? 0)
  return { length: hours.length * perHour, first: read(0), read }
}

/** How many of the ascending products of bases and offsets lie before a time. */
function countBefore(bases: readonly number[], offsets: Offsets, local: LocalSeconds): number {
  let low = 0
  let high = bases.length * offsets.length
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    const value = (bases[Math.floor(middle / offsets.length)] ?? 0) + offsets.read(middle % offsets.length)
    if (value < local) low = middle + 1
    else high = middle
  }
  return low
}

/** BYSETPOS as ascending indexes into a set of this size. */
function selectPositions(positions: readonly number[], size: number): readonly number[] {
  const selected = new Set<number>()
  for (const position of positions) {
    const index = position > 0 ? position - 1 : size + position
    if (index >= 0 && index < size) selected.add(index)
  }
  return [...selected].sort((a, b) => a - b)
}

/** The last time of a rule before a local time, if there is one: windows reaching back twice as far each time. */
export function findLastBefore(
  bound: BoundRule,
  before: LocalSeconds,
  work: Work,
  firstReach: number = anHour,
): LocalSeconds | undefined {
  for (let reach = firstReach; before > bound.start; reach *= 2) {
    const step = bound.walk(before - reach, work, before)
    let found: LocalSeconds | undefined
    for (let local = step(); local < before; local = step()) {
      found = local
      work.steps -= 1
      if (isExhausted(work)) return undefined
    }
    if (found !== undefined) return found
    if (before - reach <= bound.start || isExhausted(work)) return undefined
  }
  return undefined
}

/** Most rules of seconds and minutes have something in it, and ten more steps reach back over a year. */
const anHour = 3600
