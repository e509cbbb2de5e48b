// What is known of an instance: its own component, or one made of what holds it, so that an answer about it alone has a place. RFC 5546, 3.7.1.
import type { Component, Property } from '../calendar/component.ts'
import { addDuration, makeTimeLike } from '../calendar/duration.ts'
import { isFault } from '../calendar/fault.ts'
import { findProperty, makeProperty, readTime, withoutProperties, withProperties } from '../calendar/properties.ts'
import { hasRange, readKeyInstant } from '../calendar/recurrence-id.ts'
import { readExtent, readSpan } from '../calendar/span.ts'
import { makeShift } from '../calendar/this-and-future.ts'
import { type CalendarTime, serializeCalendarTime } from '../calendar/time.ts'
import { readZone, type Zones } from '../calendar/time-zone.ts'
import { findPart, findSamePart, hasInstance, makeInstance } from './instances.ts'
import { readRevision } from './revision.ts'
import { findRangeOf } from './series-end.ts'
import type { StoredPart, StoredSeries } from './stored-series.ts'

/**
 * `id` is the RECURRENCE-ID that names it; one without RANGE names the range, too, where that alone begins there. Nothing where the series
 * has no such instance, or has it no more.
 */
export function findInstance(
  series: StoredSeries,
  key: string,
  id: Property | undefined,
  zones: Zones,
): Component | undefined {
  const own = id && hasRange(id) ? findSamePart(series.parts, makeNamed(key, id)) : findPart(series.parts, key)
  return own || key === '' || !id ? own : makeHeldInstance(series, key, id, zones)
}

/** An instance by itself, as the series has it or the range that it follows or begins. */
export function makeHeldInstance(series: StoredSeries, key: string, id: Property, zones: Zones): Component | undefined {
  const master = findPart(series.parts, '')
  const range = findRangeOf(series, key, zones)
  const isKnown = range?.key === key || (master && hasInstance(master, key, zones))
  if (!master || !isKnown || series.cancelled.some((part) => part.key === key)) return undefined
  if (!range) return makeUsable(makeInstance(master, id, zones))
  // Cancelled from there on.
  return series.parts.includes(range) ? makeMovedInstance(master, range, key, id, zones) : undefined
}

/**
 * Does a part say nothing of its own about when its instance is? So it is where it was made of what holds it, to have a place for an
 * answer: it has the revision and the time of that.
 */
export function isMadeForAnswer(series: StoredSeries, part: StoredPart, zones: Zones): boolean {
  const id = findProperty(part.component, 'RECURRENCE-ID')
  const others = { ...series, parts: series.parts.filter((other) => other !== part) }
  const held = id && makeHeldInstance(others, part.key, id, zones)
  if (!held) return false
  const [mine, theirs] = [readRevision(part.component), readRevision(held)]
  if (mine.sequence !== theirs.sequence || mine.stamp !== theirs.stamp) return false
  const [now, then] = [readSpan(part.component, zones), readSpan(held, zones)]
  if (isFault(now) || isFault(then)) return false
  return now.period.start === then.period.start && now.period.end === then.period.end
}

function makeNamed(key: string, id: Property): StoredPart {
  return { key, component: { name: '', properties: [id], components: [] } }
}

function makeUsable(component: ReturnType<typeof makeInstance>): Component | undefined {
  return isFault(component) ? undefined : component
}

/** RFC 5545, 3.8.4.4: as the range says, moved as far and lasting as long. */
function makeMovedInstance(
  master: Component,
  range: StoredPart,
  key: string,
  id: Property,
  zones: Zones,
): Component | undefined {
  const start = readTime(master, 'DTSTART')
  const [from, original] = [readKeyInstant(range.key, zones), readKeyInstant(key, zones)]
  const [span, extent] = [readSpan(range.component, zones), readExtent(range.component)]
  if (!start || from === undefined || original === undefined || isFault(span) || isFault(extent)) return undefined
  const zone = readZone(start, zones)
  const shift = makeShift(from, span, extent, start, zones)
  if (isFault(zone) || isFault(shift)) return undefined
  const moved = shift.move(zone.toLocal(original))
  const bare = withoutProperties(range.component, 'RRULE', 'RDATE', 'EXDATE')
  const begun = withProperties(bare, { ...id, name: 'RECURRENCE-ID' }, makeTimeProperty('DTSTART', moved.time))
  const endName = range.component.name === 'VTODO' ? 'DUE' : 'DTEND'
  const end = readTime(range.component, endName)
  if (!end) return begun
  const endZone = readZone(end, zones)
  if (isFault(endZone)) return undefined
  const time =
    end.kind === moved.time.kind && end.kind === 'date'
      ? addDuration(moved.time, shift.length, zones)
      : makeTimeLike(end, moved.end, endZone)
  return isFault(time) ? undefined : withProperties(begun, makeTimeProperty(endName, time))
}

function makeTimeProperty(name: string, time: CalendarTime): Property {
  const value = serializeCalendarTime(time)
  if (time.kind === 'zoned') return makeProperty(name, value, { TZID: time.zone })
  return makeProperty(name, value, time.kind === 'date' ? { VALUE: 'DATE' } : {})
}
