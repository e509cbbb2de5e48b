// When a component takes place, in words: in the zone its organizer used.
import type { Component } from '../calendar/component.ts'
import { isFault } from '../calendar/fault.ts'
import type { Period } from '../calendar/period.ts'
import { findProperty, readTime } from '../calendar/properties.ts'
import { readSpan } from '../calendar/span.ts'
import type { TimeZone, Zones } from '../calendar/time-zone.ts'
import { formatWhen } from './format-when.ts'

/**
 * The zones in which a request's times are shown to its organizer: where they are in UTC, on the clock of the only VTIMEZONE that
 * came along.
 */
export function makeShownZones(
  component: Component | undefined,
  timeZones: ReadonlyMap<string, Component>,
  zones: Zones,
): Zones {
  const [name, ...others] = timeZones.keys()
  if (name === undefined || others.length > 0 || !component || readTime(component, 'DTSTART')?.kind !== 'utc')
    return zones
  const zone = zones.resolve(name)
  return isFault(zone) ? zones : { ...zones, local: zone }
}

/** Empty where the component does not say when in a way that can be understood. */
export function describeWhen(component: Component, zones: Zones): string {
  const span = readSpan(component, zones)
  if (isFault(span)) return ''
  const repeats = findProperty(component, 'RRULE') || findProperty(component, 'RDATE') ? ' …' : ''
  if (span.start.kind === 'date')
    return formatWhen({ start: span.start.local, end: span.end.local, allDay: true, zone: undefined }) + repeats
  return describePeriod(span.period, component, zones) + repeats
}

/** A period on the wall clock of the component's start; of a start in UTC, on the reader's own. */
export function describePeriod(period: Period, component: Component, zones: Zones): string {
  const start = readTime(component, 'DTSTART')
  if (start?.kind === 'date')
    return formatWhen({
      start: zones.local.toLocal(period.start),
      end: zones.local.toLocal(period.end),
      allDay: true,
      zone: undefined,
    })
  const zone = chooseZone(component, zones)
  return formatWhen({
    start: zone.toLocal(period.start),
    end: zone.toLocal(period.end),
    allDay: false,
    zone: zone.name,
  })
}

function chooseZone(component: Component, zones: Zones): TimeZone {
  const start = readTime(component, 'DTSTART')
  const zone = start?.kind === 'zoned' ? zones.resolve(start.zone) : zones.local
  return isFault(zone) ? zones.local : zone
}
