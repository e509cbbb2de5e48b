// From when to when a booking may take time, wherever its floating times and dates are read.

import type { Component } from '../calendar/component.ts'
import type { Period } from '../calendar/period.ts'
import { findProperties, readParameter } from '../calendar/properties.ts'
import { type CalendarTime, type Instant, parseCalendarTime, secondsOfDay } from '../calendar/time.ts'
import type { Booking } from '../freebusy/record.ts'

/** No zone in use is farther from UTC than 14 hours (Kiritimati). */
const farthestZone = 14 * 3600

/** Years of four digits are all that calendar text can say; what would lie outside is taken for these ends. */
export const earliestInstant: Instant = -62_167_219_200
export const latestInstant: Instant = 253_402_300_799

/** Half-open; without length where the booking takes no time at all. */
export function findSpan(booking: Booking): Period {
  const { start, end, recurrence } = booking
  if (!recurrence && end.local <= start.local) return { start: clamp(start.local), end: clamp(start.local) }
  if (!recurrence) return { start: clamp(earliest(start)), end: clamp(latest(end)) }
  // What follows a range comes behind its first instance, unless the clock is set forward over that one.
  const first = recurrence.range ? earliest(start) - secondsOfDay : findFirst(start, recurrence.component)
  if (recurrence.until === undefined) return { start: clamp(first), end: latestInstant }
  return {
    start: clamp(first),
    end: clamp(recurrence.until + (start.kind === 'utc' && !recurrence.range ? 0 : farthestZone)),
  }
}

/** RFC 5545, 3.8.5.2 calls DTSTART the first instance, but nothing hinders an RDATE before it. */
function findFirst(start: CalendarTime, component: Component): Instant {
  return findProperties(component, 'RDATE')
    .flatMap((property) => property.value.split(',').map((value) => parseRdate(value, readParameter(property, 'TZID'))))
    .reduce((least, instant) => Math.min(least, instant), earliest(start))
}

function parseRdate(value: string, tzid: string | undefined): Instant {
  const time = parseCalendarTime(value.split('/')[0] ?? '', tzid)
  return time.kind === 'fault' ? latestInstant : earliest(time)
}

function earliest(time: CalendarTime): Instant {
  return time.kind === 'utc' ? time.local : time.local - farthestZone
}

function latest(time: CalendarTime): Instant {
  return time.kind === 'utc' ? time.local : time.local + farthestZone
}

function clamp(instant: Instant): Instant {
  return Math.min(Math.max(instant, earliestInstant), latestInstant)
}
