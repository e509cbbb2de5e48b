// The dates of a summary: when a date was to be at first, which others a message speaks of, and what comes next of a series.
import type { Component } from '../calendar/component.ts'
import { isFault } from '../calendar/fault.ts'
import { listFirstInstances } from '../calendar/first-instances.ts'
import { findProperty, makeProperty, readWord, withProperties } from '../calendar/properties.ts'
import { isRecurring } from '../calendar/recurrence.ts'
import { hasRange, readKeyInstant } from '../calendar/recurrence-id.ts'
import { readSpan } from '../calendar/span.ts'
import { type Instant, parseCalendarTime } from '../calendar/time.ts'
import type { Zones } from '../calendar/time-zone.ts'
import { readKey } from '../itip/instances.ts'
import { readRuleFacts } from '../text/rule-facts.ts'
import { type ShownTime, showPeriod } from '../text/shown-time.ts'
import type { Bounded, DateFacts, InstanceFacts, RepeatFacts } from '../text/summary-facts.ts'
import { bound } from './summary-bounds.ts'
import type { SummarySubject } from './summary-subject.ts'

/** A list of more dates is not read in a mail. */
const mostDates = 10
const mostNext = 5

export function describeInstance({ main, key, described, zones }: SummarySubject): InstanceFacts | undefined {
  const id = findProperty(main, 'RECURRENCE-ID')
  if (!id || key === '') return undefined
  const span = readSpan(described, zones)
  const isMoved = isFault(span) || span.period.start !== readKeyInstant(key, zones)
  return { original: isMoved ? showKey(key, zones) : undefined, andLater: hasRange(id) }
}

/** The components of the message beside the one that is described. */
export function listOtherDates({ message, main, before, zones }: SummarySubject): Bounded<DateFacts> {
  const others = message.components.filter((component) => component !== main)
  return bound(others, mostDates, (component) => {
    const key = readKey(component, before, zones)
    const span = readSpan(component, zones)
    const isGone = message.method === 'CANCEL' || readWord(component, 'STATUS') === 'CANCELLED'
    const now = isFault(span) || isGone ? undefined : showPeriod(span.period, span.start, zones)
    if (isFault(key)) return { original: now, now }
    const isMoved = isFault(span) || span.period.start !== readKeyInstant(key, zones)
    return { original: isMoved || now === undefined ? showKey(key, zones) : now, now }
  })
}

/** Of a series: its rule in words and the dates that come next, those with details of their own included. */
export function describeRepeats(subject: SummarySubject, now: Instant): RepeatFacts | undefined {
  const { described, key, zones } = subject
  if (key !== '' || !isRecurring(described)) return undefined
  const window = { start: now, end: Number.POSITIVE_INFINITY }
  const first = listFirstInstances(described, listOverrides(subject), zones, window, mostNext)
  const next = isFault(first) ? [] : first.instances.map(({ period, start }) => showPeriod(period, start, zones))
  return { rule: readRuleFacts(described, zones), next, isCut: !isFault(first) && first.isCut }
}

/** What is being cancelled is told as it was. RFC 5546, 3.2.5: a CANCEL of an instance need not say STATUS:CANCELLED. */
function listOverrides({ before, after, message }: SummarySubject): readonly { key: string; component: Component }[] {
  const series = message.method === 'CANCEL' ? before : after
  const cancelled = (series?.cancelled ?? []).map(({ key, component }) => ({
    key,
    component: withProperties(component, makeProperty('STATUS', 'CANCELLED')),
  }))
  return [...(series?.parts ?? []), ...cancelled].filter(({ key }) => key !== '')
}

export function showKey(key: string, zones: Zones): ShownTime | undefined {
  const time = parseCalendarTime(key)
  const instant = readKeyInstant(key, zones)
  return isFault(time) || instant === undefined ? undefined : showPeriod({ start: instant, end: instant }, time, zones)
}
