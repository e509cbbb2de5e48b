// A user's whole state as `imip-admin show-store` prints it: the JSON object of the contract, and the same as sorted lines.
import type { DeducedOthers } from '../agents/deduced-others.ts'
import { readAttendees, readOrganizer } from '../calendar/attendee.ts'
import type { Component } from '../calendar/component.ts'
import { makeTimeLike } from '../calendar/duration.ts'
import { isFault } from '../calendar/fault.ts'
import type { Period } from '../calendar/period.ts'
import { findProperty, makeProperty, readSequence, readStamp, readWord } from '../calendar/properties.ts'
import { listOccurrences } from '../calendar/recurrence.ts'
import { makeRecurrenceKey } from '../calendar/recurrence-id.ts'
import { serializeCalendar } from '../calendar/serialize.ts'
import { readSpan } from '../calendar/span.ts'
import { type CalendarTime, type Instant, serializeCalendarTime, serializeInstant } from '../calendar/time.ts'
import { makeZones, readZone, toInstant, type Zones, type ZoneTables } from '../calendar/time-zone.ts'
import { readBookedRecurrence } from '../freebusy/booked-recurrence.ts'
import type { OthersFreeBusy } from '../freebusy/others.ts'
import type { Booking, BusyType } from '../freebusy/record.ts'
import { makeBookingZones } from '../freebusy/record-zones.ts'
import { showRule } from '../freebusy/shown-rule.ts'
import { makeSeries } from '../itip/instances.ts'
import type { HeldMessage, StoredPart, StoredSeries } from '../itip/stored-series.ts'
import type { PendingRequest, StoredUser } from './store.ts'
import { compareText } from './stored-uid.ts'

/** Times are UTC, a date, or floating, as they are kept; zoned ones of stored components are in UTC. */
export interface DumpedUser {
  readonly user: string
  readonly objects: readonly DumpedObject[]
  readonly cancellations: readonly DumpedObject[]
  readonly counters: readonly (DumpedObject & { readonly from: string })[]
  readonly held: readonly (DumpedObject & { readonly method: string; readonly because: string })[]
  readonly freebusy: readonly DumpedBooking[]
  readonly offers: readonly DumpedBooking[]
  readonly others: Readonly<Record<string, readonly DumpedBooking[]>>
  readonly requests: readonly PendingRequest[]
}

export interface DumpedObject {
  readonly uid: string
  readonly recurrenceId: string | null
  readonly component: string
  readonly sequence: number
  readonly dtstamp: string | null
  readonly status: string | null
  readonly start: string | null
  readonly end: string | null
  readonly organizer: string | null
  readonly attendees: readonly DumpedAttendee[]
  readonly ical: string
}

export interface DumpedAttendee {
  readonly address: string
  readonly partstat: string
  readonly role: string
  readonly rsvp: boolean
  readonly delegatedTo: readonly string[]
  readonly delegatedFrom: readonly string[]
  readonly sentBy: string | null
}

export interface DumpedBooking {
  readonly start: string
  readonly end: string
  readonly uid: string
  readonly recurrenceId: string | null
  readonly rrule: string | null
  readonly type: BusyType
  readonly summary: string
  readonly organizer: string
  readonly expires: string | null
}

export interface DumpOptions {
  readonly zoneTables: ZoneTables
  /** What the events say of others' time; beside what these have told of it themselves. */
  readonly deduced?: DeducedOthers
  /** Occurrences inside this period in place of recurring bookings; floating ones are read in this zone. */
  readonly expand?: { readonly within: Period; readonly localZone: string }
}

export function dumpUser(stored: StoredUser, options: DumpOptions): DumpedUser {
  return {
    user: stored.user,
    objects: stored.series.flatMap((series) => dumpParts(series, series.parts, options)),
    cancellations: stored.series.flatMap((series) => dumpParts(series, series.cancelled, options)),
    counters: stored.series.flatMap((series) =>
      series.counters.flatMap((counter) =>
        dumpParts(series, [counter], options).map((dumped) => ({ ...dumped, from: counter.attendee })),
      ),
    ),
    held: stored.series.flatMap((series) => series.held.flatMap((held) => dumpHeld(series.uid, held, options))),
    freebusy: stored.bookings.flatMap((booking) => dumpBooking(booking, options)),
    offers: stored.offers.flatMap((booking) => dumpBooking(booking, options)),
    others: dumpAllOthers(stored, options),
    requests: stored.requests,
  }
}

