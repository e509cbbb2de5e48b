// Which of the asked dates are refused: a series may be taken without some of its dates.
import type { Component } from '../calendar/component.ts'
import { type CalendarFault, isFault } from '../calendar/fault.ts'
import type { Period } from '../calendar/period.ts'
import { findProperty, makeProperty, withoutProperties, withProperties } from '../calendar/properties.ts'
import { listOccurrences } from '../calendar/recurrence.ts'
import { hasRange, makeRecurrenceKey } from '../calendar/recurrence-id.ts'
import type { Instant } from '../calendar/time.ts'
import type { Zones, ZoneTables } from '../calendar/time-zone.ts'
import { listAskedPeriods } from '../freebusy/asked-periods.ts'
import { readBookedRecurrence } from '../freebusy/booked-recurrence.ts'
import type { Conflict } from '../freebusy/conflicts.ts'
import type { Booking } from '../freebusy/record.ts'
import { makeBookingZones } from '../freebusy/record-zones.ts'
import { makeInstanceId } from '../itip/instance-id.ts'
import { moveComponent } from '../itip/move-component.ts'
import type { ReceivedPart } from '../itip/request.ts'
import { findRangeOf } from '../itip/series-end.ts'
import type { StoredSeries } from '../itip/stored-series.ts'
import type { ConflictTolerance } from '../preferences/preferences.ts'
import { mostRefused } from '../scheduling/most-refused.ts'

/** One refused date of an asked series, or an asked instance or event. */
export interface RefusedDate {
  readonly key: string
  /** The date as the request would have written it alone. */
  readonly component: Component
  readonly clash: Conflict
}

export interface AskedDates {
  readonly parts: readonly ReceivedPart[]
  /** What each part would book, if it takes time. */
  readonly bookings: readonly Booking[]
  /** Of the message. */
  readonly zones: Zones
  readonly zoneTables: ZoneTables
  readonly localZone: string
  readonly now: Instant
  /** A series is taken up to here only. */
  readonly until: Instant | undefined
}

/**
 * The refused dates, where the rest can be taken; `as-a-whole` where all is refused, or too much of it; nothing where only dates
 * are refused that are over.
 */
export function divideDates(
  asked: AskedDates,
  clashes: readonly Conflict[],
  tolerance: ConflictTolerance | undefined,
): readonly RefusedDate[] | 'as-a-whole' | CalendarFault {
  if (!isSeries(asked)) return 'as-a-whole'
  const coming = listComing(asked, clashes)
  if (coming.length === 0) return []
  // The same date may be refused to the series and to an instance that was moved onto it.
  if (coming.length > mostRefused * asked.parts.length) return 'as-a-whole'
  const refused: RefusedDate[] = []
  let all = 0
  for (const part of asked.parts) {
    const booking = asked.bookings.find((candidate) => isOfPart(candidate, part))
    if (!booking) continue
    const dates = listRefused(part, booking, coming, asked)
    if (isFault(dates)) return dates
    refused.push(...dates)
    const count = countComing(booking, asked)
    if (isFault(count)) return count
    all += count
  }
  // A refusal that is about none of the dates would be lost.
  const isPlaced = coming.every(({ period }) => refused.some(({ clash }) => isSamePeriod(clash.period, period)))
  const isTolerated = refused.length <= mostRefused && isTolerable(refused.length, all, tolerance)
  return isPlaced && isTolerated && refused.length < all ? refused.toSorted(compareDates) : 'as-a-whole'
}

/** Under one key an instance and a change of all later ones may stand side by side. */
function isOfPart({ recurrenceId = '', recurrence }: Booking, { key, component }: ReceivedPart): boolean {
  return recurrenceId === key && (key === '' || (recurrence !== undefined) === isRange(component))
}

function isRange(component: Component): boolean {
  const id = findProperty(component, 'RECURRENCE-ID')
  return id !== undefined && hasRange(id)
}

/** Is more than one date asked for? */
export function isSeries({ bookings }: Pick<AskedDates, 'bookings'>): boolean {
  return bookings.length > 1 || bookings.some((booking) => booking.recurrence !== undefined)
}

