// The clock that a VTIMEZONE component describes, read with bounds: it comes by mail. RFC 5545, 3.6.5.
import type { Component, Property } from './component.ts'
import { type CalendarFault, isFault, makeFault } from './fault.ts'
import { findProperties, findProperty } from './properties.ts'
import { parseRecurrenceRule, type RecurrenceRule } from './recurrence-rule.ts'
import { type BoundRule, bindRule, findLastBefore, lastLocal } from './rule-walk.ts'
import {
  daysSinceEpoch,
  type Instant,
  type LocalSeconds,
  makeCivilDate,
  parseCalendarTime,
  secondsOfDay,
} from './time.ts'
import { isExhausted, makeWork, type Work, type WorkLimit } from './work-limit.ts'
import { makeFixedClock, makeZoneClock, type ZoneClock, type ZoneStretch } from './zone-clock.ts'

/** More STANDARD and DAYLIGHT parts than the history of any place has only cost time. */
const mostObservances = 500
/** The same for their rules, and for how often a rule may come true: whoever asks for a century walks through all of them. */
const mostRules = 40
const mostChangesAYear = 4
/** The same for the dates listed in all of them together. */
const mostDates = 5000
/** Looking for the changes of some years; a sound zone takes a few hundred steps. */
const blockLimit: WorkLimit = { steps: 20_000, occurrences: 20_000 }

/** The clock of a VTIMEZONE; a `bad-zone` fault where it describes none, or only by rules that no zone has. */
export function makeVtimezoneClock(component: Component): ZoneClock | CalendarFault {
  const parts = component.components.filter(({ name }) => name === 'STANDARD' || name === 'DAYLIGHT')
  if (parts.length === 0) return makeZoneFault(component, 'has neither STANDARD nor DAYLIGHT')
  if (parts.length > mostObservances) return makeZoneFault(component, 'has too many parts')
  const observances: Observance[] = []
  for (const part of parts) {
    const observance = readObservance(component, part)
    if (isFault(observance)) return observance
    observances.push(observance)
  }
  if (observances.reduce((sum, { rules }) => sum + rules.length, 0) > mostRules) {
    return makeZoneFault(component, 'has too many rules')
  }
  if (observances.reduce((sum, { dates }) => sum + dates.length, 0) > mostDates) {
    return makeZoneFault(component, 'lists too many dates')
  }
  const [first, ...others] = observances
  if (first === undefined) return makeZoneFault(component, 'has neither STANDARD nor DAYLIGHT')
  if (others.length === 0 && first.rules.length === 0 && first.dates.length === 1 && first.from === first.to) {
    return makeFixedClock(first.to)
  }
  return makeObservedClock(observances)
}

/** STANDARD or DAYLIGHT: when it begins, and the offset it then brings. */
interface Observance {
  readonly from: number
  readonly to: number
  /** DTSTART and RDATEs, on the clock before the change, ascending. */
  readonly dates: readonly LocalSeconds[]
  readonly rules: readonly ObservedRule[]
}

interface ObservedRule {
  readonly bound: BoundRule
  /** Of UNTIL and COUNT, on the clock before the change. */
  readonly last: LocalSeconds
}