/**
 * One line an entry, under the name of its section; what is not known is `-`, text with blanks is quoted as in JSON. The
 * calendar text of objects is left out; attendees stand at the end of the line with what is not as usual.
 */
export function serializeDump(dump: DumpedUser): string {
  const sections: readonly (readonly (readonly Field[])[])[] = [
    dump.objects.map((object) => ['objects', ...listFields(object)]),
    dump.cancellations.map((object) => ['cancellations', ...listFields(object)]),
    dump.counters.map((object) => ['counters', ...listFields(object), object.from]),
    dump.held.map((object) => ['held', ...listFields(object), object.method, object.because]),
    dump.freebusy.map((booking) => ['freebusy', ...Object.values(booking)]),
    dump.offers.map((booking) => ['offers', ...Object.values(booking)]),
    Object.entries(dump.others).flatMap(([user, all]) =>
      all.map((booking) => ['others', user, ...Object.values(booking)]),
    ),
    dump.requests.map(({ uid, recurrenceId, type }) => ['requests', uid, recurrenceId, type]),
  ]
  const lines = sections.flatMap((section) => section.map(serializeFields).sort(compareText))
  return lines.map((line) => `${line}\n`).join('')
}

function dumpParts(
  series: StoredSeries,
  parts: readonly StoredPart[],
  { zoneTables }: DumpOptions,
): readonly DumpedObject[] {
  const byName = series.timeZones.map((zone) => [findProperty(zone, 'TZID')?.value.trim() ?? '', zone] as const)
  const zones = makeZones(zoneTables, new Map(byName), 'UTC')
  return parts.map(({ key, component }) => ({
    uid: series.uid,
    recurrenceId: key === '' ? null : key,
    component: component.name,
    sequence: readSequence(component),
    dtstamp: serializeStamp(component),
    status: readWord(component, 'STATUS') ?? null,
    ...dumpSpan(component, zones),
    organizer: readOrganizer(component)?.address ?? findProperty(component, 'ORGANIZER')?.value ?? null,
    attendees: dumpAttendees(component),
    ical: serializeCalendar({
      properties: [makeProperty('VERSION', '2.0'), makeProperty('PRODID', '-//imip-agent//store//EN')],
      components: [...series.timeZones, component],
    }),
  }))
}

/** What waits has no key yet: the RECURRENCE-ID as it was written. */
function dumpHeld(uid: string, held: HeldMessage, options: DumpOptions): DumpedUser['held'] {
  const series = { ...makeSeries(uid), timeZones: held.timeZones }
  const parts = held.components.map((component) => ({
    key: findProperty(component, 'RECURRENCE-ID')?.value.trim() ?? '',
    component,
  }))
  return dumpParts(series, parts, options).map((dumped) => ({
    ...dumped,
    method: held.method,
    because: held.because,
  }))
}

function dumpAttendees(component: Component): readonly DumpedAttendee[] {
  return readAttendees(component).map((attendee) => ({
    address: attendee.address ?? attendee.property.value,
    partstat: attendee.participation,
    role: attendee.role,
    rsvp: attendee.answerWanted,
    delegatedTo: attendee.delegatedTo,
    delegatedFrom: attendee.delegatedFrom,
    sentBy: attendee.sentBy ?? null,
  }))
}

function dumpSpan(component: Component, zones: Zones): Pick<DumpedObject, 'start' | 'end'> {
  const span = readSpan(component, zones)
  if (isFault(span)) return { start: null, end: null }
  return { start: serializeTime(span.start, zones), end: serializeTime(span.end, zones) }
}

function serializeTime(time: CalendarTime, zones: Zones): string | null {
  if (time.kind !== 'zoned') return serializeCalendarTime(time)
  const instant = toInstant(time, zones)
  return isFault(instant) ? null : serializeInstant(instant)
}

function serializeStamp(component: Component): string | null {
  const stamp = readStamp(component)
  return stamp === undefined ? null : serializeInstant(stamp)
}

function dumpBooking(booking: Booking, options: DumpOptions): readonly DumpedBooking[] {
  const { recurrence, expires } = booking
  const dumped: DumpedBooking = {
    start: serializeCalendarTime(booking.start),
    end: serializeCalendarTime(booking.end),
    uid: booking.uid,
    recurrenceId: booking.recurrenceId ?? null,
    rrule: showRule(booking, options.zoneTables, 'UTC') ?? null,
    type: booking.busyType,
    summary: booking.summary,
    organizer: booking.organizer,
    expires: expires === undefined ? null : serializeInstant(expires),
  }
  return recurrence && options.expand ? expandBooking(booking, dumped, options.expand, options.zoneTables) : [dumped]
}

