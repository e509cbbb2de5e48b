// Components and properties of iCalendar as read-only records; values stay the text they came as.

/** A content line. RFC 5545, 3.1. */
export interface Property {
  /** Upper case. */
  readonly name: string
  readonly parameters: readonly Parameter[]
  /** The text after the colon, unfolded, not unescaped: so that a round trip changes nothing. */
  readonly value: string
}

export interface Parameter {
  /** Upper case. */
  readonly name: string
  /** One or more values, quotes removed, RFC 6868 escapes undone. */
  readonly values: readonly string[]
}

export interface Component {
  /** Upper case: VEVENT, VTODO, VALARM, … */
  readonly name: string
  readonly properties: readonly Property[]
  readonly components: readonly Component[]
}

/** Words of the standards for the components that scheduling knows. RFC 5546, 1.4. */
export type ScheduledComponent = 'VEVENT' | 'VTODO' | 'VJOURNAL' | 'VFREEBUSY'
