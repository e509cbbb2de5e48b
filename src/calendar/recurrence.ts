// Recurrence: which instances DTSTART, RRULE, RDATE and EXDATE make; asked for by window, one after another, or for the end. RFC 5545, 3.8.5.
import type { Component, Property } from './component.ts'
import { parseDuration } from './duration.ts'
import { type CalendarFault, isFault, makeFault } from './fault.ts'
import type { Period } from './period.ts'
import { findProperties, readParameter } from './properties.ts'
import { parseRecurrenceRule } from './recurrence-rule.ts'
import {
  type Occurrence,
  openRecurrence,
  type Recurrence,
  type RecurrenceSet,
  type ResolvedRule,
  resolveRecurrence,
} from './recurrence-set.ts'
import { type BoundRule, bindRule, findLastBefore, isYieldingNothing, lastLocal } from './rule-walk.ts'
import { type Extent, readExtent } from './span.ts'
import { type CalendarTime, type Instant, parseCalendarTime, secondsOfDay } from './time.ts'
import type { Zones } from './time-zone.ts'
import { isExhausted, makeExhaustedFault, makeWork, type Work, type WorkLimit } from './work-limit.ts'

export type { Occurrence, Recurrence } from './recurrence-set.ts'

/** How a component repeats; nothing where it does not, a fault where that cannot be read or never happens. */
export function readRecurrence(component: Component): Recurrence | undefined | CalendarFault {
  return isRecurring(component) ? readSet(component) : undefined
}

export function isRecurring(component: Component): boolean {
  return component.properties.some(({ name }) => name === 'RRULE' || name === 'RDATE')
}

/** The same for a component that may happen only once: then DTSTART is all there is. */
export function readSet(component: Component): Recurrence | CalendarFault {
  const ruleProperties = findProperties(component, 'RRULE')
  const dateProperties = findProperties(component, 'RDATE')
  const extent = readExtent(component)
  if (isFault(extent)) return extent
  // RFC 5545, 3.8.2.4: what repeats has a DTSTART. A VTODO may have a DUE alone, which begins nothing.
  if (isRecurring(component) && component.properties.every(({ name }) => name !== 'DTSTART')) {
    return makeFault('no-start', `the ${component.name} repeats but has no DTSTART`, component.name)
  }
  const rules = readRules(ruleProperties, extent.start)
  if (isFault(rules)) return rules
  const dates: Extent[] = []
  for (const property of dateProperties) {
    const fault = readDates(property, dates)
    if (fault) return fault
  }
  const exceptions: CalendarTime[] = []
  for (const property of findProperties(component, 'EXDATE')) {
    const tzid = readParameter(property, 'TZID')
    for (const text of splitValues(property)) {
      const time = parseCalendarTime(text, tzid)
      if (isFault(time)) return { ...time, where: 'EXDATE' }
      exceptions.push(time)
    }
  }
  return { extent, rules, dates, exceptions }
}

/**
 * The occurrences that share time with a window, by start; one without length belongs to it if it starts inside.
 * A `too-much-work` or `too-many-occurrences` fault where the limit does not suffice.
 */
export function listOccurrences(
  recurrence: Recurrence,
  zones: Zones,
  window: Period,
  limit?: WorkLimit,
): readonly Occurrence[] | CalendarFault {
  const set = resolveRecurrence(recurrence, zones)
  if (isFault(set)) return set
  const work = makeWork(limit)
  const next = openRecurrence(set, window.start, window.end, work)
  const found: Occurrence[] = []
  for (let occurrence = next(); occurrence && occurrence.start < window.end; occurrence = next()) {
    found.push(occurrence)
    work.occurrences -= 1
    if (isExhausted(work)) break
  }
  return isExhausted(work) ? makeExhaustedFault(work) : found
}

/**
 * The occurrences from an instant on (those that still last then, or start then or later), one after another, by start.
 * The last value may be a fault: the limit was reached.
 */
export function* walkOccurrences(
  recurrence: Recurrence,
  zones: Zones,
  from: Instant = Number.NEGATIVE_INFINITY,
  limit?: WorkLimit,
): Generator<Occurrence | CalendarFault, void> {
  const set = resolveRecurrence(recurrence, zones)
  if (isFault(set)) {
    yield set
    return
  }
  const work = makeWork(limit)
  const next = openRecurrence(set, from, Number.POSITIVE_INFINITY, work)
  for (let occurrence = next(); occurrence && !isExhausted(work); occurrence = next()) {
    work.occurrences -= 1
    if (work.occurrences >= 0) yield occurrence
  }
  if (isExhausted(work)) yield makeExhaustedFault(work)
}

