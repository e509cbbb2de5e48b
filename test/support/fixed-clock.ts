// A clock that stands still until it is set.
import { isFault } from '../../src/calendar/fault.ts'
import { type Instant, parseInstant } from '../../src/calendar/time.ts'

export interface FixedClock {
  readonly now: () => Instant
  /** `2026-03-02T09:00:00Z` */
  set(text: string): void
}

export function makeFixedClock(text: string): FixedClock {
  let instant = readInstant(text)
  return {
    now: () => instant,
    set: (other) => {
      instant = readInstant(other)
    },
  }
}

function readInstant(text: string): Instant {
  const instant = parseInstant(text)
  if (isFault(instant)) throw new Error(instant.text)
  return instant
}
