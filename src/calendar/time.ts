// Points in time as iCalendar knows them: date, floating, zoned and UTC. RFC 5545, 3.3.4 and 3.3.5.
import { type CalendarFault, makeFault } from './fault.ts'

/** Seconds since 1970-01-01T00:00:00Z. */
export type Instant = number

/** Seconds since 1970-01-01T00:00:00 as a wall clock without zone counts them (days of 86,400 seconds). */
export type LocalSeconds = number

export const secondsOfDay = 86_400

export type CalendarTime =
  | { readonly kind: 'date'; readonly local: LocalSeconds }
  | { readonly kind: 'floating'; readonly local: LocalSeconds }
  | { readonly kind: 'zoned'; readonly local: LocalSeconds; readonly zone: string }
  | { readonly kind: 'utc'; readonly local: Instant }

const datePattern = /^(\d{4})(\d{2})(\d{2})$/
const dateTimePattern = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})(Z?)$/

/**
 * A DATE or DATE-TIME value with the TZID parameter of its property, if it has one.
 * A leap second is read as the last ordinary one. RFC 5545, 3.3.12.
 */
export function parseCalendarTime(value: string, tzid?: string): CalendarTime | CalendarFault {
  const text = value.trim().toUpperCase()
  const date = datePattern.exec(text)
  if (date) {
    const local = makeLocalSeconds(Number(date[1]), Number(date[2]), Number(date[3]))
    return local === undefined
      ? makeFault('bad-date', `${shorten(value)} is not a date that exists`)
      : { kind: 'date', local }
  }
  const dateTime = dateTimePattern.exec(text)
  if (!dateTime) return makeFault('bad-date', `${shorten(value)} is neither a date nor a date with a time`)
  const [, year, month, day, hour, minute, second, utc] = dateTime
  const seconds = second === '60' ? 59 : Number(second)
  const local = makeLocalSeconds(Number(year), Number(month), Number(day), Number(hour), Number(minute), seconds)
  if (local === undefined) return makeFault('bad-date', `${shorten(value)} is not a time that exists`)
  if (utc === 'Z') return { kind: 'utc', local }
  return tzid === undefined || tzid === '' ? { kind: 'floating', local } : { kind: 'zoned', local, zone: tzid }
}

/** The value as RFC 5545 writes it, without its TZID: `20260302`, `20260302T090000`, `20260302T090000Z`. */
export function serializeCalendarTime(time: CalendarTime): string {
  const text = serializeLocal(time.local)
  switch (time.kind) {
    case 'date':
      return text.slice(0, 8)
    case 'utc':
      return `${text}Z`
    default:
      return text
  }
}

/** `20260302T090000Z`. */
export function serializeInstant(instant: Instant): string {
  return `${serializeLocal(instant)}Z`
}

/** An instant as people give it on a command line: `2026-03-02T09:00:00Z` or `20260302T090000Z`. */
export function parseInstant(text: string): Instant | CalendarFault {
  const time = parseCalendarTime(
    text
      .trim()
      .replaceAll('-', '')
      .replaceAll(':', '')
      .replace(/\.\d+Z$/i, 'Z'),
  )
  if (time.kind === 'fault') return time
  return time.kind === 'utc' ? time.local : makeFault('bad-date', `${text} must be in UTC, as 2026-03-02T09:00:00Z`)
}

/** Seconds of a wall clock, or nothing where the date or the time does not exist. */
export function makeLocalSeconds(
  year: number,
  month: number,
  day: number,
  hour = 0,
  minute = 0,
  second = 0,
): LocalSeconds | undefined {
  if (month < 1 || month > 12 || day < 1 || day > daysOfMonth(year, month)) return undefined
  if (hour > 23 || minute > 59 || second > 59) return undefined
  return daysSinceEpoch(year, month, day) * secondsOfDay + hour * 3600 + minute * 60 + second
}

export function daysOfMonth(year: number, month: number): number {
  if (month === 2) return isLeapYear(year) ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}

export function isLeapYear(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
}

/** Days from 1970-01-01 to a date of the Gregorian calendar, counted in eras of 400 years that begin in March. */
export function daysSinceEpoch(year: number, month: number, day: number): number {
  const marchYear = month <= 2 ? year - 1 : year
  const era = Math.floor(marchYear / 400)
  const yearOfEra = marchYear - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * 146_097 + dayOfEra - 719_468
}

export interface CivilDate {
  readonly year: number
  readonly month: number
  readonly day: number
}

/** The date that lies so many days after 1970-01-01. */
export function makeCivilDate(days: number): CivilDate {
  const shifted = days + 719_468
  const era = Math.floor(shifted / 146_097)
  const dayOfEra = shifted - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153)
  const day = dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day }
}

/** `20260302T090000`. */
function serializeLocal(local: LocalSeconds): string {
  const days = Math.floor(local / secondsOfDay)
  const seconds = local - days * secondsOfDay
  const { year, month, day } = makeCivilDate(days)
  return (
    String(year).padStart(4, '0') +
    two(month) +
    two(day) +
    'T' +
    two(Math.floor(seconds / 3600)) +
    two(Math.floor(seconds / 60) % 60) +
    two(Math.floor(seconds) % 60)
  )
}

function two(value: number): string {
  return value < 10 ? `0${value}` : String(value)
}

function shorten(value: string): string {
  return value.length > 40 ? `${value.slice(0, 40)}…` : value
}
