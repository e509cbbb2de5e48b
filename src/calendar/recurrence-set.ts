// The recurrence set of a component on the clocks of its zones, as a stream that begins anywhere. RFC 5545, 3.8.5.
import { type CalendarFault, isFault } from './fault.ts'
import { type BoundRule, lastLocal } from './rule-walk.ts'
import { type Extent, findEnd, type Length, makeSpan, resolveLength } from './span.ts'
import { makeShift, type RangeChange, readOriginalLocal, type Shift } from './this-and-future.ts'
import { type CalendarTime, type Instant, type LocalSeconds, secondsOfDay } from './time.ts'
import { readZone, type TimeZone, toInstant, type Zones } from './time-zone.ts'
import type { Work } from './work-limit.ts'

/** What a component says about its repetition, zones not yet looked at. */
export interface Recurrence {
  readonly extent: Extent
  readonly rules: readonly BoundRule[]
  readonly dates: readonly Extent[]
  readonly exceptions: readonly CalendarTime[]
  /** Only the instances from a change with RANGE=THISANDFUTURE on, moved like it. RFC 5545, 3.8.4.4. */
  readonly range?: RangeChange
}

export interface Occurrence {
  /** The original start, for RECURRENCE-ID, in the form of DTSTART or of the RDATE. */
  readonly id: CalendarTime
  readonly start: Instant
  readonly end: Instant
  /** The start as it is written, where a range has moved it. */
  readonly time?: CalendarTime
}

export interface RecurrenceSet {
  readonly start: CalendarTime
  readonly zone: TimeZone
  readonly length: Length
  readonly rules: readonly ResolvedRule[]
  /** DTSTART and the RDATEs, by start, without duplicates and exceptions; of a range its own first one, too. */
  readonly fixed: readonly Occurrence[]
  /** All occurrences follow a range: where its first one was meant to start, and how they are moved. */
  readonly following: { readonly from: Instant; readonly shift: Shift } | undefined
  /** Asked with the original start. */
  isExcluded(original: Instant): boolean
  makeOccurrence(local: LocalSeconds, original: Instant): Occurrence
}

export interface ResolvedRule {
  readonly bound: BoundRule
  /** The last local time that UNTIL allows, roughly: changes of the clock apart. */
  readonly lastLocal: LocalSeconds
  /** The last start that UNTIL allows. */
  readonly lastStart: Instant
  /** The last local time that COUNT allows, once it is known. */
  readonly lastCounted?: LocalSeconds
}

export function resolveRecurrence(recurrence: Recurrence, zones: Zones): RecurrenceSet | CalendarFault {
  const { start } = recurrence.extent
  const zone = readZone(start, zones)
  if (isFault(zone)) return zone
  const length = resolveLength(recurrence.extent, zones)
  if (isFault(length)) return length
  const isExcluded = resolveExceptions(recurrence.exceptions, start, zone, zones)
  if (isFault(isExcluded)) return isExcluded

  const makeOccurrence = makeOccurrenceMaker(start, length, zone)
  const fixed: Occurrence[] = [makeOccurrence(start.local, zone.toInstant(start.local))]
  for (const date of recurrence.dates) {
    const occurrence = resolveDate(date, start, zone, zones, length)
    if (isFault(occurrence)) return occurrence
    fixed.push(occurrence)
  }
  const set: RecurrenceSet = {
    start,
    zone,
    length,
    rules: recurrence.rules.map((bound) => resolveUntil(bound, start, zone, zones)),
    fixed: sortFixed(fixed).filter((occurrence) => !isExcluded(occurrence.start)),
    following: undefined,
    isExcluded,
    makeOccurrence,
  }
  return recurrence.range ? resolveRange(set, recurrence.range, zones) : set
}

