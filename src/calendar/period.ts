// Half-open periods of time: the start belongs to it, the end does not. RFC 5545, 3.3.9.
import type { Instant } from './time.ts'

export interface Period {
  readonly start: Instant
  readonly end: Instant
}

/**
 * Do two periods share time? 10–11 and 11–12 do not. A period without length takes no time
 * and shares it with nothing.
 */
export function isOverlapping(a: Period, b: Period): boolean {
  return a.start < b.end && b.start < a.end && a.start < a.end && b.start < b.end
}
