// PUBLISH: what a published event does to a stored series. RFC 5546, 3.2.1.
import type { Component } from '../calendar/component.ts'
import { type CalendarFault, isFault } from '../calendar/fault.ts'
import { findProperties } from '../calendar/properties.ts'
import type { Zones } from '../calendar/time-zone.ts'
import { findPart, withParts } from './instances.ts'
import { type ReceivedRequest, receiveRequest } from './request.ts'
import type { SchedulingMessage } from './scheduling-message.ts'
import type { StoredSeries } from './stored-series.ts'

/** As a REQUEST, but it invites nobody: who was invited before stays invited, and what they answered stands. */
export function receivePublish(
  stored: StoredSeries | undefined,
  message: SchedulingMessage,
  zones: Zones,
): ReceivedRequest | CalendarFault {
  const received = receiveRequest(stored, message, zones, false)
  if (isFault(received)) return received
  const kept = received.parts
    .filter((part) => part.change !== 'older')
    .map(({ key, component }) => ({
      key,
      component: withAttendeesOf(component, findPart(stored?.parts ?? [], key)),
    }))
  return { ...received, series: { ...received.series, parts: withParts(received.series.parts, kept) } }
}

/** A component that lists no attendees, with those of another. RFC 5546, 3.2.1 and 3.2.4: publications and additions may. */
export function withAttendeesOf(component: Component, other: Component | undefined): Component {
  if (!other || findProperties(component, 'ATTENDEE').length > 0) return component
  return { ...component, properties: [...component.properties, ...findProperties(other, 'ATTENDEE')] }
}
