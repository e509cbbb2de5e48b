// Which of the asked periods are taken, and by whom; with capacity counted at one instant.
import { isFault, type CalendarFault } from '../calendar/fault.ts'
import { isOverlapping, type Period } from '../calendar/period.ts'
import { listOccurrences, readRecurrence } from '../calendar/recurrence.ts'
import { makeZones, toInstant, type ZoneTables } from '../calendar/time-zone.ts'
import type { Instant } from '../calendar/time.ts'
import { readTimeZones } from './record-zones.ts'
import type { Booking } from './record.ts'
import type { FreeBusyWindow } from './window.ts'

export interface Conflict {
  /** The asked period that cannot be had. */
  readonly period: Period
  /** The bookings in its way, earliest first. */
  readonly with: readonly BusyTime[]
}

export interface BusyTime {
  readonly booking: Booking
  readonly period: Period
}

export interface ConflictQuestion {
  readonly periods: readonly Period[]
  readonly window: FreeBusyWindow
  /** Bookings of this UID are our own old slot and do not count. */
  readonly uid: string
  /** How many may overlap at one instant: 1 for an ordinary room. */
  readonly capacity: number
  readonly zoneTables: ZoneTables
  readonly localZone: string
}

/** In the order of the periods; empty where all are free. RFC 5545, 3.6.1: the end of a booking does not belong to it. */
export function findConflicts(question: ConflictQuestion): readonly Conflict[] | CalendarFault {
  const schedules = [...question.window.single, ...question.window.recurring]
    .filter((booking) => booking.uid !== question.uid && isTaking(booking))
    .map((booking) => makeBusySchedule(booking, question.zoneTables, question.localZone))
  const fault = schedules.find(isFault)
  if (fault) return fault
  const conflicts: Conflict[] = []
  for (const period of question.periods) {
    const busy: BusyTime[] = []
    for (const schedule of schedules) {
      if (isFault(schedule)) continue
      const times = schedule(period)
      if (isFault(times)) return times
      busy.push(...times)
    }
    busy.sort((a, b) => a.period.start - b.period.start)
    if (isFull(period, busy, question.capacity)) conflicts.push({ period, with: busy })
  }
  return conflicts
}

/** FREE takes no time; ORG is held by an organizer who does not attend. RFC 5545, 3.2.9. */
function isTaking(booking: Booking): boolean {
  return booking.busyType !== 'FREE' && booking.busyType !== 'ORG'
}

/** When a booking shares time with a period; what does not depend on the period is worked out once. */
export type BusySchedule = (within: Period) => readonly BusyTime[] | CalendarFault

export function makeBusySchedule(
  booking: Booking,
  zoneTables: ZoneTables,
  localZone: string,
): BusySchedule | CalendarFault {
  const zones = makeZones(zoneTables, readTimeZones(booking), localZone)
  const inside = (periods: readonly Period[], within: Period): readonly BusyTime[] =>
    periods.filter((period) => isOverlapping(period, within)).map((period) => ({ booking, period }))
  if (!booking.recurrence) {
    const start = toInstant(booking.start, zones)
    if (isFault(start)) return start
    const end = toInstant(booking.end, zones)
    return isFault(end) ? end : (within) => inside([{ start, end }], within)
  }
  const recurrence = readRecurrence(booking.recurrence.component)
  if (isFault(recurrence)) return recurrence
  return (within) => {
    const occurrences = recurrence === undefined ? [] : listOccurrences(recurrence, zones, within)
    return isFault(occurrences) ? occurrences : inside(occurrences, within)
  }
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
