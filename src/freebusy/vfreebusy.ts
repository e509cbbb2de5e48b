// A schedule as others may see it: which times are taken, and nothing else. RFC 5545, 3.6.4 and 3.8.2.6.
import { type CalendarAddress, showAddress } from '../calendar/calendar-address.ts'
import type { Component, Property } from '../calendar/component.ts'
import { parseDuration } from '../calendar/duration.ts'
import { isFault } from '../calendar/fault.ts'
import type { Period } from '../calendar/period.ts'
import { findProperties, makeProperty, readParameter } from '../calendar/properties.ts'
import type { WritableCalendar } from '../calendar/serialize.ts'
import { type Instant, parseCalendarTime, secondsOfDay, serializeInstant } from '../calendar/time.ts'
import { type BusyPeriod, mergeBusyPeriods, type ShownType, shownTypes } from './busy-periods.ts'
import type { BookedTime } from './expand-bookings.ts'

/** The times that bookings take, as busy periods. */
export function mergeBusyTimes(times: readonly BookedTime[], within: Period): readonly BusyPeriod[] {
  return mergeBusyPeriods(
    times.flatMap(({ booking, period }): readonly BusyPeriod[] =>
      booking.busyType === 'FREE' || booking.busyType === 'ORG' ? [] : [{ ...period, type: booking.busyType }],
    ),
    within,
  )
}

export interface PublishedFreeBusy {
  readonly user: CalendarAddress
  readonly stamp: Instant
  readonly within: Period
  readonly busy: readonly BusyPeriod[]
  /** Where it is published. */
  readonly url?: string | undefined
}

// RFC 5546, 3.3.1: DTSTAMP, DTSTART, DTEND, ORGANIZER and UID each once, FREEBUSY in ascending order, all in UTC.
export function makePublishedFreeBusy({ user, stamp, within, busy, url }: PublishedFreeBusy): WritableCalendar {
  const component: Component = {
    name: 'VFREEBUSY',
    components: [],
    properties: [
      makeProperty('UID', `freebusy-${showAddress(user)}`),
      makeProperty('DTSTAMP', serializeInstant(stamp)),
      makeProperty('ORGANIZER', user),
      ...(url === undefined ? [] : [makeProperty('URL', url)]),
      ...makeTimeProperties(within, busy),
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

/** DTSTART, DTEND and a FREEBUSY for each period. RFC 5545, 3.8.2.6: in UTC. */
export function makeTimeProperties(within: Period, busy: readonly BusyPeriod[]): readonly Property[] {
  return [
    makeProperty('DTSTART', serializeInstant(within.start)),
    makeProperty('DTEND', serializeInstant(within.end)),
    ...busy.map(({ start, end, type }) =>
      makeProperty('FREEBUSY', `${serializeInstant(start)}/${serializeInstant(end)}`, { FBTYPE: type }),
    ),
  ]
}

export interface ToldPeriods {
  /** By start; they may overlap. */
  readonly busy: readonly BusyPeriod[]
  /** How many values could not be read. */
  readonly unread: number
}

// RFC 5546, 3.3: several values in one property, and several properties, must both be read.
export function parseBusyPeriods(component: Component): ToldPeriods {
  const busy: BusyPeriod[] = []
  let unread = 0
  for (const property of findProperties(component, 'FREEBUSY')) {
    const type = readShownType(property)
    for (const value of property.value.split(',')) {
      const period = parsePeriod(value)
      if (!period) unread += 1
      else if (type && period.start < period.end) busy.push({ ...period, type })
    }
  }
  return { busy: busy.sort((a, b) => a.start - b.start || a.end - b.end), unread }
}

// RFC 5545, 3.2.9: BUSY where it is absent, and also where it is unknown.
function readShownType(property: Property): ShownType | undefined {
  const word = readParameter(property, 'FBTYPE')?.trim().toUpperCase() ?? 'BUSY'
  return word === 'FREE' ? undefined : (shownTypes.find((type) => type === word) ?? 'BUSY')
}

// RFC 5545, 3.3.9: start and end, or start and duration. RFC 5545, 3.8.2.6: in UTC, so one without Z is read so.
function parsePeriod(text: string): Period | undefined {
  const [first = '', second = '', ...more] = text.trim().split('/')
  const start = parseCalendarTime(first)
  if (isFault(start) || more.length > 0) return undefined
  if (/^[+-]?P/i.test(second)) {
    const length = parseDuration(second.toUpperCase())
    return isFault(length)
      ? undefined
      : { start: start.local, end: start.local + length.days * secondsOfDay + length.seconds }
  }
  const end = parseCalendarTime(second)
  return isFault(end) ? undefined : { start: start.local, end: end.local }
}
