// VFREEBUSY: who asks for which time, how it is answered, and what others tell of themselves. RFC 5546, 3.3.
import { type CalendarUser, readAttendees } from '../calendar/attendee.ts'
import type { AddressRules, CalendarAddress } from '../calendar/calendar-address.ts'
import type { Component, Property } from '../calendar/component.ts'
import { type CalendarFault, isFault, makeFault } from '../calendar/fault.ts'
import type { Period } from '../calendar/period.ts'
import { findProperty, makeProperty, readStamp } from '../calendar/properties.ts'
import { readSpan } from '../calendar/span.ts'
import { type Instant, serializeInstant } from '../calendar/time.ts'
import type { Zones } from '../calendar/time-zone.ts'
import type { BusyPeriod } from '../freebusy/busy-periods.ts'
import { addPiece, type OthersFreeBusy } from '../freebusy/others.ts'
import { makeTimeProperties, parseBusyPeriods } from '../freebusy/vfreebusy.ts'
import { findOrganizer } from './authority.ts'
import { saysThatItFailed } from './reply.ts'
import type { SchedulingMessage } from './scheduling-message.ts'

/** The time that a VFREEBUSY is about. RFC 5546, 3.3.2: DTSTART and DTEND, in UTC; other forms are read as for events. */
export function readWithin(component: Component, zones: Zones): Period | CalendarFault {
  const span = readSpan(component, zones)
  if (isFault(span)) return span
  return span.period.start < span.period.end
    ? span.period
    : makeFault('no-end', 'the VFREEBUSY does not say until when', component.name)
}

export interface FreeBusyContent {
  /** The ATTENDEE as the request wrote it; for a member of a group one made of the group's. */
  readonly attendee: Property
  readonly stamp: Instant
  readonly within: Period
  readonly busy: readonly BusyPeriod[]
  /** For a request that has none. */
  readonly uid: string
  /** Why nothing is told. */
  readonly requestStatus?: string
}

// RFC 5546, 3.3.3: ORGANIZER is who asked, ATTENDEE who answers, UID that of the request; times in UTC and in their order.
export function makeFreeBusyReply(request: SchedulingMessage, content: FreeBusyContent): SchedulingMessage {
  const asked = request.components[0]
  const organizer = asked && findProperty(asked, 'ORGANIZER')
  const uid = request.uid === '' ? content.uid : request.uid
  const kept = content.attendee.parameters.filter(({ name }) => ['CN', 'CUTYPE', 'MEMBER'].includes(name))
  const component: Component = {
    name: 'VFREEBUSY',
    components: [],
    properties: [
      makeProperty('UID', uid),
      makeProperty('DTSTAMP', serializeInstant(content.stamp)),
      ...(organizer ? [organizer] : []),
      { ...content.attendee, parameters: kept },
      ...makeTimeProperties(content.within, content.busy),
      ...(content.requestStatus === undefined ? [] : [makeProperty('REQUEST-STATUS', content.requestStatus)]),
    ],
  }
  return {
    method: 'REPLY',
    uid,
    component: 'VFREEBUSY',
    components: [component],
    timeZones: new Map(),
    calendarProperties: [],
    prodId: undefined,
    notes: [],
  }
}

/** Who asks: the ORGANIZER. RFC 5546, 3.3.2. */
export function findAsker(message: SchedulingMessage, rules: AddressRules): CalendarUser | undefined {
  const isQuestion = message.component === 'VFREEBUSY' && message.method === 'REQUEST'
  return isQuestion ? findOrganizer(message.components, rules) : undefined
}

/** Whose time a PUBLISH or REPLY tells: its ORGANIZER's (RFC 5546, 3.3.1), or that of its one ATTENDEE (3.3.3). */
export function findTeller(message: SchedulingMessage, rules: AddressRules): CalendarUser | undefined {
  if (message.component !== 'VFREEBUSY') return undefined
  if (message.method === 'PUBLISH') return findOrganizer(message.components, rules)
  if (message.method !== 'REPLY') return undefined
  const [attendee, ...others] = message.components.flatMap((component) => readAttendees(component, rules))
  return others.every(({ address }) => address === attendee?.address) ? attendee : undefined
}

// RFC 5546, 3.6: classes 3 to 5 say that the request failed; then no times at all does not mean free.
export function isFailedAnswer({ components }: SchedulingMessage): boolean {
  return components.some(saysThatItFailed)
}

/** More periods than this in one message are not taken: a year of quarters of an hour at work. */
const mostPeriods = 10_000

/** What is known of the sender after the message, for `age` seconds; the same object where the message says nothing newer. */
export function receiveFreeBusy(
  known: OthersFreeBusy | undefined,
  sender: CalendarAddress,
  message: SchedulingMessage,
  zones: Zones,
  now: Instant,
  age: number,
): OthersFreeBusy | CalendarFault {
  const before = known ?? { sender, pieces: [] }
  let after = before
  for (const component of message.components) {
    const { busy, unread } = parseBusyPeriods(component)
    if (busy.length > mostPeriods) return makeFault('too-large', `the VFREEBUSY has ${busy.length} periods`)
    if (unread > 0) return makeFault('bad-date', 'not every period of FREEBUSY can be read', 'FREEBUSY')
    const within = findProperty(component, 'DTSTART') ? readWithin(component, zones) : findHull(busy)
    if (isFault(within)) return within
    const told = busy.flatMap(({ start, end, type }) => {
      const cut = { start: Math.max(start, within.start), end: Math.min(end, within.end) }
      return cut.start < cut.end ? [{ ...cut, type }] : []
    })
    const stamp = readStamp(component) ?? now
    after = addPiece(after, { uid: message.uid, stamp, expires: now + age, within, busy: told }, now)
  }
  return isSame(before, after) ? before : after
}

/** Without DTSTART a message speaks about its periods and what lies between them. */
function findHull(busy: readonly BusyPeriod[]): Period | CalendarFault {
  const [first] = busy
  if (!first) return makeFault('no-start', 'the VFREEBUSY does not say about which time it is', 'VFREEBUSY')
  return { start: first.start, end: Math.max(...busy.map(({ end }) => end)) }
}

/** When it expires does not matter: the same message again tells nothing new. */
function isSame(a: OthersFreeBusy, b: OthersFreeBusy): boolean {
  const write = ({ pieces }: OthersFreeBusy): string =>
    JSON.stringify(pieces.map((piece) => ({ ...piece, expires: 0 })))
  return write(a) === write(b)
}
