// Times for people to read: `2026-03-10 10:00` on the clock of a zone, and the same as calendars write it.
import {
  type CalendarTime,
  type Instant,
  type LocalSeconds,
  serializeCalendarTime,
  serializeInstant,
} from '../calendar/time.ts'
import type { TimeZone } from '../calendar/time-zone.ts'

export function showInstant(instant: Instant, zone: TimeZone): string {
  return showLocal(zone.toLocal(instant))
}

/** A time whose instant is known: a date stays a date, and floating times say so. */
export function showTime(time: CalendarTime, instant: Instant, zone: TimeZone): string {
  if (time.kind === 'date') return showLocal(time.local).slice(0, 10)
  return time.kind === 'floating' ? `${showLocal(time.local)} floating` : showInstant(instant, zone)
}

/** In UTC; or as floating or date where it is one: `20260302T090000Z`, `20260302T090000`, `20260302`. */
export function serializeTime(time: CalendarTime, instant: Instant): string {
  return time.kind === 'zoned' ? serializeInstant(instant) : serializeCalendarTime(time)
}

function showLocal(local: LocalSeconds): string {
  const text = new Date(local * 1000).toISOString().replace('T', ' ')
  return text.slice(17, 19) === '00' ? text.slice(0, 16) : text.slice(0, 19)
}
