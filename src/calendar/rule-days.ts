// Which days one period of a recurrence rule has: the table of RFC 5545, 3.3.10, for DAILY to YEARLY, and the day limits for all.
import type { RecurrenceRule, WeekdayOrdinal } from './recurrence-rule.ts'
import { daysOfMonth, daysSinceEpoch, isLeapYear, makeCivilDate } from './time.ts'

/** Days since 1970-01-01. */
export type Day = number

export interface RuleDays {
  /** The days of period `number` (a day, a week, a month counted from year 0, a year), ascending, without duplicates, into `days`. */
  expand(period: number, days: Day[]): void
  /** Does a day pass the limits that are not part of the expansion? */
  isAllowed(day: Day): boolean
  /** Are there limits at all? */
  readonly isLimited: boolean
  /** The first day after this one whose month is allowed. */
  skipMonth(day: Day): Day
  /** The period a day lies in. */
  findPeriod(day: Day): number
  /** The day a period begins with, weeks of a year apart. */
  findFirstDay(period: number): Day
  /** May days of a period lie outside of it, in the ones beside it? */
  readonly isSpilling: boolean
  /** How many days every period has, where that never changes. */
  readonly constantSize: number | undefined
}

/** Monday is 0; 1970-01-01 was a Thursday. */
export function readWeekday(day: Day): number {
  return mod(day + 3, 7)
}

export function mod(value: number, divisor: number): number {
  return value - Math.floor(value / divisor) * divisor
}

export function makeRuleDays(rule: RecurrenceRule, start: Day): RuleDays {
  switch (rule.frequency) {
    case 'YEARLY':
      return makeYearlyDays(rule, start)
    case 'MONTHLY':
      return makeMonthlyDays(rule, start)
    case 'WEEKLY':
      return makeWeeklyDays(rule, start)
    default:
      return makeDailyDays(rule)
  }
}

function makeYearlyDays(rule: RecurrenceRule, start: Day): RuleDays {
  const { byMonth, byMonthDay, byYearDay, byWeekNumber, byDay, skip } = rule
  const origin = makeCivilDate(start)
  const shared = {
    skipMonth: skipToMonth(monthMask(byMonth)),
    findFirstDay: (year: number) => daysSinceEpoch(year, 1, 1),
    findPeriod: (day: Day) => makeCivilDate(day).year,
  }

  if (byWeekNumber.length > 0) {
    // RFC 5545, 3.3.10: information the rule lacks comes from DTSTART, here the day of the week.
    const isDayGiven = byMonthDay.length > 0 || byYearDay.length > 0
    const listed =
      byDay.length > 0 ? byDay.map(({ weekday }) => weekday) : isDayGiven ? everyWeekday : [readWeekday(start)]
    const offsets = sortUnique(listed.map((weekday) => mod(weekday - rule.weekStart, 7)))
    const limits = makeLimits({ ...rule, byWeekNumber: [] }, byMonth.length > 0 ? 'month' : 'year')
    return {
      ...shared,
      ...limits,
      isSpilling: true,
      constantSize: undefined,
      // A week belongs to the year that has most of its days, and the years of the rule are counted so.
      findPeriod: (day) => findWeekYear(day, rule.weekStart),
      expand(year, days) {
        const first = findFirstWeek(year, rule.weekStart)
        const weeks = Math.round((findFirstWeek(year + 1, rule.weekStart) - first) / 7)
        for (const number of byWeekNumber) {
          const week = number > 0 ? number : weeks + 1 + number
          if (week < 1 || week > weeks) continue
          for (const offset of offsets) {
            const day = first + (week - 1) * 7 + offset
            if (limits.isAllowed(day)) days.push(day)
          }
        }
        sortDays(days)
      },
    }
  }

  if (byYearDay.length > 0) {
    const limits = makeLimits({ ...rule, byYearDay: [] }, byMonth.length > 0 ? 'month' : 'year')
    return {
      ...shared,
      ...limits,
      isSpilling: skip !== 'OMIT',
      constantSize: undefined,
      expand(year, days) {
        const first = daysSinceEpoch(year, 1, 1)
        const length = isLeapYear(year) ? 366 : 365
        for (const number of byYearDay) {
          const day = pickDay(first, length, number, skip)
          if (day !== undefined && limits.isAllowed(day)) days.push(day)
        }
        sortDays(days)
      },
    }
  }

  if (byMonthDay.length > 0 || byDay.length === 0) {
    // RFC 5545, 3.3.10: what the rule does not say, month or day, is that of DTSTART.
    const months = byMonth.length > 0 ? byMonth : [origin.month]
    const numbers = byMonthDay.length > 0 ? byMonthDay : [origin.day]
    const limits = makeLimits({ ...rule, byMonth: [], byMonthDay: [] }, byMonth.length > 0 ? 'month' : 'year')
    return {
      ...shared,
      ...limits,
      isSpilling: skip !== 'OMIT',
      constantSize: !limits.isLimited && isSteady(numbers) ? months.length * numbers.length : undefined,
      expand(year, days) {
        for (const month of months) {
          const first = daysSinceEpoch(year, month, 1)
          const length = daysOfMonth(year, month)
          for (const number of numbers) {
            const day = pickDay(first, length, number, skip)
            if (day !== undefined && limits.isAllowed(day)) days.push(day)
          }
        }
        sortDays(days)
      },
    }
  }

  return {
    ...shared,
    ...noLimits,
    isSpilling: false,
    constantSize: undefined,
    expand(year, days) {
      if (byMonth.length === 0) {
        pushWeekdays(days, daysSinceEpoch(year, 1, 1), isLeapYear(year) ? 366 : 365, byDay)
      } else {
        for (const month of byMonth) pushWeekdays(days, daysSinceEpoch(year, month, 1), daysOfMonth(year, month), byDay)
      }
      sortDays(days)
    },
  }
}

