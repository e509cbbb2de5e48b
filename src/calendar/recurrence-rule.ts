// RecurrenceRule: a RECUR value, read and checked. RFC 5545, 3.3.10, and RFC 7529, 4.
import { type CalendarFault, isFault, makeFault } from './fault.ts'
import { type CalendarTime, parseCalendarTime } from './time.ts'

export type Frequency = 'SECONDLY' | 'MINUTELY' | 'HOURLY' | 'DAILY' | 'WEEKLY' | 'MONTHLY' | 'YEARLY'

export interface RecurrenceRule {
  readonly frequency: Frequency
  readonly interval: number
  readonly count: number | undefined
  readonly until: CalendarTime | undefined
  /** Lists are sorted and without duplicates; empty where the part is absent. */
  readonly bySecond: readonly number[]
  readonly byMinute: readonly number[]
  readonly byHour: readonly number[]
  readonly byDay: readonly WeekdayOrdinal[]
  readonly byMonthDay: readonly number[]
  readonly byYearDay: readonly number[]
  readonly byWeekNumber: readonly number[]
  readonly byMonth: readonly number[]
  readonly bySetPosition: readonly number[]
  readonly weekStart: Weekday
  /** What becomes of a date that does not exist. RFC 7529, 4.1. */
  readonly skip: 'OMIT' | 'BACKWARD' | 'FORWARD'
}

/** Monday is 0. */
export type Weekday = number

export interface WeekdayOrdinal {
  readonly weekday: Weekday
  /** The nth one, counted from the end where negative; 0 for every one. */
  readonly ordinal: number
}

/** The rule a RECUR value says, or a `bad-rule` or `unknown-calendar` fault. Parts nobody knows are a fault: they would change the days. */
export function parseRecurrenceRule(text: string): RecurrenceRule | CalendarFault {
  const parts = splitParts(text)
  if (isFault(parts)) return parts
  const frequency = parts.get('FREQ')
  if (frequency === undefined || !isFrequency(frequency)) return makeRuleFault(text, 'has no known FREQ')

  // RFC 7529, 4: a rule of another calendar than the Gregorian means other days; reading it as Gregorian would be wrong.
  const calendar = parts.get('RSCALE') ?? 'GREGORIAN'
  if (calendar !== 'GREGORIAN')
    return makeFault('unknown-calendar', `recurrence in the calendar ${shorten(calendar)} is not supported`)
  const skip = parts.get('SKIP') ?? 'OMIT'
  if (skip !== 'OMIT' && skip !== 'BACKWARD' && skip !== 'FORWARD') return makeRuleFault(text, 'has an unknown SKIP')

  for (const name of parts.keys()) if (!knownParts.has(name)) return makeRuleFault(text, `has the unknown part ${name}`)

  const interval = parsePositive(parts.get('INTERVAL') ?? '1')
  if (interval === undefined) return makeRuleFault(text, 'has an INTERVAL that is no positive number')
  const countText = parts.get('COUNT')
  const count = countText === undefined ? undefined : parsePositive(countText)
  if (countText !== undefined && count === undefined)
    return makeRuleFault(text, 'has a COUNT that is no positive number')
  const untilText = parts.get('UNTIL')
  const until = untilText === undefined ? undefined : parseCalendarTime(untilText)
  if (isFault(until)) return makeRuleFault(text, 'has an UNTIL that is no date')

  const lists = new Map<string, readonly number[]>()
  for (const [name, bounds] of numberLists) {
    const list = parseNumbers(parts.get(name), bounds)
    if (list === undefined) return makeRuleFault(text, `has a ${name} outside of what is allowed`)
    lists.set(name, list)
  }
  const byDay = parseWeekdays(parts.get('BYDAY'))
  if (byDay === undefined) return makeRuleFault(text, 'has a BYDAY that is no list of weekdays')
  const weekStart = weekdays.get(parts.get('WKST') ?? 'MO')
  if (weekStart === undefined) return makeRuleFault(text, 'has a WKST that is no weekday')

  const read = (name: string): readonly number[] => lists.get(name) ?? []
  // RFC 5545, 3.3.12: a positive leap second (60) may stand here; it is read as the last ordinary one.
  const bySecond = [...new Set(read('BYSECOND').map((second) => Math.min(second, 59)))]
  return {
    frequency,
    interval,
    count,
    until,
    bySecond,
    byMinute: read('BYMINUTE'),
    byHour: read('BYHOUR'),
    byDay,
    byMonthDay: read('BYMONTHDAY'),
    byYearDay: read('BYYEARDAY'),
    byWeekNumber: read('BYWEEKNO'),
    byMonth: read('BYMONTH'),
    bySetPosition: read('BYSETPOS'),
    weekStart,
    skip,
  }
}

