// RANGE=THISANDFUTURE: an instance with details of its own and all after it, moved as far as it was moved and lasting as long. RFC 5545, 3.8.4.4.
import type { Component } from './component.ts'
import { makeTimeLike } from './duration.ts'
import { type CalendarFault, isFault, makeFault } from './fault.ts'
import { type Extent, findEnd, type Length, readExtent, readTimeProperty, resolveLength, type Span } from './span.ts'
import { type CalendarTime, type Instant, type LocalSeconds, secondsOfDay } from './time.ts'
import { readZone, type TimeZone, type Zones } from './time-zone.ts'

/** The change as it is written, zones not yet looked at. */
export interface RangeChange {
  /** RECURRENCE-ID: the original start of the first instance that follows it. */
  readonly id: CalendarTime
  readonly extent: Extent
}

export function readRangeChange(component: Component): RangeChange | CalendarFault {
  const id = readTimeProperty(component, 'RECURRENCE-ID')
  if (id === undefined) return makeFault('no-recurrence-id', 'a range does not say where it begins', component.name)
  if (isFault(id)) return id
  const extent = readExtent(component)
  return isFault(extent) ? extent : { id, extent }
}

/** Where an instance has been moved to. */
export interface Moved {
  readonly start: Instant
  readonly end: Instant
  /** The start in the form of the change's DTSTART. */
  readonly time: CalendarTime
  /** Is the clock set forward over that time? Then it comes later than its place in the order. */
  readonly isInGap: boolean
}

export interface Shift {
  /** How far, on the clock of the series: so ten o'clock stays ten o'clock in summer. */
  readonly seconds: number
  readonly length: Length
  /** The clock on which the moved times are read: the series', for whole days the user's. */
  readonly clock: TimeZone
  /** The moved local time of an original one. */
  place(local: LocalSeconds): LocalSeconds
  move(local: LocalSeconds): Moved
  /** The same where another clock is the only one. */
  on(clock: TimeZone): Shift
  /** Do places and length depend on one clock only? Then they repeat themselves as those of the series do. */
  readonly isRegular: boolean
}

/** From the original start of the first instance and what it has become. */
export function makeShift(
  original: Instant,
  span: Span,
  extent: Extent,
  start: CalendarTime,
  zones: Zones,
): Shift | CalendarFault {
  const zone = readZone(start, zones)
  if (isFault(zone)) return zone
  const model = span.start
  const modelZone = readZone(model, zones)
  if (isFault(modelZone)) return modelZone
  const length = resolveLength(extent, zones)
  if (isFault(length)) return length
  // A day that begins at one o'clock, since midnight was left out, is a whole day all the same; and a date is one on any clock.
  const from = start.kind === 'date' ? floorToDay(zone.toLocal(original)) : zone.toLocal(original)
  const seconds = (model.kind === 'date' ? model.local : zone.toLocal(span.period.start)) - from
  const isRegular = model.kind === 'date' ? start.kind === 'date' : length.days === 0 || isSameZone(model, start)
  return makeShiftOn(seconds, length, model, model.kind === 'date' ? modelZone : zone, modelZone, isRegular)
}

function floorToDay(local: LocalSeconds): LocalSeconds {
  return Math.floor(local / secondsOfDay) * secondsOfDay
}

function isSameZone(a: CalendarTime, b: CalendarTime): boolean {
  return a.kind === b.kind && (a.kind !== 'zoned' || b.kind !== 'zoned' || a.zone === b.zone)
}

function makeShiftOn(
  seconds: number,
  length: Length,
  model: CalendarTime,
  clock: TimeZone,
  modelZone: TimeZone,
  isRegular: boolean,
): Shift {
  const place = (local: LocalSeconds): LocalSeconds =>
    model.kind === 'date' ? floorToDay(local + seconds) : local + seconds
  return {
    seconds,
    length,
    clock,
    place,
    move(local) {
      const moved = place(local)
      const start = clock.toInstant(moved)
      const end = length.days === 0 ? start + length.seconds : findEnd(modelZone.toLocal(start), length, modelZone)
      const time: CalendarTime =
        model.kind === 'date' ? { kind: 'date', local: moved } : makeTimeLike(model, start, modelZone)
      return { start, end, time, isInGap: clock.toLocal(start) !== moved }
    },
    on: (other) => makeShiftOn(seconds, length, model, other, other, isRegular),
    isRegular,
  }
}

/** The original start on the clock of the series, as its rule says it: also where that hour was left out. */
export function readOriginalLocal(
  id: CalendarTime,
  instant: Instant,
  start: CalendarTime,
  zone: TimeZone,
): LocalSeconds {
  return isSameZone(id, start) ? id.local : zone.toLocal(instant)
}
