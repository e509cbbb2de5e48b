// Proof that two series never meet: by the times of the week they may take at all, or by one round of their common period.
import { collectCollisions } from './collision-walk.ts'
import { makePattern, type RecurrenceSet } from './recurrence-set.ts'
import { type BoundRule, leastCommonMultiple } from './rule-walk.ts'
import { type Instant, type LocalSeconds, secondsOfDay } from './time.ts'
import type { TimeZone } from './time-zone.ts'
import { isExhausted, type Work } from './work-limit.ts'
import { listChanges, makeFixedClock, type ZoneChange } from './zone-clock.ts'

export const secondsOfWeek = 7 * secondsOfDay

/**
 * Is it certain that the rules of two sets never make occurrences that share time, from an instant on? No means: not certain.
 * While no clock is set, both series follow their patterns at a fixed distance from UTC each. So it suffices to compare the
 * patterns for each difference of the offsets that occurs, and to look at the days on which a clock is set while something lasts.
 */
export function canNeverMeet(a: RecurrenceSet, b: RecurrenceSet, from: Instant, work: Work): boolean {
  // What hangs on two clocks has no pattern of its own.
  if (a.following?.shift.isRegular === false || b.following?.shift.isRegular === false) return false
  const horizon = from + 146_097 * secondsOfDay
  const changesA = findChanges(a.zone, from, horizon)
  const changesB = a.zone === b.zone ? changesA : findChanges(b.zone, from, horizon)
  const differences = a.zone === b.zone ? [0] : listDifferences(a.zone, b.zone, changesA, changesB, from, horizon)
  if (isExhausted(work)) return false

  const weekA = listWeek(a, work)
  const weekB = listWeek(b, work)
  const isApart =
    weekA !== undefined &&
    weekB !== undefined &&
    differences.every((difference) => isDisjoint(weekA, shiftSlots(weekB, difference)))
  if (!isApart && !isApartInCycle(a, b, differences, from, work)) return false

  const touched = [...listTouched(changesA, weekA, from), ...listTouched(changesB, weekB, from)]
  const reach = findLongest(a) + findLongest(b) + 2 * secondsOfDay
  for (const { instant } of touched) {
    const window = { start: Math.max(from, instant - reach), end: instant + reach }
    if (collectCollisions(a, b, window, 1, work).found.length > 0 || isExhausted(work)) return false
  }
  return true
}

/** When the clock of a zone is set, over 400 years and more. */
interface Changes {
  readonly from: Instant
  readonly all: readonly ZoneChange[]
  /** One of each kind: by time of the week and offsets. There are few. */
  readonly kinds: ReadonlyMap<string, ZoneChange>
}

// A memory, not a registry: what it holds follows from the clock alone. A room's zone is asked for with each booking.
const knownChanges = new WeakMap<TimeZone, Changes>()
const rememberedReach = 50 * 366 * secondsOfDay

function findChanges(zone: TimeZone, from: Instant, horizon: Instant): Changes {
  const known = knownChanges.get(zone)
  if (known && known.from <= from && from <= known.from + rememberedReach) return known
  const all = listChanges(zone, from - 2 * secondsOfDay, horizon + rememberedReach)
  const changes: Changes = { from, all, kinds: new Map(all.map((change) => [nameKind(change), change])) }
  knownChanges.set(zone, changes)
  return changes
}

function nameKind({ instant, before, after }: ZoneChange): string {
  return `${modWeek(instant)} ${before} ${after}`
}

/** The changes while which something of the week may last. */
function listTouched(changes: Changes, week: readonly Slot[] | undefined, from: Instant): readonly ZoneChange[] {
  const touched = new Set<string>()
  for (const [kind, change] of changes.kinds) if (week === undefined || isTouchedBy(change, week)) touched.add(kind)
  if (touched.size === 0) return []
  return changes.all.filter((change) => change.instant > from - 2 * secondsOfDay && touched.has(nameKind(change)))
}

/** All differences of the offsets that occur from an instant on. */
function listDifferences(
  zoneA: TimeZone,
  zoneB: TimeZone,
  changesA: Changes,
  changesB: Changes,
  from: Instant,
  horizon: Instant,
): readonly number[] {
  const begin = from - 2 * secondsOfDay
  let offsetA = zoneA.findStretch(begin).offset
  let offsetB = zoneB.findStretch(begin).offset
  const differences = new Set([offsetA - offsetB])
  let atA = changesA.all.findIndex(({ instant }) => instant > begin)
  let atB = changesB.all.findIndex(({ instant }) => instant > begin)
  for (;;) {
    const [changeA, changeB] = [changesA.all[atA], changesB.all[atB]]
    const instant = Math.min(changeA?.instant ?? Number.POSITIVE_INFINITY, changeB?.instant ?? Number.POSITIVE_INFINITY)
    if (instant > horizon) return [...differences]
    if (changeA?.instant === instant) {
      offsetA = changeA.after
      atA += 1
    }
    if (changeB?.instant === instant) {
      offsetB = changeB.after
      atB += 1
    }
    differences.add(offsetA - offsetB)
  }
}

