// The gap that must lie between two bookings: buffer_after of one and buffer_before of the next.
import type { Component } from '../calendar/component.ts'
import { serializeDuration } from '../calendar/duration.ts'
import { isFault } from '../calendar/fault.ts'
import { makeProperty, withoutProperties, withProperties } from '../calendar/properties.ts'
import { readExtent, resolveLength } from '../calendar/span.ts'
import { serializeCalendarTime } from '../calendar/time.ts'
import { toInstant, type Zones } from '../calendar/time-zone.ts'
import type { BookedRecurrence, Booking } from '../freebusy/record.ts'
import { makeBookingZones } from '../freebusy/record-zones.ts'
import type { Preferences } from '../preferences/preferences.ts'
import type { BookingRequest } from './booking-request.ts'

/** Seconds. */
export function readGap({ bookingRules }: Preferences): number {
  return bookingRules.bufferBefore + bookingRules.bufferAfter
}

/**
 * A booking that ends later by the gap. Where all bookings do, two share time exactly when they are too near to each other,
 * whichever comes first; and no start moves, so that a rule still means the same days.
 */
export function withGap(booking: Booking, gap: number, { zoneTables, preferences }: BookingRequest): Booking {
  if (gap === 0) return booking
  const zones = makeBookingZones(booking, zoneTables, preferences.zone)
  const end = toInstant(booking.end, zones)
  if (isFault(end)) return booking
  const later: Booking = { ...booking, end: { kind: 'utc', local: end + gap } }
  if (!booking.recurrence) return later
  return { ...later, recurrence: lengthenSeries(booking.recurrence, gap, zones) }
}

// A memory, not a registry: what it holds follows from the series and the gap. Endless series come along with every window.
const known = new WeakMap<BookedRecurrence, { readonly gap: number; readonly longer: BookedRecurrence }>()

function lengthenSeries(booked: BookedRecurrence, gap: number, zones: Zones): BookedRecurrence {
  const before = known.get(booked)
  if (before?.gap === gap) return before.longer
  const { component, range } = booked
  const longer = {
    ...booked,
    component: lengthen(component, gap, zones),
    ...(range ? { range: lengthen(range, gap, zones) } : {}),
  }
  known.set(booked, { gap, longer })
  return longer
}

function lengthen(component: Component, gap: number, zones: Zones): Component {
  const extent = readExtent(component)
  if (isFault(extent)) return component
  const length = resolveLength(extent, zones)
  if (isFault(length)) return component
  const duration = serializeDuration({ days: length.days, seconds: length.seconds + gap })
  const longer = withProperties(withoutProperties(component, 'DTEND', 'DUE'), makeProperty('DURATION', duration))
  if (extent.start.kind !== 'date') return longer
  // A date lasts whole days; the same midnight as a time does not.
  const start = serializeCalendarTime({ kind: 'floating', local: extent.start.local })
  return withProperties(longer, makeProperty('DTSTART', start))
}
