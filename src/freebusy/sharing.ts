// What others are told of a schedule: how far ahead, and how exactly.
import { type CalendarFault, isFault } from '../calendar/fault.ts'
import type { Period } from '../calendar/period.ts'
import { type Instant, secondsOfDay } from '../calendar/time.ts'
import type { ZoneTables } from '../calendar/time-zone.ts'
import type { SharingLevel } from '../preferences/preferences.ts'
import { listClosed, type OpenTimes } from './availability.ts'
import { type BusyPeriod, mergeBusyPeriods } from './busy-periods.ts'
import { expandBookings } from './expand-bookings.ts'
import type { Booking } from './record.ts'
import { mergeBusyTimes } from './vfreebusy.ts'
import type { FreeBusyWindow } from './window.ts'

/** Half an hour: who is told in such steps cannot tell one meeting from another by its length. */
export const roundingStep = 1800

export interface SharedWindow {
  readonly within: Period
  readonly isCut: boolean
}

/** Yesterday, today, and so many seconds ahead: in whole days of UTC, so that it moves once a day. */
export function makeHorizon(now: Instant, ahead: number): Period {
  const today = Math.floor(now / secondsOfDay) * secondsOfDay
  return { start: today - secondsOfDay, end: today + secondsOfDay + Math.ceil(ahead / secondsOfDay) * secondsOfDay }
}

/** The part of an asked window that is told; nothing where all of it lies behind the horizon. */
export function limitWindow(asked: Period, horizon: Period): SharedWindow | undefined {
  const within = { start: Math.max(asked.start, horizon.start), end: Math.min(asked.end, horizon.end) }
  if (within.start >= within.end) return undefined
  return { within, isCut: within.start > asked.start || within.end < asked.end }
}

/**
 * The part of the schedule that must be known to tell of a window. Whole steps of rounding: otherwise somebody who asks about
 * one minute after the other would learn what rounding hides.
 */
export function widenToKnow(within: Period): Period {
  return roundOutward(within)
}

export interface SharedSchedule {
  readonly schedule: FreeBusyWindow
  readonly within: Period
  readonly level: Exclude<SharingLevel, 'none'>
  readonly now: Instant
  readonly zoneTables: ZoneTables
  /** Of the user: the zone of floating times and whole days, and when nothing can be booked. */
  readonly preferences: OpenTimes
}

/** A fault where a booking cannot be worked out: half a truth would call taken time free. */
export function listShared(shared: SharedSchedule): readonly BusyPeriod[] | CalendarFault {
  const { schedule, within, level, now, zoneTables, preferences } = shared
  const known = widenToKnow(within)
  const bookings = [...schedule.single, ...schedule.recurring].flatMap((booking) => makeShown(booking, now))
  const { times, faults } = expandBookings(bookings, known, zoneTables, preferences.zone)
  const [first] = faults
  if (first) return { ...first.fault, text: `${first.booking.uid}: ${first.fault.text}` }
  const closed = listClosed(preferences, known, zoneTables)
  if (isFault(closed)) return closed
  const busy = mergeBusyPeriods([...mergeBusyTimes(times, known), ...closed], known)
  return mergeBusyPeriods(makeLessExact(busy, level), within)
}

/** RFC 5545, 3.2.9: FREE takes no time; ORG is held by an organizer who does not attend. What is only offered is tentative. */
function makeShown(booking: Booking, now: Instant): readonly Booking[] {
  if (booking.busyType === 'FREE' || booking.busyType === 'ORG') return []
  if (booking.expires === undefined) return [booking]
  return booking.expires > now ? [{ ...booking, busyType: 'BUSY-TENTATIVE' }] : []
}

/** When somebody cannot be booked at all is no secret: it is written to be told. What is taken may be. */
function makeLessExact(busy: readonly BusyPeriod[], level: SharedSchedule['level']): readonly BusyPeriod[] {
  if (level === 'full') return busy
  const taken = busy.filter(({ type }) => type !== 'BUSY-UNAVAILABLE')
  const shown = level === 'rounded' ? taken.map((period) => ({ ...period, ...roundOutward(period) })) : taken
  return [
    ...busy.filter(({ type }) => type === 'BUSY-UNAVAILABLE'),
    ...shown.map((period): BusyPeriod => ({ ...period, type: 'BUSY' })),
  ]
}

function roundOutward({ start, end }: Period): Period {
  return { start: Math.floor(start / roundingStep) * roundingStep, end: Math.ceil(end / roundingStep) * roundingStep }
}
