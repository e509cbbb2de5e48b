// Two recurrence sets side by side, in order of time: where they share some.
import { isOverlapping, type Period } from './period.ts'
import { type Occurrence, openRecurrence, type RecurrenceSet } from './recurrence-set.ts'
import { isExhausted, type Work } from './work-limit.ts'

export interface Collision {
  readonly a: Occurrence
  readonly b: Occurrence
}

export interface CollisionWalk {
  readonly found: readonly Collision[]
  /** Is there nothing more to find, at any later time? */
  readonly isComplete: boolean
}

/** The first `most` pairs inside a window. The one that lags behind is taken forward at once. */
export function collectCollisions(
  setA: RecurrenceSet,
  setB: RecurrenceSet,
  window: Period,
  most: number,
  work: Work,
): CollisionWalk {
  const found: Collision[] = []
  let nextA = openRecurrence(setA, window.start, endOfTime, work)
  let nextB = openRecurrence(setB, window.start, endOfTime, work)
  let a = nextA()
  let b = nextB()
  /** Of b, what began before the present a ends, and still lasts. */
  let open: Occurrence[] = []
  let idleA = 0
  let idleB = 0

  while (a !== undefined && a.start < window.end && !isExhausted(work)) {
    const present: Occurrence = a
    if (open.length > 0) open = open.filter(({ end }) => end > present.start)
    while (b !== undefined && b.start < present.end && !isExhausted(work)) {
      if (b.end > present.start) open.push(b)
      else if (++idleB > patience) {
        idleB = 0
        nextB = openRecurrence(setB, present.start, endOfTime, work)
        open = []
      }
      b = nextB()
    }
    work.steps -= open.length
    for (const each of open) {
      if (!isOverlapping(present, each)) continue
      found.push({ a: present, b: each })
      if (found.length >= most) return { found, isComplete: true }
    }
    if (open.length === 0) {
      if (b === undefined) return { found, isComplete: !isExhausted(work) }
      if (++idleA > patience) {
        idleA = 0
        // Nothing of b lasts now: what of a is over when b goes on can be left out.
        nextA = openRecurrence(setA, b.start, endOfTime, work)
      }
    }
    a = nextA()
    while (a !== undefined && a.start <= present.start) a = nextA()
  }
  return { found, isComplete: a === undefined && !isExhausted(work) }
}

/** So that a series that has nothing more is known from one that goes on behind the window. */
const endOfTime = Number.POSITIVE_INFINITY

/** Steps taken one by one before it is worth jumping. */
const patience = 8
