// Which dates of asked bookings are taken, and by whom; with capacity counted at one instant.
import { findCollisions, findPeriodCollisions } from '../calendar/collision.ts'
import { type CalendarFault, isFault } from '../calendar/fault.ts'
import { isOverlapping, type Period } from '../calendar/period.ts'
import type { Instant } from '../calendar/time.ts'
import type { ZoneTables } from '../calendar/time-zone.ts'
import { listAskedPeriods } from './asked-periods.ts'
import { readBookedRecurrence } from './booked-recurrence.ts'
import { type BusySchedule, type BusyTime, isTaking, makeBusyLookup, makeBusySchedule } from './busy-schedule.ts'
import type { Booking } from './record.ts'
import { makeBookingZones } from './record-zones.ts'
import type { FreeBusyWindow } from './window.ts'

export interface Conflict {
  /** The asked period that cannot be had. */
  readonly period: Period
  /** The bookings in its way, earliest first. */
  readonly with: readonly BusyTime[]
}

export interface ConflictQuestion {
  readonly asked: readonly Booking[]
  /** Covers the asked periods, the remainder of endless series included. */
  readonly window: FreeBusyWindow
  /** Bookings of this UID are our own old slot and do not count. */
  readonly uid: string
  /** How many may overlap at one instant: 1 for an ordinary room. */
  readonly capacity: number
  readonly zoneTables: ZoneTables
  /** For floating times: the zone of whose schedule it is. */
  readonly localZone: string
}

/**
 * In order of time; empty where all is free. RFC 5545, 3.6.1: the end of a booking does not belong to it. Series are compared by
 * their rules, so there is no day behind which nobody looks; with a capacity above one, the dates behind the first thousand
 * are counted at the first twenty meetings with each other series.
 */
export function findConflicts(question: ConflictQuestion): readonly Conflict[] | CalendarFault {
  const { window, zoneTables, localZone } = question
  const schedules: BusySchedule[] = []
  for (const booking of [...window.single, ...window.recurring]) {
    if (booking.uid === question.uid || !isTaking(booking)) continue
    const schedule = makeBusySchedule(booking, zoneTables, localZone)
    if (isFault(schedule)) return schedule
    schedules.push(schedule)
  }
  const conflicts: Conflict[] = []
  for (const booking of question.asked) {
    const periods = listCriticalPeriods(booking, schedules, question)
    if (isFault(periods)) return periods
    const listBusy = makeBusyLookup(schedules, periods.length)
    for (const period of periods) {
      const busy = listBusy(period)
      if (isFault(busy)) return busy
      if (isFull(period, busy, question.capacity)) conflicts.push({ period, with: busy })
    }
  }
  return conflicts.sort((a, b) => a.period.start - b.period.start)
}

/** Meetings of two rules that are looked at behind the listed dates: the first of them is a refusal already. */
const mostMeetings = 20

/** The dates of a booking that may be taken: all listed ones, and behind them those where it meets another booking. */
function listCriticalPeriods(
  booking: Booking,
  schedules: readonly BusySchedule[],
  { zoneTables, localZone }: ConflictQuestion,
): readonly Period[] | CalendarFault {
  const asked = listAskedPeriods(booking, zoneTables, localZone)
  if (isFault(asked)) return asked
  const recurrence = readBookedRecurrence(booking.recurrence)
  if (!asked.remainder || recurrence === undefined || isFault(recurrence)) return asked.listed
  const zones = makeBookingZones(booking, zoneTables, localZone)
  const far: Period[] = []
  for (const schedule of schedules) {
    const met = schedule.series
      ? findCollisions(
          recurrence,
          schedule.series.recurrence,
          zones,
          schedule.zones,
          asked.remainder.start,
          mostMeetings,
        )
      : isOverlapping(schedule.period, asked.remainder)
        ? findPeriodCollisions(schedule.period, recurrence, zones, mostMeetings)
        : []
    if (isFault(met)) return met
    for (const meeting of met) far.push('a' in meeting ? meeting.a : meeting)
  }
  const unique = new Map(
    far.filter(({ start }) => start >= (asked.remainder?.start ?? 0)).map((period) => [period.start, period]),
  )
  return [...asked.listed, ...unique.values()]
}

/** Is there an instant inside the period at which `capacity` bookings are already there? */
function isFull(period: Period, busy: readonly BusyTime[], capacity: number): boolean {
  if (busy.length < capacity) return false
  const clipped = busy.map((time) => ({
    start: Math.max(time.period.start, period.start),
    end: Math.min(time.period.end, period.end),
  }))
  // The count only rises where a booking starts, so it is enough to look there.
  return clipped.some(({ start }) => countAt(start, clipped) >= capacity)
}

function countAt(instant: Instant, periods: readonly Period[]): number {
  return periods.filter((period) => period.start <= instant && instant < period.end).length
}
