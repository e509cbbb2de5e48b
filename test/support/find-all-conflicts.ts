// Conflicts of what is asked with a schedule that is known as a whole: the listed dates, and what is searched for behind them.
import { type CalendarFault, isFault } from '../../src/calendar/fault.ts'
import { isOverlapping, type Period } from '../../src/calendar/period.ts'
import { toInstant } from '../../src/calendar/time-zone.ts'
import { type Conflict, type ConflictQuestion, findConflicts } from '../../src/freebusy/conflicts.ts'
import { searchFar } from '../../src/freebusy/far-search.ts'
import type { Booking } from '../../src/freebusy/record.ts'
import { makeBookingZones } from '../../src/freebusy/record-zones.ts'
import type { FreeBusyWindow } from '../../src/freebusy/window.ts'

/** Each stretch that is asked for has only the single bookings that share time with it, as from a store. */
export function findAllConflicts(
  question: ConflictQuestion & { readonly window: FreeBusyWindow },
  most = 10,
): readonly Conflict[] | CalendarFault {
  const near = findConflicts(question)
  if (isFault(near)) return near
  const { single, recurring } = question.window
  const lastEnd = single.reduce((latest, booking) => Math.max(latest, readPeriod(booking, question).end), 0)
  const steps = searchFar({ ...question, most }, lastEnd)
  let step = steps.next()
  while (!step.done) {
    const periods = step.value
    const inside = single.filter((booking) =>
      periods.some((period) => isOverlapping(period, readPeriod(booking, question))),
    )
    step = steps.next({ single: inside, recurring })
  }
  return isFault(step.value) ? step.value : [...near, ...step.value]
}

function readPeriod(booking: Booking, { zoneTables, localZone }: ConflictQuestion): Period {
  const zones = makeBookingZones(booking, zoneTables, localZone)
  const [start, end] = [toInstant(booking.start, zones), toInstant(booking.end, zones)]
  if (isFault(start) || isFault(end)) throw new Error('a booking without a time')
  return { start, end }
}