function readObservance(zone: Component, part: Component): Observance | CalendarFault {
  const from = parseUtcOffset(findProperty(part, 'TZOFFSETFROM')?.value)
  const to = parseUtcOffset(findProperty(part, 'TZOFFSETTO')?.value)
  const start = parseCalendarTime(findProperty(part, 'DTSTART')?.value ?? '')
  // RFC 5545, 3.6.5: all three are required. Quirk: a lone offset stands for both, see docs/quirks.md.
  const [before, after] = [from ?? to, to ?? from]
  if (before === undefined || after === undefined) return makeZoneFault(zone, 'has a part without offsets')
  if (isFault(start)) return makeZoneFault(zone, 'has a part without a beginning')
  const readLocal = (time: { kind: string; local: number }) => (time.kind === 'utc' ? time.local + before : time.local)

  const dates = [readLocal(start)]
  for (const property of findProperties(part, 'RDATE')) {
    for (const text of property.value.split(',')) {
      const time = parseCalendarTime(text.split('/')[0] ?? '')
      if (!isFault(time)) dates.push(readLocal(time))
      if (dates.length > mostDates) return makeZoneFault(zone, 'lists too many dates')
    }
  }

  const rules: ObservedRule[] = []
  for (const property of findProperties(part, 'RRULE')) {
    const rule = readObservedRule(zone, property)
    if (isFault(rule)) return rule
    const bound = bindRule(rule, readLocal(start), false)
    const work = makeWork(blockLimit)
    if (isBusy(bound)) return makeZoneFault(zone, 'has a rule that changes the clock too often')
    const until = rule.until === undefined ? Number.POSITIVE_INFINITY : readLocal(rule.until)
    rules.push({ bound, last: Math.min(until, bound.findLastCounted(lastLocal, work)) })
  }
  return { from: before, to: after, dates: [...new Set(dates)].sort((a, b) => a - b), rules }
}

// RFC 5545, 3.6.5 allows any rule here; a clock is set once a year or so. What changes every second is an attack.
function readObservedRule(zone: Component, property: Property): RecurrenceRule | CalendarFault {
  const rule = parseRecurrenceRule(property.value)
  if (isFault(rule)) return rule
  if (rule.frequency !== 'YEARLY') return makeZoneFault(zone, `has a rule with FREQ=${rule.frequency}`)
  if (rule.byHour.length > 1 || rule.byMinute.length > 1 || rule.bySecond.length > 1) {
    return makeZoneFault(zone, 'has a rule that changes the clock several times a day')
  }
  return rule
}

function isBusy(bound: BoundRule): boolean {
  const step = bound.walk(bound.start, makeWork(blockLimit))
  const end = bound.start + 2 * 366 * secondsOfDay
  let count = 0
  while (count <= 2 * mostChangesAYear && step() < end) count += 1
  return count > 2 * mostChangesAYear
}

/** A change of the clock. */
interface Onset {
  readonly instant: Instant
  readonly from: number
  readonly to: number
}

/** Years are looked at in blocks, so that a zone since 1601 costs no more than one since last year. */
const yearsOfBlock = 8

function makeObservedClock(observances: readonly Observance[]): ZoneClock {
  const blocks = new Map<number, readonly ZoneStretch[]>()
  return makeZoneClock((instant) => {
    const year = makeCivilDate(Math.floor(clampInstant(instant) / secondsOfDay)).year
    const number = Math.floor(year / yearsOfBlock)
    let block = blocks.get(number)
    if (block === undefined) {
      block = makeBlock(observances, number)
      blocks.set(number, block)
    }
    return findInBlock(block, instant)
  })
}

function findInBlock(block: readonly ZoneStretch[], instant: Instant): ZoneStretch {
  for (const stretch of block) if (instant < stretch.end) return stretch
  return block.at(-1) ?? { start: Number.NEGATIVE_INFINITY, end: Number.POSITIVE_INFINITY, offset: 0 }
}

/** The stretches of some years; the first begins with them, or before, the last ends with them. */
function makeBlock(observances: readonly Observance[], number: number): readonly ZoneStretch[] {
  const start = number <= firstBlock ? Number.NEGATIVE_INFINITY : startOfBlock(number)
  const end = number >= lastBlock ? Number.POSITIVE_INFINITY : startOfBlock(number + 1)
  const work = makeWork(blockLimit)
  const onsets = observances
    .flatMap((observance) => listOnsets(observance, clampInstant(start), clampInstant(end), work))
    .sort((a, b) => a.instant - b.instant)
  const stretches: ZoneStretch[] = []
  let offset = findOffsetBefore(observances, start)
  let at = start
  for (const onset of onsets) {
    if (onset.instant > at && onset.to !== offset) {
      stretches.push({ start: at, end: onset.instant, offset })
      at = onset.instant
    }
    offset = onset.to
  }
  stretches.push({ start: at, end, offset })
  return stretches
}

function startOfBlock(number: number): Instant {
  return daysSinceEpoch(number * yearsOfBlock, 1, 1) * secondsOfDay
}

