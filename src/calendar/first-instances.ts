// The first instances of a series, also of one without end.
import type { Component } from './component.ts'
import { type CalendarFault, isFault } from './fault.ts'
import type { Period } from './period.ts'
import { findUntil, readSet, walkOccurrences } from './recurrence.ts'
import { type Instance, type KeyedComponent, listInstances } from './series.ts'
import type { Instant } from './time.ts'
import type { Zones } from './time-zone.ts'

export interface FirstInstances {
  /** By start. */
  readonly instances: readonly Instance[]
  /** There are more of them in the window. */
  readonly isCut: boolean
}

/** A series without end must be cut somewhere, if nobody says where. */
const mostOfEndless = 1000

/**
 * At most so many of the instances that share time with a window, which may be open at both ends. Without a number all of
 * them; of what goes on for ever the first thousand.
 */
export function listFirstInstances(
  series: Component | undefined,
  overrides: readonly KeyedComponent[],
  zones: Zones,
  window: Period,
  wanted: number | undefined,
): FirstInstances | CalendarFault {
  const goesOn = window.end === Number.POSITIVE_INFINITY && isEndless(series, zones)
  const most = wanted ?? (goesOn ? mostOfEndless : undefined)
  if (most === undefined) {
    const instances = listInstances(series, overrides, zones, window)
    return isFault(instances) ? instances : { instances, isCut: false }
  }
  // Instances that follow a range may be moved out of any stretch that the rule itself fills.
  for (let count = most + overrides.length + 1; ; count *= 4) {
    const end = findStretch(series, zones, window.start, count)
    if (isFault(end)) return end
    const instances = listInstances(series, overrides, zones, { start: window.start, end: Math.min(end, window.end) })
    if (isFault(instances)) return instances
    if (instances.length > most) return { instances: instances.slice(0, most), isCut: true }
    if (end >= window.end || end === Number.POSITIVE_INFINITY) return { instances, isCut: false }
  }
}

function isEndless(series: Component | undefined, zones: Zones): boolean {
  const recurrence = series && readSet(series)
  if (recurrence === undefined || isFault(recurrence)) return false
  const until = findUntil(recurrence, zones)
  return until === undefined || isFault(until)
}

/** The end of a stretch of time with so many occurrences of the series itself; Infinity where there are fewer. */
function findStretch(
  series: Component | undefined,
  zones: Zones,
  from: Instant,
  count: number,
): Instant | CalendarFault {
  const recurrence = series && readSet(series)
  if (recurrence === undefined) return Number.POSITIVE_INFINITY
  if (isFault(recurrence)) return recurrence
  let seen = 0
  for (const occurrence of walkOccurrences(recurrence, zones, from)) {
    if (isFault(occurrence)) return occurrence
    seen += 1
    if (seen === count) return occurrence.start + 1
  }
  return Number.POSITIVE_INFINITY
}
