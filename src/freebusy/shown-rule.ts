// The rule of a recurring booking as it is shown beside the booking's start.
import type { Component } from '../calendar/component.ts'
import { isFault } from '../calendar/fault.ts'
import { findProperty } from '../calendar/properties.ts'
import { listOccurrences, readRecurrence } from '../calendar/recurrence.ts'
import { readTimeProperty } from '../calendar/span.ts'
import { toInstant, type Zones, type ZoneTables } from '../calendar/time-zone.ts'
import type { Booking } from './record.ts'
import { makeBookingZones } from './record-zones.ts'

/**
 * The RRULE as the series has it. Of a range it is read from the range's RECURRENCE-ID on, so COUNT is what is left of it there; start
 * and end of the booking say where these instances have been moved to.
 */
export function showRule(booking: Booking, zoneTables: ZoneTables, localZone: string): string | undefined {
  const { recurrence } = booking
  const rule = recurrence && findProperty(recurrence.component, 'RRULE')?.value
  if (!recurrence?.range || rule === undefined) return rule
  const count = /(?<=(?:^|;)COUNT=)\d+/i.exec(rule)?.[0]
  if (count === undefined) return rule
  const zones = makeBookingZones(booking, zoneTables, localZone)
  const before = countBefore(recurrence.component, recurrence.range, zones)
  if (before === undefined) return rule
  const left = Number(count) - before
  return left > 0 ? rule.replace(/(?<=(?:^|;)COUNT=)\d+/i, String(left)) : undefined
}

/** What the rule makes before a range begins. */
function countBefore(component: Component, range: Component, zones: Zones): number | undefined {
  const properties = component.properties.filter(({ name }) => name === 'DTSTART' || name === 'RRULE')
  const recurrence = readRecurrence({ ...component, properties })
  const id = readTimeProperty(range, 'RECURRENCE-ID')
  const from = id === undefined || isFault(id) ? undefined : toInstant(id, zones)
  if (recurrence === undefined || isFault(recurrence) || from === undefined || isFault(from)) return undefined
  const earlier = listOccurrences(recurrence, zones, { start: Number.NEGATIVE_INFINITY, end: from })
  return isFault(earlier) ? undefined : earlier.length
}
