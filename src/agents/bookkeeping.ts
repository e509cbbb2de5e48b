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
import {
  type CalendarTime,
  type Instant,
  parseCalendarTime,
  secondsOfDay,
  serializeCalendarTime,
} from '../calendar/time.ts'
import { toInstant, type Zones } from '../calendar/time-zone.ts'
import type { BookedRecurrence, Booking, BusyType } from '../freebusy/record.ts'
import { isThisAndFuture } from '../itip/cancel.ts'
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
    const busyType = readBusyType(component)
    return busyType === undefined ? [] : (makeBooking(series, key, component, busyType, zones) ?? [])
  })
}

/** What a participation holds: ACCEPTED is busy, TENTATIVE tentatively so; what is cancelled or transparent takes no time. RFC 5545, 3.8.2.7 and 3.2.9. */
export function readBusyTypeOf(component: Component, participation: string): BusyType | undefined {
  if (readWord(component, 'STATUS') === 'CANCELLED' || readWord(component, 'TRANSP') === 'TRANSPARENT') return undefined
  if (participation === 'TENTATIVE') return 'BUSY-TENTATIVE'
  if (participation !== 'ACCEPTED') return undefined
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
  const properties = ['DTSTART', 'DTEND', 'DURATION', 'RRULE', 'RDATE', 'EXDATE'].flatMap((name) =>
    findProperties(component, name),
  )
  const exceptions = listExceptions(series).map(makeException)
  const cut = findCut(series)
  const bare: Component = { name: 'VEVENT', components: [], properties: [...properties, ...exceptions] }
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

/** The earliest instance from which on a series is cancelled. RFC 5546, 3.2.5 (a). */
function findCut(series: StoredSeries): string | undefined {
  return series.cancelled
    .filter(({ component }) => isThisAndFuture(component))
    .map(({ key }) => key)
    .sort()[0]
}

/** The rule ends just before the cut; RDATEs from there on are left out. */
function withUntil(component: Component, cut: string, zones: Zones): Component {
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
