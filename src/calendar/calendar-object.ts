// CalendarObject: a VCALENDAR with its components. RFC 5545, 3.4.
import type { Component, Property } from './component.ts'
import type { CalendarFault } from './fault.ts'

export interface CalendarObject {
  /** The calendar's own properties (PRODID, VERSION, METHOD, X-…), as they stand. */
  readonly properties: readonly Property[]
  /** METHOD in upper case, if there is one. */
  readonly method: string | undefined
  readonly prodId: string | undefined
  /** VTIMEZONE components by TZID as written. */
  readonly timeZones: ReadonlyMap<string, Component>
  /** VEVENT, VTODO, VJOURNAL, VFREEBUSY and unknown ones, in order. */
  readonly components: readonly Component[]
  /** What could not be read but does not make the object useless: noted in the verdict. */
  readonly notes: readonly CalendarFault[]
}
