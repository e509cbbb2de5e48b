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
import type { TimeZone, Zones } from './time-zone.ts'
import { isExhausted, makeExhaustedFault, makeWork } from './work-limit.ts'

export interface OpenedSeries {
  /** The occurrences that share time with a period, by start. */
  list(period: Period): readonly Occurrence[] | CalendarFault
  /** At which times of the week it may take any time at all; absent where that cannot be said. */
  readonly weekly: WeeklyTimes | undefined
}

export interface WeeklyTimes {
  readonly zone: TimeZone
  /** On the clock of the zone. */
  readonly slots: readonly Slot[]
  readonly longest: number
  /** Single dates beside the rules, at any time of the week: the first one always, and RDATEs. */
  readonly fixed: readonly Period[]
}

export function openSeries(recurrence: Recurrence, zones: Zones): OpenedSeries | CalendarFault {
  const set = resolveRecurrence(recurrence, zones)
  if (isFault(set)) return set
  // What follows a range is on two clocks; it is not asked whether it may be there, but looked up.
  const slots = set.following ? undefined : listWeek(set, makeWork())
  const weekly = slots && { zone: set.zone, slots, longest: findLongest(set), fixed: set.fixed }
  return {
    list: (period) => (mayShareTime(weekly, period) ? listIn(set, period) : []),
    weekly,
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
function mayShareTime(weekly: WeeklyTimes | undefined, period: Period): boolean {
  if (weekly === undefined || weekly.fixed.some((occurrence) => isOverlapping(occurrence, period))) return true
  const place = findPlaceInWeek(period, weekly)
  if (place === undefined) return true
  const length = period.end - period.start
  return weekly.slots.some((slot) => modWeek(slot.start - place) < length || modWeek(place - slot.start) < slot.length)
}

/** Where in the week of a zone a period begins; nothing where times of the week say nothing about it, for something as long as that. */
export function findPlaceInWeek(
  { start, end }: Period,
  { zone, longest }: Pick<WeeklyTimes, 'zone' | 'longest'>,
): number | undefined {
  if (end - start + longest >= secondsOfWeek) return undefined
  // Where the clock is set nearby, times of the week say nothing.
  const stretch = zone.findStretch(start)
  if (start - longest - secondsOfDay < stretch.start || end + secondsOfDay > stretch.end) return undefined
  return modWeek(start + stretch.offset)
}
