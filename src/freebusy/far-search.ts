// What cannot be had of endless series behind their listed dates: looked for in order, a stretch of the schedule at a time, up to the last
// single booking; behind that, series against series. It ends as soon as enough is found, and never holds more than a stretch.
import { findCollisions } from '../calendar/collision.ts'
import type { Collision } from '../calendar/collision-walk.ts'
import { type CalendarFault, isFault, makeFault } from '../calendar/fault.ts'
import type { Period } from '../calendar/period.ts'
import { type Occurrence, type Recurrence, walkOccurrences } from '../calendar/recurrence.ts'
import { type Instant, secondsOfDay } from '../calendar/time.ts'
import type { Zones } from '../calendar/time-zone.ts'
import { listAskedPeriods } from './asked-periods.ts'
import { readBookedRecurrence } from './booked-recurrence.ts'
import type { BusySchedule } from './busy-schedule.ts'
import { type Conflict, type ConflictQuestion, judgePeriods, type KnownBookings, openSchedules } from './conflicts.ts'
import type { Booking } from './record.ts'
import { makeBookingZones } from './record-zones.ts'

/** A question about a schedule of which nobody could hold all that it must look at. */
export interface FarSearch {
  /** What is asked, so that the answer is found again. */
  readonly key: string
  /** Asks for one stretch of the schedule after another; no single booking lies behind `lastEnd`. */
  run(lastEnd: Instant): FarSteps
}

export type FarSteps = Generator<readonly Period[], FarFound, KnownBookings>

/** In order of time. A fault where it cannot be worked out. */
export type FarFound = readonly Conflict[] | CalendarFault

export interface FarQuestion extends ConflictQuestion {
  /** With more than so many the answer is settled. */
  readonly most: number
}

/** Some years of a weekly meeting: the dates that are looked at together. */
const stretchDates = 250

export function* searchFar(question: FarQuestion, lastEnd: Instant): FarSteps {
  const found: Conflict[] = []
  for (const booking of question.asked) {
    if (found.length > question.most) break
    const asked = listAskedPeriods(booking, question.zoneTables, question.localZone, question.from)
    if (isFault(asked)) return asked
    const recurrence = readBookedRecurrence(booking.recurrence)
    if (!asked.remainder || recurrence === undefined || isFault(recurrence)) continue
    const zones = makeBookingZones(booking, question.zoneTables, question.localZone)
    const most = question.most - found.length
    const conflicts = yield* searchSeries(
      { recurrence, zones, remainder: asked.remainder },
      { ...question, most },
      lastEnd,
    )
    if (isFault(conflicts)) return conflicts
    found.push(...conflicts)
  }
  return found.sort((a, b) => a.period.start - b.period.start)
}

interface AskedSeries {
  readonly recurrence: Recurrence
  readonly zones: Zones
  readonly remainder: Period
}

function* searchSeries(series: AskedSeries, question: FarQuestion, lastEnd: Instant): FarSteps {
  const found = new Map<Instant, Conflict>()
  const add = (conflicts: readonly Conflict[]): boolean => {
    for (const conflict of conflicts) found.set(conflict.period.start, conflict)
    return found.size > question.most
  }
  const compare = makeComparison(series, question)
  const walk = makeWalk(series)
  let from = series.remainder.start
  let [silent, patience, walked] = [0, firstPatience, 0]
  while (from < Math.min(lastEnd, series.remainder.end)) {
    const dates = walk(from, lastEnd)
    if (isFault(dates)) return dates
    const last = dates.at(-1)
    if (last === undefined) break
    walked += dates.length
    if (walked > mostWalked) return makeTooMany()
    const { single, recurring } = yield dates
    const conflicts = judge(dates, [...single, ...recurring], question)
    if (isFault(conflicts)) return conflicts
    if (add(conflicts)) return [...found.values()]
    from = last.start + 1
    silent = single.length > 0 ? 0 : silent + 1
    if (silent < patience) continue
    // Nobody walks through centuries in which only series are booked.
    for (let quiet = firstQuiet; from < lastEnd; quiet *= 2) {
      const stretch = { start: from, end: Math.min(from + quiet, lastEnd) }
      const window = yield [stretch]
      if (window.single.length > 0) break
      const met = compare(window.recurring, stretch)
      if (isFault(met)) return met
      if (add(met)) return [...found.values()]
      from = stretch.end
    }
    // Much may be booked, and nothing at these very dates.
    silent = 0
    patience *= 2
  }
  const rest = { start: Math.max(series.remainder.start, lastEnd), end: series.remainder.end }
  if (rest.start < rest.end) {
    const met = compare((yield [rest]).recurring, rest)
    if (isFault(met)) return met
    add(met)
  }
  return [...found.values()]
}

const firstQuiet = 366 * secondsOfDay

/** So many stretches without a single booking at their dates make it worth to look whether there is any between them. */
const firstPatience = 4

/** So much time of a full schedule is held at once, where dates are long. */
const stretchLength = 31 * secondsOfDay

