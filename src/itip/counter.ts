// COUNTER: what an attendee's proposal does to the organizer's series: it is kept beside it, the event stays as it is. RFC 5546, 3.2.7.
import { readAttendees } from '../calendar/attendee.ts'
import type { AddressRules, CalendarAddress } from '../calendar/calendar-address.ts'
import type { Component } from '../calendar/component.ts'
import { findProperty } from '../calendar/properties.ts'
import type { Zones } from '../calendar/time-zone.ts'
import { compareText, findPart, hasInstance } from './instances.ts'
import { compareRevision, readRevision } from './revision.ts'
import { findRangeOf } from './series-end.ts'
import { isTimeChanged } from './significance.ts'
import type { StoredCounter, StoredSeries } from './stored-series.ts'

export type CounterOutcome =
  | 'recorded'
  /** The attendee made a newer proposal before. */
  | 'outdated'
  | 'for-older-revision'
  /** It is about a revision that is not known yet. */
  | 'early'
  | 'party-crasher'
  | 'no-such-instance'

export interface ReceivedCounter {
  readonly outcome: CounterOutcome
  readonly series: StoredSeries
}

/** `attendee` is who proposes; `key` and `component` what. */
export function receiveCounter(
  stored: StoredSeries,
  key: string,
  component: Component,
  attendee: CalendarAddress,
  zones: Zones,
  rules: AddressRules,
): ReceivedCounter {
  const outcome = classifyCounter(stored, key, component, attendee, zones, rules)
  if (outcome !== 'recorded') return { outcome, series: stored }
  // Alarms are the proposer's own business.
  const counter: StoredCounter = { attendee, key, component: { ...component, components: [] } }
  const others = stored.counters.filter((other) => other.key !== key || other.attendee !== attendee)
  const counters = [...others, counter].sort((a, b) => compareText(a.key + a.attendee, b.key + b.attendee))
  return { outcome, series: { ...stored, counters } }
}

function classifyCounter(
  stored: StoredSeries,
  key: string,
  component: Component,
  attendee: CalendarAddress,
  zones: Zones,
  rules: AddressRules,
): CounterOutcome {
  const part = findCountered(stored, key, zones)
  if (!part) return 'no-such-instance'
  if (!readAttendees(part, rules).some((candidate) => candidate.address === attendee)) return 'party-crasher'
  const last = stored.counters.find((counter) => counter.key === key && counter.attendee === attendee)
  if (last && compareRevision(readRevision(component), readRevision(last.component)) === 'older') return 'outdated'
  // RFC 5546, 3.2.7: it echoes the SEQUENCE of what it counters.
  const asked = readRevision(part).sequence
  const echoed = readRevision(component).sequence
  if (echoed > asked) return 'early'
  return echoed < asked && findProperty(component, 'SEQUENCE') ? 'for-older-revision' : 'recorded'
}

/** What a proposal is about: the instance, or where it has no details of its own the series or the range that it follows. */
export function findCountered(stored: StoredSeries, key: string, zones: Zones): Component | undefined {
  const part = findPart(stored.parts, key)
  if (part || key === '') return part
  const series = findPart(stored.parts, '')
  const isGone = stored.cancelled.some((cancelled) => cancelled.key === key)
  if (!series || isGone || !hasInstance(series, key, zones)) return undefined
  const range = findRangeOf(stored, key, zones)
  return range ? stored.parts.find((other) => other === range)?.component : series
}

/** Without the proposals that are `isDone`. */
export function withoutCounters(series: StoredSeries, isDone: (counter: StoredCounter) => boolean): StoredSeries {
  if (!series.counters.some(isDone)) return series
  return { ...series, counters: series.counters.filter((counter) => !isDone(counter)) }
}

/** RFC 5546, 3.2.7: rescheduling is the answer to every proposal about what was rescheduled; of a series also about its instances. */
export function withoutAnsweredCounters(series: StoredSeries, rescheduled: readonly string[]): StoredSeries {
  return withoutCounters(series, ({ key }) => rescheduled.includes(key) || rescheduled.includes(''))
}

/**
 * Quirk: Outlook, and with the setting `imip_counter_as_request` any client, proposes another time by a REQUEST to the organizer,
 * see docs/quirks.md. `isMeant` says that the setting is on.
 */
export function isProposal(
  stored: StoredSeries | undefined,
  key: string,
  component: Component,
  zones: Zones,
  isMeant: boolean,
): boolean {
  if (!isMeant && !findProperty(component, 'X-MS-OLK-ORIGINALSTART')) return false
  const countered = stored && findPart(stored.parts, key)
  return countered ? isTimeChanged(countered, component, zones, false) : key !== '' && stored !== undefined
}
