// When something takes place, as a summary shows it: on the reader's own clock, and on the organizer's where that shows another time.
import type { Component } from '../calendar/component.ts'
import { isFault } from '../calendar/fault.ts'
import type { Period } from '../calendar/period.ts'
import { isRecurring } from '../calendar/recurrence.ts'
import { readSpan } from '../calendar/span.ts'
import { type CalendarTime, type Instant, type LocalSeconds, secondsOfDay } from '../calendar/time.ts'
import type { TimeZone, Zones } from '../calendar/time-zone.ts'
import { formatWhen } from './format-when.ts'
import { makeOneLine } from './one-line.ts'

export interface ShownTime {
  /** `2026-03-10 10:00–11:00 (Europe/Oslo)`. */
  readonly text: string
  /** Of the start; Monday is 0. */
  readonly weekday: number
  readonly clock: 'own' | 'organizer'
}

/** The reader's own clock first; empty where the component does not say when in a way that can be understood. */
export function listShownTimes(component: Component, zones: Zones): readonly ShownTime[] {
  const span = readSpan(component, zones)
  if (isFault(span)) return []
  const own = showPeriod(span.period, span.start, zones)
  if (span.start.kind !== 'zoned') return [own]
  const zone = zones.resolve(span.start.zone)
  if (isFault(zone) || !isOtherClock(zone, zones.local, span.period.start, isRecurring(component))) return [own]
  return [own, showOn(zone, span.period, 'organizer')]
}

/** On the reader's clock; `like` says whether it is whole days, or floats. */
export function showPeriod(period: Period, like: CalendarTime, zones: Zones): ShownTime {
  if (like.kind === 'date') return showWords(zones.local, period, { allDay: true, zone: undefined }, 'own')
  if (like.kind === 'floating') return showWords(zones.local, period, { allDay: false, zone: undefined }, 'own')
  return showOn(zones.local, period, 'own')
}

function showOn(zone: TimeZone, period: Period, clock: ShownTime['clock']): ShownTime {
  return showWords(zone, period, { allDay: false, zone: makeOneLine(zone.name, longestName) }, clock)
}

/** A zone that only came along may have any name. */
const longestName = 60

function showWords(
  zone: TimeZone,
  period: Period,
  how: { readonly allDay: boolean; readonly zone: string | undefined },
  clock: ShownTime['clock'],
): ShownTime {
  const start = zone.toLocal(period.start)
  return { text: formatWhen({ start, end: zone.toLocal(period.end), ...how }), weekday: findWeekday(start), clock }
}

/** Monday is 0. */
export function findWeekday(local: LocalSeconds): number {
  // The first of January 1970 was a Thursday.
  return (((Math.floor(local / secondsOfDay) + 3) % 7) + 7) % 7
}

/** A series may meet the summer time of one zone and not of the other, so all seasons of its first year are looked at. */
function isOtherClock(a: TimeZone, b: TimeZone, start: Instant, isSeries: boolean): boolean {
  const days = isSeries ? [0, 91, 182, 273] : [0]
  return days.some((day) => {
    const instant = start + day * secondsOfDay
    return a.toLocal(instant) !== b.toLocal(instant)
  })
}
