// Which changes move an event in time: they void earlier answers. RFC 5546, 2.1.4.
import type { Component } from '../calendar/component.ts'
import { isFault } from '../calendar/fault.ts'
import { findProperties, readTime, readWord } from '../calendar/properties.ts'
import { readSpan } from '../calendar/span.ts'
import type { Zones } from '../calendar/time-zone.ts'

/**
 * Do two revisions of a component take other time? Senders forget to raise SEQUENCE, so the content decides.
 * For a resource TRANSP and STATUS count, too: they say whether the time is taken at all.
 */
export function isTimeChanged(before: Component, after: Component, zones: Zones, forResource: boolean): boolean {
  if (isSetChanged(before, after, zones) || isOther('end', before, after, zones)) return true
  return forResource && ['TRANSP', 'STATUS'].some((name) => isOtherWord(before, after, name))
}

/** Do two revisions begin at other times? Then an instance that had details of its own is not what it was. */
export function isSetChanged(before: Component, after: Component, zones: Zones): boolean {
  if (isOther('start', before, after, zones)) return true
  if (['RRULE', 'RDATE', 'EXDATE'].some((name) => isOtherText(before, after, name))) return true
  return findProperties(after, 'RRULE').length > 0 && isOtherZone(before, after)
}

function isOther(side: 'start' | 'end', before: Component, after: Component, zones: Zones): boolean {
  const first = readSpan(before, zones)
  const second = readSpan(after, zones)
  // RFC 5545, 3.6.2 and 3.6.3: a task or a journal entry need not say when.
  if (isFault(first) && isFault(second))
    return ['DTSTART', 'DTEND', 'DUE', 'DURATION'].some((name) => isOtherText(before, after, name))
  return isFault(first) || isFault(second) || first.period[side] !== second.period[side]
}

function isOtherZone(before: Component, after: Component): boolean {
  const first = readTime(before, 'DTSTART')
  const second = readTime(after, 'DTSTART')
  return (
    first?.kind !== second?.kind || (first?.kind === 'zoned' && second?.kind === 'zoned' && first.zone !== second.zone)
  )
}

function isOtherText(before: Component, after: Component, name: string): boolean {
  return readSorted(before, name) !== readSorted(after, name)
}

function readSorted(component: Component, name: string): string {
  return findProperties(component, name)
    .flatMap((property) =>
      property.value
        .trim()
        .toUpperCase()
        .split(name === 'RRULE' ? ';' : ','),
    )
    .filter((text) => text !== '' && text !== 'INTERVAL=1')
    .sort()
    .join(' ')
}

/** What an absent property stands for: RFC 5545, 3.8.2.7. STATUS (RFC 5545, 3.8.1.11) has no default by RFC 5546, 2.1.1; this one is ours. */
const absentWord: Readonly<Record<string, string>> = { TRANSP: 'OPAQUE', STATUS: 'CONFIRMED' }

function isOtherWord(before: Component, after: Component, name: string): boolean {
  return (readWord(before, name) ?? absentWord[name]) !== (readWord(after, name) ?? absentWord[name])
}