/** The next dates that start then or later, and before the end; a walk goes on where it stood, since each start of one costs. */
type Walk = (from: Instant, end: Instant) => readonly Period[] | CalendarFault

function makeWalk({ recurrence, zones }: AskedSeries): Walk {
  let walked: Iterator<Occurrence | CalendarFault> | undefined
  let waiting: Occurrence | undefined
  let next = Number.NEGATIVE_INFINITY
  return (from, end) => {
    if (walked === undefined || from !== next) {
      walked = walkOccurrences(recurrence, zones, from)[Symbol.iterator]()
      waiting = undefined
    }
    const dates: Period[] = []
    let length = 0
    while (dates.length < stretchDates && length < stretchLength) {
      const occurrence: Occurrence | CalendarFault | undefined = waiting ?? walked.next().value
      waiting = undefined
      if (occurrence === undefined) break
      if (isFault(occurrence)) return occurrence
      if (occurrence.start >= end) {
        waiting = occurrence
        break
      }
      if (occurrence.start < from) continue
      dates.push({ start: occurrence.start, end: occurrence.end })
      length += occurrence.end - occurrence.start
    }
    next = (dates.at(-1)?.start ?? from) + 1
    return dates
  }
}

function judge(dates: readonly Period[], bookings: readonly Booking[], question: FarQuestion): FarFound {
  const schedules = openSchedules(bookings, question)
  return isFault(schedules) ? schedules : judgePeriods(dates, schedules, question.capacity)
}

/** What of a stretch in which only series are booked cannot be had. */
type Comparison = (recurring: readonly Booking[], stretch: Period) => FarFound

function makeComparison(series: AskedSeries, question: FarQuestion): Comparison {
  if (question.capacity > 1) return (recurring, stretch) => meetTogether(series, recurring, stretch, question)
  const known = new Set<string>()
  // By its rule each series is compared once, for all time to come.
  return (recurring, stretch) => {
    const added = recurring.filter((booking) => !known.has(nameBooking(booking)))
    for (const booking of added) known.add(nameBooking(booking))
    return meetOne(series, added, stretch.start, question)
  }
}

function nameBooking({ uid, recurrenceId, start }: Booking): string {
  return JSON.stringify([uid, recurrenceId, start])
}

/** One at a time: whatever meets another series cannot be had. */
function meetOne(
  { recurrence, zones }: AskedSeries,
  bookings: readonly Booking[],
  from: Instant,
  question: FarQuestion,
): FarFound {
  const schedules = openSchedules(bookings, question)
  if (isFault(schedules)) return schedules
  const met = new Map<Instant, Period>()
  for (const schedule of schedules) {
    const collisions = findMeetings(recurrence, zones, schedule, from, question.most + 1)
    if (isFault(collisions)) return collisions
    for (const { a } of collisions) if (a.start >= from) met.set(a.start, { start: a.start, end: a.end })
    // Others may meet it earlier; but enough is enough.
    if (met.size > question.most) break
  }
  return judgePeriods(
    [...met.values()].sort((a, b) => a.start - b.start),
    schedules,
    1,
  )
}

/** The calendar repeats itself after 400 years, weekdays included. */
const round = 146_097 * secondsOfDay

/** 400 years of a daily meeting. */
const mostWalked = 150_000

/** Several at a time: only its dates tell whether as many are there together. */
function meetTogether(
  series: AskedSeries,
  bookings: readonly Booking[],
  stretch: Period,
  question: FarQuestion,
): FarFound {
  const schedules = openSchedules(bookings, question)
  if (isFault(schedules)) return schedules
  const meeting: BusySchedule[] = []
  for (const schedule of schedules) {
    const first = findMeetings(series.recurrence, series.zones, schedule, stretch.start, 1)
    if (isFault(first)) return first
    if (first.length > 0) meeting.push(schedule)
  }
  if (meeting.length < question.capacity) return []
  const end = Math.min(stretch.end, Math.max(stretch.start, ...meeting.map(({ period }) => period.end)) + round)
  const found: Conflict[] = []
  const walk = makeWalk(series)
  let walked = 0
  for (let from = stretch.start; from < end && found.length <= question.most; ) {
    const dates = walk(from, end)
    if (isFault(dates)) return dates
    const last = dates.at(-1)
    if (last === undefined) break
    const conflicts = judgePeriods(dates, meeting, question.capacity)
    if (isFault(conflicts)) return conflicts
    found.push(...conflicts)
    walked += dates.length
    if (walked > mostWalked) return makeTooMany()
    from = last.start + 1
  }
  return found
}

function makeTooMany(): CalendarFault {
  return makeFault('too-many-occurrences', 'its dates are too many to be compared with what is booked')
}

function findMeetings(
  recurrence: Recurrence,
  zones: Zones,
  { series, zones: zonesOfOther }: BusySchedule,
  from: Instant,
  most: number,
): readonly Collision[] | CalendarFault {
  return series ? findCollisions(recurrence, series.recurrence, zones, zonesOfOther, from, most) : []
}
