// What a summary is about: the component it describes, what was known of it before, and the series around it.
import type { Component } from '../calendar/component.ts'
import { isFault } from '../calendar/fault.ts'
import { findProperty, withProperties } from '../calendar/properties.ts'
import type { Zones } from '../calendar/time-zone.ts'
import { findInstance } from '../itip/find-instance.ts'
import { readKey } from '../itip/instances.ts'
import type { SchedulingMessage } from '../itip/scheduling-message.ts'
import type { StoredSeries } from '../itip/stored-series.ts'
import type { Decision } from './decision.ts'
import type { Situation } from './situation.ts'
import { readZones } from './stored-organizer.ts'

export interface SummarySubject {
  /** As it was taken: an added date is an instance, and what Outlook sends as a REQUEST may be a proposal. */
  readonly message: SchedulingMessage
  readonly zones: Zones
  /** The message's own component: the series, or the first instance of those it has. */
  readonly main: Component
  /** '' for a series or a single event. */
  readonly key: string
  /** What is told of it: as the message says, or as it is known where the message says little. */
  readonly described: Component
  readonly predecessor: Component | undefined
  readonly before: StoredSeries | undefined
  /** After the decision. */
  readonly after: StoredSeries | undefined
}

export function findSubject(sent: SchedulingMessage, decision: Decision, situation: Situation): SummarySubject {
  const message = readAsTaken(sent, decision)
  const zones = readZones(message, situation)
  const before = situation.stored
  const after = findSavedSeries(decision, message.uid) ?? before
  const main =
    message.components.find((component) => !findProperty(component, 'RECURRENCE-ID')) ?? message.components[0]
  const component = main ?? nothing
  const found = readKey(component, before, zones)
  const key = isFault(found) ? '' : found
  const predecessor = findKnown(before, key, component, zones)
  return {
    message,
    zones,
    main: component,
    key,
    described: chooseDescribed(message, decision, component, predecessor, findKnown(after, key, component, zones)),
    predecessor,
    before,
    after,
  }
}

/** RFC 5546, 3.2.4: each component of an ADD is one more date of the series. */
function readAsTaken(message: SchedulingMessage, { because }: Decision): SchedulingMessage {
  if (message.method === 'ADD') return { ...message, components: message.components.map(makeAdded) }
  const isProposal = message.method === 'REQUEST' && proposalCodes.has(because[0].code)
  return isProposal ? { ...message, method: 'COUNTER' } : message
}

const proposalCodes: ReadonlySet<string> = new Set(['proposal-recorded', 'early-proposal', 'outdated-proposal'])

function makeAdded(component: Component): Component {
  const start = findProperty(component, 'DTSTART')
  return start ? withProperties(component, { ...start, name: 'RECURRENCE-ID' }) : component
}

const nothing: Component = { name: 'VEVENT', properties: [], components: [] }

function findSavedSeries({ effects }: Decision, uid: string): StoredSeries | undefined {
  const saved = effects.findLast((effect) => effect.kind === 'save-series' && effect.series.uid === uid)
  return saved?.kind === 'save-series' ? saved.series : undefined
}

/** What is stored of a component; of an instance without details of its own what its series says, or the range it follows. */
function findKnown(
  series: StoredSeries | undefined,
  key: string,
  component: Component,
  zones: Zones,
): Component | undefined {
  return series && findInstance(series, key, findProperty(component, 'RECURRENCE-ID'), zones)
}

/**
 * A cancellation need not say what it cancels, and an answer need not say what it answers, so what is known is told.
 * An answer that was not believed is told as it is.
 */
function chooseDescribed(
  { method }: SchedulingMessage,
  { verdict }: Decision,
  main: Component,
  predecessor: Component | undefined,
  successor: Component | undefined,
): Component {
  if (method === 'CANCEL') return predecessor ?? main
  if (verdict === 'refused') return main
  switch (method) {
    case 'REPLY':
    case 'REFRESH':
    case 'DECLINECOUNTER':
    case 'ADD':
      return successor ?? predecessor ?? main
    default:
      return main
  }
}
