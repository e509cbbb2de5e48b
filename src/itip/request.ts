// REQUEST: what an invitation or an update does to a stored series. RFC 5546, 3.2.2 (PUBLISH, 3.2.1, stores by the same rules).
import type { Component } from '../calendar/component.ts'
import { type CalendarFault, isFault } from '../calendar/fault.ts'
import { findProperty } from '../calendar/properties.ts'
import type { Zones } from '../calendar/time-zone.ts'
import { listCancellations } from './cancel.ts'
import { isMadeForAnswer } from './find-instance.ts'
import {
  findPart,
  findSamePart,
  hasInstance,
  isThisAndFuture,
  makeSeries,
  readKey,
  withPart,
  withTimeZones,
} from './instances.ts'
import { compareRevision, readRevision } from './revision.ts'
import type { SchedulingMessage } from './scheduling-message.ts'
import { findRangeOf } from './series-end.ts'
import { isSetChanged, isTimeChanged } from './significance.ts'
import type { StoredPart, StoredSeries } from './stored-series.ts'

export type PartChange =
  /** Not known before, or known as cancelled by an older revision. */
  | 'new'
  /** It takes other time, or its SEQUENCE is higher: an earlier answer is void. RFC 5546, 3.2.2.1. */
  | 'rescheduled'
  /** Only details changed: an earlier answer stands. RFC 5546, 3.2.2.2. */
  | 'details'
  /** Nothing changed. */
  | 'repeated'
  /** An older revision than the stored one: nothing is done. RFC 5546, 2.1.5. */
  | 'older'

export interface ReceivedPart {
  readonly key: string
  readonly component: Component
  readonly change: PartChange
  /** Quirk: the time changed but the SEQUENCE did not, since senders forget it, see docs/quirks.md. */
  readonly withoutSequence: boolean
}

export interface ReceivedRequest {
  /** After the message; participation as the organizer wrote it. */
  readonly series: StoredSeries
  readonly parts: readonly ReceivedPart[]
  /** Keys of instances that an entire rescheduling made void. RFC 5546, 4.4.7. */
  readonly dropped: readonly string[]
}

export function receiveRequest(
  stored: StoredSeries | undefined,
  message: SchedulingMessage,
  zones: Zones,
  forResource: boolean,
): ReceivedRequest | CalendarFault {
  const before = stored ?? makeSeries(message.uid)
  const parts: ReceivedPart[] = []
  for (const component of message.components) {
    const key = readKey(component, before, zones)
    if (isFault(key)) return key
    parts.push({ key, component, ...classifyPart(before, key, component, zones, forResource) })
  }
  const current = parts.filter((part) => part.change !== 'older')
  if (current.length === 0) return { series: before, parts, dropped: [] }
  const applied = current.reduce(applyPart, withTimeZones(before, message.timeZones))
  const dropped = new Set([
    ...listDropped(before, applied, current, zones),
    ...listTakenAlong(before, applied, current, zones),
  ])
  const kept = applied.parts.filter((part) => !dropped.has(part))
  const followers = forResource ? listFollowers(kept, current) : []
  return {
    series: { ...applied, parts: kept },
    parts: [...parts, ...followers],
    dropped: [...dropped].map(({ key }) => key),
  }
}

function classifyPart(
  stored: StoredSeries,
  key: string,
  component: Component,
  zones: Zones,
  forResource: boolean,
): Pick<ReceivedPart, 'change' | 'withoutSequence'> {
  const revision = readRevision(component)
  if (isCancelled(stored, key, component, zones)) return plain('older')
  const isRange = isThisAndFuture(component)
  const predecessor =
    findSamePart(stored.parts, { key, component }) ?? (isRange ? undefined : findPart(stored.parts, key))
  if (!predecessor) return plain(isOlderThanSeries(stored, key, component) ? 'older' : 'new')
  const order = compareRevision(revision, readRevision(predecessor))
  if (order === 'older') return plain('older')
  if (order === 'same' && JSON.stringify(predecessor) === JSON.stringify(component)) return plain('repeated')
  if (revision.sequence > readRevision(predecessor).sequence) return plain('rescheduled')
  return isTimeChanged(predecessor, component, zones, forResource)
    ? { change: 'rescheduled', withoutSequence: true }
    : plain('details')
}

/** RFC 5546, 3.2.5 and 2.1.5: after a CANCEL only what is newer than it counts; of a range all but its first instance may. */
function isCancelled(stored: StoredSeries, key: string, component: Component, zones: Zones): boolean {
  const isRange = isThisAndFuture(component)
  return listCancellations(stored, key, zones)
    .filter((cancelled) => !isRange || isThisAndFuture(cancelled) || !findProperty(cancelled, 'RECURRENCE-ID'))
    .some((cancelled) => compareRevision(readRevision(component), readRevision(cancelled)) !== 'newer')
}