/** Of a series what follows a range, each where it has been moved to. RFC 5545, 3.8.4.4: counted by original starts. */
function resolveRange(set: RecurrenceSet, range: RangeChange, zones: Zones): RecurrenceSet | CalendarFault {
  const { start, zone, isExcluded } = set
  const id = adoptZone(range.id, start)
  const from = toInstant(id, zones)
  if (isFault(from)) return from
  const span = makeSpan(range.extent, zones)
  if (isFault(span)) return span
  const shift = makeShift(from, span, range.extent, start, zones)
  if (isFault(shift)) return shift
  // Quirk: a RECURRENCE-ID that is a date in a series with times stands for all of that day, see docs/quirks.md.
  const day = id.kind === 'date' && start.kind !== 'date' ? id.local : undefined
  const isLeftOut = (original: Instant): boolean =>
    original <= from || (day !== undefined && floorToDay(zone.toLocal(original)) === day) || isExcluded(original)

  const first: Occurrence = { id, ...span.period, time: span.start }
  const others = set.fixed.filter((occurrence) => !isLeftOut(occurrence.start))
  return {
    ...set,
    length: shift.length,
    fixed: sortFixed([
      ...(isExcluded(from) ? [] : [first]),
      ...others.map((occurrence) =>
        moveOccurrence(occurrence.id, readOriginalLocal(occurrence.id, occurrence.start, start, zone), shift),
      ),
    ]),
    following: { from, shift },
    isExcluded: isLeftOut,
    makeOccurrence: (local, original) => moveOccurrence(set.makeOccurrence(local, original).id, local, shift),
  }
}

function moveOccurrence(id: CalendarTime, local: LocalSeconds, shift: Shift): Occurrence {
  const { start, end, time } = shift.move(local)
  return { id, start, end, time }
}

function makeOccurrenceMaker(start: CalendarTime, length: Length, zone: TimeZone): RecurrenceSet['makeOccurrence'] {
  return (local, instant) => ({
    id: start.kind === 'zoned' ? { kind: 'zoned', local, zone: start.zone } : { kind: start.kind, local },
    start: instant,
    end: length.days === 0 ? instant + length.seconds : findEnd(local, length, zone),
  })
}

/** The set with COUNT already counted, for those who open it many times. */
export function withCounted(set: RecurrenceSet, horizon: Instant, work: Work): RecurrenceSet {
  const latest = findLatestOriginal(set, horizon)
  return {
    ...set,
    rules: set.rules.map((rule) => ({ ...rule, lastCounted: rule.bound.findLastCounted(latest, work) })),
  }
}

/** What the rules alone would make on another clock, without end and exceptions. */
export function makePattern(set: RecurrenceSet, zone: TimeZone): RecurrenceSet {
  const shift = set.following?.shift.on(zone)
  const makeOriginal = makeOccurrenceMaker(set.start, set.length, zone)
  return {
    start: set.start,
    zone,
    length: set.length,
    rules: set.rules.map(({ bound }) => ({
      bound,
      lastLocal,
      lastStart: Number.POSITIVE_INFINITY,
      lastCounted: Number.POSITIVE_INFINITY,
    })),
    fixed: [],
    following: shift && { from: Number.NEGATIVE_INFINITY, shift },
    isExcluded: excludeNothing,
    makeOccurrence: shift
      ? (local, original) => moveOccurrence(makeOriginal(local, original).id, local, shift)
      : makeOriginal,
  }
}

/**
 * The occurrences from an instant on, by start, without duplicates: those that start then or later, or still last then.
 * Ends with undefined: also where the work is exhausted, and anywhere behind `horizon`.
 */
export function openRecurrence(
  set: RecurrenceSet,
  from: Instant,
  horizon: Instant,
  work: Work,
): () => Occurrence | undefined {
  const sources = set.rules.map((rule) => openRule(set, rule, from, horizon, work))
  const heads = sources.map((next) => next())
  let position = 0
  let last = Number.NEGATIVE_INFINITY

  return () => {
    for (;;) {
      let fixed = set.fixed[position]
      while (fixed !== undefined && !isReaching(fixed, from)) fixed = set.fixed[++position]
      let best = fixed
      let source = -1
      for (let at = 0; at < heads.length; at++) {
        const head = heads[at]
        // RFC 5545, 3.8.5.2: of equal starts one counts. We take that of an RDATE: a PERIOD brings its own length.
        if (head !== undefined && (best === undefined || head.start < best.start)) {
          best = head
          source = at
        }
      }
      if (best === undefined) return undefined
      if (source === -1) position += 1
      else heads[source] = sources[source]?.()
      if (best.start === last) continue
      last = best.start
      return best
    }
  }
}

function isReaching(occurrence: Occurrence, from: Instant): boolean {
  return occurrence.start >= from || occurrence.end > from
}

