// How long what is known of an event is worth keeping. Nothing goes that a late message could still need.
import type { Component } from '../calendar/component.ts'
import { isFault } from '../calendar/fault.ts'
import { findProperties, readStamp } from '../calendar/properties.ts'
import { findUntil, readRecurrence } from '../calendar/recurrence.ts'
import { readSpan } from '../calendar/span.ts'
import { type Instant, parseCalendarTime } from '../calendar/time.ts'
import { makeZones, toInstant, type Zones, type ZoneTables } from '../calendar/time-zone.ts'
import type { Booking } from '../freebusy/record.ts'
import { isThisAndFuture } from '../itip/instances.ts'
import type { StoredPart, StoredSeries } from '../itip/stored-series.ts'
import { readSeriesZones } from './bookkeeping.ts'

/** In seconds. */
export interface Ages {
  /** After the last instance. */
  readonly bookings: number
  /** After the CANCEL. */
  readonly cancellations: number
  /** After a message came too early. */
  readonly held: number
}

export interface KnownOfUid {
  readonly series: StoredSeries | undefined
  readonly bookings: readonly Booking[]
}

export type Aged =
  /** All of it may be forgotten, what waits for the user included. */
  | { readonly kind: 'gone' }
  /** With the series as it stays; `next` is when something of it will be too old, nothing where it never will. */
  | { readonly kind: 'stays'; readonly series: StoredSeries | undefined; readonly next: Instant | undefined }

/** What was under way for long, or is tried again, must not be taken for new. */
const afterLastInstance = 30 * 86_400

export interface Clock {
  readonly now: Instant
  readonly zoneTables: ZoneTables
  readonly localZone: string
}

export function ageUid(known: KnownOfUid, ages: Ages, { now, zoneTables, localZone }: Clock): Aged {
  const zones = makeZones(zoneTables, readSeriesZones(known.series), localZone)
  const held = known.series?.held.filter(({ at }) => at + ages.held > now) ?? []
  const series = known.series && held.length < known.series.held.length ? { ...known.series, held } : known.series
  const over = findOver({ ...known, series }, ages, zones)
  if (held.length === 0 && over <= now) return { kind: 'gone' }
  // What has begun to be over while messages wait for it goes with the last of them.
  const dates = [...held.map(({ at }) => at + ages.held), ...(over > now && over !== never ? [over] : [])]
  return { kind: 'stays', series, next: dates.length === 0 ? undefined : Math.min(...dates) }
}

const never = Number.POSITIVE_INFINITY

/** When nothing of it is needed any more, what waits left aside. */
function findOver({ series, bookings }: KnownOfUid, ages: Ages, zones: Zones): Instant {
  const parts = series?.parts ?? []
  const cancelled = series?.cancelled ?? []
  const lasts = [
    ...[...parts, ...cancelled].map((part) => findLast(part, zones)),
    ...bookings.map((booking) => findLastOfBooking(booking, zones)),
  ]
  const last = Math.max(Number.NEGATIVE_INFINITY, ...lasts)
  const cancelledAt = cancelled.map(({ component }) => (readStamp(component) ?? 0) + ages.cancellations)
  const decided = series?.decided ?? []
  const retried = decided.map(({ at }) => at + afterLastInstance)
  if (parts.length + bookings.length > 0) return Math.max(last + ages.bookings, ...cancelledAt, ...retried)
  if (cancelled.length > 0) return Math.max(last + afterLastInstance, ...cancelledAt, ...retried)
  // Nothing but what was decided: when it would have been is known only where the answer says so.
  const told = decided.flatMap(({ answer }) => [...(answer?.dates ?? []), ...(answer?.proposed ?? [])])
  const ends = told.map(({ end }) => end + afterLastInstance)
  return Math.max(Number.NEGATIVE_INFINITY, ...ends, ...decided.map(({ at }) => at + ages.cancellations))
}

/** When the last instance ends. What cannot be worked out is kept. */
function findLast({ key, component }: StoredPart, zones: Zones): Instant {
  const end = findEnd(component, zones)
  const recurrence = readRecurrence(component)
  if (recurrence === undefined)
    return key === '' || !isThisAndFuture(component) ? end : Math.max(end, findKey(key, zones))
  if (isFault(recurrence)) return never
  const until = findUntil(recurrence, zones)
  return until === undefined || isFault(until) ? never : Math.max(until, end)
}

/** A CANCEL may say only which instance it is about, and a task need not say when it is due. */
function findEnd(component: Component, zones: Zones): Instant {
  const span = readSpan(component, zones)
  if (!isFault(span)) return span.period.end
  const [id] = findProperties(component, 'RECURRENCE-ID')
  if (id) return findKey(id.value, zones)
  return findProperties(component, 'DTSTART').length === 0 ? (readStamp(component) ?? never) : never
}

function findKey(key: string, zones: Zones): Instant {
  const time = parseCalendarTime(key)
  const instant = isFault(time) ? time : toInstant(time, zones)
  return isFault(instant) ? never : instant
}

function findLastOfBooking({ end, recurrence }: Booking, zones: Zones): Instant {
  if (recurrence) return recurrence.until ?? never
  const instant = toInstant(end, zones)
  return isFault(instant) ? never : instant
}
