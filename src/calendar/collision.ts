// Do two series ever take the same time, and when first? Computed on their rules, so that there is no day behind which nobody looks.

import { type Collision, collectCollisions } from './collision-walk.ts'
import { type CalendarFault, isFault } from './fault.ts'
import { isOverlapping, type Period } from './period.ts'
import { listOccurrences, type Occurrence, type Recurrence } from './recurrence.ts'
import { type RecurrenceSet, resolveRecurrence, withCounted } from './recurrence-set.ts'
import { canNeverMeet } from './series-pattern.ts'
import { type Instant, secondsOfDay } from './time.ts'
import type { Zones } from './time-zone.ts'
import { isExhausted, makeExhaustedFault, makeWork, type WorkLimit } from './work-limit.ts'

/**
 * The first `most` pairs of occurrences that share time after `from`, in order of the start in the first. Exact: where both series are endless
 * and their common pattern shows that they never meet, that is the answer; otherwise they are followed for 400 years, after
 * which the calendar repeats itself.
 */
export function findCollisions(
  recurrenceA: Recurrence,
  recurrenceB: Recurrence,
  zonesA: Zones,
  zonesB: Zones,
  from: Instant,
  most: number,
  limit: WorkLimit = collisionLimit,
): readonly Collision[] | CalendarFault {
  const [setA, setB] = [resolveRecurrence(recurrenceA, zonesA), resolveRecurrence(recurrenceB, zonesB)]
  if (isFault(setA)) return setA
  if (isFault(setB)) return setB
  if (!takesTime(setA) || !takesTime(setB)) return []
  const work = makeWork(limit)
  const settled = Math.max(from, findSettled(setA), findSettled(setB))
  const end = settled + farReach
  const [a, b] = [withCounted(setA, end, work), withCounted(setB, end, work)]

  // What is listed by hand has no pattern; behind it, the patterns may show at once that nothing ever meets.
  const listed = collectCollisions(a, b, { start: from, end: settled }, most, work)
  if (listed.isComplete) return listed.found
  if (listed.found.length === 0 && !isExhausted(work) && canNeverMeet(a, b, settled, work)) return []
  const far = isExhausted(work) ? listed : collectCollisions(a, b, { start: from, end }, most, work)
  return far.found.length < most && isExhausted(work) ? makeExhaustedFault(work) : far.found
}

/** The first `most` occurrences that share time with a period. */
export function findPeriodCollisions(
  period: Period,
  recurrence: Recurrence,
  zones: Zones,
  most: number,
  limit?: WorkLimit,
): readonly Occurrence[] | CalendarFault {
  const occurrences = listOccurrences(recurrence, zones, period, limit)
  return isFault(occurrences)
    ? occurrences
    : occurrences.filter((occurrence) => isOverlapping(occurrence, period)).slice(0, most)
}

/** Following two weekly series for 400 years takes some 130,000 steps. */
export const collisionLimit: WorkLimit = { steps: 200_000, occurrences: 200_000 }

/** The Gregorian calendar, weekdays included, repeats itself after 400 years. */
const farReach = 146_097 * secondsOfDay

/** What lasts no time meets nothing. */
function takesTime({ length, fixed }: RecurrenceSet): boolean {
  return length.days > 0 || length.seconds > 0 || fixed.some(({ start, end }) => end > start)
}

/** When everything listed by hand is over, and only rules go on. */
function findSettled({ fixed, zone, start, following }: RecurrenceSet): Instant {
  const begin = following ? following.shift.move(start.local).start : zone.toInstant(start.local)
  return fixed.reduce((latest, { end }) => Math.max(latest, end), begin)
}
