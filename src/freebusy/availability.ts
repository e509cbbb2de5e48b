// When somebody cannot be booked at all: outside working hours, at blocked times, and as VAVAILABILITY says. RFC 7953, 4.
import type { Component } from '../calendar/component.ts'
import { groupEvents } from '../calendar/event-groups.ts'
import { type CalendarFault, isFault } from '../calendar/fault.ts'
import type { Period } from '../calendar/period.ts'
import { findProperty, readWord } from '../calendar/properties.ts'
import { listInstances } from '../calendar/series.ts'
import { readSpan, readTimeProperty } from '../calendar/span.ts'
import { makeZones, toInstant, type Zones, type ZoneTables } from '../calendar/time-zone.ts'
import type { Availability } from '../preferences/availability.ts'
import type { Preferences } from '../preferences/preferences.ts'
import { type BusyPeriod, cutPeriod, joinPeriods, type ShownType, subtractPeriods } from './busy-periods.ts'
import { listBlockedTimes, listWorkingHours } from './open-hours.ts'

/** What of a user's wishes says when nothing can be booked. */
export type OpenTimes = Pick<Preferences, 'zone' | 'bookingRules' | 'availability'>

/** All of it, in no order, cut to the window; a fault where a rule of VAVAILABILITY cannot be worked out. */
export function listClosed(
  { zone, bookingRules, availability }: OpenTimes,
  within: Period,
  zoneTables: ZoneTables,
): readonly BusyPeriod[] | CalendarFault {
  const { local } = makeZones(zoneTables, new Map(), zone)
  const open = listWorkingHours(bookingRules.workingHours, within, local)
  const closed = [...subtractPeriods(within, open), ...listBlockedTimes(bookingRules.blockedTimes, local)]
  const unavailable = listUnavailable(availability, within, zoneTables, zone)
  if (isFault(unavailable)) return unavailable
  return [
    ...closed.map((period): BusyPeriod => ({ ...cutPeriod(period, within), type: 'BUSY-UNAVAILABLE' })),
    ...unavailable,
  ].filter(({ start, end }) => start < end)
}

// RFC 7953, 4 and 5: from the lowest priority to the highest, each component's time is busy but for its AVAILABLE parts. The steps of 5 would
// free all AVAILABLE parts at the end, also those of a week that a holiday has taken over; that cannot be meant.
export function listUnavailable(
  availability: Availability | undefined,
  within: Period,
  zoneTables: ZoneTables,
  localZone: string,
): readonly BusyPeriod[] | CalendarFault {
  if (!availability) return []
  const zones = makeZones(zoneTables, availability.timeZones, localZone)
  let told: readonly BusyPeriod[] = []
  for (const group of groupByPriority(availability.components)) {
    const covered: BusyPeriod[] = []
    const free: Period[] = []
    for (const component of group) {
      const range = readRange(component, within, zones)
      if (isFault(range)) return range
      if (range.start >= range.end) continue
      const available = listAvailable(component, range, zones)
      if (isFault(available)) return available
      covered.push({ ...range, type: readBusyType(component) })
      free.push(...available)
    }
    const kept = without(told, joinPeriods(covered))
    told = [...kept, ...without(layByType(covered), joinPeriods(free))]
  }
  return [...told].sort((a, b) => a.start - b.start)
}

// RFC 7953, 4: without PRIORITY, or with 0, the lowest; then 9 down to 1.
function groupByPriority(components: readonly Component[]): readonly (readonly Component[])[] {
  const order = [0, 9, 8, 7, 6, 5, 4, 3, 2, 1]
  return order
    .map((priority) => components.filter((component) => readPriority(component) === priority))
    .filter((group) => group.length > 0)
}

function readPriority(component: Component): number {
  const priority = Number(findProperty(component, 'PRIORITY')?.value ?? 0)
  return Number.isInteger(priority) && priority >= 1 && priority <= 9 ? priority : 0
}

/** Unbounded where DTSTART, or DTEND and DURATION, are not there. RFC 7953, 3.1. */
function readRange(component: Component, within: Period, zones: Zones): Period | CalendarFault {
  const start = readTimeProperty(component, 'DTSTART')
  if (isFault(start)) return start
  if (start && (findProperty(component, 'DTEND') || findProperty(component, 'DURATION'))) {
    const span = readSpan(component, zones)
    return isFault(span) ? span : cutPeriod(span.period, within)
  }
  const end = readTimeProperty(component, 'DTEND')
  if (isFault(end)) return end
  const from = start ? toInstant(start, zones) : within.start
  if (isFault(from)) return from
  const to = end ? toInstant(end, zones) : within.end
  return isFault(to) ? to : cutPeriod({ start: from, end: to }, within)
}

/** AVAILABLE repeats, and has instances of its own, like an event. RFC 7953, 3.1. */
function listAvailable(component: Component, range: Period, zones: Zones): readonly Period[] | CalendarFault {
  const events = component.components
    .filter(({ name }) => name === 'AVAILABLE')
    .map((available): Component => ({ ...available, name: 'VEVENT' }))
  const periods: Period[] = []
  for (const group of groupEvents(events, zones)) {
    if (group.kind === 'unusable') return group.fault
    const instances = listInstances(group.series, group.overrides, zones, range)
    if (isFault(instances)) return instances
    periods.push(...instances.map(({ period }) => cutPeriod(period, range)))
  }
  return periods
}

// RFC 7953, 3.2: BUSY-UNAVAILABLE where it is absent, or a word we do not know.
function readBusyType(component: Component): ShownType {
  const word = readWord(component, 'BUSYTYPE')
  return word === 'BUSY' || word === 'BUSY-TENTATIVE' ? word : 'BUSY-UNAVAILABLE'
}

/** Where those of one priority overlap, the stronger type counts. RFC 7953, 4. */
const strongestFirst: readonly ShownType[] = ['BUSY', 'BUSY-UNAVAILABLE', 'BUSY-TENTATIVE']

function layByType(periods: readonly BusyPeriod[]): readonly BusyPeriod[] {
  const laid: BusyPeriod[] = []
  for (const type of strongestFirst) {
    const own = joinPeriods(periods.filter((period) => period.type === type)).map((period) => ({ ...period, type }))
    laid.push(...without(own, joinPeriods(laid)))
  }
  return laid
}

/** `others` sorted, without overlaps. */
function without(periods: readonly BusyPeriod[], others: readonly Period[]): readonly BusyPeriod[] {
  return periods.flatMap((period) => subtractPeriods(period, others).map((rest) => ({ ...rest, type: period.type })))
}
