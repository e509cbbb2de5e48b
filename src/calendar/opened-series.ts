// OpenedSeries: a series made ready to be asked about many periods, one after another, what does not depend on the period worked out once.
import { type CalendarFault, isFault } from './fault.ts'
import { isOverlapping, type Period } from './period.ts'
import {
  type Occurrence,
  openRecurrence,
  type Recurrence,
  type RecurrenceSet,
  resolveRecurrence,
} from './recurrence-set.ts'
import { findLongest, listWeek, modWeek, type Slot, secondsOfWeek } from './series-pattern.ts'
import { secondsOfDay } from './time.ts'
import type { Zones } from './time-zone.ts'
import { isExhausted, makeExhaustedFault, makeWork } from './work-limit.ts'

export interface OpenedSeries {
  /** The occurrences that share time with a period, by start. */
  list(period: Period): readonly Occurrence[] | CalendarFault
}

export function openSeries(recurrence: Recurrence, zones: Zones): OpenedSeries | CalendarFault {
  const set = resolveRecurrence(recurrence, zones)
  if (isFault(set)) return set
  // What follows a range is on two clocks; it is not asked whether it may be there, but looked up.
  const week = set.following ? undefined : listWeek(set, makeWork())
  return {
    list: (period) => (mayShareTime(set, week, period) ? listIn(set, period) : []),
  }
}

function listIn(set: RecurrenceSet, period: Period): readonly Occurrence[] | CalendarFault {
  const work = makeWork()
  const next = openRecurrence(set, period.start, period.end, work)
  const found: Occurrence[] = []
  for (let occurrence = next(); occurrence && occurrence.start < period.end; occurrence = next()) {
    if (isOverlapping(occurrence, period)) found.push(occurrence)
    work.occurrences -= 1
    if (isExhausted(work)) break
  }
  return isExhausted(work) ? makeExhaustedFault(work) : found
}

/** No is certain: by the times of the week at which the rules may take any time at all. Nearly always it is no. */
function mayShareTime(set: RecurrenceSet, week: readonly Slot[] | undefined, period: Period): boolean {
  if (week === undefined || set.fixed.some((occurrence) => isOverlapping(occurrence, period))) return true
  const longest = findLongest(set)
  const length = period.end - period.start
  if (length + longest >= secondsOfWeek) return true
  // Where the clock is set nearby, times of the week say nothing.
  const stretch = set.zone.findStretch(period.start)
  if (period.start - longest - secondsOfDay < stretch.start || period.end + secondsOfDay > stretch.end) return true
  const place = modWeek(period.start + stretch.offset)
  return week.some((slot) => modWeek(slot.start - place) < length || modWeek(place - slot.start) < slot.length)
}