const frequencies: ReadonlySet<string> = new Set([
  'SECONDLY',
  'MINUTELY',
  'HOURLY',
  'DAILY',
  'WEEKLY',
  'MONTHLY',
  'YEARLY',
])

const weekdays: ReadonlyMap<string, Weekday> = new Map(
  ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'].map((name, weekday) => [name, weekday]),
)

interface Bounds {
  readonly least: number
  readonly greatest: number
  /** May numbers count from the end? */
  readonly isSigned: boolean
}

// RFC 5545, 3.3.10.
const numberLists: ReadonlyMap<string, Bounds> = new Map([
  ['BYSECOND', { least: 0, greatest: 60, isSigned: false }],
  ['BYMINUTE', { least: 0, greatest: 59, isSigned: false }],
  ['BYHOUR', { least: 0, greatest: 23, isSigned: false }],
  ['BYMONTHDAY', { least: 1, greatest: 31, isSigned: true }],
  ['BYYEARDAY', { least: 1, greatest: 366, isSigned: true }],
  ['BYWEEKNO', { least: 1, greatest: 53, isSigned: true }],
  ['BYMONTH', { least: 1, greatest: 12, isSigned: false }],
  ['BYSETPOS', { least: 1, greatest: 366, isSigned: true }],
])

const knownParts: ReadonlySet<string> = new Set([
  ...numberLists.keys(),
  ...['FREQ', 'INTERVAL', 'COUNT', 'UNTIL', 'BYDAY', 'WKST', 'RSCALE', 'SKIP'],
])

/** Longer rules are no rules: the longest sensible list has 366 days of four characters. */
const longestRule = 10_000

function splitParts(text: string): ReadonlyMap<string, string> | CalendarFault {
  if (text.length > longestRule) return makeRuleFault(text, 'is too long')
  const parts = new Map<string, string>()
  for (const part of text.trim().toUpperCase().split(';')) {
    // Quirk: Google wrote rules that end with a semicolon, see docs/quirks.md.
    if (part.trim() === '') continue
    const equals = part.indexOf('=')
    if (equals < 1) return makeRuleFault(text, 'has a part without a value')
    const name = part.slice(0, equals).trim()
    const value = part.slice(equals + 1).trim()
    // RFC 5545, 3.3.10: a part stands only once. The same thing said twice does no harm.
    if (parts.has(name) && parts.get(name) !== value) return makeRuleFault(text, `says ${name} twice`)
    // RFC 5545, 3.3.10 knows no experimental parts any more, RFC 2445 did; they say nothing that decides for us.
    if (!name.startsWith('X-')) parts.set(name, value)
  }
  return parts
}

function isFrequency(text: string): text is Frequency {
  return frequencies.has(text)
}

function parsePositive(text: string): number | undefined {
  if (!/^\d{1,15}$/.test(text)) return undefined
  const value = Number(text)
  return value > 0 ? value : undefined
}

function parseNumbers(text: string | undefined, bounds: Bounds): readonly number[] | undefined {
  if (text === undefined || text === '') return []
  const numbers = new Set<number>()
  for (const item of text.split(',')) {
    const match = /^([+-]?)(\d{1,3})$/.exec(item.trim())
    if (!match) return undefined
    const value = Number(match[2])
    if (value < bounds.least || value > bounds.greatest) return undefined
    if (match[1] === '-' && !bounds.isSigned) return undefined
    numbers.add(match[1] === '-' ? -value : value)
  }
  return [...numbers].sort((a, b) => a - b)
}

function parseWeekdays(text: string | undefined): readonly WeekdayOrdinal[] | undefined {
  if (text === undefined || text === '') return []
  const days = new Map<string, WeekdayOrdinal>()
  for (const item of text.split(',')) {
    const match = /^([+-]?)(\d{1,2})?([A-Z]{2})$/.exec(item.trim())
    const weekday = match?.[3] === undefined ? undefined : weekdays.get(match[3])
    if (!match || weekday === undefined) return undefined
    const size = match[2] === undefined ? 0 : Number(match[2])
    // RFC 5545, 3.3.10: ordwk is 1 to 53.
    if (match[2] === undefined ? match[1] !== '' : size < 1 || size > 53) return undefined
    const ordinal = match[1] === '-' ? -size : size
    days.set(`${ordinal} ${weekday}`, { weekday, ordinal })
  }
  return [...days.values()]
}

function makeRuleFault(text: string, what: string): CalendarFault {
  return makeFault('bad-rule', `the recurrence rule ${shorten(text)} ${what}`, 'RRULE')
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}
