// Where a series ends early, or goes on otherwise: at the instance from which on it was cancelled or changed. RFC 5546, 3.2.5 (a); RFC 5545, 3.2.13.
import type { Component, Property } from '../calendar/component.ts'
import { isFault } from '../calendar/fault.ts'
import { findProperties, findProperty, readParameter, readTime } from '../calendar/properties.ts'
import { firstOccurrenceAfter, readRecurrence } from '../calendar/recurrence.ts'
import { adoptZone, fitToStart, floorToDay } from '../calendar/recurrence-set.ts'
import { type CalendarTime, type Instant, parseCalendarTime, serializeCalendarTime } from '../calendar/time.ts'
import { toInstant, type Zones } from '../calendar/time-zone.ts'
import { findPart, isThisAndFuture } from './instances.ts'
import type { StoredPart, StoredSeries } from './stored-series.ts'

/** The earliest instance from which on a series is cancelled. RFC 5546, 3.2.5 (a). */
export function findCut(series: StoredSeries): string | undefined {
  return series.cancelled
    .filter(({ component }) => isThisAndFuture(component))
    .map(({ key }) => key)
    .sort()[0]
}

/**
 * The first instance, behind that of a key, from which on something else is said of all that follow: they are changed again, or
 * cancelled. Of '' the first of all.
 */
export function findNextRange(series: StoredSeries, key: string, zones: Zones): string | undefined {
  const start = findStart(series)
  const from = key === '' ? Number.NEGATIVE_INFINITY : readOriginal(key, start, zones)
  let next: { readonly key: string; readonly original: Instant } | undefined
  for (const part of listRanges(series)) {
    const original = readOriginal(part.key, start, zones)
    if (from === undefined || original === undefined || original <= from) continue
    if (next === undefined || original < next.original) next = { key: part.key, original }
  }
  return next?.key
}

/** The change from which on an instance without details of its own follows it; nothing where it is as the series says. */
export function findRangeOf(series: StoredSeries, key: string, zones: Zones): StoredPart | undefined {
  const start = findStart(series)
  const instant = readOriginal(key, start, zones)
  let last: { readonly part: StoredPart; readonly original: Instant } | undefined
  for (const part of listRanges(series)) {
    const original = readOriginal(part.key, start, zones)
    if (instant === undefined || original === undefined || original > instant) continue
    if (last === undefined || original >= last.original) last = { part, original }
  }
  return last?.part
}

/** Changes last: of both at one instance the change is newer. */
function listRanges({ parts, cancelled }: StoredSeries): readonly StoredPart[] {
  return [...cancelled, ...parts].filter(({ component }) => isThisAndFuture(component))
}

function findStart({ parts }: StoredSeries): CalendarTime | undefined {
  const master = findPart(parts, '')
  return master && readTime(master, 'DTSTART')
}

/** When the instance of a key was first meant to start, on the clock of its series. */
function readOriginal(key: string, start: CalendarTime | undefined, zones: Zones): Instant | undefined {
  const time = parseCalendarTime(key)
  const instant = isFault(time) ? time : toInstant(start ? adoptZone(time, start) : time, zones)
  return isFault(instant) ? undefined : instant
}

/** The series without the instances from this one on: rules end just before it, RDATEs from there on are left out. */
export function withUntil(component: Component, cut: string, zones: Zones): Component {
  const start = readTime(component, 'DTSTART')
  const instant = readOriginal(cut, start, zones)
  const first = start && toInstant(start, zones)
  if (start === undefined || instant === undefined || first === undefined || isFault(first)) return component
  const until = serializeCalendarTime(makeUntil(start, instant, zones))
  const properties = component.properties.flatMap((property) => {
    if (property.name === 'RRULE') {
      const isGoingOn = goesOnAt(component, property, instant, zones)
      return [isGoingOn ? { ...property, value: `${withoutEnd(property.value)};UNTIL=${until}` } : property]
    }
    if (property.name !== 'RDATE') return [property]
    const kept = property.value.split(',').filter((value) => isBefore(value, property, start, instant, zones))
    return kept.length === 0 ? [] : [{ ...property, value: kept.join(',') }]
  })
  // RFC 5545, 3.8.5.3: DTSTART is an instance whatever the rule says.
  const begun = first < instant ? [] : findProperties(component, 'DTSTART').map(makeException)
  return { ...component, properties: [...properties, ...begun] }
}

function makeException(start: Property): Property {
  return { ...start, name: 'EXDATE' }
}

/** Does the rule, by itself, make anything from an instant on? One that ends earlier by its COUNT must not be made longer. */
function goesOnAt(component: Component, rule: Property, instant: Instant, zones: Zones): boolean {
  const start = findProperty(component, 'DTSTART')
  const alone: Component = { ...component, components: [], properties: start ? [start, rule] : [rule] }
  const recurrence = readRecurrence(alone)
  if (recurrence === undefined || isFault(recurrence)) return true
  return firstOccurrenceAfter(recurrence, zones, instant - 1) !== undefined
}

/** RFC 5545, 3.3.10: in the form of DTSTART, in UTC where that has a zone. */
function makeUntil(start: CalendarTime, cut: Instant, zones: Zones): CalendarTime {
  if (start.kind === 'date') return { kind: 'date', local: floorToDay(zones.local.toLocal(cut - 1)) }
  if (start.kind === 'floating') return { kind: 'floating', local: zones.local.toLocal(cut) - 1 }
  return { kind: 'utc', local: cut - 1 }
}

function withoutEnd(rule: string): string {
  return rule
    .split(';')
    .filter((part) => part.trim() !== '' && !/^(UNTIL|COUNT)=/i.test(part.trim()))
    .join(';')
}

function isBefore(value: string, property: Property, start: CalendarTime, instant: Instant, zones: Zones): boolean {
  const time = parseCalendarTime(value.split('/')[0] ?? '', readParameter(property, 'TZID'))
  const fitting = isFault(time) ? time : fitToStart(time, start, zones)
  const begin = isFault(fitting) ? fitting : toInstant(fitting, zones)
  return !isFault(begin) && begin < instant
}
