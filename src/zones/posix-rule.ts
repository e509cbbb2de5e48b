// The footer of a TZif file: the rule for all years after its table, written as POSIX writes TZ. RFC 9636, 3.3.
import { daysOfMonth, daysSinceEpoch, type Instant, isLeapYear, makeCivilDate, secondsOfDay } from '../calendar/time.ts'
import type { ZoneStretch } from '../calendar/zone-clock.ts'

export interface PosixRule {
  /** The stretch an instant lies in, if the rule had always been in force. */
  findStretch(instant: Instant): ZoneStretch
}

/** `CET-1CEST,M3.5.0,M10.5.0/3`; nothing where the text is no such rule. */
export function parsePosixRule(text: string): PosixRule | undefined {
  const [names = '', begin, end] = text.split(',')
  const match = namesPattern.exec(names)
  const standard = match && parseClock(match[1])
  if (standard === undefined || standard === null) return undefined
  // POSIX counts westwards.
  const offset = 0 - standard
  if (match?.[2] === undefined) {
    const stretch = { start: Number.NEGATIVE_INFINITY, end: Number.POSITIVE_INFINITY, offset }
    return { findStretch: () => stretch }
  }
  const summer = match[3] === undefined ? offset + 3600 : 0 - (parseClock(match[3]) ?? 0)
  const [onset, release] = [parseYearDay(begin), parseYearDay(end)]
  if (onset === undefined || release === undefined) return undefined

  const listChanges = (year: number): readonly Change[] => [
    { instant: onset(year) - offset, offset: summer },
    { instant: release(year) - summer, offset },
  ]
  return {
    findStretch(instant) {
      const { year } = makeCivilDate(Math.floor(instant / secondsOfDay))
      const changes = [...listChanges(year - 1), ...listChanges(year), ...listChanges(year + 1)].sort(
        (a, b) => a.instant - b.instant,
      )
      let at = 0
      while (at + 1 < changes.length && (changes[at + 1]?.instant ?? 0) <= instant) at += 1
      const [change, next] = [changes[at], changes[at + 1]]
      return {
        start: change?.instant ?? Number.NEGATIVE_INFINITY,
        end: next?.instant ?? Number.POSITIVE_INFINITY,
        offset: change?.offset ?? offset,
      }
    },
  }
}

interface Change {
  readonly instant: Instant
  readonly offset: number
}

const name = '(?:<[A-Za-z0-9+-]{3,}>|[A-Za-z]{3,})'
const clock = '[+-]?\\d{1,3}(?::\\d{2}){0,2}'
const namesPattern = new RegExp(`^${name}(${clock})(?:(${name})(${clock})?)?$`)

/** `-1`, `5:30`, `+03:00:00` in seconds. */
function parseClock(text: string | undefined): number | undefined {
  const match = /^([+-]?)(\d{1,3})(?::(\d{2}))?(?::(\d{2}))?$/.exec(text ?? '')
  if (!match) return undefined
  const seconds = Number(match[2]) * 3600 + Number(match[3] ?? 0) * 60 + Number(match[4] ?? 0)
  return match[1] === '-' ? -seconds : seconds
}

/** `M3.5.0/2`, `J60`, `59/-1`: the local second of a year it means. */
function parseYearDay(text: string | undefined): ((year: number) => number) | undefined {
  const [day = '', time = '2'] = (text ?? '').split('/')
  const seconds = parseClock(time)
  if (seconds === undefined) return undefined
  const month = /^M(\d{1,2})\.([1-5])\.([0-6])$/.exec(day)
  if (month) {
    const [number, week, weekday] = [Number(month[1]), Number(month[2]), Number(month[3])]
    if (number < 1 || number > 12) return undefined
    return (year) => findWeekday(year, number, week, weekday) * secondsOfDay + seconds
  }
  const julian = /^J(\d{1,3})$/.exec(day)
  if (julian) {
    // The 29th of February is never counted.
    const number = Number(julian[1])
    return (year) => {
      const leap = isLeapYear(year) && number >= 60 ? 1 : 0
      return (daysSinceEpoch(year, 1, 1) + number - 1 + leap) * secondsOfDay + seconds
    }
  }
  if (/^\d{1,3}$/.test(day)) return (year) => (daysSinceEpoch(year, 1, 1) + Number(day)) * secondsOfDay + seconds
  return undefined
}

/** The nth (5: last) weekday of a month, Sunday being 0. */
function findWeekday(year: number, month: number, week: number, weekday: number): number {
  const first = daysSinceEpoch(year, month, 1)
  const firstWeekday = (((first + 4) % 7) + 7) % 7
  const day = ((weekday - firstWeekday + 7) % 7) + (week - 1) * 7
  return first + (day < daysOfMonth(year, month) ? day : day - 7)
}
