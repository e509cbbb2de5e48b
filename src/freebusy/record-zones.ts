// The time zones that a recurring booking brings along, by TZID.
import type { Component } from '../calendar/component.ts'
import { findProperty } from '../calendar/properties.ts'
import type { Booking } from './record.ts'

export function readTimeZones(booking: Booking): ReadonlyMap<string, Component> {
  return new Map(
    (booking.recurrence?.timeZones ?? []).map((zone) => [findProperty(zone, 'TZID')?.value.trim() ?? '', zone]),
  )
}
