// The instances of a series with those that have details of their own. RFC 5545, 3.8.4.4 and 3.2.13.
import type { Component } from './component.ts'
import { makeTimeLike } from './duration.ts'
import { type CalendarFault, isFault } from './fault.ts'
import type { Period } from './period.ts'
import { findProperty, readWord } from './properties.ts'
import { isRecurring, listOccurrences, type Occurrence, type Recurrence, readSet } from './recurrence.ts'
import { hasRange, makeRecurrenceKey } from './recurrence-id.ts'
import { adoptZone, floorToDay } from './recurrence-set.ts'
import { findEnd, readExtent, readSpan, resolveLength, type Span } from './span.ts'
import { makeShift, readOriginalLocal } from './this-and-future.ts'
import { type CalendarTime, type Instant, type LocalSeconds, parseCalendarTime, secondsOfDay } from './time.ts'
import { readZone, toInstant, type Zones } from './time-zone.ts'
import type { WorkLimit } from './work-limit.ts'

/** One happening of an event: of a series, or the only one. */
export interface Instance {
  /** Key of the instance (recurrence-id.ts); '' for an event that happens once. */
  readonly key: string
  readonly period: Period
  readonly start: CalendarTime
  readonly end: CalendarTime
  /** Where its details stand: the series, its own component, or the one of a range that holds it. */
  readonly component: Component
}

/** A component with RECURRENCE-ID, under its key. */
export interface KeyedComponent {
  readonly key: string
  readonly component: Component
}

/**
 * The instances that share time with a window, by start (one without length: that start inside), each as the last word on it
 * says. Overrides with STATUS:CANCELLED take their instance away, or theirs and all later ones; STATUS of the series itself is
 * left to the caller. Without a series the overrides are all there is.
 */
export function listInstances(
  series: Component | undefined,
  overrides: readonly KeyedComponent[],
  zones: Zones,
  window: Period,
  limit?: WorkLimit,
): readonly Instance[] | CalendarFault {
  const recurrence = series && readSet(series)
  if (isFault(recurrence)) return recurrence
  const changes = readChanges(overrides, recurrence, zones)
  if (isFault(changes)) return changes
  const instances: Instance[] = []
  const alone = new Set(changes.filter(({ isRange }) => !isRange).map(({ original }) => original))

  for (const change of changes) {
    // RFC 5545, 3.8.4.4: a component of its own says more of an instance than the range that begins with it.
    if (change.isRange && alone.has(change.original)) continue
    if (!change.isCancelled && isTouching(change.span.period, window)) {
      instances.push({ key: change.key, ...change.span, component: change.component })
    }
  }

  if (series !== undefined && recurrence !== undefined) {
    const own = new Set(changes.map(({ original }) => original))
    const days = new Set(changes.flatMap(({ originalDay }) => originalDay ?? []))
    const ranges = changes.filter(({ isRange }) => isRange)
    for (const [at, range] of [undefined, ...ranges].entries()) {
      // What begins with an override's original start, up to that of the next range, follows the override.
      const segment: Period = {
        start: range?.original ?? Number.NEGATIVE_INFINITY,
        end: ranges[at]?.original ?? Number.POSITIVE_INFINITY,
      }
      if (range?.isCancelled) continue
      const found = range
        ? listShifted(recurrence, range, zones, window, limit)
        : listPlain(series, recurrence, zones, window, limit)
      if (isFault(found)) return found
      for (const { occurrence, instance } of found) {
        if (occurrence.start < segment.start || occurrence.start >= segment.end) continue
        if (own.has(occurrence.start)) continue
        if (days.size > 0 && days.has(floorToDay(occurrence.id.local))) continue
        instances.push(instance)
      }
    }
  }
  return instances.sort((a, b) => a.period.start - b.period.start)
}

interface Change {
  readonly key: string
  readonly component: Component
  /** The original start that RECURRENCE-ID names. */
  readonly original: Instant
  /** Quirk: a RECURRENCE-ID that is a date in a series with times means the instance of that day, see docs/quirks.md. */
  readonly originalDay: LocalSeconds | undefined
  readonly isRange: boolean
  readonly isCancelled: boolean
  readonly span: Span
}

