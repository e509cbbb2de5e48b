// BusySchedule: a booking made ready to be asked at which times it is there.
import { type CalendarFault, isFault } from '../calendar/fault.ts'
import { type OpenedSeries, openSeries } from '../calendar/opened-series.ts'
import { isOverlapping, type Period } from '../calendar/period.ts'
import type { Recurrence } from '../calendar/recurrence.ts'
import { toInstant, type Zones, type ZoneTables } from '../calendar/time-zone.ts'
import { makeWeekIndex, type WeekIndex } from '../calendar/week-index.ts'
import { readBookedRecurrence } from './booked-recurrence.ts'
import type { BookedRecurrence, Booking } from './record.ts'
import { makeBookingZones } from './record-zones.ts'

export interface BusySchedule {
  readonly booking: Booking
  readonly zones: Zones
  /** Of a single booking; of a series its first occurrence. */
  readonly period: Period
  readonly series: BusySeries | undefined
}

export interface BusySeries {
  readonly recurrence: Recurrence
  readonly opened: OpenedSeries
}

export interface BusyTime {
  readonly booking: Booking
  readonly period: Period
}

/** FREE takes no time; ORG is held by an organizer who does not attend. RFC 5545, 3.2.9. */
export function isTaking({ busyType }: Booking): boolean {
  return busyType !== 'FREE' && busyType !== 'ORG'
}

export function makeBusySchedule(
  booking: Booking,
  zoneTables: ZoneTables,
  localZone: string,
): BusySchedule | CalendarFault {
  if (booking.recurrence) return makeRecurring(booking, booking.recurrence, zoneTables, localZone)
  const zones = makeBookingZones(booking, zoneTables, localZone)
  const period = readPeriod(booking, zones)
  return isFault(period) ? period : { booking, zones, period, series: undefined }
}

// A memory, not a registry: what it holds follows from the booking. Endless series come along with every window of a
// schedule, and a program that lives longer is given the same ones again.
const known = new WeakMap<BookedRecurrence, KnownSchedule>()

interface KnownSchedule {
  readonly zoneTables: ZoneTables
  readonly localZone: string
  readonly schedule: BusySchedule | CalendarFault
}

function makeRecurring(
  booking: Booking,
  booked: BookedRecurrence,
  zoneTables: ZoneTables,
  localZone: string,
): BusySchedule | CalendarFault {
  const before = known.get(booked)
  if (before && before.zoneTables === zoneTables && before.localZone === localZone)
    return isFault(before.schedule) ? before.schedule : { ...before.schedule, booking }
  const schedule = readSeries(booking, zoneTables, localZone)
  known.set(booked, { zoneTables, localZone, schedule })
  return schedule
}

function readSeries(booking: Booking, zoneTables: ZoneTables, localZone: string): BusySchedule | CalendarFault {
  const zones = makeBookingZones(booking, zoneTables, localZone)
  const period = readPeriod(booking, zones)
  if (isFault(period)) return period
  const recurrence = readBookedRecurrence(booking.recurrence)
  if (isFault(recurrence)) return recurrence
  if (recurrence === undefined) return { booking, zones, period, series: undefined }
  const opened = openSeries(recurrence, zones)
  return isFault(opened) ? opened : { booking, zones, period, series: { recurrence, opened } }
}

function readPeriod({ start, end }: Booking, zones: Zones): Period | CalendarFault {
  const from = toInstant(start, zones)
  if (isFault(from)) return from
  const to = toInstant(end, zones)
  return isFault(to) ? to : { start: from, end: to }
}

/** Fewer periods than this are compared faster with all single bookings. */
const fewPeriods = 4

/** Fewer series than this are asked one by one. */
const fewSeries = 16

/** Of many series those are asked that fall on times of the week at which they ever take any. */
export function makeBusyLookup(
  schedules: readonly BusySchedule[],
  periods: number,
): (within: Period) => readonly BusyTime[] | CalendarFault {
  const single = schedules.filter(({ series }) => !series)
  const recurring = schedules.filter(({ series }) => series)
  const findSingle = periods < fewPeriods ? () => single : makeSingleIndex(single)
  if (recurring.length < fewSeries) return (within) => listBusyTimes([...findSingle(within), ...recurring], within)
  const index = openWeekIndex(recurring.flatMap(({ series }) => series?.opened ?? []))
  return (within) =>
    listBusyTimes([...findSingle(within), ...index.find(within).flatMap((place) => recurring[place] ?? [])], within)
}

// A memory like the one above: the same series come along with every window.
const knownIndexes = new WeakMap<OpenedSeries, { readonly all: readonly OpenedSeries[]; readonly index: WeekIndex }>()

function openWeekIndex(all: readonly OpenedSeries[]): WeekIndex {
  const [first] = all
  const known = first && knownIndexes.get(first)
  if (known?.all.length === all.length && known.all.every((opened, place) => opened === all[place])) return known.index
  const index = makeWeekIndex(all)
  if (first) knownIndexes.set(first, { all, index })
  return index
}

/** Which of many single bookings share time with a period: those near it are looked at. */
function makeSingleIndex(single: readonly BusySchedule[]): (within: Period) => readonly BusySchedule[] {
  const ordered = single.toSorted((a, b) => a.period.start - b.period.start)
  let latest = Number.NEGATIVE_INFINITY
  /** How far the ones up to each reach. */
  const reaches = ordered.map(({ period }) => {
    latest = Math.max(latest, period.end)
    return latest
  })
  return (within) => {
    let [low, high] = [0, ordered.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((ordered[middle]?.period.start ?? 0) < within.end) low = middle + 1
      else high = middle
    }
    const found: BusySchedule[] = []
    for (let place = low - 1; place >= 0 && (reaches[place] ?? 0) > within.start; place--)
      found.push(...ordered.slice(place, place + 1))
    return found.reverse()
  }
}

/** What shares time with a period, earliest first. */
function listBusyTimes(schedules: readonly BusySchedule[], within: Period): readonly BusyTime[] | CalendarFault {
  const busy: BusyTime[] = []
  for (const { booking, period, series } of schedules) {
    const times = series ? series.opened.list(within) : [period]
    if (isFault(times)) return times
    for (const { start, end } of times)
      if (isOverlapping({ start, end }, within)) busy.push({ booking, period: { start, end } })
  }
  return busy.sort((a, b) => a.period.start - b.period.start)
}
