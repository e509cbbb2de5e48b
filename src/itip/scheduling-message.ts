// SchedulingMessage: a calendar object with a METHOD, about one UID. RFC 5546, 1.4; RFC 6638, 1.1.
import type { Component, Property, ScheduledComponent } from '../calendar/component.ts'
import type { CalendarFault } from '../calendar/fault.ts'
import type { Method } from './method.ts'

export interface SchedulingMessage {
  readonly method: Method
  readonly uid: string
  readonly component: ScheduledComponent
  /** All of that UID, in the order they came: the series and its instances. At least one. */
  readonly components: readonly Component[]
  /** VTIMEZONE by TZID as written. */
  readonly timeZones: ReadonlyMap<string, Component>
  /** The calendar's own properties. */
  readonly calendarProperties: readonly Property[]
  readonly prodId: string | undefined
  /** What is against the standard but does not hinder use (behaviour: lenient in what we use). */
  readonly notes: readonly CalendarFault[]
}
