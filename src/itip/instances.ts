// The parts of a stored series: finding, replacing and taking away the series itself and its instances.
import { type AddressRules, parseCalendarAddress } from '../calendar/calendar-address.ts'
import type { Component, Property } from '../calendar/component.ts'
import { type CalendarFault, isFault } from '../calendar/fault.ts'
import {
  findProperty,
  makeProperty,
  readTime,
  withoutProperties,
  withParameter,
  withProperties,
} from '../calendar/properties.ts'
import { listOccurrences, readRecurrence } from '../calendar/recurrence.ts'
import { hasRange, isSameInstance, makeRecurrenceKey, readKeyInstant } from '../calendar/recurrence-id.ts'
import { readSpan } from '../calendar/span.ts'
import {
  type CalendarTime,
  type LocalSeconds,
  parseCalendarTime,
  secondsOfDay,
  serializeCalendarTime,
} from '../calendar/time.ts'
import { readZone, type Zones } from '../calendar/time-zone.ts'
import type { StoredPart, StoredSeries } from './stored-series.ts'

export function makeSeries(uid: string): StoredSeries {
  return { uid, parts: [], cancelled: [], timeZones: [], answers: [], counters: [], held: [], decided: [] }
}

/**
 * The key of a component: '' for a series or a single event, else that of the instance, in the form the series counts in.
 * RFC 5545, 3.8.4.4 wants the form of DTSTART. Quirk: senders name instances in UTC, or in other zones, see docs/quirks.md.
 */
export function readKey(component: Component, stored: StoredSeries | undefined, zones: Zones): string | CalendarFault {
  const id = findProperty(component, 'RECURRENCE-ID')
  if (!id) return ''
  const key = makeRecurrenceKey(id, zones)
  if (isFault(key)) return key
  const known = [...(stored?.parts ?? []), ...(stored?.cancelled ?? [])].map((part) => part.key)
  const same = known.find((other) => other !== '' && isSameInstance(other, key, zones))
  if (same !== undefined) return same
  const series = stored && findPart(stored.parts, '')
  const start = series && readTime(series, 'DTSTART')
  const instant = readKeyInstant(key, zones)
  if (series === undefined || start === undefined || instant === undefined) return key
  const day = parseCalendarTime(key)
  if (day.kind === 'date' && start.kind !== 'date') return findKeyOfDay(series, day.local, start, zones) ?? key
  if (start.kind === 'utc' || start.kind === 'zoned') return key
  const local = zones.local.toLocal(instant)
  return serializeCalendarTime(start.kind === 'date' ? { kind: 'date', local } : { kind: 'floating', local })
}

/** Quirk: a RECURRENCE-ID that is a date in a series with times means the instance of that day, see docs/quirks.md. */
function findKeyOfDay(series: Component, day: LocalSeconds, start: CalendarTime, zones: Zones): string | undefined {
  const zone = readZone(start, zones)
  const recurrence = readRecurrence(series)
  if (isFault(zone) || recurrence === undefined || isFault(recurrence)) return undefined
  const within = { start: zone.toInstant(day), end: zone.toInstant(day + secondsOfDay) }
  const occurrences = listOccurrences(recurrence, zones, within)
  const first = isFault(occurrences) ? undefined : occurrences.find((occurrence) => occurrence.start >= within.start)
  const key = first && makeRecurrenceKey(first.id, zones)
  return isFault(key) ? undefined : key
}

/** Does the series have the instance that the key names? RFC 5545, 3.8.4.4. */
export function hasInstance(series: Component, key: string, zones: Zones): boolean {
  const instant = readKeyInstant(key, zones)
  const recurrence = readRecurrence(series)
  if (instant === undefined || recurrence === undefined || isFault(recurrence)) return false
  const near = listOccurrences(recurrence, zones, { start: instant - 1, end: instant + 1 })
  return !isFault(near) && near.some((occurrence) => occurrence.start === instant)
}

/** What stands for a key: of an instance that has details of its own and begins a range, too, its own. RFC 5545, 3.8.4.4. */
export function findPart(parts: readonly StoredPart[], key: string): Component | undefined {
  let range: Component | undefined
  for (const part of parts) {
    if (part.key !== key) continue
    if (!isThisAndFuture(part.component)) return part.component
    range = part.component
  }
  return range
}

