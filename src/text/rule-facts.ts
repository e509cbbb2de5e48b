// RuleFacts: how an event repeats, where that can be said in a few words.
import type { Component } from '../calendar/component.ts'
import { isFault } from '../calendar/fault.ts'
import { findProperties, readTime } from '../calendar/properties.ts'
import { parseRecurrenceRule, type RecurrenceRule } from '../calendar/recurrence-rule.ts'
import { type CalendarTime, type LocalSeconds, makeCivilDate, secondsOfDay } from '../calendar/time.ts'
import { readZone, type Zones } from '../calendar/time-zone.ts'
import { formatWhen } from './format-when.ts'
import { findWeekday } from './shown-time.ts'

export interface RuleFacts {
  readonly every: 'day' | 'week' | 'month' | 'year'
  readonly interval: number
  /** Of weeks; Monday is 0. */
  readonly weekdays: readonly number[]
  /** Of months: the day, or the nth weekday, counted from the end where negative. */
  readonly monthDay: number | undefined
  readonly nth: { readonly ordinal: number; readonly weekday: number } | undefined
  readonly count: number | undefined
  /** `2026-06-30`, the last day on which it may happen. */
  readonly until: string | undefined
}

/** Nothing where the event does not repeat by a rule, or by one that takes more words: its dates say more then. */
export function readRuleFacts(component: Component, zones: Zones): RuleFacts | undefined {
  const [property, ...others] = findProperties(component, 'RRULE')
  const start = readTime(component, 'DTSTART')
  if (!property || others.length > 0 || !start) return undefined
  const rule = parseRecurrenceRule(property.value)
  if (isFault(rule) || !isPlain(rule)) return undefined
  const days = readDays(rule, start.local)
  return days && { ...days, interval: rule.interval, count: rule.count, until: showUntil(rule.until, start, zones) }
}

function isPlain(rule: RecurrenceRule): boolean {
  const lists = [rule.bySecond, rule.byMinute, rule.byHour, rule.byYearDay, rule.byWeekNumber]
  return lists.every((list) => list.length === 0) && rule.skip === 'OMIT'
}

type Days = Pick<RuleFacts, 'every' | 'weekdays' | 'monthDay' | 'nth'>

function readDays(rule: RecurrenceRule, start: LocalSeconds): Days | undefined {
  const { byDay, byMonthDay, byMonth, bySetPosition } = rule
  const none = { weekdays: [], monthDay: undefined, nth: undefined }
  const isBare = byMonthDay.length === 0 && byMonth.length === 0 && bySetPosition.length === 0
  const weekdays = [...new Set(byDay.map(({ weekday }) => weekday))].sort()
  const isEveryWeek = byDay.every(({ ordinal }) => ordinal === 0)
  switch (rule.frequency) {
    case 'DAILY':
      if (!isBare) return undefined
      if (byDay.length === 0) return { ...none, every: 'day' }
      return isEveryWeek && rule.interval === 1 ? { ...none, every: 'week', weekdays } : undefined
    case 'WEEKLY':
      if (!isBare || !isEveryWeek) return undefined
      return { ...none, every: 'week', weekdays: byDay.length === 0 ? [findWeekday(start)] : weekdays }
    case 'MONTHLY':
      return byMonth.length === 0 ? readMonthDays(rule, start) : undefined
    case 'YEARLY':
      return byDay.length === 0 && bySetPosition.length === 0 && isDateOf(rule, start)
        ? { ...none, every: 'year' }
        : undefined
    default:
      return undefined
  }
}

function readMonthDays({ byDay, byMonthDay, bySetPosition }: RecurrenceRule, start: LocalSeconds): Days | undefined {
  const none = { every: 'month' as const, weekdays: [], monthDay: undefined, nth: undefined }
  const [day] = byDay
  if (day === undefined) {
    const [monthDay = readDate(start).day] = byMonthDay
    const isOne = byMonthDay.length <= 1 && bySetPosition.length === 0 && monthDay > 0
    return isOne ? { ...none, monthDay } : undefined
  }
  if (byDay.length > 1 || byMonthDay.length > 0) return undefined
  // Outlook writes the second Tuesday as BYDAY=TU;BYSETPOS=2.
  const [position = day.ordinal] = bySetPosition
  const isOne = position !== 0 && Math.abs(position) <= 5 && bySetPosition.length <= 1
  const isSaidOnce = bySetPosition.length === 0 || day.ordinal === 0
  return isOne && isSaidOnce ? { ...none, nth: { ordinal: position, weekday: day.weekday } } : undefined
}

function isDateOf({ byMonth, byMonthDay }: RecurrenceRule, start: LocalSeconds): boolean {
  const { month, day } = readDate(start)
  return byMonth.every((one) => one === month) && byMonthDay.every((one) => one === day)
}

function readDate(local: LocalSeconds): ReturnType<typeof makeCivilDate> {
  return makeCivilDate(Math.floor(local / secondsOfDay))
}

/** The day on the clock the series counts on. */
function showUntil(until: CalendarTime | undefined, start: CalendarTime, zones: Zones): string | undefined {
  if (until === undefined) return undefined
  const zone = readZone(start, zones)
  const local = until.kind === 'utc' && !isFault(zone) ? zone.toLocal(until.local) : until.local
  return formatWhen({ start: local, end: undefined, allDay: true, zone: undefined })
}