/** A time of the week that may be taken, on the clock, from Thursday 0:00 as 1970-01-01 was one. */
export interface Slot {
  readonly start: number
  readonly length: number
}

/** Every five minutes, and a little more. */
const mostSlots = 2100

/** All times of the week the rules may take, ascending; nothing where these are too many to say. */
export function listWeek(set: RecurrenceSet, work: Work): readonly Slot[] | undefined {
  const length = findLongest(set)
  const place = set.following?.shift.place ?? placeAsItIs
  const starts = new Set<number>()
  for (const { bound } of set.rules) {
    if (bound.secondsOfDay === undefined) {
      if (!addRounds(bound, starts, place, work)) return undefined
      continue
    }
    for (const [weekday, isTaken] of bound.weekdays.entries()) {
      if (!isTaken) continue
      for (const second of bound.secondsOfDay) starts.add(modWeek(place((weekday - 3) * secondsOfDay + second)))
    }
  }
  return [...starts].sort((a, b) => a - b).map((start) => ({ start, length }))
}

/** The times of the week of a rule by hours, minutes or seconds, if it comes round soon. */
function addRounds(
  bound: BoundRule,
  starts: Set<number>,
  place: (local: LocalSeconds) => LocalSeconds,
  work: Work,
): boolean {
  if (bound.cycle === undefined) return false
  const end = bound.start + leastCommonMultiple(bound.cycle, secondsOfWeek)
  const step = bound.walk(bound.start, work)
  for (let local = step(), count = 0; local < end; local = step(), count++) {
    if (count > mostSlots || isExhausted(work)) return false
    starts.add(modWeek(place(local)))
  }
  return !isExhausted(work)
}

function placeAsItIs(local: LocalSeconds): LocalSeconds {
  return local
}

export function findLongest({ length }: RecurrenceSet): number {
  return length.days * secondsOfDay + length.seconds
}

function shiftSlots(slots: readonly Slot[], seconds: number): readonly Slot[] {
  if (seconds === 0) return slots
  return slots
    .map(({ start, length }) => ({ start: modWeek(start + seconds), length }))
    .sort((a, b) => a.start - b.start)
}

/** Two ascending lists, each of slots of one length. */
function isDisjoint(a: readonly Slot[], b: readonly Slot[]): boolean {
  const [lastOfB] = b.slice(-1)
  if (lastOfB === undefined) return true
  let at = 0
  return a.every((one) => {
    while (at < b.length && (b[at]?.start ?? 0) < one.start) at += 1
    // Only the neighbours can share time, on the circle of the week.
    const before = b[at - 1] ?? lastOfB
    const after = b[at] ?? b[0] ?? lastOfB
    return !isSharing(one, before) && !isSharing(one, after)
  })
}

/** On the circle of the week; half-open. */
function isSharing(a: Slot, b: Slot): boolean {
  return modWeek(b.start - a.start) < a.length || modWeek(a.start - b.start) < b.length
}

/** Does anything of the week last while the clock is set, or begin or end in what is left out or comes twice? */
function isTouchedBy({ instant, before, after }: ZoneChange, week: readonly Slot[]): boolean {
  const start = instant + Math.min(before, after)
  const size = Math.abs(after - before)
  return week.some((slot) => modWeek(start - slot.start) <= slot.length || modWeek(slot.start - start) <= size)
}

export function modWeek(seconds: number): number {
  return seconds - Math.floor(seconds / secondsOfWeek) * secondsOfWeek
}

/** Longer common periods cost more than following the series themselves. */
const longestCycle = 4 * 366 * secondsOfDay

/** Do the patterns stay apart through one round of their common period, for each difference of the offsets? */
function isApartInCycle(
  a: RecurrenceSet,
  b: RecurrenceSet,
  differences: readonly number[],
  from: Instant,
  work: Work,
): boolean {
  let cycle = 1
  for (const { bound } of [...a.rules, ...b.rules]) {
    if (bound.cycle === undefined) return false
    cycle = leastCommonMultiple(cycle, bound.cycle)
    if (cycle > longestCycle) return false
  }
  // On these clocks an occurrence may begin a day earlier or later than on the true ones; one round holds all phases anyway.
  const begin = from + 2 * secondsOfDay
  const window = { start: begin, end: begin + cycle + findLongest(a) + findLongest(b) }
  const plain = makePattern(b, makeFixedZone(0))
  return differences.every((difference) => {
    const shifted = makePattern(a, makeFixedZone(difference))
    return collectCollisions(shifted, plain, window, 1, work).found.length === 0 && !isExhausted(work)
  })
}

function makeFixedZone(offset: number): TimeZone {
  return { name: '', source: 'object', ...makeFixedClock(offset) }
}