/** Unexpanded where it cannot be expanded. */
function expandBooking(
  booking: Booking,
  dumped: DumpedBooking,
  { within, localZone }: NonNullable<DumpOptions['expand']>,
  zoneTables: ZoneTables,
): readonly DumpedBooking[] {
  const recurrence = readBookedRecurrence(booking.recurrence)
  if (!recurrence || isFault(recurrence)) return [dumped]
  const zones = makeBookingZones(booking, zoneTables, localZone)
  const times = listOccurrences(recurrence, zones, within)
  if (isFault(times)) return [dumped]
  return times.map(({ id, start, end, time = id }) => ({
    ...dumped,
    ...showTimes(time, start, end, zones),
    // The key that stands beside a range is that of its first instance.
    ...(recurrence.range ? { recurrenceId: readKey(id, zones) } : {}),
    rrule: null,
  }))
}

/** As the event has it: a day stays a day, a floating time floats. */
function showTimes(time: CalendarTime, start: Instant, end: Instant, zones: Zones): { start: string; end: string } {
  const zone = readZone(time, zones)
  if ((time.kind !== 'date' && time.kind !== 'floating') || isFault(zone))
    return { start: serializeInstant(start), end: serializeInstant(end) }
  return { start: serializeCalendarTime(time), end: serializeCalendarTime(makeTimeLike(time, end, zone)) }
}

function readKey(id: CalendarTime, zones: Zones): string | null {
  const key = makeRecurrenceKey(id, zones)
  return isFault(key) ? null : key
}

/** Received or deduced, of each by start; who only asked has nothing. */
function dumpAllOthers({ others }: StoredUser, options: DumpOptions): DumpedUser['others'] {
  const told = new Map(others.map((known) => [known.sender, known]))
  const users = [...new Set([...told.keys(), ...(options.deduced?.keys() ?? [])])].sort(compareText)
  return Object.fromEntries(
    users.map((user) => {
      const known = told.get(user)
      const deduced = options.deduced?.get(user) ?? []
      const all = [...(known ? dumpOthers(known) : []), ...deduced.flatMap((booking) => dumpBooking(booking, options))]
      return [user, all.sort((a, b) => compareText(a.start, b.start))]
    }),
  )
}

/** `expires`: until then it is kept. */
function dumpOthers({ sender, pieces }: OthersFreeBusy): readonly DumpedBooking[] {
  return pieces.flatMap(({ uid, expires, busy }) =>
    busy.map(({ start, end, type }) => ({
      start: serializeInstant(start),
      end: serializeInstant(end),
      uid,
      recurrenceId: null,
      rrule: null,
      type,
      summary: '',
      organizer: sender,
      expires: serializeInstant(expires),
    })),
  )
}

type Field = string | number | null

function listFields({
  attendees,
  ical: _,
  uid,
  recurrenceId,
  component,
  sequence,
  ...object
}: DumpedObject): readonly Field[] {
  const { dtstamp, status, start, end, organizer } = object
  const fields = [uid, recurrenceId, component, sequence, dtstamp, status, start, end, organizer]
  return [...fields, ...attendees.map(serializeAttendee)]
}

function serializeAttendee(attendee: DumpedAttendee): string {
  const { address, partstat, role, rsvp, delegatedTo, delegatedFrom, sentBy } = attendee
  return [
    address,
    `PARTSTAT=${partstat}`,
    ...(role === 'REQ-PARTICIPANT' ? [] : [`ROLE=${role}`]),
    ...(rsvp ? ['RSVP=TRUE'] : []),
    ...(delegatedTo.length === 0 ? [] : [`DELEGATED-TO=${delegatedTo.join(',')}`]),
    ...(delegatedFrom.length === 0 ? [] : [`DELEGATED-FROM=${delegatedFrom.join(',')}`]),
    ...(sentBy === null ? [] : [`SENT-BY=${sentBy}`]),
  ].join(';')
}

function serializeFields(fields: readonly Field[]): string {
  return fields.map(serializeField).join(' ')
}

function serializeField(field: Field): string {
  if (field === null) return '-'
  const text = String(field)
  return text === '' || text === '-' || /[\s"\\\p{Cc}\p{Cs}]/u.test(text) ? JSON.stringify(text) : text
}
