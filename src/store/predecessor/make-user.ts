// What the predecessor kept of a user, as our store keeps it: series by UID, bookings that follow from them, and no busy time lost.

import { makeBookings, readBusyTypeOf } from '../../agents/bookkeeping.ts'
import { type CalendarAddress, parseCalendarAddress } from '../../calendar/calendar-address.ts'
import type { CalendarObject } from '../../calendar/calendar-object.ts'
import type { Component, ScheduledComponent } from '../../calendar/component.ts'
import { decodeCalendarText } from '../../calendar/decode.ts'
import { isFault } from '../../calendar/fault.ts'
import { parseCalendars } from '../../calendar/parse.ts'
import {
  findProperty,
  makeProperty,
  makeTextProperty,
  readUid,
  readWord,
  withProperties,
} from '../../calendar/properties.ts'
import { readSpan } from '../../calendar/span.ts'
import { type CalendarTime, type Instant, serializeCalendarTime } from '../../calendar/time.ts'
import { makeZones, toInstant, type Zones, type ZoneTables } from '../../calendar/time-zone.ts'
import { type BusyPeriod, joinPeriods, subtractPeriods } from '../../freebusy/busy-periods.ts'
import { expandBookings } from '../../freebusy/expand-bookings.ts'
import type { OthersFreeBusy } from '../../freebusy/others.ts'
import type { Booking, BusyType } from '../../freebusy/record.ts'
import { findInvitation, type Identity, isOwnAddress } from '../../itip/acting-user.ts'
import { findOrganizer } from '../../itip/authority.ts'
import { receiveCancel } from '../../itip/cancel.ts'
import { makePlainId } from '../../itip/instance-id.ts'
import { makeSeries, readKey, withPart } from '../../itip/instances.ts'
import { receiveRequest } from '../../itip/request.ts'
import type { SchedulingMessage } from '../../itip/scheduling-message.ts'
import type { StoredCounter, StoredSeries } from '../../itip/stored-series.ts'
import { groupByUid } from '../group-by-uid.ts'
import type { StoredUser, TellDamage } from '../store.ts'
import type { PredecessorPeriod, PredecessorText, PredecessorUser } from './predecessor-user.ts'

/** Who the user is, and in which zones times are read. */
export interface PredecessorOwner {
  readonly user: CalendarAddress
  readonly identity: Identity
  readonly zoneTables: ZoneTables
  readonly localZone: string
  readonly now: Instant
}

/** What cannot be used is told, with its place; the busy time of its UID stays taken all the same. */
export function makePredecessorUser(read: PredecessorUser, owner: PredecessorOwner, tell: TellDamage): StoredUser {
  const objects = groupByUid(read.objects.flatMap((text) => parseText(text, owner, tell)))
  const cancelled = groupByUid(read.cancelled.flatMap((text) => parseText(text, owner, tell)))
  const counters = groupByUid(read.counters.flatMap((text) => parseText(text, owner, tell)))
  const lines = groupByUid(read.freeBusy.filter(isTakingTime))
  const series: StoredSeries[] = []
  const bookings: Booking[] = []
  const uids = new Set([...objects.keys(), ...cancelled.keys(), ...counters.keys(), ...lines.keys()])
  for (const uid of [...uids].sort()) {
    const own = lines.get(uid) ?? []
    const known = joinEvents(
      uid,
      [objects.get(uid) ?? [], cancelled.get(uid) ?? [], counters.get(uid) ?? []],
      owner,
      tell,
    )
    const made = hasContent(known) ? known : makeMinimalSeries(uid, own, owner)
    series.push(made)
    const booked = makeBookings(made, makeOwnZones(made.timeZones, owner), makeBusyTypeReader(own, owner))
    bookings.push(...booked, ...listUncovered(own, booked, owner))
  }
  return {
    user: owner.user,
    series,
    bookings,
    offers: read.offers.flatMap((period) => makeOffer(period, owner, tell)),
    requests: read.requests,
    others: read.others.flatMap((other) => makeOthers(other, owner, tell)),
  }
}