/** The occurrences of one rule. */
function openRule(
  set: RecurrenceSet,
  { bound, lastLocal: untilLocal, lastStart, lastCounted }: ResolvedRule,
  from: Instant,
  horizon: Instant,
  work: Work,
): () => Occurrence | undefined {
  const { zone, following } = set
  const first = findEarliestOriginal(set, from)
  // From DTSTART on, COUNT is counted along the way; otherwise the last one must be known beforehand.
  const isCounting = lastCounted === undefined && bound.rule.count !== undefined && first <= bound.start
  let remaining = isCounting ? (bound.rule.count ?? 0) - 1 : Number.POSITIVE_INFINITY
  const behind = findLatestOriginal(set, horizon)
  const counted = isCounting ? lastLocal : (lastCounted ?? bound.findLastCounted(behind, work))
  const latest = Math.min(untilLocal, counted)
  const step = bound.walk(first, work, Math.min(latest, behind))
  // Local times that a gap of the clock moves behind later ones wait until none can come before them any more.
  const held: Occurrence[] = []
  let earliestToCome = Number.NEGATIVE_INFINITY

  return () => {
    for (;;) {
      const [waiting] = held
      if (waiting !== undefined && waiting.start <= earliestToCome) return held.shift()
      const local = step()
      if (local > latest || (local > bound.start && remaining-- <= 0)) {
        if (waiting === undefined) return undefined
        earliestToCome = Number.POSITIVE_INFINITY
        continue
      }
      work.steps -= 1
      const original = zone.toInstant(local)
      const moved = following?.shift.move(local)
      const start = moved?.start ?? original
      const isInGap = moved?.isInGap ?? zone.toLocal(original) !== local
      // No gap is longer than a day.
      earliestToCome = isInGap ? start - secondsOfDay : start
      if (original > lastStart || set.isExcluded(original)) continue
      const occurrence = set.makeOccurrence(local, original)
      if (!isReaching(occurrence, from)) continue
      if (!isInGap && waiting === undefined) return occurrence
      held.push(occurrence)
      held.sort((one, other) => one.start - other.start)
    }
  }
}

/** No original local time before this one makes an occurrence that starts or lasts at the instant or later. */
function findEarliestOriginal({ zone, length, following }: RecurrenceSet, from: Instant): LocalSeconds {
  const clock = following?.shift.clock ?? zone
  const local = findEarliestLocal(clock, from - findReach(length))
  if (!following) return local
  return Math.max(local - following.shift.seconds, findEarliestLocal(zone, following.from))
}

/** No original local time after this one makes an occurrence that starts before the instant. */
function findLatestOriginal({ zone, following }: RecurrenceSet, instant: Instant): LocalSeconds {
  if (!following) return findLatestLocal(zone, instant)
  // A date begins up to a day before the time that was moved to it.
  return Math.min(findLatestLocal(following.shift.clock, instant) - following.shift.seconds + secondsOfDay, lastLocal)
}

/** How long before an instant something may start that lasts until then. */
function findReach(length: Length): number {
  return length.days === 0 ? length.seconds : (length.days + 1) * secondsOfDay + length.seconds
}

/** No local time before this one is at the instant or later. */
function findEarliestLocal(zone: TimeZone, instant: Instant): LocalSeconds {
  if (instant === Number.NEGATIVE_INFINITY) return instant
  // Right after a gap, the times inside it are still to come.
  return Math.min(zone.toLocal(instant), zone.toLocal(instant - secondsOfDay) + secondsOfDay)
}

/** No local time after this one is before the instant. */
function findLatestLocal(zone: TimeZone, instant: Instant): LocalSeconds {
  return instant === Number.POSITIVE_INFINITY ? lastLocal : zone.toLocal(instant) + secondsOfDay
}

/** RFC 5545, 3.8.5.1: exceptions take away from all the others. Compared by instant, so that they may come in any zone. */
function resolveExceptions(
  exceptions: readonly CalendarTime[],
  start: CalendarTime,
  zone: TimeZone,
  zones: Zones,
): ((start: Instant) => boolean) | CalendarFault {
  if (exceptions.length === 0) return excludeNothing
  const instants = new Set<Instant>()
  const days = new Set<LocalSeconds>()
  for (const exception of exceptions) {
    if (exception.kind === 'date' && start.kind !== 'date') {
      // Quirk: a date in the EXDATE of a series with times means all of that day, see docs/quirks.md.
      days.add(exception.local)
      continue
    }
    const time = start.kind === 'date' ? makeDate(exception, zones) : adoptZone(exception, start)
    const instant = isFault(time) ? time : toInstant(time, zones)
    if (isFault(instant)) return instant
    instants.add(instant)
  }
  if (days.size === 0) return (instant) => instants.has(instant)
  return (instant) => instants.has(instant) || days.has(floorToDay(zone.toLocal(instant)))
}