// RFC 5546, 2.1.5, rule 1: series and instance each have their own predecessor. An instance without one is old
// only if both SEQUENCE and DTSTAMP are below the stored series'.
function isOlderThanSeries(stored: StoredSeries, key: string, component: Component): boolean {
  const series = key === '' ? undefined : findPart(stored.parts, '')
  if (!series) return false
  const mine = readRevision(component)
  const theirs = readRevision(series)
  return (
    mine.sequence < theirs.sequence &&
    mine.stamp !== undefined &&
    theirs.stamp !== undefined &&
    mine.stamp < theirs.stamp
  )
}

function applyPart(series: StoredSeries, part: ReceivedPart): StoredSeries {
  const isNewer = (other: StoredPart): boolean =>
    compareRevision(readRevision(part.component), readRevision(other.component)) === 'newer'
  const isRestored = part.change === 'new' || part.change === 'rescheduled'
  const isMeant = (other: StoredPart): boolean => part.key === '' || isReplaced(other, part)
  const cancelled = isRestored
    ? series.cancelled.filter((other) => !isMeant(other) || !isNewer(other))
    : series.cancelled
  // RFC 5546, 2.1.5: a range that moves says anew what becomes of the instance that it begins with.
  const others = series.parts.filter((other) => !isRestored || !isReplaced(other, part) || !isNewer(other))
  return { ...series, parts: withPart(others, part.key, part.component), cancelled }
}

/** An instance takes the place of itself alone, a range also of the instance it begins with. */
function isReplaced(other: StoredPart, { key, component }: StoredPart): boolean {
  return other.key === key && key !== '' && (isThisAndFuture(component) || !isThisAndFuture(other.component))
}

// RFC 5546, 4.4.7: an entire rescheduling voids the instances changed before; an update of details does not,
// so that it cannot give a moved instance away.
function listDropped(
  before: StoredSeries,
  after: StoredSeries,
  parts: readonly ReceivedPart[],
  zones: Zones,
): readonly StoredPart[] {
  const update = parts.find((part) => part.key === '')
  const previous = findPart(before.parts, '')
  if (!update) return []
  const sent = new Set(parts.map((part) => part.component))
  const moved = previous !== undefined && isSetChanged(previous, update.component, zones)
  return after.parts
    .filter((part) => part.key !== '' && !sent.has(part.component))
    .filter(({ key, component }) => {
      const outranked = readRevision(update.component).sequence > readRevision(component).sequence
      if (outranked && moved) return true
      // An instance may come before its series; only a newer series without it makes it void.
      return (previous !== undefined || outranked) && !hasInstance(update.component, key, zones)
    })
}

/**
 * RFC 5545, 3.8.4.4: a range leaves instances alone that have components of their own. Those that are there only because somebody
 * answered about them it takes along: the answer is void as all others are. RFC 5546, 3.2.2.1.
 */
function listTakenAlong(
  before: StoredSeries,
  after: StoredSeries,
  parts: readonly ReceivedPart[],
  zones: Zones,
): readonly StoredPart[] {
  const ranges = new Set<Component>(parts.filter(isMovedRange).map(({ component }) => component))
  const taken: StoredPart[] = []
  for (const part of ranges.size === 0 ? [] : before.parts) {
    if (part.key === '' || !after.parts.includes(part) || !isMadeForAnswer(before, part, zones)) continue
    const rest = { ...after, parts: after.parts.filter((other) => other !== part && !taken.includes(other)) }
    const range = findRangeOf(rest, part.key, zones)
    if (range && ranges.has(range.component)) taken.push(part)
  }
  return taken
}

function isMovedRange({ component, change }: ReceivedPart): boolean {
  return isThisAndFuture(component) && (change === 'new' || change === 'rescheduled')
}

/** A series that is asked about anew is so with all that follows its ranges: they are most of what is to come of it. RFC 5545, 3.8.4.4. */
function listFollowers(kept: readonly StoredPart[], parts: readonly ReceivedPart[]): readonly ReceivedPart[] {
  const update = parts.find((part) => part.key === '')
  if (update?.change !== 'new' && update?.change !== 'rescheduled') return []
  const sent = new Set(parts.map((part) => part.component))
  return kept
    .filter(({ component }) => isThisAndFuture(component) && !sent.has(component))
    .map((part) => ({ ...part, change: 'rescheduled', withoutSequence: false }))
}

function plain(change: PartChange): Pick<ReceivedPart, 'change' | 'withoutSequence'> {
  return { change, withoutSequence: false }
}