/** RFC 5545, 3.3.4: years have four digits. */
const firstBlock = 0
const lastBlock = Math.floor(9999 / yearsOfBlock)

function clampInstant(instant: Instant): Instant {
  return Math.min(Math.max(instant, startOfBlock(firstBlock)), lastLocal)
}

/** The changes with `from` <= instant < `to`. */
function listOnsets(observance: Observance, from: Instant, to: Instant, work: Work): readonly Onset[] {
  const locals: LocalSeconds[] = observance.dates.filter((date) => isBetween(date - observance.from, from, to))
  for (const { bound, last } of observance.rules) {
    const step = bound.walk(from + observance.from, work)
    for (let local = step(); local <= last && local - observance.from < to && !isExhausted(work); local = step()) {
      locals.push(local)
    }
  }
  return locals.map((local) => ({ instant: local - observance.from, from: observance.from, to: observance.to }))
}

function isBetween(instant: Instant, from: Instant, to: Instant): boolean {
  return from <= instant && instant < to
}

/** The offset the last change before an instant brought; before all of them, the one that the earliest replaces. */
function findOffsetBefore(observances: readonly Observance[], instant: Instant): number {
  let latest: Onset | undefined
  let earliest: Onset | undefined
  for (const observance of observances) {
    const start = observance.dates[0] ?? 0
    const first: Onset = { instant: start - observance.from, from: observance.from, to: observance.to }
    if (earliest === undefined || first.instant < earliest.instant) earliest = first
    const onset = findOnsetBefore(observance, instant)
    if (onset !== undefined && (latest === undefined || onset.instant >= latest.instant)) latest = onset
  }
  return latest?.to ?? earliest?.from ?? 0
}

/** A rule that comes every year is found at once. */
const firstReach = 400 * secondsOfDay

function findOnsetBefore(observance: Observance, before: Instant): Onset | undefined {
  if (before === Number.NEGATIVE_INFINITY) return undefined
  let latest: LocalSeconds | undefined
  for (const date of observance.dates) if (date - observance.from < before) latest = date
  for (const { bound, last } of observance.rules) {
    const found = findLastBefore(bound, Math.min(before + observance.from, last + 1), makeWork(blockLimit), firstReach)
    if (found !== undefined && (latest === undefined || found > latest)) latest = found
  }
  return latest === undefined
    ? undefined
    : { instant: latest - observance.from, from: observance.from, to: observance.to }
}

/** `+0100`, `-053020`. RFC 5545, 3.3.14. */
export function parseUtcOffset(text: string | undefined): number | undefined {
  const match = /^([+-])(\d{2}):?(\d{2}):?(\d{2})?$/.exec(text?.trim() ?? '')
  if (!match) return undefined
  const [hours, minutes, seconds] = [Number(match[2]), Number(match[3]), Number(match[4] ?? 0)]
  if (hours > 23 || minutes > 59 || seconds > 59) return undefined
  const offset = hours * 3600 + minutes * 60 + seconds
  return match[1] === '-' ? -offset : offset
}

/**
 * Does a VTIMEZONE contradict the zone that is used in its place? A fault to be noted where their offsets differ in the
 * year from an instant on.
 */
export function findZoneContradiction(
  component: Component,
  zone: ZoneClock & { readonly name: string },
  from: Instant,
): CalendarFault | undefined {
  const clock = makeVtimezoneClock(component)
  if (isFault(clock)) return clock
  for (let at = from; at < from + 366 * secondsOfDay; ) {
    const [theirs, ours] = [clock.findStretch(at), zone.findStretch(at)]
    if (theirs.offset !== ours.offset) {
      return makeZoneFault(component, `contradicts the known zone ${zone.name}, which is used`, 'zone-contradiction')
    }
    at = Math.min(theirs.end, ours.end)
  }
  return undefined
}

function makeZoneFault(component: Component, what: string, code = 'bad-zone'): CalendarFault {
  const tzid = findProperty(component, 'TZID')?.value ?? ''
  return makeFault(code, `the VTIMEZONE ${tzid.slice(0, 60)} ${what}`, 'VTIMEZONE')
}