function makeMonthlyDays(rule: RecurrenceRule, start: Day): RuleDays {
  const { byMonth, byMonthDay, byYearDay, byWeekNumber, byDay, skip } = rule
  const months = monthMask(byMonth)
  const shared = {
    skipMonth: skipToMonth(months),
    findFirstDay: (period: number) => daysSinceEpoch(Math.floor(period / 12), mod(period, 12) + 1, 1),
    findPeriod: (day: Day) => {
      const { year, month } = makeCivilDate(day)
      return year * 12 + month - 1
    },
  }
  const isMonthAllowed = (period: number) => ((months >> (mod(period, 12) + 1)) & 1) === 1
  const lengthOf = (period: number) => daysOfMonth(Math.floor(period / 12), mod(period, 12) + 1)

  const isDayGiven = byYearDay.length > 0 || byWeekNumber.length > 0
  if (byMonthDay.length > 0 || (byDay.length === 0 && !isDayGiven)) {
    const numbers = byMonthDay.length > 0 ? byMonthDay : [makeCivilDate(start).day]
    const limits = makeLimits({ ...rule, byMonth: [], byMonthDay: [] }, 'month')
    return {
      ...shared,
      ...limits,
      isSpilling: skip !== 'OMIT',
      constantSize: !limits.isLimited && byMonth.length === 0 && isSteady(numbers) ? numbers.length : undefined,
      expand(period, days) {
        if (!isMonthAllowed(period)) return
        const first = shared.findFirstDay(period)
        const length = lengthOf(period)
        for (const number of numbers) {
          const day = pickDay(first, length, number, skip)
          if (day !== undefined && limits.isAllowed(day)) days.push(day)
        }
        sortDays(days)
      },
    }
  }

  const wanted = byDay.length > 0 ? byDay : everyWeekday.map((weekday) => ({ weekday, ordinal: 0 }))
  const limits = makeLimits({ ...rule, byMonth: [], byDay: [] }, 'month')
  return {
    ...shared,
    ...limits,
    isSpilling: false,
    constantSize: !limits.isLimited && byMonth.length === 0 ? countSteadyWeekdays(wanted) : undefined,
    expand(period, days) {
      if (!isMonthAllowed(period)) return
      pushWeekdays(days, shared.findFirstDay(period), lengthOf(period), wanted)
      sortDays(days)
      if (limits.isLimited) keepAllowed(days, limits.isAllowed)
    },
  }
}

