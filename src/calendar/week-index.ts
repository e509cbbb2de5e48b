// WeekIndex: which of many series may take time in a period, without asking each: by the hours of the week they ever take.
import { findPlaceInWeek, type OpenedSeries, type WeeklyTimes } from './opened-series.ts'
import type { Period } from './period.ts'
import { secondsOfWeek } from './series-pattern.ts'
import { secondsOfDay } from './time.ts'
import type { TimeZone } from './time-zone.ts'

export interface WeekIndex {
  /** Their places in the list, ascending. Who is not named certainly takes no time in the period. */
  find(period: Period): readonly number[]
}

const hour = 3600
const hoursOfWeek = 168

/** Those of one zone: the clock is looked at once for all of them. */
interface ZoneIndex {
  readonly zone: TimeZone
  readonly all: number[]
  readonly byHour: number[][]
  longest: number
}

/** What is no series is always named. */
export function makeWeekIndex(series: readonly (OpenedSeries | undefined)[]): WeekIndex {
  const always: number[] = []
  const zones = new Map<TimeZone, ZoneIndex>()
  const byDay = new Map<number, number[]>()
  for (const [place, opened] of series.entries()) {
    const weekly = opened?.weekly
    if (!weekly?.fixed.every(isShort)) {
      always.push(place)
      continue
    }
    addSeries(openZone(zones, weekly.zone), place, weekly)
    for (const day of weekly.fixed.flatMap(listDays)) {
      const list = byDay.get(day)
      if (list) list.push(place)
      else byDay.set(day, [place])
    }
  }
  return {
    find(period) {
      if (!isShort(period)) return [...series.keys()]
      const found = new Set(always)
      for (const day of listDays(period)) for (const place of byDay.get(day) ?? []) found.add(place)
      for (const index of zones.values()) for (const place of findInZone(index, period)) found.add(place)
      return [...found].sort((a, b) => a - b)
    },
  }
}

function isShort({ start, end }: Period): boolean {
  return end - start < secondsOfWeek
}

/** In UTC, counted from 1970. */
function listDays({ start, end }: Period): readonly number[] {
  const first = Math.floor(start / secondsOfDay)
  const last = Math.floor((Math.max(end, start + 1) - 1) / secondsOfDay)
  return Array.from({ length: last - first + 1 }, (_, step) => first + step)
}

function openZone(zones: Map<TimeZone, ZoneIndex>, zone: TimeZone): ZoneIndex {
  const known = zones.get(zone)
  if (known) return known
  const index = { zone, all: [], byHour: Array.from({ length: hoursOfWeek }, () => []), longest: 0 }
  zones.set(zone, index)
  return index
}

function addSeries(index: ZoneIndex, place: number, { slots, longest }: WeeklyTimes): void {
  index.all.push(place)
  index.longest = Math.max(index.longest, longest)
  for (const { start, length } of slots)
    for (const list of listHours(index, start, length)) if (list.at(-1) !== place) list.push(place)
}

function findInZone(index: ZoneIndex, period: Period): readonly number[] {
  const start = findPlaceInWeek(period, index)
  return start === undefined ? index.all : listHours(index, start, period.end - period.start).flat()
}

/** The hours that a time of the week touches, round the end of the week, each once. */
function listHours({ byHour }: ZoneIndex, start: number, length: number): readonly number[][] {
  const first = Math.floor(start / hour)
  const last = Math.floor((start + Math.max(length, 1) - 1) / hour)
  const count = Math.min(last - first + 1, hoursOfWeek)
  return Array.from({ length: count }, (_, step) => byHour[(first + step) % hoursOfWeek] ?? [])
}
