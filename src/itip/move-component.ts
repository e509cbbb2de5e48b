// A component at another time, written as it was: on the same clock, with its end.
import type { Component, Property } from '../calendar/component.ts'
import { makeTimeLike } from '../calendar/duration.ts'
import { isFault } from '../calendar/fault.ts'
import type { Period } from '../calendar/period.ts'
import { findProperty, readTime, withoutProperties, withProperties } from '../calendar/properties.ts'
import { type Instant, serializeCalendarTime } from '../calendar/time.ts'
import { readZone, type Zones } from '../calendar/time-zone.ts'

export function moveComponent(component: Component, { start, end }: Period, zones: Zones): Component {
  const property = findProperty(component, 'DTSTART')
  const time = readTime(component, 'DTSTART')
  const zone = time && readZone(time, zones)
  if (!property || !time || !zone || isFault(zone)) return component
  const makeTime = (name: string, instant: Instant): Property => {
    const made = makeTimeLike(time, instant, zone)
    // What that clock cannot say is said in UTC, which has no zone beside it.
    return { name, value: serializeCalendarTime(made), parameters: made.kind === time.kind ? property.parameters : [] }
  }
  return withProperties(withoutProperties(component, 'DURATION'), makeTime('DTSTART', start), makeTime('DTEND', end))
}
