// Is a message newer, the same or older than what is stored? RFC 5546, 2.1.5.
import type { Component } from '../calendar/component.ts'
import { readSequence, readStamp } from '../calendar/properties.ts'
import type { Instant } from '../calendar/time.ts'

export interface Revision {
  readonly sequence: number
  /** Absent where DTSTAMP is missing or unreadable: then it decides nothing. */
  readonly stamp: Instant | undefined
}

export type RevisionOrder = 'newer' | 'same' | 'older'

export function readRevision(component: Component): Revision {
  return { sequence: readSequence(component), stamp: readStamp(component) }
}

// RFC 5546, 2.1.5: the higher SEQUENCE wins (rule 2); of equal ones the later DTSTAMP (rule 4).
export function compareRevision(incoming: Revision, stored: Revision): RevisionOrder {
  if (incoming.sequence !== stored.sequence) return incoming.sequence > stored.sequence ? 'newer' : 'older'
  if (incoming.stamp === undefined || stored.stamp === undefined || incoming.stamp === stored.stamp) return 'same'
  return incoming.stamp > stored.stamp ? 'newer' : 'older'
}