/** An event of a file, with the zones it came with. */
interface ParsedEvent {
  readonly uid: string
  readonly text: PredecessorText
  readonly component: Component
  readonly timeZones: ReadonlyMap<string, Component>
}

function parseText(text: PredecessorText, owner: PredecessorOwner, tell: TellDamage): readonly ParsedEvent[] {
  const read = parseObject(text.bytes)
  const components = typeof read === 'string' ? [] : read.components.filter(({ name }) => scheduled.has(name))
  if (typeof read === 'string' || components.length === 0) {
    tell(`${text.path}: ${typeof read === 'string' ? read : 'there is no event in it'}; left out`)
    return []
  }
  const { timeZones } = read
  return components.flatMap((found) => {
    const component = withNames(found, text)
    const span =
      component.name === 'VEVENT' ? readSpan(component, makeOwnZones([...timeZones.values()], owner)) : undefined
    if (isFault(span)) {
      tell(`${text.path}: ${span.text}; left out`)
      return []
    }
    return [{ uid: readUid(component) ?? text.uid, text, component, timeZones }]
  })
}

const scheduled: ReadonlySet<string> = new Set(['VEVENT', 'VTODO', 'VJOURNAL'] satisfies ScheduledComponent[])

/** A calendar, or its event alone. */
function parseObject(bytes: Uint8Array): CalendarObject | string {
  const text = decodeCalendarText(bytes, undefined)
  const whole = /^BEGIN:VCALENDAR/im.test(text) ? text : `BEGIN:VCALENDAR\r\n${text.trim()}\r\nEND:VCALENDAR\r\n`
  const calendars = parseCalendars(whole)
  if (isFault(calendars)) return calendars.text
  return calendars[0] ?? 'there is no calendar in it'
}

/** What the path says, where the event does not. */
function withNames(component: Component, { uid, recurrenceId }: PredecessorText): Component {
  const missing = [
    ...(readUid(component) === undefined ? [makeTextProperty('UID', uid)] : []),
    ...(findProperty(component, 'DTSTAMP') ? [] : [makeProperty('DTSTAMP', longAgo)]),
    ...(recurrenceId === undefined || findProperty(component, 'RECURRENCE-ID') ? [] : [makePlainId(recurrenceId)]),
  ]
  return missing.length === 0 ? component : withProperties(component, ...missing)
}

/** Any message of the organizer is newer. */
const longAgo = '19700101T000000Z'

type EventLists = readonly [
  objects: readonly ParsedEvent[],
  cancelled: readonly ParsedEvent[],
  counters: readonly ParsedEvent[],
]

function joinEvents(uid: string, lists: EventLists, owner: PredecessorOwner, tell: TellDamage): StoredSeries {
  const [objects, cancelled, counters] = lists
  let series = makeSeries(uid)
  const first = objects[0]
  if (first) {
    const message = makeMessage(uid, objects)
    const received = receiveRequest(series, message, makeOwnZones([...message.timeZones.values()], owner), true)
    if (isFault(received)) tell(`${first.text.path}: ${received.text}; left out`)
    else series = received.series
  }
  for (const event of cancelled) {
    const message = makeMessage(uid, [event])
    const zones = makeOwnZones([...series.timeZones, ...message.timeZones.values()], owner)
    const received = receiveCancel(series, { ...message, method: 'CANCEL' }, zones, () => true)
    if (isFault(received)) tell(`${event.text.path}: ${received.text}; left out`)
    else series = received.series
  }
  return { ...series, counters: counters.flatMap((event) => makeCounter(event, series, owner, tell)) }
}

function makeMessage(uid: string, events: readonly ParsedEvent[]): SchedulingMessage {
  return {
    method: 'PUBLISH',
    uid,
    component: (events[0]?.component.name ?? 'VEVENT') as ScheduledComponent,
    components: events.map(({ component }) => component),
    timeZones: new Map(events.flatMap(({ timeZones }) => [...timeZones])),
    calendarProperties: [],
    prodId: undefined,
    notes: [],
  }
}