function makeWeeklyDays(rule: RecurrenceRule, start: Day): RuleDays {
  // RFC 5545, 3.3.10: BYDAY with a number is not for WEEKLY; the number says nothing here.
  const listed = rule.byDay.length > 0 ? rule.byDay.map(({ weekday }) => weekday) : [readWeekday(start)]
  const offsets = sortUnique(listed.map((weekday) => mod(weekday - rule.weekStart, 7)))
  const limits = makeLimits({ ...rule, byDay: [] }, 'month')
  // 1969-12-29 was a Monday.
  const origin = rule.weekStart - 3
  return {
    ...limits,
    isSpilling: false,
    constantSize: limits.isLimited ? undefined : offsets.length,
    skipMonth: skipToMonth(monthMask(rule.byMonth)),
    findPeriod: (day) => Math.floor((day - origin) / 7),
    findFirstDay: (period) => period * 7 + origin,
    expand(period, days) {
      const first = period * 7 + origin
      for (const offset of offsets) if (limits.isAllowed(first + offset)) days.push(first + offset)
    },
  }
}

function makeDailyDays(rule: RecurrenceRule): RuleDays {
  const limits = makeLimits({ ...rule, byDay: rule.byDay.map(({ weekday }) => ({ weekday, ordinal: 0 })) }, 'month')
  return {
    ...limits,
    isSpilling: false,
    constantSize: limits.isLimited ? undefined : 1,
    skipMonth: skipToMonth(monthMask(rule.byMonth)),
    findPeriod: (day) => day,
    findFirstDay: (period) => period,
    expand(period, days) {
      if (limits.isAllowed(period)) days.push(period)
    },
  }
}

/** The parts of a rule that only limit, as one question about a day. */
function makeLimits(
  rule: RecurrenceRule,
  scope: 'month' | 'year',
): { readonly isAllowed: (day: Day) => boolean; readonly isLimited: boolean } {
  const months = monthMask(rule.byMonth)
  const { byMonthDay, byYearDay, byWeekNumber, byDay } = rule
  const monthDays = new Set(byMonthDay)
  const yearDays = new Set(byYearDay)
  const weekNumbers = new Set(byWeekNumber)
  const isMonthLimited = rule.byMonth.length > 0
  const isDateLimited = isMonthLimited || byMonthDay.length > 0 || byYearDay.length > 0 || byWeekNumber.length > 0
  if (!isDateLimited && byDay.length === 0) return noLimits

  // Weekdays without a number as bits; the others need the date.
  const plain = byDay.reduce((bits, { weekday, ordinal }) => (ordinal === 0 ? bits | (1 << weekday) : bits), 0)
  const numbered = byDay.filter(({ ordinal }) => ordinal !== 0)

  return {
    isLimited: true,
    isAllowed(day) {
      const weekday = readWeekday(day)
      const isPlain = byDay.length === 0 || ((plain >> weekday) & 1) === 1
      if (!isPlain && numbered.length === 0) return false
      if (!isDateLimited && isPlain) return true
      const { year, month, day: number } = makeCivilDate(day)
      if (((months >> month) & 1) === 0) return false
      const length = daysOfMonth(year, month)
      if (byMonthDay.length > 0 && !monthDays.has(number) && !monthDays.has(number - length - 1)) return false
      const first = daysSinceEpoch(year, 1, 1)
      const yearLength = isLeapYear(year) ? 366 : 365
      const yearDay = day - first + 1
      if (byYearDay.length > 0 && !yearDays.has(yearDay) && !yearDays.has(yearDay - yearLength - 1)) return false
      if (byWeekNumber.length > 0 && !isInWeeks(day, weekNumbers, rule.weekStart)) return false
      if (isPlain) return true
      const [position, size] = scope === 'month' ? [number, length] : [yearDay, yearLength]
      const fromStart = Math.floor((position - 1) / 7) + 1
      const fromEnd = -Math.floor((size - position) / 7) - 1
      return numbered.some(
        (each) => each.weekday === weekday && (each.ordinal === fromStart || each.ordinal === fromEnd),
      )
    },
  }
}

const noLimits = { isLimited: false, isAllowed: () => true } as const

const everyMonth: readonly number[] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]
const everyWeekday: readonly number[] = [0, 1, 2, 3, 4, 5, 6]

