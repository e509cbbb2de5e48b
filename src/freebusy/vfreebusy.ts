// A schedule as others may see it: which times are taken, and nothing else. RFC 5545, 3.6.4 and 3.8.2.6.
import { type CalendarAddress, showAddress } from '../calendar/calendar-address.ts'
import type { Component } from '../calendar/component.ts'
import type { Period } from '../calendar/period.ts'
import { makeProperty } from '../calendar/properties.ts'
import type { WritableCalendar } from '../calendar/serialize.ts'
import { type Instant, serializeInstant } from '../calendar/time.ts'
import type { BookedTime } from './expand-bookings.ts'
import type { BusyType } from './record.ts'

export interface BusyPeriod extends Period {
  readonly type: ShownType
}

/** RFC 5545, 3.2.9. What is free, or held by an organizer who does not attend, is not told. */
export type ShownType = Exclude<BusyType, 'FREE' | 'ORG'>

/** The strongest first: where two bookings share time, the stronger is told. */
const shownTypes: readonly ShownType[] = ['BUSY-UNAVAILABLE', 'BUSY', 'BUSY-TENTATIVE']

/** Sorted, without overlaps, neighbours of one type joined, cut to the window. */
export function mergeBusyTimes(times: readonly BookedTime[], within: Period): readonly BusyPeriod[] {
  const merged: BusyPeriod[] = []
  for (const type of shownTypes) {
    const stronger = [...merged].sort((a, b) => a.start - b.start)
    const periods = times
      .filter(({ booking }) => booking.busyType === type)
      .map(({ period }) => cut(period, within))
      .filter(({ start, end }) => start < end)
    for (const period of joinPeriods(periods))
      merged.push(...subtract(period, stronger).map((rest) => ({ ...rest, type })))
  }
  return merged.sort((a, b) => a.start - b.start)
}

export interface PublishedFreeBusy {
  readonly user: CalendarAddress
  readonly stamp: Instant
  readonly within: Period
  readonly busy: readonly BusyPeriod[]
}

// RFC 5546, 3.3.1: DTSTAMP, DTSTART, DTEND, ORGANIZER and UID each once, FREEBUSY in ascending order, all in UTC.
export function makePublishedFreeBusy({ user, stamp, within, busy }: PublishedFreeBusy): WritableCalendar {
  const component: Component = {
    name: 'VFREEBUSY',
    components: [],
    properties: [
      makeProperty('UID', `freebusy-${showAddress(user)}`),
      makeProperty('DTSTAMP', serializeInstant(stamp)),
      makeProperty('ORGANIZER', user),
      makeProperty('DTSTART', serializeInstant(within.start)),
      makeProperty('DTEND', serializeInstant(within.end)),
      ...busy.map(({ start, end, type }) =>
        makeProperty('FREEBUSY', `${serializeInstant(start)}/${serializeInstant(end)}`, { FBTYPE: type }),
      ),
    ],
  }
  return {
    properties: [
      makeProperty('PRODID', '-//imip-agent//imip-agent//EN'),
      makeProperty('VERSION', '2.0'),
      makeProperty('METHOD', 'PUBLISH'),
    ],
    components: [component],
  }
}

function cut(period: Period, within: Period): Period {
  return { start: Math.max(period.start, within.start), end: Math.min(period.end, within.end) }
}

function joinPeriods(periods: readonly Period[]): readonly Period[] {
  const joined: Period[] = []
  for (const period of [...periods].sort((a, b) => a.start - b.start)) {
    const last = joined.at(-1)
    if (last && period.start <= last.end)
      joined[joined.length - 1] = { start: last.start, end: Math.max(last.end, period.end) }
    else joined.push(period)
  }
  return joined
}

/** What is left of a period without others, which are sorted and do not overlap. */
function subtract(period: Period, others: readonly Period[]): readonly Period[] {
  const rest: Period[] = []
  let start = period.start
  for (const other of others) {
    if (other.end <= start) continue
    if (other.start >= period.end) break
    if (other.start > start) rest.push({ start, end: other.start })
    start = Math.max(start, other.end)
  }
  if (start < period.end) rest.push({ start, end: period.end })
  return rest
}