function makeCounter(
  { text, component, timeZones }: ParsedEvent,
  series: StoredSeries,
  { identity, ...owner }: PredecessorOwner,
  tell: TellDamage,
): readonly StoredCounter[] {
  const attendee = parseCalendarAddress(text.attendee ?? '', identity.rules)
  const key = readKey(component, series, makeOwnZones([...series.timeZones, ...timeZones.values()], owner))
  if (attendee !== undefined && !isFault(key)) return [{ attendee, key, component }]
  tell(`${text.path}: ${isFault(key) ? key.text : 'its name is no address'}; left out`)
  return []
}

function hasContent({ parts, cancelled, counters }: StoredSeries): boolean {
  return parts.length + cancelled.length + counters.length > 0
}

/**
 * Time that is taken for an event that nobody has kept: the dates without an identifier as a series, each other one as an instance.
 */
function makeMinimalSeries(uid: string, lines: readonly PredecessorPeriod[], owner: PredecessorOwner): StoredSeries {
  let series = makeSeries(uid)
  const [first, ...more] = lines.filter(({ recurrenceId }) => recurrenceId === '')
  if (first) {
    const dates = more.map(({ start, end }) =>
      makeProperty('RDATE', `${serializeCalendarTime(start)}/${serializeCalendarTime(end)}`, { VALUE: 'PERIOD' }),
    )
    const component = makeMinimalEvent(first, owner)
    // A date has no period; what is not in the series is booked beside it.
    const properties = first.start.kind === 'utc' ? [...component.properties, ...dates] : component.properties
    series = { ...series, parts: withPart(series.parts, '', { ...component, properties }) }
  }
  for (const line of lines.filter(({ recurrenceId }) => recurrenceId !== '')) {
    const component = withProperties(makeMinimalEvent(line, owner), makePlainId(line.recurrenceId))
    series = { ...series, parts: withPart(series.parts, line.recurrenceId, component) }
  }
  return series
}

function makeMinimalEvent(line: PredecessorPeriod, { user, identity }: PredecessorOwner): Component {
  const organizer =
    parseCalendarAddress(line.organizer, identity.rules) ?? (line.transparency === 'ORG' ? user : undefined)
  return {
    name: 'VEVENT',
    properties: [
      makeTextProperty('UID', line.uid),
      makeProperty('DTSTAMP', longAgo),
      makeTimeProperty('DTSTART', line.start),
      makeTimeProperty('DTEND', line.end),
      ...(line.summary === '' ? [] : [makeTextProperty('SUMMARY', line.summary)]),
      ...(organizer === undefined ? [] : [makeProperty('ORGANIZER', organizer)]),
      ...(line.transparency === 'ORG' ? [] : [makeProperty('ATTENDEE', user, { PARTSTAT: 'ACCEPTED' })]),
    ],
    components: [],
  }
}

function makeTimeProperty(name: string, time: CalendarTime): Component['properties'][number] {
  return makeProperty(name, serializeCalendarTime(time), time.kind === 'date' ? { VALUE: 'DATE' } : {})
}

/** By the user's own answer; where there is none, as the predecessor has recorded it. */
function makeBusyTypeReader(
  lines: readonly PredecessorPeriod[],
  { identity }: PredecessorOwner,
): (component: Component) => BusyType | undefined {
  const recorded = lines.length === 0 ? undefined : lines.every(isOrganizers) ? 'ORG' : 'BUSY'
  return (component) => {
    const own = findInvitation(component, identity)
    const answered = own && readBusyTypeOf(component, own.attendee.participation)
    if (answered !== undefined) return answered
    if (['CANCELLED', 'COMPLETED'].includes(readWord(component, 'STATUS') ?? '')) return undefined
    if (readWord(component, 'TRANSP') === 'TRANSPARENT') return undefined
    if (own !== undefined && ['DECLINED', 'DELEGATED'].includes(own.attendee.participation)) return undefined
    if (recorded !== undefined || own !== undefined) return recorded
    return isOwnAddress(findOrganizer([component], identity.rules)?.address, identity) ? 'ORG' : undefined
  }
}