/** The overrides in the order of their original starts. */
function readChanges(
  overrides: readonly KeyedComponent[],
  recurrence: Recurrence | undefined,
  zones: Zones,
): readonly Change[] | CalendarFault {
  const changes: Change[] = []
  for (const { key, component } of overrides) {
    const parsed = parseCalendarTime(key)
    if (isFault(parsed)) return parsed
    const start = recurrence?.extent.start
    // A floating RECURRENCE-ID beside a DTSTART with a zone has lost its TZID.
    const time = start === undefined ? parsed : adoptZone(parsed, start)
    const original = toInstant(time, zones)
    if (isFault(original)) return original
    const property = findProperty(component, 'RECURRENCE-ID')
    const isCancelled = readWord(component, 'STATUS') === 'CANCELLED'
    const span = readChangedSpan(component, time, original, recurrence, zones)
    if (isFault(span)) return span
    changes.push({
      key,
      component,
      original,
      originalDay: time.kind === 'date' && start !== undefined && start.kind !== 'date' ? time.local : undefined,
      isRange: property !== undefined && hasRange(property),
      isCancelled,
      span,
    })
  }
  return changes.sort((a, b) => a.original - b.original)
}

/** A cancelled instance need not say when it was. */
function readChangedSpan(
  component: Component,
  time: CalendarTime,
  original: Instant,
  recurrence: Recurrence | undefined,
  zones: Zones,
): Span | CalendarFault {
  const span = readSpan(component, zones)
  if (!isFault(span) || span.code !== 'no-start') return span
  const length = recurrence && resolveLength(recurrence.extent, zones)
  if (isFault(length)) return length
  const zone = readZone(time, zones)
  if (isFault(zone)) return zone
  const end = length === undefined ? original : findEnd(time.local, length, zone)
  return { start: time, end: makeTimeLike(time, end, zone), period: { start: original, end } }
}

interface Found {
  readonly occurrence: Occurrence
  readonly instance: Instance
}

/** Instances that are as the series says. */
function listPlain(
  series: Component,
  recurrence: Recurrence,
  zones: Zones,
  window: Period,
  limit: WorkLimit | undefined,
): readonly Found[] | CalendarFault {
  const occurrences = listOccurrences(recurrence, zones, window, limit)
  if (isFault(occurrences)) return occurrences
  const isOnce = !isRecurring(series)
  const found: Found[] = []
  for (const occurrence of occurrences) {
    const zone = readZone(occurrence.id, zones)
    if (isFault(zone)) return zone
    const key = isOnce ? '' : makeRecurrenceKey(occurrence.id, zones)
    if (isFault(key)) return key
    found.push({
      occurrence,
      instance: {
        key,
        period: { start: occurrence.start, end: occurrence.end },
        start: occurrence.id,
        end: makeTimeLike(occurrence.id, occurrence.end, zone),
        component: series,
      },
    })
  }
  return found
}

/**
 * Instances that follow an override with RANGE=THISANDFUTURE: moved as far as it was moved, and lasting as long.
 * RFC 5545, 3.8.4.4. They are moved on the clock of the series, so that ten o'clock stays ten o'clock in summer.
 */
function listShifted(
  recurrence: Recurrence,
  range: Change,
  zones: Zones,
  window: Period,
  limit: WorkLimit | undefined,
): readonly Found[] | CalendarFault {
  const { start } = recurrence.extent
  const zone = readZone(start, zones)
  if (isFault(zone)) return zone
  const extent = readExtent(range.component)
  if (isFault(extent)) return extent
  const shift = makeShift(range.original, range.span, extent, start, zones)
  if (isFault(shift)) return shift
  const reach = shift.length.days * secondsOfDay + shift.length.seconds + 2 * secondsOfDay
  const originals = listOccurrences(
    recurrence,
    zones,
    { start: window.start - shift.seconds - reach, end: window.end - shift.seconds + reach },
    limit,
  )
  if (isFault(originals)) return originals
  const found: Found[] = []
  for (const occurrence of originals) {
    const key = makeRecurrenceKey(occurrence.id, zones)
    if (isFault(key)) return key
    const moved = shift.move(readOriginalLocal(occurrence.id, occurrence.start, start, zone))
    const period = { start: moved.start, end: moved.end }
    const endZone = readZone(moved.time, zones)
    if (isFault(endZone)) return endZone
    const end = makeTimeLike(moved.time, moved.end, endZone)
    if (isTouching(period, window))
      found.push({ occurrence, instance: { key, period, start: moved.time, end, component: range.component } })
  }
  return found
}

function isTouching(period: Period, window: Period): boolean {
  return period.start < window.end && (period.end > window.start || period.start >= window.start)
}
