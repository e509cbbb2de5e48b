// The time zones that a recurring booking brings along.
import type { Component } from '../calendar/component.ts'
import { findProperty } from '../calendar/properties.ts'
import { makeZones, type Zones, type ZoneTables } from '../calendar/time-zone.ts'
import type { Booking } from './record.ts'

/** The zones in which a booking's times are read: the known ones, its own, and for floating times the user's. */
export function makeBookingZones(booking: Booking, zoneTables: ZoneTables, localZone: string): Zones {
  return makeZones(zoneTables, readTimeZones(booking), localZone)
}

function readTimeZones(booking: Booking): ReadonlyMap<string, Component> {
  return new Map(
    (booking.recurrence?.timeZones ?? []).map((zone) => [findProperty(zone, 'TZID')?.value.trim() ?? '', zone]),
  )
}