/** What is over cannot be had any more, and is no reason to refuse what comes. */
export function listComing({ now }: Pick<AskedDates, 'now'>, clashes: readonly Conflict[]): readonly Conflict[] {
  return clashes.filter(({ period }) => period.end > now)
}

function isTolerable(refused: number, all: number, tolerance: ConflictTolerance | undefined): boolean {
  if (tolerance === undefined) return true
  return tolerance.kind === 'number' ? refused <= tolerance.most : refused * 100 <= tolerance.most * all
}

function countComing(booking: Booking, { zoneTables, localZone, now, until }: AskedDates): number | CalendarFault {
  const periods = listAskedPeriods(booking, zoneTables, localZone, now)
  if (isFault(periods)) return periods
  const coming = periods.listed.filter(({ start, end }) => end > now && (until === undefined || start < until))
  return coming.length + (periods.remainder && until === undefined ? 1 : 0)
}

function listRefused(
  part: ReceivedPart,
  booking: Booking,
  clashes: readonly Conflict[],
  asked: AskedDates,
): readonly RefusedDate[] | CalendarFault {
  const { zones } = asked
  const bookingZones = makeBookingZones(booking, asked.zoneTables, asked.localZone)
  const recurrence = booking.recurrence && readBookedRecurrence(booking.recurrence)
  if (isFault(recurrence)) return recurrence
  const refused = new Map<string, RefusedDate>()
  for (const clash of clashes) {
    if (recurrence === undefined) {
      const periods = listAskedPeriods(booking, asked.zoneTables, asked.localZone)
      if (isFault(periods)) return periods
      if (periods.listed.some((period) => isSamePeriod(period, clash.period)))
        return [{ key: part.key, component: part.component, clash }]
      continue
    }
    const occurrences = listOccurrences(recurrence, bookingZones, clash.period)
    if (isFault(occurrences)) return occurrences
    for (const occurrence of occurrences) {
      if (!isSamePeriod(occurrence, clash.period)) continue
      const key = makeRecurrenceKey(occurrence.id, bookingZones)
      if (isFault(key)) return key
      refused.set(key, { key, component: makeDate(part.component, key, occurrence, zones), clash })
    }
  }
  return [...refused.values()]
}

function isSamePeriod(a: Period, b: Period): boolean {
  return a.start === b.start && a.end === b.end
}

function compareDates(a: RefusedDate, b: RefusedDate): number {
  return a.clash.period.start - b.clash.period.start || (a.key < b.key ? -1 : 1)
}

/** One date of a series as a component of its own, at that time. RFC 5546, 3.7.1. */
export function makeDate(series: Component, key: string, period: Period, zones: Zones): Component {
  const bare = withoutProperties(series, 'RRULE', 'RDATE', 'EXDATE', 'RECURRENCE-ID')
  return moveComponent(withProperties(bare, makeInstanceId(series, key, zones)), period, zones)
}

/** Marks an instance that is there only because we refused that date of a series: the organizer has never sent it. */
const refusalMark = 'X-IMIP-AGENT-REFUSED'

export function withRefusalMark(component: Component): Component {
  return withProperties(component, makeProperty(refusalMark, 'TRUE'))
}

export function isRefusedDate(component: Component): boolean {
  return findProperty(component, refusalMark) !== undefined
}

/**
 * As its organizer knows the series: what is asked anew, the series or a change of all later dates, is asked for all its dates.
 * Those of a change that nobody asks about stay refused.
 */
export function withoutRefusedDates(
  series: StoredSeries,
  asked: readonly Pick<ReceivedPart, 'key'>[],
  zones: Zones,
): StoredSeries {
  const keys = new Set(asked.map(({ key }) => key))
  const isAskedAnew = (key: string): boolean => keys.has(findRangeOf(series, key, zones)?.key ?? '')
  return {
    ...series,
    parts: series.parts.filter(({ key, component }) => !isRefusedDate(component) || !isAskedAnew(key)),
  }
}
