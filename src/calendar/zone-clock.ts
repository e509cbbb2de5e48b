// ZoneClock: from the wall clock of a place to instants and back, given the stretches of time in which its offset stays the same. RFC 5545, 3.3.5.
import type { Instant, LocalSeconds } from './time.ts'

/** A stretch of time with one offset from UTC; the start belongs to it, the end does not. */
export interface ZoneStretch {
  readonly start: Instant
  readonly end: Instant
  /** Seconds to add to UTC. */
  readonly offset: number
}

export interface ZoneClock {
  /** A local time that does not exist is read with the offset before the gap; of one that exists twice, the first. RFC 5545, 3.3.5. */
  toInstant(local: LocalSeconds): Instant
  toLocal(instant: Instant): LocalSeconds
  /** The stretch that holds an instant; the next one may have the same offset. Its end is Infinity where no change follows. */
  findStretch(instant: Instant): ZoneStretch
}

/** Where the clock is set: the offsets before and after. */
export interface ZoneChange {
  readonly instant: Instant
  readonly before: number
  readonly after: number
}

/** The changes of a clock with `from` < instant < `to`, in order. */
export function listChanges(clock: ZoneClock, from: Instant, to: Instant): readonly ZoneChange[] {
  const changes: ZoneChange[] = []
  let stretch = clock.findStretch(from)
  while (stretch.end < to) {
    const next = clock.findStretch(stretch.end)
    if (next.offset !== stretch.offset) {
      changes.push({ instant: stretch.end, before: stretch.offset, after: next.offset })
    }
    stretch = next
  }
  return changes
}

/** A clock from whatever finds the stretch of an instant; stretches must follow each other without holes. */
export function makeZoneClock(find: (instant: Instant) => ZoneStretch): ZoneClock {
  // Neighbouring questions fall into the same stretch nearly always.
  let recent: ZoneStretch = { start: 0, end: 0, offset: 0 }

  const findStretch = (instant: Instant): ZoneStretch => {
    if (instant < recent.start || instant >= recent.end) recent = find(instant)
    return recent
  }

  return {
    findStretch,
    toLocal(instant) {
      return instant + findStretch(instant).offset
    },
    toInstant(local) {
      const guess = local - recent.offset
      if (guess - farthestOffset >= recent.start && guess + farthestOffset < recent.end) return guess
      let stretch = findStretch(local - farthestOffset)
      let offsetBefore = stretch.offset
      for (;;) {
        const instant = local - stretch.offset
        if (instant < stretch.end) {
          // RFC 5545, 3.3.5: in a gap the offset before it counts; what exists twice means the first.
          return instant >= stretch.start ? instant : local - offsetBefore
        }
        offsetBefore = stretch.offset
        stretch = findStretch(stretch.end)
      }
    },
  }
}

export function makeFixedClock(offset: number): ZoneClock {
  const stretch: ZoneStretch = { start: Number.NEGATIVE_INFINITY, end: Number.POSITIVE_INFINITY, offset }
  return {
    toInstant: (local) => local - offset,
    toLocal: (instant) => instant + offset,
    findStretch: () => stretch,
  }
}

/** No offset is larger (RFC 5545, 3.3.14: less than a day), and no change of the clock takes away more than a day. */
const farthestOffset = 2 * 86_400
