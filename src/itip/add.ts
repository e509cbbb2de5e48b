// ADD: what dates that an organizer adds do to a stored series: each is as if an RDATE of the series named it. RFC 5546, 3.2.4.
import type { Component, Property } from '../calendar/component.ts'
import { type CalendarFault, isFault } from '../calendar/fault.ts'
import { findProperty, withProperties } from '../calendar/properties.ts'
import type { Zones } from '../calendar/time-zone.ts'
import {
  findPart,
  hasInstance,
  makeSequenceProperty,
  makeSeries,
  readKey,
  withoutPart,
  withPart,
  withTimeZones,
} from './instances.ts'
import { withAttendeesOf } from './publish.ts'
import type { ReceivedPart } from './request.ts'
import { compareRevision, readRevision } from './revision.ts'
import type { SchedulingMessage } from './scheduling-message.ts'
import type { StoredSeries } from './stored-series.ts'

/**
 * `early`: the revision that it adds to is not known (yet). `changed-before`: the date itself came before, by a later message about
 * it; only the series learns that it has this date.
 */
export type AddOutcome = 'added' | 'changed-before' | 'repeated' | 'older' | 'early'

export interface ReceivedAdd {
  readonly outcome: AddOutcome
  readonly series: StoredSeries
  /** What was added, as instances of the series. */
  readonly parts: readonly ReceivedPart[]
}

export function receiveAdd(
  stored: StoredSeries | undefined,
  message: SchedulingMessage,
  zones: Zones,
): ReceivedAdd | CalendarFault {
  let series = withTimeZones(stored ?? makeSeries(message.uid), message.timeZones)
  const outcomes = new Set<AddOutcome>()
  const parts: ReceivedPart[] = []
  for (const component of message.components) {
    const instance = makeAddedInstance(component)
    const key = readKey(instance, series, zones)
    if (isFault(key)) return key
    const outcome = classifyAdd(series, key, component, zones)
    // One message is one revision: it counts as a whole or not at all.
    if (outcome === 'early') return { outcome, series: stored ?? makeSeries(message.uid), parts: [] }
    outcomes.add(outcome)
    if (outcome !== 'added' && outcome !== 'changed-before') continue
    const invited = withAttendeesOf(instance, findPart(series.parts, ''))
    series = applyAdd(series, key, instance, outcome === 'added' ? invited : undefined)
    if (outcome === 'added') parts.push({ key, component: invited, change: 'new', withoutSequence: false })
  }
  if (parts.length > 0) return { outcome: 'added', series, parts }
  if (outcomes.has('changed-before')) return { outcome: 'changed-before', series, parts }
  return { outcome: outcomes.has('older') ? 'older' : 'repeated', series: stored ?? series, parts }
}

function classifyAdd(series: StoredSeries, key: string, component: Component, zones: Zones): AddOutcome {
  const revision = readRevision(component)
  const isBelow = (other: Component | undefined): boolean =>
    other !== undefined && compareRevision(revision, readRevision(other)) !== 'newer'
  const master = findPart(series.parts, '')
  if (!master) return isBelow(findPart(series.cancelled, '')) ? 'older' : 'early'
  const known = readRevision(master)
  // RFC 5546, 2.1.4: each change raises SEQUENCE by one, one to a single date as well, so a gap is something that did not come (yet).
  if (revision.sequence > findHighestSequence(series) + 1) return 'early'
  const part = findPart(series.parts, key)
  const cancelled = findPart(series.cancelled, key)
  if (isBelow(cancelled) || isBelow(part))
    return compareRevision(revision, known) === 'newer' ? 'changed-before' : cancelled ? 'older' : 'repeated'
  if (compareRevision(revision, known) === 'older') return 'older'
  return !part && revision.sequence === known.sequence && hasInstance(master, key, zones) ? 'repeated' : 'added'
}

function findHighestSequence({ parts, cancelled }: StoredSeries): number {
  return Math.max(...[...parts, ...cancelled].map(({ component }) => readRevision(component).sequence))
}

/** Named by its own start. */
export function makeAddedInstance(component: Component): Component {
  const start = findProperty(component, 'DTSTART')
  return start ? withProperties(component, { ...start, name: 'RECURRENCE-ID' }) : component
}

/** The date becomes one of the series; `component`, where it is given, that date. */
function applyAdd(series: StoredSeries, key: string, added: Component, component: Component | undefined): StoredSeries {
  const master = findPart(series.parts, '')
  const start = findProperty(added, 'DTSTART')
  if (!master || !start) return series
  const date: Property = { ...start, name: 'RDATE' }
  const stamp = findProperty(added, 'DTSTAMP')
  const raised = withProperties(
    { ...master, properties: [...master.properties, date] },
    makeSequenceProperty(readRevision(added).sequence),
    ...(stamp ? [stamp] : []),
  )
  const parts = withPart(series.parts, '', raised)
  if (!component) return { ...series, parts }
  return { ...series, parts: withPart(parts, key, component), cancelled: withoutPart(series.cancelled, key) }
}
