// The identity of a recurrence instance: its original start as a key that the store and the messages share. RFC 5545, 3.8.4.4.
import type { Property } from './component.ts'
import { type CalendarFault, isFault } from './fault.ts'
import { readParameter } from './properties.ts'
import { type CalendarTime, type Instant, parseCalendarTime, serializeCalendarTime, serializeInstant } from './time.ts'
import type { Zones } from './time-zone.ts'

/** `20141113T230000Z` where the time has a zone or is UTC; else as it stands: `20141114` or `20141114T000000`. */
export type RecurrenceKey = string

/**
 * The key of the instance that a RECURRENCE-ID names, or of the one that starts at a DTSTART or time: in UTC where the
 * property has a zone or is UTC, so that it stays the same in whatever zone the next message writes it.
 */
export function makeRecurrenceKey(source: Property | CalendarTime, zones: Zones): RecurrenceKey | CalendarFault {
  if ('kind' in source) return makeKey(source, source.kind === 'zoned' ? source.zone : undefined, zones)
  const tzid = readTzid(source)
  const time = parseCalendarTime(source.value, tzid)
  if (time.kind === 'fault') return { ...time, where: source.name }
  return makeKey(time, tzid, zones)
}

/**
 * Do two keys name the same instance? Where one of them is in UTC and the other is not,
 * the other is read in the user's zone.
 */
export function isSameInstance(a: RecurrenceKey, b: RecurrenceKey, zones: Zones): boolean {
  if (a === b) return true
  const [first, second] = [parseCalendarTime(a), parseCalendarTime(b)]
  if (first.kind === 'fault' || second.kind === 'fault') return false
  if (first.kind === 'utc' || second.kind === 'utc') return readInstant(first, zones) === readInstant(second, zones)
  // Not through the zone: two clock times in the hour that summer time leaves out would become one.
  return first.local === second.local
}

/** When the instance was first meant to start, dates and floating times in the user's zone; nothing where this is no key. */
export function readKeyInstant(key: RecurrenceKey, zones: Zones): Instant | undefined {
  const time = parseCalendarTime(key)
  return time.kind === 'fault' ? undefined : readInstant(time, zones)
}

// RFC 5545, 3.2.13: this instance and all after it. THISANDPRIOR of older standards is no range any more.
export function hasRange(property: Property): boolean {
  return readParameter(property, 'RANGE')?.trim().toUpperCase() === 'THISANDFUTURE'
}

/** Quirk: `RECURRENCE-ID;THISANDFUTURE:`, as the example in RFC 5546, 4.4.5 has it, gives the value without its name, see docs/quirks.md. */
export function nameRange(property: Property): Property {
  const isBare = ({ name, values }: Property['parameters'][number]): boolean =>
    name === 'THISANDFUTURE' && values.every((value) => value === '')
  if (!property.parameters.some(isBare)) return property
  const others = property.parameters.filter((parameter) => !isBare(parameter))
  const range = { name: 'RANGE', values: ['THISANDFUTURE'] }
  return { ...property, parameters: others.some(({ name }) => name === 'RANGE') ? others : [...others, range] }
}

function readInstant(time: CalendarTime, zones: Zones): Instant {
  return time.kind === 'utc' ? time.local : zones.local.toInstant(time.local)
}

function makeKey(time: CalendarTime, tzid: string | undefined, zones: Zones): RecurrenceKey | CalendarFault {
  if (time.kind === 'utc' || tzid === undefined) return serializeCalendarTime(time)
  // A date with a zone, which RFC 5545, 3.2.19 does not allow, is the midnight there.
  const zone = zones.resolve(tzid)
  if (isFault(zone)) return zone
  return serializeInstant(zone.toInstant(time.local))
}

function readTzid(property: Property): string | undefined {
  const tzid = readParameter(property, 'TZID')?.trim()
  return tzid === '' ? undefined : tzid
}
