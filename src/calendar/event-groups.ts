// The events of a calendar by UID: each a series, or a single event, with the instances that have details of their own.
import type { Component } from './component.ts'
import { type CalendarFault, isFault } from './fault.ts'
import { findProperty, readSequence, readUid } from './properties.ts'
import { makeRecurrenceKey } from './recurrence-id.ts'
import type { KeyedComponent } from './series.ts'
import type { Zones } from './time-zone.ts'

export type EventGroup =
  | {
      readonly kind: 'events'
      /** Nothing where the event has none. */
      readonly uid: string | undefined
      /** Nothing where only instances are told of. */
      readonly series: Component | undefined
      readonly overrides: readonly KeyedComponent[]
    }
  /** An instance of it does not say which one it is. */
  | { readonly kind: 'unusable'; readonly uid: string | undefined; readonly fault: CalendarFault }

/** In the order in which they first stand there. A UID that stands there twice without RECURRENCE-ID makes two groups. */
export function groupEvents(components: readonly Component[], zones: Zones): readonly EventGroup[] {
  const groups: OpenGroup[] = []
  const known = new Map<string, OpenGroup>()
  for (const component of components) {
    if (component.name !== 'VEVENT') continue
    const uid = readUid(component)
    const isSeries = findProperty(component, 'RECURRENCE-ID') === undefined
    let group = uid === undefined ? undefined : known.get(uid)
    if (group === undefined || (isSeries && group.series !== undefined)) {
      group = { uid, series: undefined, instances: [] }
      groups.push(group)
      if (uid !== undefined && !known.has(uid)) known.set(uid, group)
    }
    if (isSeries) group.series = component
    else group.instances.push(component)
  }
  return groups.map((group) => makeGroup(group, zones))
}

interface OpenGroup {
  readonly uid: string | undefined
  series: Component | undefined
  readonly instances: Component[]
}

function makeGroup({ uid, series, instances }: OpenGroup, zones: Zones): EventGroup {
  const overrides = new Map<string, Component>()
  for (const component of instances) {
    const id = findProperty(component, 'RECURRENCE-ID')
    const key = id && makeRecurrenceKey(id, zones)
    if (key === undefined) continue
    if (isFault(key)) return { kind: 'unusable', uid, fault: key }
    const before = overrides.get(key)
    if (before === undefined || readSequence(component) >= readSequence(before)) overrides.set(key, component)
  }
  return { kind: 'events', uid, series, overrides: [...overrides].map(([key, component]) => ({ key, component })) }
}
