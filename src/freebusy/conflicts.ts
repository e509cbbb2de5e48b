// Which dates of asked bookings are taken, and by whom; with capacity counted at one instant.
import { type CalendarFault, isFault } from '../calendar/fault.ts'
import type { Period } from '../calendar/period.ts'
import type { Instant } from '../calendar/time.ts'
import type { ZoneTables } from '../calendar/time-zone.ts'
import { listAskedPeriods } from './asked-periods.ts'
import { type BusySchedule, type BusyTime, isTaking, makeBusyLookup, makeBusySchedule } from './busy-schedule.ts'
import type { Booking } from './record.ts'

export interface Conflict {
  /** The asked period that cannot be had. */
  readonly period: Period
  /** The bookings in its way, earliest first. */
  readonly with: readonly BusyTime[]
}

/** What is known of a schedule. */
export interface KnownBookings {
  readonly single: readonly Booking[]
  readonly recurring: readonly Booking[]
}

export interface ConflictQuestion {
  readonly asked: readonly Booking[]
  /** Bookings of this UID are our own old slot and do not count. */
  readonly uid: string
  /** How many may overlap at one instant: 1 for an ordinary room. */
  readonly capacity: number
  /** Dates that are over then are not asked for. */
  readonly from?: Instant
  readonly zoneTables: ZoneTables
  /** For floating times: the zone of whose schedule it is. */
  readonly localZone: string
}

/**
 * In order of time; empty where all is free. RFC 5545, 3.6.1: the end of a booking does not belong to it. The window covers the
 * listed periods of what is asked; where a series goes on behind them, far-search.ts goes on.
 */
export function findConflicts(
  question: ConflictQuestion & { readonly window: KnownBookings },
): readonly Conflict[] | CalendarFault {
  const { window, zoneTables, localZone, from } = question
  const schedules = openSchedules([...window.single, ...window.recurring], question)
  if (isFault(schedules)) return schedules
  const conflicts: Conflict[] = []
  for (const booking of question.asked) {
    const periods = listAskedPeriods(booking, zoneTables, localZone, from)
    if (isFault(periods)) return periods
    const found = judgePeriods(periods.listed, schedules, question.capacity)
    if (isFault(found)) return found
    conflicts.push(...found)
  }
  return conflicts.sort((a, b) => a.period.start - b.period.start)
}

/** Those of other events that take time. */
export function openSchedules(
  bookings: readonly Booking[],
  { uid, zoneTables, localZone }: ConflictQuestion,
): readonly BusySchedule[] | CalendarFault {
  const schedules: BusySchedule[] = []
  for (const booking of bookings) {
    if (booking.uid === uid || !isTaking(booking)) continue
    const schedule = makeBusySchedule(booking, zoneTables, localZone)
    if (isFault(schedule)) return schedule
    schedules.push(schedule)
  }
  return schedules
}

/** Which of these periods cannot be had, in their order. */
export function judgePeriods(
  periods: readonly Period[],
  schedules: readonly BusySchedule[],
  capacity: number,
): readonly Conflict[] | CalendarFault {
  const conflicts: Conflict[] = []
  const listBusy = makeBusyLookup(schedules, periods.length)
  for (const period of periods) {
    const busy = listBusy(period)
    if (isFault(busy)) return busy
    if (isFull(period, busy, capacity)) conflicts.push({ period, with: busy })
  }
  return conflicts
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
