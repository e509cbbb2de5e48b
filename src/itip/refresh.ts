// REFRESH: how an attendee asks for the whole of an event, and what an organizer answers with. RFC 5546, 3.2.6.
import { readAttendees } from '../calendar/attendee.ts'
import type { AddressRules, CalendarAddress } from '../calendar/calendar-address.ts'
import type { Component, Property } from '../calendar/component.ts'
import { isFault } from '../calendar/fault.ts'
import { makeVtimezone } from '../calendar/make-vtimezone.ts'
import { findProperty, makeProperty, readParameter } from '../calendar/properties.ts'
import { findUntil, isRecurring, readRecurrence } from '../calendar/recurrence.ts'
import { type Instant, parseCalendarTime, serializeInstant } from '../calendar/time.ts'
import { toInstant, type Zones } from '../calendar/time-zone.ts'
import { findPart, isThisAndFuture } from './instances.ts'
import { withExplainedZone } from './reply.ts'
import { listViolations } from './restriction-tables.ts'
import type { SchedulingMessage } from './scheduling-message.ts'
import { findCut, withUntil } from './series-end.ts'
import type { StoredPart, StoredSeries } from './stored-series.ts'

/** RFC 5546, 3.2.6: who asks whom about which UID, and nothing else. RFC 5546, 3.4.6: about a to-do without naming whom. */
export function makeRefresh(
  uid: string,
  component: SchedulingMessage['component'],
  organizer: Property,
  attendee: Property,
  stamp: Instant,
): SchedulingMessage {
  const asked: Component = {
    name: component,
    components: [],
    properties: [
      makeProperty('UID', uid),
      makeProperty('DTSTAMP', serializeInstant(stamp)),
      ...(component === 'VTODO' ? [] : [organizer]),
      { ...attendee, parameters: attendee.parameters.filter(({ name }) => ['CN', 'CUTYPE', 'ROLE'].includes(name)) },
    ],
  }
  return makeMessage('REFRESH', uid, component, [asked], new Map())
}

/**
 * The current revision as a REQUEST to one attendee: the parts that list it, or the instance it asks for. DTSTAMP stays that of the
 * revision: what the organizer's own program has sent since, and we have not seen yet, must not look older than this. RFC 5546, 2.1.5.
 */
export function makeCurrentRequest(
  stored: StoredSeries,
  attendee: CalendarAddress,
  key: string,
  zones: Zones,
  rules: AddressRules,
): SchedulingMessage | undefined {
  const isListed = ({ component }: StoredPart) =>
    readAttendees(component, rules).some((candidate) => candidate.address === attendee)
  const asked = key === '' ? undefined : findPart(stored.parts, key)
  const parts = (asked ? [{ key, component: asked }] : stored.parts).filter(isListed)
  const [first] = parts
  if (!first) return undefined
  const explained = readExplainedZones(stored)
  const components = parts
    .map((part) => (part.key === '' ? withCancellations(stored, part, zones) : part.component))
    .map((component) => inExplainedZones(withoutPrivate(component), explained, zones))
  // What cannot be sent as its table wants it is left to the user: a to-do without a start, a journal entry.
  if (listViolations('REQUEST', components).length > 0) return undefined
  const timeZones = chooseTimeZones(explained, components, zones)
  const name = first.component.name as SchedulingMessage['component']
  return timeZones && makeMessage('REQUEST', stored.uid, name, components, timeZones)
}

/** What was cancelled of a series since is no date of it any more. */
function withCancellations(stored: StoredSeries, { component }: StoredPart, zones: Zones): Component {
  const gone = stored.cancelled.filter(({ key, component: cancelled }) => key !== '' && !isThisAndFuture(cancelled))
  const exceptions = gone.map(({ key }) => makeProperty('EXDATE', key, key.length === 8 ? { VALUE: 'DATE' } : {}))
  const shortened: Component = { ...component, properties: [...component.properties, ...exceptions] }
  const cut = findCut(stored)
  return cut === undefined ? shortened : withUntil(shortened, cut, zones)
}

/**
 * Alarms are the organizer's own business. RFC 5546, 3.2.2 and 3.4.2: SUMMARY must stand there, if only empty, and of a to-do
 * PRIORITY, if only 0, which says nothing.
 */
function withoutPrivate(component: Component): Component {
  const needed = component.name === 'VTODO' ? { SUMMARY: '', PRIORITY: '0' } : { SUMMARY: '' }
  const missing = Object.entries(needed).filter(([name]) => !findProperty(component, name))
  const added = missing.map(([name, value]) => makeProperty(name, value))
  const components = component.components.filter((inner) => inner.name !== 'VALARM')
  return { ...component, properties: [...component.properties, ...added], components }
}

/** In UTC what came without a VTIMEZONE; not what recurs, because summer time would be lost: that gets one. */
function inExplainedZones(component: Component, explained: ReadonlyMap<string, Component>, zones: Zones): Component {
  if (isRecurring(component)) return component
  const properties = component.properties.map((property) => withExplainedZone(property, explained, zones))
  return { ...component, properties }
}

function readExplainedZones({ timeZones }: StoredSeries): ReadonlyMap<string, Component> {
  return new Map(timeZones.map((zone) => [findProperty(zone, 'TZID')?.value.trim() ?? '', zone]))
}

// RFC 5546, 3.1.2: a TZID needs its VTIMEZONE beside it. What came without one gets one of the zone that we know by this name.
function chooseTimeZones(
  known: ReadonlyMap<string, Component>,
  components: readonly Component[],
  zones: Zones,
): ReadonlyMap<string, Component> | undefined {
  const used = new Set(
    components.flatMap(({ properties }) => properties.flatMap((property) => readParameter(property, 'TZID') ?? [])),
  )
  const chosen = [...used].flatMap((tzid) => {
    const zone = known.get(tzid) ?? makeKnownZone(tzid, components, zones)
    return zone ? [[tzid, zone] as const] : []
  })
  return chosen.length === used.size ? new Map(chosen) : undefined
}

function makeKnownZone(tzid: string, components: readonly Component[], zones: Zones): Component | undefined {
  const zone = zones.resolve(tzid)
  if (isFault(zone) || zone.source !== 'known') return undefined
  const times = components.flatMap(({ properties }) =>
    properties
      .filter((property) => readParameter(property, 'TZID') === tzid)
      .flatMap(({ value }) => value.split(','))
      .flatMap((value) => {
        const time = parseCalendarTime(value.split('/')[0] ?? '', tzid)
        const instant = isFault(time) ? time : toInstant(time, zones)
        return isFault(instant) ? [] : [instant]
      }),
  )
  return makeVtimezone(tzid, zone, Math.min(...times), findEnd(components, times, zones))
}

/** Nothing where there is no end, or none can be found. */
function findEnd(components: readonly Component[], times: readonly Instant[], zones: Zones): Instant | undefined {
  let end = Math.max(...times)
  for (const component of components) {
    const recurrence = readRecurrence(component)
    if (recurrence === undefined) continue
    const until = isFault(recurrence) ? recurrence : findUntil(recurrence, zones)
    if (until === undefined || isFault(until)) return undefined
    end = Math.max(end, until)
  }
  return end
}

function makeMessage(
  method: 'REFRESH' | 'REQUEST',
  uid: string,
  component: SchedulingMessage['component'],
  components: readonly Component[],
  timeZones: ReadonlyMap<string, Component>,
): SchedulingMessage {
  return { method, uid, component, components, timeZones, calendarProperties: [], prodId: undefined, notes: [] }
}