/** The part whose place a component takes. Under one key an instance and a range that begins with it may stand side by side. */
export function findSamePart(parts: readonly StoredPart[], { key, component }: StoredPart): Component | undefined {
  const isRange = isThisAndFuture(component)
  return parts.find((part) => part.key === key && isThisAndFuture(part.component) === isRange)?.component
}

/** Does the component mean its instance and all after it? RFC 5545, 3.2.13. */
export function isThisAndFuture(component: Component): boolean {
  const id = findProperty(component, 'RECURRENCE-ID')
  return id !== undefined && hasRange(id)
}

/** Parts with one replaced or added; the series first, instances by key. */
export function withPart(parts: readonly StoredPart[], key: string, component: Component): readonly StoredPart[] {
  return withParts(parts, [{ key, component }])
}

export function withParts(parts: readonly StoredPart[], replacements: readonly StoredPart[]): readonly StoredPart[] {
  const byName = new Map([...parts, ...replacements].map((part) => [nameOf(part), part]))
  return [...byName.values()].sort((a, b) => compareText(nameOf(a), nameOf(b)))
}

function nameOf({ key, component }: StoredPart): string {
  return isThisAndFuture(component) ? `${key} and all later ones` : key
}

/** A range that begins with the instance stays. */
export function withoutPart(parts: readonly StoredPart[], key: string): readonly StoredPart[] {
  return parts.filter((part) => part.key !== key || isThisAndFuture(part.component))
}

/** VTIMEZONEs of the message take the place of stored ones of the same TZID. */
export function withTimeZones(series: StoredSeries, timeZones: ReadonlyMap<string, Component>): StoredSeries {
  if (timeZones.size === 0) return series
  const kept = series.timeZones.filter((zone) => !timeZones.has(findProperty(zone, 'TZID')?.value.trim() ?? ''))
  return { ...series, timeZones: [...kept, ...timeZones.values()] }
}

/** The component with another PARTSTAT for every ATTENDEE that `isMeant`. RSVP is dropped: the question is answered. */
export function withParticipation(
  component: Component,
  participation: string,
  isMeant: (property: Property) => boolean,
): Component {
  return {
    ...component,
    properties: component.properties.map((property) =>
      property.name === 'ATTENDEE' && isMeant(property) ? withAnswer(property, participation) : property,
    ),
  }
}

/** RFC 5546, 3.2.2.3: somebody who answers after having delegated comes in person after all. */
function withAnswer(property: Property, participation: string): Property {
  const answered = withParameter(withParameter(property, 'RSVP', undefined), 'PARTSTAT', participation)
  return participation === 'DELEGATED' ? answered : withParameter(answered, 'DELEGATED-TO', undefined)
}

export function isAttendee(address: string, rules: AddressRules): (property: Property) => boolean {
  return (property) => parseCalendarAddress(property.value, rules) === address
}

/**
 * The instance of a series that has no details of its own yet, as a component: so that one attendee's answer about it, or a
 * change to it alone, has a place. RFC 5546, 3.7.1.
 */
export function makeInstance(series: Component, id: Property, zones: Zones): Component | CalendarFault {
  const span = readSpan(series, zones)
  if (isFault(span)) return span
  const length = span.end.local - span.start.local
  const time = readTime({ name: '', properties: [{ ...id, name: 'DTSTART' }], components: [] }, 'DTSTART')
  const endName = series.name === 'VTODO' ? 'DUE' : 'DTEND'
  const bare = withoutProperties(series, 'RRULE', 'RDATE', 'EXDATE', 'DURATION', endName)
  const start: Property = { ...id, name: 'DTSTART', parameters: id.parameters.filter(({ name }) => name !== 'RANGE') }
  if (!time) return { ...bare, properties: [...bare.properties, id] }
  const begun = withProperties(bare, start, { ...id, name: 'RECURRENCE-ID' })
  // RFC 5545, 3.6.2 and 3.6.3: a task need not be due, and a journal entry has no end.
  const isEnding = findProperty(series, endName) !== undefined || findProperty(series, 'DURATION') !== undefined
  if (series.name !== 'VEVENT' && !isEnding) return begun
  const end = { ...start, name: endName, value: serializeCalendarTime({ ...time, local: time.local + length }) }
  return withProperties(begun, end)
}

export function makeSequenceProperty(sequence: number): Property {
  return makeProperty('SEQUENCE', String(sequence))
}

export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
