// Every period that the asked parts of a series take.
import type { Component } from '../calendar/component.ts'
import { type CalendarFault, isFault, makeFault } from '../calendar/fault.ts'
import type { Period } from '../calendar/period.ts'
import { findUntil, listOccurrences, type Recurrence, readRecurrence } from '../calendar/recurrence.ts'
import { readKeyInstant } from '../calendar/recurrence-id.ts'
import { readSpan } from '../calendar/span.ts'
import type { Zones } from '../calendar/time-zone.ts'
import type { StoredSeries } from '../itip/stored-series.ts'

export interface AskedPart {
  /** '' for the series or a single event. */
  readonly key: string
  readonly component: Component
}

/** In order of time. Instances with details of their own, and cancelled ones, are not the series' any more. */
export function listPeriods(
  parts: readonly AskedPart[],
  after: StoredSeries,
  zones: Zones,
): readonly Period[] | CalendarFault {
  const periods: Period[] = []
  for (const { key, component } of parts) {
    const taken = key === '' ? listSeriesPeriods(component, after, zones) : readPeriod(component, zones)
    if (isFault(taken)) return taken
    periods.push(...taken)
  }
  return periods.sort((a, b) => a.start - b.start)
}

function readPeriod(component: Component, zones: Zones): readonly Period[] | CalendarFault {
  const span = readSpan(component, zones)
  return isFault(span) ? span : [span.period]
}

function listSeriesPeriods(component: Component, after: StoredSeries, zones: Zones): readonly Period[] | CalendarFault {
  const recurrence = readRecurrence(component)
  if (recurrence === undefined) return readPeriod(component, zones)
  if (isFault(recurrence)) return recurrence
  const span = readSpan(component, zones)
  if (isFault(span)) return span
  const end = findEnd(recurrence, span.period.start, zones)
  if (isFault(end)) return end
  const occurrences = listOccurrences(recurrence, zones, { start: span.period.start, end })
  if (isFault(occurrences)) return occurrences
  const keys = [...after.parts, ...after.cancelled].map((part) => part.key).filter((key) => key !== '')
  const gone = new Set(keys.map((key) => readKeyInstant(key, zones)))
  return occurrences.filter(({ start }) => !gone.has(start)).map(({ start, end }) => ({ start, end }))
}

function findEnd(recurrence: Recurrence, start: number, zones: Zones): number | CalendarFault {
  const until = findUntil(recurrence, zones)
  if (until === undefined) return makeFault('endless-rule', 'a series without end is not booked automatically yet')
  return isFault(until) ? until : Math.max(until, start + 1)
}