/** Bits 1 to 12; all of them where nothing is said. */
function monthMask(byMonth: readonly number[]): number {
  return (byMonth.length > 0 ? byMonth : everyMonth).reduce((bits, month) => bits | (1 << month), 0)
}

function skipToMonth(months: number): (day: Day) => Day {
  return (day) => {
    let { year, month } = makeCivilDate(day)
    if (((months >> month) & 1) === 1) return day + 1
    do {
      month += 1
      if (month > 12) {
        month = 1
        year += 1
      }
    } while (((months >> month) & 1) === 0)
    return daysSinceEpoch(year, month, 1)
  }
}

/** Day `number` of a month or year, counted from its end where negative. */
function pickDay(first: Day, length: number, number: number, skip: RecurrenceRule['skip']): Day | undefined {
  if (number > length) {
    // RFC 5545, 3.3.10: a date that does not exist is left out. RFC 7529, 4.1: SKIP may move it instead.
    return skip === 'OMIT' ? undefined : skip === 'BACKWARD' ? first + length - 1 : first + length
  }
  if (number < -length) return skip === 'OMIT' ? undefined : skip === 'BACKWARD' ? first - 1 : first
  return number > 0 ? first + number - 1 : first + length + number
}

function pushWeekdays(days: Day[], first: Day, length: number, wanted: readonly WeekdayOrdinal[]): void {
  const firstWeekday = readWeekday(first)
  for (const { weekday, ordinal } of wanted) {
    const offset = mod(weekday - firstWeekday, 7)
    const last = offset + Math.floor((length - 1 - offset) / 7) * 7
    if (ordinal === 0) for (let at = offset; at < length; at += 7) days.push(first + at)
    else {
      const at = ordinal > 0 ? offset + (ordinal - 1) * 7 : last + (ordinal + 1) * 7
      if (at >= 0 && at < length) days.push(first + at)
    }
  }
}

/** Are these days of the month in every month, and no two of them ever the same? */
function isSteady(numbers: readonly number[]): boolean {
  const isOneSided = numbers.every((number) => number > 0) || numbers.every((number) => number < 0)
  return isOneSided && numbers.every((number) => Math.abs(number) <= 28)
}

function countSteadyWeekdays(wanted: readonly WeekdayOrdinal[]): number | undefined {
  const isOneSided = wanted.every(({ ordinal }) => ordinal > 0) || wanted.every(({ ordinal }) => ordinal < 0)
  return isOneSided && wanted.every(({ ordinal }) => Math.abs(ordinal) <= 4) ? wanted.length : undefined
}

/** The first day of week 1: the first week with at least four days in the year. RFC 5545, 3.3.10. */
function findFirstWeek(year: number, weekStart: number): Day {
  const fourth = daysSinceEpoch(year, 1, 4)
  return fourth - mod(readWeekday(fourth) - weekStart, 7)
}

function findWeekYear(day: Day, weekStart: number): number {
  // The fourth day of a week lies in the week's year.
  return makeCivilDate(day - mod(readWeekday(day) - weekStart, 7) + 3).year
}

function isInWeeks(day: Day, wanted: ReadonlySet<number>, weekStart: number): boolean {
  const year = findWeekYear(day, weekStart)
  const first = findFirstWeek(year, weekStart)
  const weeks = Math.round((findFirstWeek(year + 1, weekStart) - first) / 7)
  const week = Math.floor((day - first) / 7) + 1
  return wanted.has(week) || wanted.has(week - weeks - 1)
}

function keepAllowed(days: Day[], isAllowed: (day: Day) => boolean): void {
  let kept = 0
  for (const day of days) if (isAllowed(day)) days[kept++] = day
  days.length = kept
}

/** Ascending, each once. */
function sortDays(days: Day[]): void {
  let isSorted = true
  for (let at = 1; at < days.length; at++) {
    if ((days[at] ?? 0) <= (days[at - 1] ?? 0)) {
      isSorted = false
      break
    }
  }
  if (isSorted) return
  days.sort((a, b) => a - b)
  let kept = 0
  for (const day of days) if (kept === 0 || day !== days[kept - 1]) days[kept++] = day
  days.length = kept
}

function sortUnique(numbers: readonly number[]): readonly number[] {
  return [...new Set(numbers)].sort((a, b) => a - b)
}
