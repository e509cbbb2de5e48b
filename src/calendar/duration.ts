// Durations: nominal days and exact seconds. RFC 5545, 3.3.6.
import { type CalendarFault, isFault, makeFault } from './fault.ts'
import { type CalendarTime, type Instant, type LocalSeconds, secondsOfDay } from './time.ts'
import { readZone, type TimeZone, type Zones } from './time-zone.ts'

export interface Duration {
  /** Weeks and days follow the calendar: a day may have 23 or 25 hours. Negative for the past. */
  readonly days: number
  /** Hours, minutes and seconds are exact. */
  readonly seconds: number
}

/** `P1DT12H`, `PT45M`, `-P2W`. */
export function parseDuration(text: string): Duration | CalendarFault {
  const match = durationPattern.exec(text.trim())
  if (!match || text.length > longestDuration) {
    return makeFault('bad-duration', `${text.slice(0, 40)} is no duration`)
  }
  const [, sign, weeks, days, hours, minutes, seconds] = match
  const factor = sign === '-' ? -1 : 1
  // Adding 0 makes a zero of what would be minus zero.
  return {
    days: factor * (Number(weeks ?? 0) * 7 + Number(days ?? 0)) + 0,
    seconds: factor * (Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + Number(seconds ?? 0)) + 0,
  }
}

// RFC 5545, 3.3.6 allows weeks alone only, and hours without seconds only with minutes; others are read as they stand.
const durationPattern =
  /^([+-])?P(?=\d|T\d)(?:(\d{1,7})W)?(?:(\d{1,7})D)?(?:T(?:(\d{1,10})H)?(?:(\d{1,10})M)?(?:(\d{1,10})S)?)?$/i
/** Characters: every number of it at its longest. */
const longestDuration = 60

/** `P1DT12H`; weeks are written as days. */
export function serializeDuration(duration: Duration): string {
  const isNegative = duration.days < 0 || duration.seconds < 0
  const days = Math.abs(duration.days)
  const seconds = Math.abs(duration.seconds)
  const clock: readonly (readonly [number, string])[] = [
    [Math.floor(seconds / 3600), 'H'],
    [Math.floor(seconds / 60) % 60, 'M'],
    [seconds % 60, 'S'],
  ]
  const parts = clock.filter(([value]) => value > 0).map(([value, unit]) => `${value}${unit}`)
  const date = days > 0 ? `${days}D` : ''
  const time = parts.length > 0 ? `T${parts.join('')}` : date === '' ? 'T0S' : ''
  return `${isNegative ? '-' : ''}P${date}${time}`
}

/** Where something ends that begins at a local time of a zone: the days first, on the clock, then the exact seconds. */
export function addToLocal(local: LocalSeconds, duration: Duration, zone: TimeZone): Instant {
  return zone.toInstant(local + duration.days * secondsOfDay) + duration.seconds
}

/** The time that lies a duration after another, in the same form; a date stays a date. */
export function addDuration(time: CalendarTime, duration: Duration, zones: Zones): CalendarTime | CalendarFault {
  if (time.kind === 'date') return { kind: 'date', local: time.local + countDays(duration) * secondsOfDay }
  const zone = readZone(time, zones)
  if (isFault(zone)) return zone
  if (duration.seconds === 0) return { ...time, local: time.local + duration.days * secondsOfDay }
  return makeTimeLike(time, addToLocal(time.local, duration, zone), zone)
}

/** RFC 5545, 3.8.2.5: with a DATE the duration is in days or weeks. Hours make up the days they begin. */
export function countDays(duration: Duration): number {
  return duration.days + Math.ceil(duration.seconds / secondsOfDay)
}

/** An instant on the clock that another time is written by; in UTC where that clock cannot say it (the second of two equal hours). */
export function makeTimeLike(model: CalendarTime, instant: Instant, zone: TimeZone): CalendarTime {
  const local = zone.toLocal(instant)
  // Where midnight is left out, a day begins at one o'clock.
  if (model.kind === 'date') return { kind: 'date', local: Math.floor(local / secondsOfDay) * secondsOfDay }
  return zone.toInstant(local) === instant ? { ...model, local } : { kind: 'utc', local: instant }
}