function isOrganizers({ transparency }: PredecessorPeriod): boolean {
  return transparency === 'ORG'
}

function isTakingTime({ transparency }: PredecessorPeriod): boolean {
  return transparency !== 'TRANSPARENT'
}

/** What the predecessor had recorded and the events do not take: booked under their UID, so that the next message about it frees the time. */
function listUncovered(
  lines: readonly PredecessorPeriod[],
  bookings: readonly Booking[],
  owner: PredecessorOwner,
): readonly Booking[] {
  if (lines.length === 0) return []
  const zones = makeOwnZones([], owner)
  const timed = lines.flatMap((line) => {
    const [start, end] = [toInstant(line.start, zones), toInstant(line.end, zones)]
    return isFault(start) || isFault(end) ? [] : [{ line, start, end }]
  })
  const within = {
    start: timed.reduce((first, { start }) => Math.min(first, start), Number.POSITIVE_INFINITY),
    end: timed.reduce((last, { end }) => Math.max(last, end), Number.NEGATIVE_INFINITY),
  }
  const { times } = expandBookings(bookings, within, owner.zoneTables, owner.localZone)
  const taken = joinPeriods(times.map(({ period }) => period))
  return timed
    .filter((period) => subtractPeriods(period, taken).length > 0)
    .map(({ line }) => makeLineBooking(line, owner))
}

function makeLineBooking(line: PredecessorPeriod, { identity }: PredecessorOwner): Booking {
  return {
    start: line.start,
    end: line.end,
    uid: line.uid,
    ...(line.recurrenceId === '' ? {} : { recurrenceId: line.recurrenceId }),
    busyType: isOrganizers(line) ? 'ORG' : 'BUSY',
    summary: line.summary,
    organizer: parseCalendarAddress(line.organizer, identity.rules) ?? '',
  }
}

function makeOffer(period: PredecessorPeriod, owner: PredecessorOwner, tell: TellDamage): readonly Booking[] {
  if (period.expires !== undefined) return [{ ...makeLineBooking(period, owner), expires: period.expires }]
  tell(`freebusy-offers: the time offered for ${period.uid} does not say until when; left out`)
  return []
}

/** One piece, older than whatever comes from them next; nothing where all of it is over. The same at any time, so that a copy can be called again. */
function makeOthers(
  { name, periods }: PredecessorUser['others'][number],
  { identity, now, ...owner }: PredecessorOwner,
  tell: TellDamage,
): readonly OthersFreeBusy[] {
  const sender = parseCalendarAddress(name, identity.rules)
  if (sender === undefined) {
    tell(`freebusy-other/${name}: its name is no address; left out`)
    return []
  }
  const zones = makeOwnZones([], owner)
  const busy = periods.filter(isTakingTime).flatMap((period): readonly BusyPeriod[] => {
    const [start, end] = [toInstant(period.start, zones), toInstant(period.end, zones)]
    return isFault(start) || isFault(end) ? [] : [{ start, end, type: 'BUSY' }]
  })
  const joined = joinPeriods(busy).map(({ start, end }): BusyPeriod => ({ start, end, type: 'BUSY' }))
  const [first, last] = [joined[0], joined.at(-1)]
  if (!first || !last || last.end <= now) return []
  const within = { start: first.start, end: last.end }
  return [{ sender, pieces: [{ uid: '', stamp: 0, expires: within.end, within, busy: joined }] }]
}

function makeOwnZones(
  timeZones: readonly Component[],
  { zoneTables, localZone }: Pick<PredecessorOwner, 'zoneTables' | 'localZone'>,
): Zones {
  const byName = new Map(timeZones.map((zone) => [findProperty(zone, 'TZID')?.value.trim() ?? '', zone]))
  return makeZones(zoneTables, byName, localZone)
}