/** The first occurrence that starts later than an instant, if there is one. */
export function firstOccurrenceAfter(
  recurrence: Recurrence,
  zones: Zones,
  after: Instant,
  limit?: WorkLimit,
): Occurrence | undefined | CalendarFault {
  const set = resolveRecurrence(recurrence, zones)
  if (isFault(set)) return set
  const work = makeWork(limit)
  // Nearly always it comes soon, and then COUNT need not be counted to its end.
  for (const horizon of [after + nearHorizon, Number.POSITIVE_INFINITY]) {
    const next = openRecurrence(set, after, horizon, work)
    let occurrence = next()
    while (occurrence && occurrence.start <= after && !isExhausted(work)) occurrence = next()
    if (isExhausted(work)) return makeExhaustedFault(work)
    if (occurrence && occurrence.start < horizon) return occurrence
  }
  return undefined
}

const nearHorizon = 400 * secondsOfDay

/** When the last occurrence ends; nothing for an endless recurrence. Where all are taken away, the start of the component. */
export function findUntil(
  recurrence: Recurrence,
  zones: Zones,
  limit?: WorkLimit,
): Instant | undefined | CalendarFault {
  const set = resolveRecurrence(recurrence, zones)
  if (isFault(set)) return set
  const work = makeWork(limit)
  let latest = Number.NEGATIVE_INFINITY
  for (const { end } of set.fixed) latest = Math.max(latest, end)
  for (const rule of set.rules) {
    const end = findRuleEnd(set, rule, work)
    if (isExhausted(work)) return makeExhaustedFault(work)
    if (end === undefined) return undefined
    latest = Math.max(latest, end)
  }
  return latest === Number.NEGATIVE_INFINITY ? (set.following?.from ?? set.zone.toInstant(set.start.local)) : latest
}

/** When the last occurrence of a rule ends that is not taken away; -Infinity where none is left, nothing where it never ends. */
function findRuleEnd(set: RecurrenceSet, rule: ResolvedRule, work: Work): Instant | undefined {
  const { bound } = rule
  if (bound.rule.count === undefined && bound.rule.until === undefined) return undefined
  const counted = bound.findLastCounted(lastLocal, work)
  // A COUNT that reaches beyond the year 9999 is no end.
  if (bound.rule.until === undefined && counted === Number.POSITIVE_INFINITY) return undefined
  const last = Math.min(rule.lastLocal, counted)
  for (let before = last + 1; ; ) {
    const local = findLastBefore(bound, before, work)
    if (local === undefined) return Number.NEGATIVE_INFINITY
    const original = set.zone.toInstant(local)
    if (original <= (set.following?.from ?? Number.NEGATIVE_INFINITY)) return Number.NEGATIVE_INFINITY
    if (original <= rule.lastStart && !set.isExcluded(original)) return set.makeOccurrence(local, original).end
    before = local
  }
}

/** Two and more RRULEs are not wanted (RFC 5545, 3.8.5.3: SHOULD NOT); each adds its own. More than a few only cost time. */
const mostRules = 10

function readRules(properties: readonly Property[], start: CalendarTime): readonly BoundRule[] | CalendarFault {
  if (properties.length > mostRules) return makeFault('bad-rule', 'the component has too many rules', 'RRULE')
  const rules: BoundRule[] = []
  for (const property of properties) {
    const rule = parseRecurrenceRule(property.value)
    if (isFault(rule)) return rule
    const isDate = start.kind === 'date'
    if (isDate && clockFrequencies.has(rule.frequency)) {
      return makeFault('bad-rule', `an all-day component cannot repeat ${rule.frequency}`, 'RRULE')
    }
    const bound = bindRule(rule, start.local, isDate)
    const isNothing = isYieldingNothing(bound)
    if (isNothing !== false) {
      const [code, what] = isNothing
        ? ['rule-yields-nothing', 'never comes true']
        : ['too-much-work', 'comes true too rarely to be followed']
      return makeFault(code, `the rule ${property.value.slice(0, 60)} ${what}`, 'RRULE')
    }
    rules.push(bound)
  }
  return rules
}

const clockFrequencies: ReadonlySet<string> = new Set(['HOURLY', 'MINUTELY', 'SECONDLY'])

/** RFC 5545, 3.8.5.2: dates, times, or periods with an end or a duration. */
function readDates(property: Property, dates: Extent[]): CalendarFault | undefined {
  const tzid = readParameter(property, 'TZID')
  for (const text of splitValues(property)) {
    const [first = '', second] = text.split('/')
    const start = parseCalendarTime(first, tzid)
    if (isFault(start)) return { ...start, where: 'RDATE' }
    if (second === undefined) {
      dates.push({ start, end: { kind: 'absent' } })
    } else if (/^[+-]?P/i.test(second.trim())) {
      const duration = parseDuration(second)
      if (isFault(duration)) return { ...duration, where: 'RDATE' }
      dates.push({ start, end: { kind: 'duration', duration } })
    } else {
      const time = parseCalendarTime(second, tzid)
      if (isFault(time)) return { ...time, where: 'RDATE' }
      dates.push({ start, end: { kind: 'time', time } })
    }
  }
  return undefined
}

/** Quirk: an RDATE or EXDATE without a value, or with a comma too many, lists nothing there, see docs/quirks.md. */
function splitValues(property: Property): readonly string[] {
  return property.value.split(',').filter((text) => text.trim() !== '')
}
