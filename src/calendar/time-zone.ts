// TimeZone: from wall clocks to instants and back; which zone a TZID names.
import type { Component } from './component.ts'
import { type CalendarFault, isFault, makeFault } from './fault.ts'
import { listForeignNames, readPlainName } from './foreign-time-zones.ts'
import type { CalendarTime, Instant } from './time.ts'
import { makeVtimezoneClock } from './vtimezone.ts'
import { makeFixedClock, type ZoneClock } from './zone-clock.ts'

export interface TimeZone extends ZoneClock {
  /** IANA name, or the TZID of a VTIMEZONE. */
  readonly name: string
  /** Is it in the zone tables, or only in the calendar object that came along? */
  readonly source: 'known' | 'object'
}

/** What the shell knows of the world's zones; handed in. */
export interface ZoneTables {
  /** Version of the zone data, for the store. */
  readonly version: string
  /** The zone of this IANA name (exact spelling), or nothing. */
  find(name: string): TimeZone | undefined
}

/** The zones of one calendar object as one user sees it. */
export interface Zones {
  resolve(tzid: string): TimeZone | CalendarFault
  /** For floating times and dates: the user's zone. */
  readonly local: TimeZone
}

export const utc: TimeZone = { name: 'UTC', source: 'known', ...makeFixedClock(0) }

/**
 * The zones of a calendar object with these VTIMEZONE components (by TZID), for a user in `localZone`.
 * A user's zone that nobody knows is UTC: never the host's.
 */
export function makeZones(tables: ZoneTables, timeZones: ReadonlyMap<string, Component>, localZone: string): Zones {
  const resolved = new Map<string, TimeZone | CalendarFault>()
  const resolve = (tzid: string): TimeZone | CalendarFault => {
    const before = resolved.get(tzid)
    if (before) return before
    const zone = resolveZone(tzid, tables, timeZones)
    resolved.set(tzid, zone)
    return zone
  }
  return { resolve, local: resolveLocal(localZone, tables) }
}

// A memory, not a registry: what it holds follows from the tables. It is asked for each booking, and there are few users' zones.
const knownLocals = new WeakMap<ZoneTables, Map<string, TimeZone>>()

function resolveLocal(localZone: string, tables: ZoneTables): TimeZone {
  const known = knownLocals.get(tables) ?? new Map<string, TimeZone>()
  knownLocals.set(tables, known)
  const before = known.get(localZone)
  if (before) return before
  const zone = resolveZone(localZone, tables, noTimeZones)
  const local = isFault(zone) ? utc : zone
  known.set(localZone, local)
  return local
}

const noTimeZones: ReadonlyMap<string, Component> = new Map()

/**
 * RFC 5545, 3.2.19 lets the VTIMEZONE decide. We trust a name that means a place first, since the rules that come along are
 * often old or wrong; see docs/standards.md. A name that means no certain place counts only where no VTIMEZONE comes along.
 */
function resolveZone(
  tzid: string,
  tables: ZoneTables,
  timeZones: ReadonlyMap<string, Component>,
): TimeZone | CalendarFault {
  const names = listForeignNames(tzid)
  const place = findPlace(names.places, tables)
  if (place) return place
  const component = findTimeZone(tzid, timeZones)
  if (component) {
    const clock = makeVtimezoneClock(component)
    if (!isFault(clock)) return { name: tzid, source: 'object', ...clock }
    return findGuess(tzid, names.guesses, tables) ?? clock
  }
  return (
    findGuess(tzid, names.guesses, tables) ??
    makeFault('unknown-zone', `the time zone ${shorten(tzid)} is not known, and no VTIMEZONE describes it`)
  )
}

function findPlace(names: readonly string[], tables: ZoneTables): TimeZone | undefined {
  for (const name of names) {
    const zone = tables.find(name) ?? (universalNames.has(name) ? utc : undefined)
    if (zone) return zone
  }
  return undefined
}

function findGuess(tzid: string, guesses: readonly (string | number)[], tables: ZoneTables): TimeZone | undefined {
  for (const guess of guesses) {
    if (typeof guess === 'number') return { name: tzid, source: 'known', ...makeFixedClock(guess) }
    const zone = findPlace([guess], tables)
    if (zone) return zone
  }
  return undefined
}

const universalNames: ReadonlySet<string> = new Set(['UTC', 'Etc/UTC', 'GMT', 'Etc/GMT', 'Etc/UCT', 'UCT', 'Zulu'])

function findTimeZone(tzid: string, timeZones: ReadonlyMap<string, Component>): Component | undefined {
  const component = timeZones.get(tzid)
  if (component) return component
  // Quirk: quotes, blanks and a colon at the end are in one of the two places only, see docs/quirks.md.
  const plain = readPlainName(tzid)
  for (const [name, candidate] of timeZones) if (readPlainName(name) === plain) return candidate
  return undefined
}

/** The instant a time means; floating times and dates in the user's zone. */
export function toInstant(time: CalendarTime, zones: Zones): Instant | CalendarFault {
  switch (time.kind) {
    case 'utc':
      return time.local
    case 'zoned': {
      const zone = zones.resolve(time.zone)
      return isFault(zone) ? zone : zone.toInstant(time.local)
    }
    default:
      // RFC 5545, 3.3.5, form 1: the reader's own zone.
      return zones.local.toInstant(time.local)
  }
}

/** What the clocks of a zone show. */
export function toLocalTime(instant: Instant, zone: TimeZone): CalendarTime {
  return { kind: 'zoned', local: zone.toLocal(instant), zone: zone.name }
}

/** The zone whose clock a time is read from. */
export function readZone(time: CalendarTime, zones: Zones): TimeZone | CalendarFault {
  return time.kind === 'utc' ? utc : time.kind === 'zoned' ? zones.resolve(time.zone) : zones.local
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}
