// What must hold before a message may be used for its method. RFC 5546, 3.2 binds what is sent;
// on receipt only what makes use impossible or dangerous counts, everything else is a note.
import type { Component } from '../calendar/component.ts'
import { type CalendarFault, isFault, makeFault } from '../calendar/fault.ts'
import { findProperties, findProperty, readUid } from '../calendar/properties.ts'
import { readRecurrence } from '../calendar/recurrence.ts'
import { readSpan } from '../calendar/span.ts'
import type { Zones } from '../calendar/time-zone.ts'
import { type Method, senderOfMethod } from './method.ts'

/** Methods whose components must say when: RFC 5546, 3.2.2, 3.2.4 and 3.2.7. */
const needsStart: readonly Method[] = ['REQUEST', 'ADD', 'COUNTER']

/** How much one message may hold. */
export interface MessageBounds {
  readonly components: number
  readonly attendees: number
}

/** A daily series with each date of a year changed; what is recorded is kept for years, and read and written again with every answer. */
const mostComponentsOfMessage = 366

/** Companies invite thousands one by one, a flood tens of thousands; each answer writes all of them again. */
const mostAttendees = 5_000

/** Of a mail that anybody can send. */
export const boundsOfMail: MessageBounds = { components: mostComponentsOfMessage, attendees: mostAttendees }

/** Why the components of one UID cannot be used for the method, or nothing. */
export function checkRestrictions(
  method: Method,
  components: readonly Component[],
  zones: Zones,
  bounds: MessageBounds = boundsOfMail,
): CalendarFault | undefined {
  const large = checkSize(components, bounds)
  if (large) return large
  for (const component of components) {
    const fault = checkComponent(method, component, zones)
    if (fault) return fault
  }
  return checkCount(method, components) ?? checkOneOrganizer(components)
}

// RFC 5546, 6.1.5: nobody can fill a calendar with one mail.
function checkSize(components: readonly Component[], bounds: MessageBounds): CalendarFault | undefined {
  if (components.length > bounds.components)
    return makeFault('too-large', `one message has ${components.length} components, of at most ${bounds.components}`)
  const attendees = Math.max(...components.map((component) => findProperties(component, 'ATTENDEE').length))
  return attendees > bounds.attendees
    ? makeFault('too-large', `a component has ${attendees} attendees, of at most ${bounds.attendees}`)
    : undefined
}

// RFC 5546, 3.2.7: a proposal is one event; of two nobody knows which one is proposed.
function checkCount(method: Method, components: readonly Component[]): CalendarFault | undefined {
  return method === 'COUNTER' && components.length > 1
    ? makeFault('several-components', `a COUNTER has one component, not ${components.length}`)
    : undefined
}

function checkComponent(method: Method, component: Component, zones: Zones): CalendarFault | undefined {
  if (component.name === 'VFREEBUSY') return undefined
  if (needsStart.includes(method) && component.name !== 'VTODO' && !findProperty(component, 'DTSTART'))
    return makeFault('no-start', `a ${method} needs a DTSTART`, component.name)
  if (method === 'REQUEST' && !findProperty(component, 'ORGANIZER'))
    return makeFault('no-organizer', 'a REQUEST needs an ORGANIZER', component.name)
  // RFC 5546, 3.2.4: an ADD names single dates; a rule in it would change the series.
  const rule = ['RRULE', 'RDATE', 'EXDATE', 'RECURRENCE-ID'].find((name) => findProperty(component, name))
  if (method === 'ADD' && rule) return makeFault('add-with-rule', `an ADD must not have ${rule}`, component.name)
  if (findProperties(component, 'DTSTART').length > 1)
    return makeFault('two-starts', 'DTSTART stands more than once', component.name)
  if (findProperty(component, 'DTSTART') && senderOfMethod[method] === 'organizer' && method !== 'CANCEL') {
    const span = readSpan(component, zones)
    if (isFault(span)) return span
    const recurrence = readRecurrence(component)
    if (isFault(recurrence)) return recurrence
  }
  return undefined
}

// RFC 5546, 3.2: ORGANIZER stands once, and all components of a UID have the same one.
function checkOneOrganizer(components: readonly Component[]): CalendarFault | undefined {
  const organizers = components.flatMap((component) => findProperties(component, 'ORGANIZER'))
  const tooMany = components.some((component) => findProperties(component, 'ORGANIZER').length > 1)
  const different = new Set(organizers.map((property) => property.value.trim().toLowerCase())).size > 1
  return tooMany || different ? makeFault('two-organizers', 'more than one ORGANIZER in one object') : undefined
}

/** UIDs are kept and compared as they are. RFC 7986, 5.3 asks for 255 octets; what is far beyond only costs room in the store. */
const longestUid = 1000

/** The store would keep it safely, but no calendar writes such a UID: who does means something else. */
const pathOutwards = /(?:^|[\\/])\.\.(?:[\\/]|$)/

/** Why these components are no scheduling message at all, or nothing: UIDs and component types. RFC 5546, 3.2–3.5. */
export function checkIdentity(
  method: Method,
  components: readonly Component[],
  bounds: MessageBounds = boundsOfMail,
): CalendarFault | undefined {
  if (components.length === 0)
    return makeFault('no-component', `the ${method} has no event, to-do, journal or free/busy`)
  const names = new Set(components.map((component) => component.name))
  // RFC 5546, 1.4: apart from VTIMEZONE, one type of component in one message.
  if (names.size > 1) return makeFault('mixed-components', `one ${method} has ${[...names].join(' and ')}`)
  const uids = components.map(readUid)
  if (uids.some((uid) => uid === undefined)) {
    // RFC 5546, 3.3.1 wants a UID in VFREEBUSY as everywhere; its own example (4.3.1) has none, and so it is in the wild.
    if (!names.has('VFREEBUSY')) return makeFault('no-uid', `a component of the ${method} has no UID`)
  }
  if (uids.some((uid) => uid !== undefined && uid.length > longestUid))
    return makeFault('uid-too-long', `a UID has more than ${longestUid} characters`)
  if (uids.some((uid) => uid !== undefined && pathOutwards.test(uid)))
    return makeFault('uid-like-a-path', 'a UID is written like a path out of its folder')
  // RFC 5546, 3.2.2: all components of a REQUEST have the same UID; only PUBLISH may carry several (3.2.1).
  if (method !== 'PUBLISH' && new Set(uids).size > 1)
    return makeFault('several-uids', `one ${method} has components with different UIDs`)
  return method === 'PUBLISH' ? checkSize(components, bounds) : undefined
}
