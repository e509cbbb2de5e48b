// A VTIMEZONE for a zone that we know, for a time from which an event is on. RFC 5545, 3.6.5.
import type { Component } from './component.ts'
import { isFault } from './fault.ts'
import { makeProperty } from './properties.ts'
import { daysOfMonth, type Instant, makeCivilDate, secondsOfDay, serializeCalendarTime } from './time.ts'
import { makeVtimezoneClock } from './vtimezone.ts'
import { listChanges, type ZoneChange, type ZoneClock } from './zone-clock.ts'

/** So far the rules of an endless series are compared with the clock. */
const farAhead = 40 * 366 * secondsOfDay
/** Longer than the clocks are left alone where they are set twice a year. */
const longestRest = 400 * secondsOfDay
/** Changes that follow no rule and are named one by one, at most. */
const mostNamed = 60

/**
 * What the clocks do from then on: for ever, where rules say that, else as far as `until`; nothing where neither can be said. The changes
 * that follow no rule come first, one by one; then those of every year.
 */
export function makeVtimezone(tzid: string, clock: ZoneClock, from: Instant, until?: Instant): Component | undefined {
  const endless = describe(tzid, clock, from, undefined)
  return endless ?? (until === undefined ? undefined : describe(tzid, clock, from, until))
}

function describe(tzid: string, clock: ZoneClock, from: Instant, until: Instant | undefined): Component | undefined {
  const end = Math.min(until ?? Number.POSITIVE_INFINITY, from + farAhead)
  const changes = listChanges(clock, from - longestRest, end + 1)
  const firstIndex = Math.max(
    0,
    changes.findLastIndex(({ instant }) => instant <= from),
  )
  const needed = changes.slice(firstIndex)
  for (let named = 0; named <= Math.min(needed.length, mostNamed); named++) {
    const rules = listYearly(needed.slice(named))
    if (!rules) continue
    const single = needed.slice(0, named).map((change) => makeObservance(change))
    const observances = [...listStart(needed, clock, from), ...single, ...rules]
    const made: Component = { name: 'VTIMEZONE', properties: [makeProperty('TZID', tzid)], components: observances }
    if (isSame(made, clock, from, end)) return made
  }
  return undefined
}

/** Where the clocks were not set for long before, somebody must say what they show at first. */
function listStart(changes: readonly ZoneChange[], clock: ZoneClock, from: Instant): readonly Component[] {
  const [first] = changes
  if (first && first.instant <= from) return []
  const { offset } = clock.findStretch(from)
  return [makeObservance({ instant: -offset, before: offset, after: offset })]
}

/** Each kind of change with the rule that all of its kind follow, in the order they come; nothing where one of them follows none. */
function listYearly(changes: readonly ZoneChange[]): readonly Component[] | undefined {
  const kinds = new Map<string, ZoneChange[]>()
  for (const change of changes) {
    const kind = `${change.before} ${change.after}`
    const known = kinds.get(kind)
    if (known) known.push(change)
    else kinds.set(kind, [change])
  }
  const made: Component[] = []
  for (const ofKind of kinds.values()) {
    const [first] = ofKind
    const rule = findRule(ofKind)
    if (!first || rule === undefined) return undefined
    made.push(makeObservance(first, rule))
  }
  return made
}

const weekdays = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA']

interface LocalDate {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly weekday: string
  /** Which of these weekdays of the month, counted from its start and from its end. */
  readonly fromStart: number
  readonly fromEnd: number
  readonly secondOfDay: number
}

/** Every year once, in the same month, on the same weekday, at the same time of the clock before. */
function findRule(changes: readonly ZoneChange[]): string | undefined {
  const dates = changes.map(readLocalDate)
  const [first] = dates
  if (!first || dates.length < 2) return undefined
  const isAlike = (name: keyof LocalDate) => dates.every((date) => date[name] === first[name])
  const isYearly = dates.every(({ year }, index) => year === first.year + index)
  if (!isYearly || !isAlike('month') || !isAlike('weekday') || !isAlike('secondOfDay')) return undefined
  const rule = `FREQ=YEARLY;BYMONTH=${first.month}`
  if (isAlike('fromEnd')) return `${rule};BYDAY=-${first.fromEnd}${first.weekday}`
  if (isAlike('fromStart')) return `${rule};BYDAY=${first.fromStart}${first.weekday}`
  // The Saturday before the last Sunday: seven days of the month, one of which is a Saturday.
  const days = dates.map(({ day }) => day)
  const earliest = Math.min(...days)
  if (Math.max(...days) !== earliest + 6) return undefined
  return `${rule};BYDAY=${first.weekday};BYMONTHDAY=${[0, 1, 2, 3, 4, 5, 6].map((more) => earliest + more).join(',')}`
}

function readLocalDate({ instant, before }: ZoneChange): LocalDate {
  const local = instant + before
  const days = Math.floor(local / secondsOfDay)
  const { year, month, day } = makeCivilDate(days)
  return {
    year,
    month,
    day,
    // 1 January 1970 was a Thursday.
    weekday: weekdays[(((days + 4) % 7) + 7) % 7] ?? '',
    fromStart: Math.ceil(day / 7),
    fromEnd: Math.ceil((daysOfMonth(year, month) - day + 1) / 7),
    secondOfDay: local - days * secondsOfDay,
  }
}

function makeObservance({ instant, before, after }: ZoneChange, rule?: string): Component {
  return {
    name: after > before ? 'DAYLIGHT' : 'STANDARD',
    properties: [
      makeProperty('DTSTART', serializeCalendarTime({ kind: 'floating', local: instant + before })),
      makeProperty('TZOFFSETFROM', serializeOffset(before)),
      makeProperty('TZOFFSETTO', serializeOffset(after)),
      ...(rule === undefined ? [] : [makeProperty('RRULE', rule)]),
    ],
    components: [],
  }
}

// RFC 5545, 3.3.14.
function serializeOffset(offset: number): string {
  const seconds = Math.abs(offset)
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, ...(seconds % 60 > 0 ? [seconds % 60] : [])]
  return `${offset < 0 ? '-' : '+'}${parts.map((part) => String(part).padStart(2, '0')).join('')}`
}

/** What it says is what the clock shows, read as those will read it who get it. */
function isSame(made: Component, clock: ZoneClock, from: Instant, end: Instant): boolean {
  const read = makeVtimezoneClock(made)
  if (isFault(read)) return false
  for (let at = from; at < end; ) {
    const [theirs, ours] = [read.findStretch(at), clock.findStretch(at)]
    if (theirs.offset !== ours.offset) return false
    at = Math.min(theirs.end, ours.end)
  }
  return true
}
