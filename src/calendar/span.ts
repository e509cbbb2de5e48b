// Span: from when to when a component lasts. RFC 5545, 3.6.1, 3.6.2 and 3.6.4.
import type { Component } from './component.ts'
import { addDuration, addToLocal, countDays, type Duration, parseDuration } from './duration.ts'
import { type CalendarFault, isFault, makeFault } from './fault.ts'
import type { Period } from './period.ts'
import { findProperty, readParameter } from './properties.ts'
import { type CalendarTime, type Instant, type LocalSeconds, parseCalendarTime, secondsOfDay } from './time.ts'
import { readZone, type TimeZone, toInstant, type Zones } from './time-zone.ts'

export interface Span {
  readonly start: CalendarTime
  readonly end: CalendarTime
  readonly period: Period
}

/** From when to when a component lasts, or what is wrong with its times. */
export function readSpan(component: Component, zones: Zones): Span | CalendarFault {
  const extent = readExtent(component)
  return isFault(extent) ? extent : makeSpan(extent, zones)
}

export function makeSpan(extent: Extent, zones: Zones): Span | CalendarFault {
  const { start } = extent
  const length = resolveLength(extent, zones)
  if (isFault(length)) return length
  const zone = readZone(start, zones)
  if (isFault(zone)) return zone
  const end = extent.end.kind === 'time' && !length.isAdjusted ? extent.end.time : addDuration(start, length, zones)
  if (isFault(end)) return end
  return { start, end, period: { start: zone.toInstant(start.local), end: findEnd(start.local, length, zone) } }
}

/** What a component says about its times, zones not yet looked at. */
export interface Extent {
  readonly start: CalendarTime
  readonly end:
    | { readonly kind: 'time'; readonly time: CalendarTime }
    | { readonly kind: 'duration'; readonly duration: Duration }
    | { readonly kind: 'absent' }
}

/** DTSTART with DTEND, DUE or DURATION; of DTEND and DURATION together, which is not allowed, DTEND counts. */
export function readExtent(component: Component): Extent | CalendarFault {
  const start = readTimeProperty(component, 'DTSTART')
  if (isFault(start)) return start
  // RFC 5545, 3.6.2: a VTODO is DUE where an event has its end.
  const end = readTimeProperty(component, component.name === 'VTODO' ? 'DUE' : 'DTEND')
  if (isFault(end)) return end
  if (start === undefined) {
    return end === undefined
      ? makeFault('no-start', `the ${component.name} has no DTSTART`, component.name)
      : { start: end, end: { kind: 'time', time: end } }
  }
  if (end !== undefined) return { start, end: { kind: 'time', time: end } }
  const property = findProperty(component, 'DURATION')
  if (property === undefined) return { start, end: { kind: 'absent' } }
  const duration = parseDuration(property.value)
  return isFault(duration) ? { ...duration, where: 'DURATION' } : { start, end: { kind: 'duration', duration } }
}

export interface Length extends Duration {
  /** Does the end that is written not count as it stands? */
  readonly isAdjusted: boolean
}

/** How long something lasts, so that each instance of a series can last as long. */
export function resolveLength(extent: Extent, zones: Zones): Length | CalendarFault {
  const { start, end } = extent
  if (end.kind === 'absent') {
    // RFC 5545, 3.6.1: a DATE lasts one day, a DATE-TIME no time.
    return { days: start.kind === 'date' ? 1 : 0, seconds: 0, isAdjusted: true }
  }
  if (end.kind === 'duration') {
    const { duration } = end
    const length = start.kind === 'date' ? { days: countDays(duration), seconds: 0 } : duration
    if (length.days * secondsOfDay + length.seconds < 0) return makeEndFault()
    // A day that lasts no time is what some programs make of a whole day.
    if (start.kind === 'date' && length.days === 0) return { days: 1, seconds: 0, isAdjusted: true }
    return { ...length, isAdjusted: true }
  }
  if (start.kind === 'date' && end.time.kind === 'date') {
    const days = (end.time.local - start.local) / secondsOfDay
    if (days < 0) return makeEndFault()
    // Quirk: programs that take DTEND for the last day write the first one there, see docs/quirks.md.
    return { days: Math.max(days, 1), seconds: 0, isAdjusted: days === 0 }
  }
  const [from, to] = [toInstant(start, zones), toInstant(end.time, zones)]
  if (isFault(from)) return from
  if (isFault(to)) return to
  if (to < from) return makeEndFault()
  // RFC 5545, 3.8.5.3: DTEND gives an exact duration, which all instances share.
  return { days: 0, seconds: to - from, isAdjusted: false }
}

/** When something of this length ends that starts at a local time. */
export function findEnd(local: LocalSeconds, length: Duration, zone: TimeZone): Instant {
  return length.days === 0 ? zone.toInstant(local) + length.seconds : addToLocal(local, length, zone)
}

/** A date or time property; nothing where it is absent, a fault where it cannot be read. */
export function readTimeProperty(component: Component, name: string): CalendarTime | CalendarFault | undefined {
  const property = findProperty(component, name)
  if (property === undefined) return undefined
  const time = parseCalendarTime(property.value, readParameter(property, 'TZID'))
  return isFault(time) ? { ...time, where: name } : time
}

function makeEndFault(): CalendarFault {
  return makeFault('end-before-start', 'the end is before the start')
}