function excludeNothing(): boolean {
  return false
}

/** One RDATE, with a length of its own if it is a PERIOD. RFC 5545, 3.8.5.2. */
function resolveDate(
  date: Extent,
  start: CalendarTime,
  startZone: TimeZone,
  zones: Zones,
  length: Length,
): Occurrence | CalendarFault {
  const id = fitToStart(date.start, start, zones)
  if (isFault(id)) return id
  const zone = id.kind === 'zoned' ? zones.resolve(id.zone) : id.kind === start.kind ? startZone : readZone(id, zones)
  if (isFault(zone)) return zone
  const instant = zone.toInstant(id.local)
  if (date.end.kind === 'absent') return { id, start: instant, end: findEnd(id.local, length, zone) }
  const end = date.end.kind === 'time' ? { kind: 'time' as const, time: adoptZone(date.end.time, start) } : date.end
  const own = resolveLength({ start: id, end }, zones)
  return isFault(own) ? own : { id, start: instant, end: findEnd(id.local, own, zone) }
}

/** RFC 5545, 3.8.5.2: RDATE has the type of DTSTART. Quirk: where not, the missing half is DTSTART's, see docs/quirks.md. */
export function fitToStart(time: CalendarTime, start: CalendarTime, zones: Zones): CalendarTime | CalendarFault {
  if (start.kind === 'date') return makeDate(time, zones)
  if (time.kind === 'date') return { ...start, local: time.local + start.local - floorToDay(start.local) }
  return adoptZone(time, start)
}

/** Quirk: a floating time beside a DTSTART with a zone has lost its TZID and means the same clock, see docs/quirks.md. */
export function adoptZone(time: CalendarTime, start: CalendarTime): CalendarTime {
  return time.kind === 'floating' && start.kind === 'zoned'
    ? { kind: 'zoned', local: time.local, zone: start.zone }
    : time
}

/** The day a time lies on, for an all-day series. */
function makeDate(time: CalendarTime, zones: Zones): CalendarTime | CalendarFault {
  if (time.kind !== 'utc') return { kind: 'date', local: floorToDay(time.local) }
  // Quirk: Exchange gives the user's midnight in UTC; others write the date with a Z, see docs/quirks.md.
  const local = zones.local.toLocal(time.local)
  return { kind: 'date', local: local === floorToDay(local) ? local : floorToDay(time.local) }
}

function resolveUntil(bound: BoundRule, start: CalendarTime, zone: TimeZone, zones: Zones): ResolvedRule {
  const { until } = bound.rule
  const endless = { bound, lastLocal, lastStart: Number.POSITIVE_INFINITY }
  if (until === undefined) return endless
  if (start.kind === 'date') {
    const date = makeDate(until, zones)
    return isFault(date) ? endless : { ...endless, lastLocal: Math.min(date.local, lastLocal) }
  }
  // RFC 5545, 3.3.10: UNTIL is inclusive and has the type of DTSTART; a date beside times is read as all of that day.
  if (until.kind === 'date') return { ...endless, lastLocal: Math.min(until.local + secondsOfDay - 1, lastLocal) }
  if (until.kind === 'utc' && start.kind === 'zoned') {
    return { bound, lastLocal: findLatestLocal(zone, until.local), lastStart: until.local }
  }
  return { ...endless, lastLocal: until.local }
}

function sortFixed(fixed: Occurrence[]): readonly Occurrence[] {
  if (fixed.length < 2) return fixed
  // The first one is DTSTART; an RDATE with the same start comes before it.
  return fixed
    .reverse()
    .sort((a, b) => a.start - b.start)
    .filter((occurrence, at, all) => at === 0 || occurrence.start !== all[at - 1]?.start)
}

export function floorToDay(local: LocalSeconds): LocalSeconds {
  return Math.floor(local / secondsOfDay) * secondsOfDay
}
