// Where a series ends early: at the instance from which on it was cancelled. RFC 5546, 3.2.5 (a).
import type { Component, Property } from '../calendar/component.ts'
import { isFault } from '../calendar/fault.ts'
import { readParameter } from '../calendar/properties.ts'
import { findUntil, readRecurrence } from '../calendar/recurrence.ts'
import { type Instant, parseCalendarTime, secondsOfDay, serializeCalendarTime } from '../calendar/time.ts'
import { toInstant, type Zones } from '../calendar/time-zone.ts'
import { isThisAndFuture } from './cancel.ts'
import type { StoredSeries } from './stored-series.ts'

/** The earliest instance from which on a series is cancelled. RFC 5546, 3.2.5 (a). */
export function findCut(series: StoredSeries): string | undefined {
  return series.cancelled
    .filter(({ component }) => isThisAndFuture(component))
    .map(({ key }) => key)
    .sort()[0]
}

/** The rule ends just before the cut; RDATEs from there on are left out. */
export function withUntil(component: Component, cut: string, zones: Zones): Component {
  const time = parseCalendarTime(cut)
  const instant = isFault(time) ? time : toInstant(time, zones)
  if (isFault(time) || isFault(instant)) return component
  const recurrence = readRecurrence(component)
  const until = recurrence === undefined || isFault(recurrence) ? undefined : findUntil(recurrence, zones)
  if (typeof until === 'number' && until <= instant) return component
  const last = serializeCalendarTime({ ...time, local: time.local - (time.kind === 'date' ? secondsOfDay : 1) })
  return {
    ...component,
    properties: component.properties.flatMap((property) => {
      if (property.name === 'RRULE') return [{ ...property, value: `${withoutEnd(property.value)};UNTIL=${last}` }]
      if (property.name !== 'RDATE') return [property]
      const kept = property.value.split(',').filter((value) => isBefore(value, property, instant, zones))
      return kept.length === 0 ? [] : [{ ...property, value: kept.join(',') }]
    }),
  }
}

function withoutEnd(rule: string): string {
  return rule
    .split(';')
    .filter((part) => !/^(UNTIL|COUNT)=/i.test(part.trim()))
    .join(';')
}

function isBefore(value: string, property: Property, instant: Instant, zones: Zones): boolean {
  const time = parseCalendarTime(value.split('/')[0] ?? '', readParameter(property, 'TZID'))
  const start = isFault(time) ? time : toInstant(time, zones)
  return !isFault(start) && start < instant
}
