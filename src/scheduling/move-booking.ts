// A booking at another time. A series is moved by the clock and keeps its days, so that its rule still means the same.
import type { Component, Property } from '../calendar/component.ts'
import { makeTimeLike } from '../calendar/duration.ts'
import { isFault } from '../calendar/fault.ts'
import type { Period } from '../calendar/period.ts'
import { makeProperty, readParameter, withoutProperties, withProperties } from '../calendar/properties.ts'
import { findUntil, readRecurrence } from '../calendar/recurrence.ts'
import { readTimeProperty } from '../calendar/span.ts'
import {
  type CalendarTime,
  type Instant,
  parseCalendarTime,
  secondsOfDay,
  serializeCalendarTime,
} from '../calendar/time.ts'
import { readZone, type TimeZone, toInstant, type Zones } from '../calendar/time-zone.ts'
import type { Booking } from '../freebusy/record.ts'
import { makeBookingZones } from '../freebusy/record-zones.ts'
import type { BookingRequest } from './booking-request.ts'

/** Nothing where it cannot be moved there: a series to another day, or a range of one. */
export function moveBooking(
  booking: Booking,
  to: Period,
  { zoneTables, preferences }: BookingRequest,
): Booking | undefined {
  const zones = makeBookingZones(booking, zoneTables, preferences.zone)
  const moved: Booking = { ...booking, ...moveTimes(booking, to, zones) }
  if (!booking.recurrence) return moved
  if (booking.recurrence.range) return undefined
  const component = moveSeries(booking.recurrence.component, to, zones)
  const recurrence = component && readRecurrence(component)
  if (component === undefined || recurrence === undefined || isFault(recurrence)) return undefined
  const until = findUntil(recurrence, zones)
  if (isFault(until)) return undefined
  return {
    ...moved,
    recurrence: { component, timeZones: booking.recurrence.timeZones, ...(until === undefined ? {} : { until }) },
  }
}

function moveTimes(booking: Booking, { start, end }: Period, zones: Zones): Pick<Booking, 'start' | 'end'> {
  const write = (model: CalendarTime, instant: Instant): CalendarTime =>
    model.kind === 'utc' ? { kind: 'utc', local: instant } : makeTimeLike(model, instant, zones.local)
  return { start: write(booking.start, start), end: write(booking.end, end) }
}

function moveSeries(component: Component, to: Period, zones: Zones): Component | undefined {
  const first = readTimeProperty(component, 'DTSTART')
  if (first === undefined || isFault(first)) return undefined
  const zone = readZone(first, zones)
  if (isFault(zone)) return undefined
  const shift = zone.toLocal(to.start) - first.local
  if (Math.floor((first.local + shift) / secondsOfDay) !== Math.floor(first.local / secondsOfDay)) return undefined
  const properties = component.properties.flatMap((property): readonly Property[] => {
    if (property.name === 'RRULE') return [moveUntil(property, shift, zone)]
    return ['DTSTART', 'RDATE', 'EXDATE'].includes(property.name) ? [moveDates(property, shift, zones)] : [property]
  })
  const length = to.end - to.start
  const bare = withoutProperties({ ...component, properties }, 'DTEND', 'DUE', 'DURATION')
  const lasting = first.kind === 'date' ? `P${Math.max(1, Math.round(length / secondsOfDay))}D` : `PT${length}S`
  return withProperties(bare, makeProperty('DURATION', lasting))
}

function moveDates(property: Property, shift: number, zones: Zones): Property {
  const tzid = readParameter(property, 'TZID')
  const values = property.value.split(',').map((text) => {
    // RDATE may name periods: their lengths stay.
    const [first = '', second] = text.split('/')
    const time = parseCalendarTime(first, tzid)
    const zone = isFault(time) ? time : readZone(time, zones)
    if (isFault(time) || isFault(zone)) return text
    const moved = serializeCalendarTime({ ...time, local: time.local + shift })
    if (second === undefined) return moved
    const end = parseCalendarTime(second, tzid)
    return `${moved}/${isFault(end) ? second : serializeCalendarTime({ ...end, local: end.local + shift })}`
  })
  return { ...property, value: values.join(',') }
}

// RFC 5545, 3.3.10: UNTIL bounds the starts, so it moves with them.
function moveUntil(property: Property, shift: number, zone: TimeZone): Property {
  const value = property.value.replace(/UNTIL=([^;]+)/i, (whole, text: string) => {
    const time = parseCalendarTime(text)
    if (isFault(time) || time.kind === 'date') return whole
    const local = time.kind === 'utc' ? zone.toInstant(zone.toLocal(time.local) + shift) : time.local + shift
    return `UNTIL=${serializeCalendarTime({ ...time, local })}`
  })
  return { ...property, value }
}

/** From when to when the first occurrence lasts. */
export function readFirstPeriod(booking: Booking, { zoneTables, preferences }: BookingRequest): Period | undefined {
  const zones = makeBookingZones(booking, zoneTables, preferences.zone)
  const [start, end] = [toInstant(booking.start, zones), toInstant(booking.end, zones)]
  return isFault(start) || isFault(end) ? undefined : { start, end }
}
