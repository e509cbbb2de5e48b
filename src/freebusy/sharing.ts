// What somebody who asks is told of a schedule: the taken times of the asked window, within bounds.
import type { CalendarFault } from '../calendar/fault.ts'
import type { Period } from '../calendar/period.ts'
import type { ZoneTables } from '../calendar/time-zone.ts'
import { expandBookings } from './expand-bookings.ts'
import { type BusyPeriod, mergeBusyTimes } from './vfreebusy.ts'
import type { FreeBusyWindow } from './window.ts'

/** A year: more is no planning of meetings, and would make one small mail cost the work and the size of a life. */
export const longestShared = 366 * 86_400

export interface SharedWindow {
  readonly within: Period
  readonly isCut: boolean
}

/** The part of an asked window that is told at once: its beginning. */
export function limitWindow(asked: Period): SharedWindow {
  const end = Math.min(asked.end, asked.start + longestShared)
  return { within: { start: asked.start, end }, isCut: end < asked.end }
}

/** A fault where a booking cannot be worked out: half a truth would call taken time free. */
export function listShared(
  schedule: FreeBusyWindow,
  within: Period,
  zoneTables: ZoneTables,
  localZone: string,
): readonly BusyPeriod[] | CalendarFault {
  const bookings = [...schedule.single, ...schedule.recurring].filter(
    // RFC 5545, 3.2.9: FREE takes no time; ORG is held by an organizer who does not attend.
    ({ busyType }) => busyType !== 'FREE' && busyType !== 'ORG',
  )
  const { times, faults } = expandBookings(bookings, within, zoneTables, localZone)
  const [first] = faults
  return first ? first.fault : mergeBusyTimes(times, within)
}
