// Stored series as calendars that other programs read: what is cancelled says so, and no TZID means two zones in one calendar.
import type { Component } from '../calendar/component.ts'
import { findProperty, makeProperty, withProperties } from '../calendar/properties.ts'
import { serializeComponent, type WritableCalendar } from '../calendar/serialize.ts'
import type { StoredSeries } from './stored-series.ts'

/** Without METHOD; nearly always one, a further one only where VTIMEZONEs of one name differ. */
export function collectCalendars(series: readonly StoredSeries[]): readonly WritableCalendar[] {
  const calendars: OpenCalendar[] = []
  for (const each of series) {
    const components = listComponents(each)
    if (components.length === 0) continue
    const zones = new Map(each.timeZones.map((zone) => [readName(zone), serializeComponent(zone)]))
    let calendar = calendars.find(({ texts }) => [...zones].every(([name, text]) => (texts.get(name) ?? text) === text))
    if (!calendar) {
      calendar = { texts: new Map(), timeZones: new Map(), components: [] }
      calendars.push(calendar)
    }
    for (const zone of each.timeZones) {
      calendar.texts.set(readName(zone), serializeComponent(zone))
      calendar.timeZones.set(readName(zone), zone)
    }
    calendar.components.push(...components)
  }
  return calendars.map(({ timeZones, components }) => ({ properties, timeZones, components }))
}

interface OpenCalendar {
  /** VTIMEZONEs as text, to compare them. */
  readonly texts: Map<string, string>
  readonly timeZones: Map<string, Component>
  readonly components: Component[]
}

const properties = [makeProperty('VERSION', '2.0'), makeProperty('PRODID', '-//imip-agent//imip-agent//EN')]

// RFC 5546, 3.2.5: a CANCEL need not say STATUS:CANCELLED; without METHOD nothing else says it.
function listComponents({ parts, cancelled }: StoredSeries): readonly Component[] {
  return [
    ...parts.map(({ component }) => component),
    ...cancelled.map(({ component }) => withProperties(component, makeProperty('STATUS', 'CANCELLED'))),
  ]
}

function readName(zone: Component): string {
  return findProperty(zone, 'TZID')?.value.trim() ?? ''
}
