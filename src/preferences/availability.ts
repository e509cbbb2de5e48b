// The preference `availability`: when somebody can be booked, as a calendar of VAVAILABILITY components. RFC 7953, 3.1.
import type { Component } from '../calendar/component.ts'
import { type CalendarFault, isFault, makeFault } from '../calendar/fault.ts'
import { parseCalendars } from '../calendar/parse.ts'
import { findProperty } from '../calendar/properties.ts'

export interface Availability {
  readonly components: readonly Component[]
  /** VTIMEZONE by TZID. */
  readonly timeZones: ReadonlyMap<string, Component>
}

/** Each costs work with every question; a life has fewer changes than this. */
const mostComponents = 100

/** Whether its times can be read shows when they are looked at: zones are not known here. */
export function parseAvailability(text: string): Availability | CalendarFault {
  const calendars = parseCalendars(text)
  if (isFault(calendars)) return calendars
  const components = calendars.flatMap((calendar) => calendar.components.filter(({ name }) => name === 'VAVAILABILITY'))
  if (components.length === 0) return makeFault('no-components', 'there is no VAVAILABILITY in it')
  const available = components.flatMap((component) => component.components.filter(({ name }) => name === 'AVAILABLE'))
  if (components.length + available.length > mostComponents)
    return makeFault('too-large', `it has more than ${mostComponents} components`)
  if (available.some((component) => !findProperty(component, 'DTSTART')))
    return makeFault('no-start', 'an AVAILABLE has no DTSTART', 'AVAILABLE')
  return { components, timeZones: new Map(calendars.flatMap(({ timeZones }) => [...timeZones])) }
}
