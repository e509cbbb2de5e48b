// From a calendar object to scheduling messages, one per UID; or to what makes it unusable.
import type { CalendarObject } from '../calendar/calendar-object.ts'
import type { Component, ScheduledComponent } from '../calendar/component.ts'
import { type CalendarFault, isFault, makeFault } from '../calendar/fault.ts'
import { readTime, readUid } from '../calendar/properties.ts'
import type { Zones } from '../calendar/time-zone.ts'
import { findZoneContradiction } from '../calendar/vtimezone.ts'
import { isMethod, type Method } from './method.ts'
import { listViolations } from './restriction-tables.ts'
import { boundsOfMail, checkIdentity, checkRestrictions, type MessageBounds } from './restrictions.ts'
import type { SchedulingMessage } from './scheduling-message.ts'

/** A calendar that cannot be used, with what could still be read of it: a REQUEST may yet be answered. */
export interface UnusableMessage {
  readonly kind: 'unusable'
  readonly fault: CalendarFault
  readonly method: string | null
  readonly uid: string | null
  /** The message as far as it can be read, where method, UID and component are known. */
  readonly readable: SchedulingMessage | undefined
}

export type ReadMessage = { readonly kind: 'message'; readonly message: SchedulingMessage } | UnusableMessage

const scheduled: readonly string[] = ['VEVENT', 'VTODO', 'VJOURNAL', 'VFREEBUSY'] satisfies ScheduledComponent[]

// RFC 5546, 1.4: an object without METHOD is no scheduling message.
export function readMessages(
  object: CalendarObject,
  zones: Zones,
  bounds: MessageBounds = boundsOfMail,
): readonly ReadMessage[] {
  const method = object.method
  if (method === undefined || method === '')
    return [
      makeUnusable(makeFault('no-method', 'the calendar object has no METHOD, so it asks for nothing'), null, null),
    ]
  if (!isMethod(method))
    return [
      makeUnusable(makeFault('unknown-method', `METHOD ${method.slice(0, 40)} is none of RFC 5546`), method, null),
    ]
  const components = object.components.filter((component) => scheduled.includes(component.name))
  const fault = checkIdentity(method, components, bounds)
  if (fault) return [makeUnusable(fault, method, components.map(readUid).find(Boolean) ?? null)]
  return groupByUid(components).map(([uid, group]) => readMessage(object, method, uid, group, zones, bounds))
}

function readMessage(
  object: CalendarObject,
  method: Method,
  uid: string,
  components: readonly Component[],
  zones: Zones,
  bounds: MessageBounds,
): ReadMessage {
  const message: SchedulingMessage = {
    method,
    uid,
    component: components[0]?.name as ScheduledComponent,
    components,
    timeZones: object.timeZones,
    calendarProperties: object.properties,
    prodId: object.prodId,
    notes: [...object.notes, ...listViolations(method, components), ...listContradictions(object, components, zones)],
  }
  const fault = checkRestrictions(method, components, zones, bounds)
  return fault ? { kind: 'unusable', fault, method, uid, readable: message } : { kind: 'message', message }
}

// RFC 5545, 3.2.19 would have the VTIMEZONE count; known zones are trusted instead, and where the two differ it is noted.
function listContradictions(
  object: CalendarObject,
  components: readonly Component[],
  zones: Zones,
): readonly CalendarFault[] {
  const start = components.flatMap((component) => readTime(component, 'DTSTART') ?? [])[0]
  if (start === undefined) return []
  return [...object.timeZones].flatMap(([tzid, component]) => {
    const zone = zones.resolve(tzid)
    const isTrusted = !isFault(zone) && zone.source === 'known'
    return isTrusted ? (findZoneContradiction(component, zone, start.local) ?? []) : []
  })
}

function makeUnusable(fault: CalendarFault, method: string | null, uid: string | null): UnusableMessage {
  return { kind: 'unusable', fault, method, uid, readable: undefined }
}

function groupByUid(components: readonly Component[]): readonly (readonly [string, readonly Component[]])[] {
  const groups = new Map<string, Component[]>()
  for (const component of components) {
    const uid = readUid(component) ?? ''
    const group = groups.get(uid)
    if (group) group.push(component)
    else groups.set(uid, [component])
  }
  return [...groups]
}
