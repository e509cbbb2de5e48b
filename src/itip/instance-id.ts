// The RECURRENCE-ID of an instance as its series would write it. RFC 5545, 3.8.4.4.
import type { Component, Property } from '../calendar/component.ts'
import { isFault } from '../calendar/fault.ts'
import { makeProperty, readTime } from '../calendar/properties.ts'
import { type RecurrenceKey, readKeyInstant } from '../calendar/recurrence-id.ts'
import { serializeCalendarTime } from '../calendar/time.ts'
import type { Zones } from '../calendar/time-zone.ts'

/** On the clock of the series, so that the organizer reads the time as it was written. */
export function makeInstanceId(series: Component, key: RecurrenceKey, zones: Zones): Property {
  const start = readTime(series, 'DTSTART')
  const instant = readKeyInstant(key, zones)
  const zone = start?.kind === 'zoned' ? zones.resolve(start.zone) : undefined
  if (start?.kind !== 'zoned' || instant === undefined || zone === undefined || isFault(zone)) return makePlainId(key)
  const local = zone.toLocal(instant)
  // The second of two equal hours can be said in UTC only.
  if (zone.toInstant(local) !== instant) return makePlainId(key)
  return makeProperty('RECURRENCE-ID', serializeCalendarTime({ ...start, local }), { TZID: start.zone })
}

export function makePlainId(value: string): Property {
  return makeProperty('RECURRENCE-ID', value, value.length === 8 ? { VALUE: 'DATE' } : {})
}
