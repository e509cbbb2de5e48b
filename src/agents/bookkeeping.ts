// Keeps free/busy and object together: the bookings of a UID always follow from its stored series.
import { readOrganizer } from '../calendar/attendee.ts'
import type { Component, Property } from '../calendar/component.ts'
import { isFault } from '../calendar/fault.ts'
import {
  findProperties,
  findProperty,
  makeProperty,
  readParameter,
  readText,
  readWord,
} from '../calendar/properties.ts'
import { findUntil, readRecurrence, walkOccurrences } from '../calendar/recurrence.ts'
import { readSpan } from '../calendar/span.ts'
import type { CalendarTime } from '../calendar/time.ts'
import { toInstant, type Zones } from '../calendar/time-zone.ts'
import { readBookedRecurrence } from '../freebusy/booked-recurrence.ts'
import type { BookedRecurrence, Booking, BusyType } from '../freebusy/record.ts'
import { cutBooking } from '../itip/cut-booking.ts'
import { findPart, isThisAndFuture } from '../itip/instances.ts'
import { findNextRange, withUntil } from '../itip/series-end.ts'
import type { StoredPart, StoredSeries } from '../itip/stored-series.ts'
import type { StoreEffect } from './effect.ts'

/** How a part is taken up: by the participation of the user, or for the organizer's own sake; nothing if it takes no time. */
export type ReadBusyType = (component: Component) => BusyType | undefined

/** The effects that bring store and free/busy to this series. */
export function replaceBookings(
  series: StoredSeries,
  zones: Zones,
  readBusyType: ReadBusyType,
): readonly StoreEffect[] {
  const bookings = makeBookings(series, zones, readBusyType)
  const release: StoreEffect = { kind: 'release', uid: series.uid }
  return bookings.length === 0 ? [release] : [release, { kind: 'book', bookings }]
}

export function makeBookings(series: StoredSeries, zones: Zones, readBusyType: ReadBusyType): readonly Booking[] {
  return series.parts.flatMap((part) => {
    const busyType = isTakingTime(part.component) ? readBusyType(part.component) : undefined
    return busyType === undefined ? [] : (makeBooking(series, part, busyType, zones) ?? [])
  })
}

/** Does it say from when to when? A task takes time only with its start and when it is due, a journal entry never. RFC 5545, 3.6.2 and 3.6.3. */
function isTakingTime(component: Component): boolean {
  if (component.name === 'VEVENT') return true
  if (component.name !== 'VTODO' || !findProperty(component, 'DTSTART')) return false
  return findProperty(component, 'DUE') !== undefined || findProperty(component, 'DURATION') !== undefined
}

/** What stands in the place of an answer where the owner of a resource keeps it from being booked. RFC 5545, 3.2.12 leaves room for it. */
export const blockedParticipation = 'X-BLOCKED'

/** What a participation holds: ACCEPTED is busy, TENTATIVE tentatively so; what is cancelled or transparent takes no time. RFC 5545, 3.8.2.7 and 3.2.9. */
export function readBusyTypeOf(component: Component, participation: string): BusyType | undefined {
  if (readWord(component, 'STATUS') === 'CANCELLED' || readWord(component, 'TRANSP') === 'TRANSPARENT') return undefined
  // RFC 5545, 3.8.1.11 and 3.2.12: what is done takes no time any more, what is begun still does.
  if (readWord(component, 'STATUS') === 'COMPLETED') return undefined
  if (participation === 'TENTATIVE') return 'BUSY-TENTATIVE'
  if (participation === blockedParticipation) return 'BUSY-UNAVAILABLE'
  if (participation !== 'ACCEPTED' && participation !== 'IN-PROCESS') return undefined
  return readWord(component, 'STATUS') === 'TENTATIVE' ? 'BUSY-TENTATIVE' : 'BUSY'
}

function makeBooking(series: StoredSeries, part: StoredPart, busyType: BusyType, zones: Zones): Booking | undefined {
  const { key, component } = part
  const span = readSpan(component, zones)
  if (isFault(span)) return undefined
  const recurrence = makeBookedRecurrence(series, part, zones)
  if (recurrence === 'empty') return undefined
  const booking: Booking = {
    start: withoutZone(span.start, zones),
    end: withoutZone(span.end, zones),
    uid: series.uid,
    ...(key === '' ? {} : { recurrenceId: key }),
    busyType,
    summary: readText(component, 'SUMMARY') ?? '',
    organizer: readOrganizer(component)?.address ?? '',
    ...(recurrence ? { recurrence } : {}),
  }
  return series.takenUntil === undefined ? booking : cutBooking(booking, series.takenUntil, zones)
}

