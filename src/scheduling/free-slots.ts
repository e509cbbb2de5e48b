// The next free times of a resource: inside its hours and on its grid, looked for in growing steps, so that near ones cost little.
import { isFault } from '../calendar/fault.ts'
import { isOverlapping, type Period } from '../calendar/period.ts'
import { type Instant, secondsOfDay } from '../calendar/time.ts'
import { type BusySchedule, isTaking, makeBusyLookup, makeBusySchedule } from '../freebusy/busy-schedule.ts'
import { listWorkingHours } from '../freebusy/open-hours.ts'
import type { BookingRequest } from './booking-request.ts'
import { findUncovered } from './covered.ts'
import { readGap } from './gap.ts'
import { findLocalZone, listBlocked, mergePeriods } from './open-hours.ts'
import { mostProposals, type WantedForScheduling } from './outcome.ts'
import { type Grid, makeDayGrid, makeGrid } from './permitted-grid.ts'
import { listHolding } from './taken-dates.ts'

export interface SlotQuestion {
  /** The time that was asked for: slots last as long and begin later, or then. */
  readonly asked: Period
  /** Whole days are looked for. */
  readonly isDays: boolean
  /** How many bookings may overlap at one time. */
  readonly capacity: number
  /** Three, if not said otherwise. */
  readonly most?: number
  /** How far behind the asked time is looked, in seconds; `search_horizon`, if not said otherwise. */
  readonly horizon?: number
}

/** How far from the asked time on is looked at next, and how much is loaded for that, in seconds. */
interface Step {
  readonly look: number
  readonly load: number
}

/** Nearly always there is something free within the first hours: of the days that are loaded no more is worked out then. */
const steps: readonly Step[] = [
  { look: 6 * 3600, load: 2 * secondsOfDay },
  ...[2, 8, 30, 90, 366].map((days) => ({ look: days * secondsOfDay, load: days * secondsOfDay })),
]

/** With one found in the first week or so, nobody looks months ahead for two more. */
const stepsForAll = 3

/**
 * Free times in order, at most three, none where there is none within the horizon. What the request's own event holds counts as free.
 * Wanted is more of the schedule, one step after another; none is named where enough was searched.
 */
export function findFreeSlots(
  request: BookingRequest,
  question: SlotQuestion,
): readonly Period[] | WantedForScheduling {
  if (request.isEnoughSearched) return []
  const { bookingRules } = request.preferences
  const most = question.most ?? mostProposals
  const gap = readGap(request.preferences)
  const from = Math.max(question.asked.start, request.now + bookingRules.minimumNotice)
  const farthest = Math.min(
    question.asked.start +
      (question.horizon ?? bookingRules.searchHorizon) +
      (question.asked.end - question.asked.start),
    bookingRules.bookingWindow === undefined ? Number.POSITIVE_INFINITY : request.now + bookingRules.bookingWindow,
  )
  // Resources that are scheduled as one are free together.
  const groups = listCollectiveQuotas(request)
  const together = groups.flatMap((group) => request.quotas?.get(group) ?? [])
  let before = from
  let found: readonly Period[] = []
  for (const [index, step] of steps.entries()) {
    const end = Math.min(from + step.look, farthest)
    if (end <= before) break
    const period = { start: before - gap, end: Math.min(from + step.load, farthest) + gap }
    const covers = [request, ...together].map(({ freeBusy }) => freeBusy.covers)
    if (covers.some((known) => findUncovered([period], known).length > 0))
      return {
        kind: 'wanted',
        periods: [...request.freeBusy.covers, period],
        ...(groups.length > 0 ? { quotas: groups } : {}),
      }
    // What would have reached beyond the step before is looked for again.
    const start = Math.max(from, before - (question.asked.end - question.asked.start), found.at(-1)?.end ?? from)
    found = [...found, ...listFreeSlots(request, question, { start, end }, most - found.length, together)]
    if (found.length >= most || (found.length > 0 && index + 1 >= stepsForAll)) break
    // The first hours are looked at once more, with what begins in them and ends behind them.
    before = index === 0 ? from : end
  }
  return found
}

