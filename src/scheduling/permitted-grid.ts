// permitted_times as a grid on the clock of a resource: which times are on it, and which is the nearest, the next, the one before.
import { type Instant, type LocalSeconds, secondsOfDay } from '../calendar/time.ts'
import type { TimeZone } from '../calendar/time-zone.ts'
import type { PermittedTimes } from '../preferences/permitted-times.ts'

export interface Grid {
  /** The first permitted time that is not earlier. */
  next(instant: Instant): Instant | undefined
  /** The last permitted time that is not later. */
  previous(instant: Instant): Instant | undefined
}

/** Where all times are permitted each is its own next. */
const anyTime: Grid = { next: (instant) => instant, previous: (instant) => instant }

export function makeGrid(permitted: readonly PermittedTimes[], zone: TimeZone): Grid {
  if (permitted.length === 0) return anyTime
  return {
    next: (instant) => findOnGrid(permitted, zone, instant, 1),
    previous: (instant) => findOnGrid(permitted, zone, instant, -1),
  }
}

/** Midnights, for what lasts whole days. */
export function makeDayGrid(zone: TimeZone): Grid {
  const toDay = (round: (days: number) => number) => (instant: Instant) =>
    zone.toInstant(round(zone.toLocal(instant) / secondsOfDay) * secondsOfDay)
  return { next: toDay(Math.ceil), previous: toDay(Math.floor) }
}

export function isOnGrid(grid: Grid, instant: Instant): boolean {
  return grid.next(instant) === instant
}

/** The permitted time that is least far away; of two as near the earlier one. */
export function findNearest(grid: Grid, instant: Instant): Instant | undefined {
  const [before, after] = [grid.previous(instant), grid.next(instant)]
  if (before === undefined || after === undefined) return before ?? after
  return after - instant < instant - before ? after : before
}

/** Clocks are never set by more; two days hold every time of day, whatever they do. */
const daysLooked = 2

function findOnGrid(
  permitted: readonly PermittedTimes[],
  zone: TimeZone,
  instant: Instant,
  direction: 1 | -1,
): Instant | undefined {
  const local = zone.toLocal(instant)
  const today = Math.floor(local / secondsOfDay)
  for (let step = 0; step <= daysLooked; step++) {
    const day = today + direction * step
    const found = permitted
      .flatMap((times) => findOfDay(times, step === 0 ? local - day * secondsOfDay : undefined, direction) ?? [])
      // A local time that is left out, or comes twice, is another instant than the one that was looked for.
      .map((second) => zone.toInstant((day * secondsOfDay + second) satisfies LocalSeconds))
      .filter((found) => (found - instant) * direction >= 0)
      .sort((a, b) => (a - b) * direction)[0]
    if (found !== undefined) return found
  }
  return undefined
}

/** The first permitted second of a day from `from` on, or the last up to it. */
function findOfDay(times: PermittedTimes, from: number | undefined, direction: 1 | -1): number | undefined {
  const hours = inOrder(times.hours, 24, direction)
  const minutes = inOrder(times.minutes, 60, direction)
  const seconds = inOrder(times.seconds, 60, direction)
  const isReached = (second: number): boolean => from === undefined || (second - from) * direction >= 0
  for (const hour of hours) {
    // The last second of the hour, or its first when looking back, tells whether it is worth looking into.
    if (!isReached(hour * 3600 + (direction === 1 ? 3599 : 0))) continue
    for (const minute of minutes) {
      if (!isReached(hour * 3600 + minute * 60 + (direction === 1 ? 59 : 0))) continue
      for (const second of seconds)
        if (isReached(hour * 3600 + minute * 60 + second)) return hour * 3600 + minute * 60 + second
    }
  }
  return undefined
}

function inOrder(listed: readonly number[], count: number, direction: 1 | -1): readonly number[] {
  const numbers = listed.length > 0 ? listed : Array.from({ length: count }, (_, index) => index)
  return direction === 1 ? numbers : numbers.toReversed()
}
