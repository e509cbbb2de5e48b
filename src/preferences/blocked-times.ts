// A line of the preference blocked_times: `2026-12-24/2027-01-01 Closed`.
import { isFault } from '../calendar/fault.ts'
import { type LocalSeconds, parseCalendarTime, secondsOfDay } from '../calendar/time.ts'

/** By the clock of the resource; the end does not belong to it. */
export interface BlockedTime {
  readonly from: LocalSeconds
  readonly to: LocalSeconds
  /** Or empty. */
  readonly why: string
}

/** A day, a first and a last day, or two times; nothing for anything else. */
export function parseBlockedTime(line: string): BlockedTime | undefined {
  const [times = '', ...words] = line.trim().split(/\s+/)
  const [first = '', last = first, ...more] = times.split('/')
  const from = parseLocal(first)
  const end = parseLocal(last)
  if (!from || !end || from.isDay !== end.isDay || more.length > 0 || (last === first && !from.isDay)) return undefined
  const to = end.isDay ? end.local + secondsOfDay : end.local
  return from.local < to ? { from: from.local, to, why: words.join(' ') } : undefined
}

function parseLocal(text: string): { readonly local: LocalSeconds; readonly isDay: boolean } | undefined {
  const match = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d))?)?$/.exec(text)
  if (!match) return undefined
  const [, year, month, day, hour, minute, second = '00'] = match
  const isDay = hour === undefined
  const time = parseCalendarTime(`${year}${month}${day}${isDay ? '' : `T${hour}${minute}${second}`}`)
  return isFault(time) ? undefined : { local: time.local, isDay }
}