/** Of the series, and of what follows a range: each up to the next range. Nothing for what happens once, `empty` where nothing is left. */
function makeBookedRecurrence(
  series: StoredSeries,
  part: StoredPart,
  zones: Zones,
): BookedRecurrence | 'empty' | undefined {
  const isRange = isThisAndFuture(part.component)
  if (part.key !== '' && !isRange) return undefined
  const exceptions = listExceptions(series, part)
  const master = findPart(series.parts, '')
  const read = master && readRecurrence(master)
  // A change of instances that are not known (yet) is known of the one that it names.
  if (!master || read === undefined || isFault(read))
    return isRange && exceptions.includes(part.key) ? 'empty' : undefined
  const bare: Component = {
    name: master.name,
    components: [],
    properties: [
      ...pick(master, isRange ? ['DTSTART', ...repeating] : ['DTSTART', ...lasting, ...repeating]),
      ...exceptions.map(makeException),
    ],
  }
  const next = findNextRange(series, part.key, zones)
  const component = next === undefined ? bare : withUntil(bare, next, zones)
  const range = isRange ? makeRange(part) : undefined
  const booked: BookedRecurrence = {
    component,
    ...(range ? { range } : {}),
    timeZones: listForeignZones(series, range ? [component, range] : [component], zones),
  }
  const recurrence = readBookedRecurrence(booked)
  if (recurrence === undefined || isFault(recurrence)) return undefined
  const until = findUntil(recurrence, zones)
  if (until === undefined || isFault(until)) return booked
  const [first] = walkOccurrences(recurrence, zones)
  return first === undefined ? 'empty' : { ...booked, until }
}

const lasting = ['DTEND', 'DUE', 'DURATION']
const repeating = ['RRULE', 'RDATE', 'EXDATE']

function pick(component: Component, names: readonly string[]): readonly Property[] {
  return names.flatMap((name) => findProperties(component, name))
}

/** The key as it is stored: RECURRENCE-ID may have been written in another zone. */
function makeRange({ key, component }: StoredPart): Component {
  const value = key.length === 8 ? { VALUE: 'DATE' } : {}
  const id = makeProperty('RECURRENCE-ID', key, { ...value, RANGE: 'THISANDFUTURE' })
  return { name: component.name, components: [], properties: [id, ...pick(component, ['DTSTART', ...lasting])] }
}

/** Instances that have details of their own, or are cancelled, are not the rule's any more; the first one of a range is the range's. */
function listExceptions(series: StoredSeries, part: StoredPart): readonly string[] {
  const others = [...series.parts.filter((other) => other !== part), ...series.cancelled]
  return [...new Set(others.map(({ key }) => key))].filter((key) => key !== '')
}

function makeException(key: string): Property {
  return makeProperty('EXDATE', key, key.length === 8 ? { VALUE: 'DATE' } : {})
}

/** VTIMEZONEs of TZIDs that only the object explains must go with the booking. */
function listForeignZones(series: StoredSeries, components: readonly Component[], zones: Zones): readonly Component[] {
  const properties = components.flatMap((component) => component.properties)
  const used = new Set(properties.flatMap((property) => readParameter(property, 'TZID') ?? []))
  return series.timeZones.filter((zone) => {
    const tzid = findProperty(zone, 'TZID')?.value.trim() ?? ''
    const resolved = zones.resolve(tzid)
    return used.has(tzid) && !isFault(resolved) && resolved.source === 'object'
  })
}

function withoutZone(time: CalendarTime, zones: Zones): CalendarTime {
  if (time.kind !== 'zoned') return time
  const instant = toInstant(time, zones)
  return isFault(instant) ? { kind: 'floating', local: time.local } : { kind: 'utc', local: instant }
}

/** The zones of a stored series: those it brought along, for the given user. */
export function readSeriesZones(series: StoredSeries | undefined): ReadonlyMap<string, Component> {
  return new Map((series?.timeZones ?? []).map((zone) => [findProperty(zone, 'TZID')?.value.trim() ?? '', zone]))
}
