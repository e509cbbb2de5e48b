// CANCEL: what a cancellation does to a stored series. RFC 5546, 3.2.5.
import { readAttendees } from '../calendar/attendee.ts'
import type { AddressRules } from '../calendar/calendar-address.ts'
import type { Component } from '../calendar/component.ts'
import { type CalendarFault, isFault } from '../calendar/fault.ts'
import { findProperties, readWord } from '../calendar/properties.ts'
import { readKeyInstant } from '../calendar/recurrence-id.ts'
import type { Zones } from '../calendar/time-zone.ts'
import {
  findPart,
  findSamePart,
  isThisAndFuture,
  makeSeries,
  readKey,
  withoutPart,
  withPart,
  withTimeZones,
} from './instances.ts'
import { compareRevision, readRevision } from './revision.ts'
import type { SchedulingMessage } from './scheduling-message.ts'
import type { StoredPart, StoredSeries } from './stored-series.ts'

export type CancelledPartChange =
  | 'cancelled'
  /** The object is not known (yet): kept, so that an older REQUEST that comes late is not booked. */
  | 'early'
  /** Others were taken off the list; for us nothing changes. */
  | 'others-uninvited'
  | 'older'

export interface CancelledPart {
  readonly key: string
  readonly change: CancelledPartChange
}

export interface ReceivedCancel {
  readonly series: StoredSeries
  readonly parts: readonly CancelledPart[]
}

/** `isUs` says whether a component lists the user at hand; the organizer's own side asks whether nobody is left. */
export function receiveCancel(
  stored: StoredSeries | undefined,
  message: SchedulingMessage,
  zones: Zones,
  isUs: (component: Component) => boolean,
): ReceivedCancel | CalendarFault {
  let series = withTimeZones(stored ?? makeSeries(message.uid), message.timeZones)
  const parts: CancelledPart[] = []
  for (const component of message.components) {
    const key = readKey(component, stored, zones)
    if (isFault(key)) return key
    const change = classifyCancel(series, key, component, isUs)
    parts.push({ key, change })
    if (change === 'cancelled' || change === 'early') series = applyCancel(series, key, component, zones)
    if (change === 'others-uninvited') series = applyUninvitation(series, key, component)
  }
  return { series, parts }
}

function classifyCancel(
  series: StoredSeries,
  key: string,
  component: Component,
  isUs: (component: Component) => boolean,
): CancelledPartChange {
  const revision = readRevision(component)
  const same = isThisAndFuture(component) ? findSamePart(series.parts, { key, component }) : findPart(series.parts, key)
  const predecessor = same ?? findPart(series.parts, '')
  const cancelled = findSamePart(series.cancelled, { key, component }) ?? findPart(series.cancelled, '')
  if (cancelled && compareRevision(revision, readRevision(cancelled)) !== 'newer') return 'older'
  // RFC 5546, 3.2.5: SEQUENCE must be raised. Quirk: many do not, so an equal one counts unless DTSTAMP is older, see docs/quirks.md.
  if (predecessor && compareRevision(revision, readRevision(predecessor)) === 'older') return 'older'
  // RFC 5546, 3.2.5: STATUS:CANCELLED cancels for everybody; without it those listed are uninvited.
  const forAll = readWord(component, 'STATUS') === 'CANCELLED' || findProperties(component, 'ATTENDEE').length === 0
  if (!forAll && !isUs(component)) return 'others-uninvited'
  const known = predecessor !== undefined || (key === '' && series.parts.length > 0)
  return known ? 'cancelled' : 'early'
}

function applyCancel(series: StoredSeries, key: string, component: Component, zones: Zones): StoredSeries {
  if (key === '') return { ...series, parts: [], cancelled: [{ key, component }] }
  const cancelled = withPart(series.cancelled, key, component)
  if (!isThisAndFuture(component)) return { ...series, parts: withoutPart(series.parts, key), cancelled }
  // RFC 5545, 3.2.13: the range is counted by RECURRENCE-ID, not by where instances were moved to.
  const from = readKeyInstant(key, zones) ?? Number.POSITIVE_INFINITY
  const revision = readRevision(component)
  const parts = series.parts.filter((part) => {
    if (part.key === '' || (readKeyInstant(part.key, zones) ?? from) < from) return true
    return compareRevision(readRevision(part.component), revision) === 'newer'
  })
  return { ...series, parts, cancelled }
}

/** Is it cancelled, by itself, with all from an earlier one on, or as a whole? RFC 5546, 3.2.5. */
export function listCancellations(series: StoredSeries, key: string, zones: Zones): readonly Component[] {
  const instant = readKeyInstant(key, zones)
  return series.cancelled
    .filter((part) => {
      if (part.key === '' || part.key === key) return true
      const from = readKeyInstant(part.key, zones)
      return isThisAndFuture(part.component) && from !== undefined && instant !== undefined && from <= instant
    })
    .map(({ component }) => component)
}

/** Takes the listed attendees off the stored component, and of all instances if it is the series. */
function applyUninvitation(series: StoredSeries, key: string, component: Component): StoredSeries {
  const gone = new Set(readAttendees(component).map((attendee) => attendee.address))
  const strip = (part: StoredPart): StoredPart =>
    key !== '' && part.key !== key
      ? part
      : {
          key: part.key,
          component: {
            ...part.component,
            properties: part.component.properties.filter(
              (property) =>
                property.name !== 'ATTENDEE' ||
                !gone.has(readAttendees({ ...component, properties: [property] })[0]?.address),
            ),
          },
        }
  return { ...series, parts: series.parts.map(strip) }
}

/** Would the listed attendees leave nobody but the organizer? Then the whole is cancelled for its organizer. */
export function isEverybodyUninvited(
  stored: StoredSeries | undefined,
  component: Component,
  rules: AddressRules,
): boolean {
  const before = findPart(stored?.parts ?? [], '')
  if (!before) return true
  const gone = new Set(readAttendees(component, rules).map((attendee) => attendee.address))
  return readAttendees(before, rules).every((attendee) => gone.has(attendee.address) || attendee.address === undefined)
}