/** Those that begin and end inside a period of which all is known. */
function listFreeSlots(
  request: BookingRequest,
  question: SlotQuestion,
  within: Period,
  most: number,
  together: readonly Pick<BookingRequest, 'freeBusy'>[],
): readonly Period[] {
  const zone = findLocalZone(request)
  const { permittedTimes, workingHours } = request.preferences.bookingRules
  const grid = question.isDays ? makeDayGrid(zone) : makeGrid(permittedTimes, zone)
  const open = listWorkingHours(workingHours, within, zone)
  const closed = mergePeriods([
    ...listFull(request, within, question.capacity),
    ...together.flatMap(({ freeBusy }) => listFull({ ...request, freeBusy }, within, 1)),
    ...listBlocked(request, zone, [within]),
    ...listOthersBusy(request),
  ])
  const length = question.asked.end - question.asked.start
  const longest = request.preferences.bookingRules.longestBooking ?? Number.POSITIVE_INFINITY
  const slots: Period[] = []
  for (const hours of open)
    for (const free of subtractPeriods(clip(hours, within), closed)) {
      let from = free.start
      while (slots.length < most) {
        const slot = findSlotIn(free, from, length, grid, question.isDays ? 'days' : longest)
        if (!slot) break
        slots.push(slot)
        from = Math.max(slot.end, slot.start + 1)
      }
      if (slots.length >= most) return slots
    }
  return slots
}

function listCollectiveQuotas({ preferences, resource }: BookingRequest): readonly string[] {
  return preferences.schedulingFunctions.flatMap(({ name, arguments: [group] }) =>
    name === 'schedule_across_quota' ? [group ?? resource] : [],
  )
}

/**
 * The first permitted start; where the length does not fit the permitted times, it ends at the next one, or where that would be
 * too long, at the last that is not.
 */
function findSlotIn(
  free: Period,
  from: Instant,
  length: number,
  grid: Grid,
  longest: number | 'days',
): Period | undefined {
  // Nobody meets at a second past the minute.
  const start = grid.next(Math.ceil(from / 60) * 60)
  if (start === undefined) return undefined
  // A day may have 23 or 25 hours.
  const next = longest === 'days' ? grid.previous(start + length + 7200) : grid.next(start + length)
  const isTooLong = next !== undefined && longest !== 'days' && next - start > longest
  const end = isTooLong ? grid.previous(start + longest) : next
  return end !== undefined && end <= free.end && (end > start || length === 0) ? { start, end } : undefined
}

/** Where no event can be, since as many bookings as may be are there or too near. */
function listFull(request: BookingRequest, within: Period, capacity: number): readonly Period[] {
  const gap = readGap(request.preferences)
  const { single, recurring } = listHolding(request)
  const wide = { start: within.start - gap, end: within.end + gap }
  const schedules: BusySchedule[] = []
  for (const booking of [...single, ...recurring]) {
    if (booking.uid === request.uid || !isTaking(booking)) continue
    const schedule = makeBusySchedule(booking, request.zoneTables, request.preferences.zone)
    // Where a booking cannot be read, nothing is sure to be free.
    if (isFault(schedule)) return [within]
    schedules.push(schedule)
  }
  const times = makeBusyLookup(schedules, 1)(wide)
  if (isFault(times)) return [within]
  const changes = times
    .flatMap(({ period }) => [
      { at: period.start, by: 1 },
      { at: period.end + gap, by: -1 },
    ])
    .sort((a, b) => a.at - b.at || a.by - b.by)
  const full: Period[] = []
  let count = 0
  let since: Instant | undefined
  for (const { at, by } of changes) {
    count += by
    if (count >= capacity) since ??= at
    else if (since !== undefined) {
      // The event would be followed by a gap, too (gap.ts).
      full.push({ start: since - gap, end: at })
      since = undefined
    }
  }
  return full
}

/** Of attendees whose free/busy was looked up, since a function wants them to be free. */
function listOthersBusy({ others, now }: BookingRequest): readonly Period[] {
  return [...others.values()].flatMap((told) =>
    (told?.pieces ?? []).flatMap(({ busy, expires }) => (expires > now ? busy : [])),
  )
}

function clip({ start, end }: Period, within: Period): Period {
  return { start: Math.max(start, within.start), end: Math.min(end, within.end) }
}

/** What is left of a period; `taken` is in order, and no two of them touch. */
function subtractPeriods(period: Period, taken: readonly Period[]): readonly Period[] {
  const left: Period[] = []
  let start = period.start
  for (const hole of taken) {
    if (!isOverlapping(hole, { start, end: period.end })) continue
    if (hole.start > start) left.push({ start, end: hole.start })
    start = hole.end
  }
  if (start < period.end) left.push({ start, end: period.end })
  return left
}
