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
import { findUntil, readRecurrence } from '../calendar/recurrence.ts'
import { readSpan } from '../calendar/span.ts'
import type { CalendarTime } from '../calendar/time.ts'
import { toInstant, type Zones } from '../calendar/time-zone.ts'
import type { BookedRecurrence, Booking, BusyType } from '../freebusy/record.ts'
import { findCut, withUntil } from '../itip/series-end.ts'
import type { StoredSeries } from '../itip/stored-series.ts'
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
  return series.parts.flatMap(({ key, component }) => {
    const busyType = isTakingTime(component) ? readBusyType(component) : undefined
    return busyType === undefined ? [] : (makeBooking(series, key, component, busyType, zones) ?? [])
  })
}

/** Does it say from when to when? A task takes time only with its start and when it is due, a journal entry never. RFC 5545, 3.6.2 and 3.6.3. */
function isTakingTime(component: Component): boolean {
  if (component.name === 'VEVENT') return true
  if (component.name !== 'VTODO' || !findProperty(component, 'DTSTART')) return false
  return findProperty(component, 'DUE') !== undefined || findProperty(component, 'DURATION') !== undefined
}

/** What a participation holds: ACCEPTED is busy, TENTATIVE tentatively so; what is cancelled or transparent takes no time. RFC 5545, 3.8.2.7 and 3.2.9. */
export function readBusyTypeOf(component: Component, participation: string): BusyType | undefined {
  if (readWord(component, 'STATUS') === 'CANCELLED' || readWord(component, 'TRANSP') === 'TRANSPARENT') return undefined
  // RFC 5545, 3.8.1.11 and 3.2.12: what is done takes no time any more, what is begun still does.
  if (readWord(component, 'STATUS') === 'COMPLETED') return undefined
  if (participation === 'TENTATIVE') return 'BUSY-TENTATIVE'
  if (participation !== 'ACCEPTED' && participation !== 'IN-PROCESS') return undefined
  return readWord(component, 'STATUS') === 'TENTATIVE' ? 'BUSY-TENTATIVE' : 'BUSY'
}

function makeBooking(
  series: StoredSeries,
  key: string,
  component: Component,
  busyType: BusyType,
  zones: Zones,
): Booking | undefined {
  const span = readSpan(component, zones)
  if (isFault(span)) return undefined
  const booking: Booking = {
    start: withoutZone(span.start, zones),
    end: withoutZone(span.end, zones),
    uid: series.uid,
    ...(key === '' ? {} : { recurrenceId: key }),
    busyType,
    summary: readText(component, 'SUMMARY') ?? '',
    organizer: readOrganizer(component)?.address ?? '',
  }
  if (key !== '') return booking
  const recurrence = makeBookedRecurrence(series, component, zones)
  return recurrence ? { ...booking, recurrence } : booking
}

function makeBookedRecurrence(series: StoredSeries, component: Component, zones: Zones): BookedRecurrence | undefined {
  const properties = ['DTSTART', 'DTEND', 'DUE', 'DURATION', 'RRULE', 'RDATE', 'EXDATE'].flatMap((name) =>
    findProperties(component, name),
  )
  const exceptions = listExceptions(series).map(makeException)
  const cut = findCut(series)
  const bare: Component = { name: component.name, components: [], properties: [...properties, ...exceptions] }
  const repeating = cut === undefined ? bare : withUntil(bare, cut, zones)
  const recurrence = readRecurrence(repeating)
  if (recurrence === undefined || isFault(recurrence)) return undefined
  const until = findUntil(recurrence, zones)
  return {
    component: repeating,
    timeZones: listForeignZones(series, repeating, zones),
    ...(until === undefined || isFault(until) ? {} : { until }),
  }
}

/** Instances that have details of their own, or are cancelled, are not the rule's any more. */
function listExceptions(series: StoredSeries): readonly string[] {
  return [...series.parts, ...series.cancelled].map((part) => part.key).filter((key) => key !== '')
}

function makeException(key: string): Property {
  return makeProperty('EXDATE', key, key.length === 8 ? { VALUE: 'DATE' } : {})
}

/** VTIMEZONEs of TZIDs that only the object explains must go with the booking. */
function listForeignZones(series: StoredSeries, component: Component, zones: Zones): readonly Component[] {
  const used = new Set(component.properties.flatMap((property) => readParameter(property, 'TZID') ?? []))
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
