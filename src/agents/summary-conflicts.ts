// What else is in the user's schedule when an invitation takes place.

import type { Period } from '../calendar/period.ts'
import type { Instant } from '../calendar/time.ts'
import { secondsOfDay } from '../calendar/time.ts'
import { findClashes } from '../freebusy/clashes.ts'
import { expandBookings } from '../freebusy/expand-bookings.ts'
import type { Booking } from '../freebusy/record.ts'
import { readKey } from '../itip/instances.ts'
import { makeOneLine } from '../text/one-line.ts'
import { showPeriod } from '../text/shown-time.ts'
import type { Bounded, ConflictFacts } from '../text/summary-facts.ts'
import { makeBookings, readBusyTypeOf } from './bookkeeping.ts'
import type { Wanted } from './decision.ts'
import type { Situation } from './situation.ts'
import { bound } from './summary-bounds.ts'
import type { SummarySubject } from './summary-subject.ts'

/** Whoever has more conflicts looks into the schedule. */
const mostConflicts = 10
const longestTitle = 200
/** Dates of a series that are looked up: two years of a weekly meeting; later ones tell a reader of today little. */
const mostDates = 100
const horizon = 730 * secondsOfDay

/** Past dates are not looked at. Where nothing is asked for that takes time, there are no conflicts. */
export function findSummaryConflicts(
  subject: SummarySubject,
  situation: Situation,
): Bounded<ConflictFacts> | Wanted | undefined {
  const asked = listAskedBookings(subject)
  const { freeBusy, zoneTables, preferences, now } = situation
  const periods = listPeriods(asked, situation)
  if (periods.length === 0) return undefined
  if (!isCovered(periods, freeBusy.covers)) return { kind: 'wanted', periods }
  const clashes = findClashes({
    bookings: [
      ...asked,
      ...[...freeBusy.single, ...freeBusy.recurring].filter(({ uid }) => uid !== subject.message.uid),
    ],
    uids: new Set([subject.message.uid]),
    within: joinPeriods(periods, now),
    capacity: 1,
    zoneTables,
    localZone: preferences.zone,
  })
  return bound(clashes, mostConflicts, ({ booking, other, first, count }) => {
    const taken = booking.uid === subject.message.uid ? other : booking
    return {
      title: makeOneLine(taken.summary, longestTitle),
      first: showPeriod(
        first,
        isWholeDays([booking, other]) ? taken.start : { kind: 'utc', local: first.start },
        subject.zones,
      ),
      isTentative: taken.busyType === 'BUSY-TENTATIVE',
      count,
    }
  })
}

/** What would be booked if the user accepted what the message asks. */
function listAskedBookings({ message, before, after, zones }: SummarySubject): readonly Booking[] {
  if (message.component !== 'VEVENT' || !after) return []
  const keys = new Set(message.components.map((component) => readKey(component, before, zones)))
  const bookings = makeBookings(after, zones, (component) => readBusyTypeOf(component, 'ACCEPTED'))
  return bookings.filter((booking) => keys.has(booking.recurrenceId ?? ''))
}

function listPeriods(asked: readonly Booking[], { now, zoneTables, preferences }: Situation): readonly Period[] {
  const periods = asked.flatMap((booking) => {
    const start = booking.recurrence ? Math.max(now, findStart(booking, now)) : Number.NEGATIVE_INFINITY
    const within = { start, end: booking.recurrence ? start + horizon : Number.POSITIVE_INFINITY }
    return expandBookings([booking], within, zoneTables, preferences.zone).times.map(({ period }) => period)
  })
  return periods
    .filter(({ start, end }) => end > now && end > start)
    .sort((a, b) => a.start - b.start)
    .slice(0, mostDates)
}

/** Near enough: the clocks of two zones are at most a day apart. */
function findStart({ start }: Booking, now: Instant): Instant {
  return Number.isFinite(start.local) ? start.local - secondsOfDay : now
}

function isWholeDays(bookings: readonly Booking[]): boolean {
  return bookings.every(({ start }) => start.kind === 'date')
}

function isCovered(periods: readonly Period[], covers: readonly Period[]): boolean {
  const known = new Set(covers.map(({ start, end }) => `${start} ${end}`))
  return periods.every(({ start, end }) => known.has(`${start} ${end}`))
}

function joinPeriods(periods: readonly Period[], now: Instant): Period {
  const start = Math.max(now, Math.min(...periods.map((period) => period.start)))
  return { start, end: Math.min(start + horizon, Math.max(...periods.map((period) => period.end))) }
}
