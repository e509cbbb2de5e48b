// What an update changed, against the revision that was known before.
import { readAttendees } from '../calendar/attendee.ts'
import type { AddressRules } from '../calendar/calendar-address.ts'
import type { Component } from '../calendar/component.ts'
import { isFault } from '../calendar/fault.ts'
import { findProperties, readParameter, readText, readWord } from '../calendar/properties.ts'
import { readSpan } from '../calendar/span.ts'
import { type CalendarTime, type Instant, parseCalendarTime } from '../calendar/time.ts'
import { toInstant, type Zones } from '../calendar/time-zone.ts'
import { makeOneLine } from '../text/one-line.ts'
import { readRuleFacts } from '../text/rule-facts.ts'
import { showPeriod } from '../text/shown-time.ts'
import type { ChangeFacts } from '../text/summary-facts.ts'
import { bound } from './summary-bounds.ts'
import { listLinks } from './summary-links.ts'
import { makePersonFacts } from './summary-people.ts'

/** A reader wants to see what changed at a glance; of more the number is told. */
const mostDates = 10
const mostPeople = 10
const longestValue = 300

/** In the order in which they matter to people; empty where a reader would see no difference. */
export function listChanges(
  before: Component,
  after: Component,
  zones: Zones,
  rules: AddressRules,
): readonly ChangeFacts[] {
  return [
    ...compareStatus(before, after),
    ...compareTimes(before, after, zones),
    ...compareRules(before, after, zones),
    ...compareDates(before, after, 'EXDATE', zones),
    ...compareDates(before, after, 'RDATE', zones),
    ...compareTexts('where', readText(before, 'LOCATION'), readText(after, 'LOCATION')),
    ...compareTexts('link', findJoin(before), findJoin(after)),
    ...compareTexts('title', readText(before, 'SUMMARY'), readText(after, 'SUMMARY')),
    ...compareAttendees(before, after, rules),
    ...compareDescriptions(before, after),
  ]
}

/** STATUS that says no more than its absence. RFC 5545, 3.8.1.11. */
const plainStatus: ReadonlySet<string> = new Set(['', 'CONFIRMED', 'NEEDS-ACTION'])

function compareStatus(before: Component, after: Component): readonly ChangeFacts[] {
  const [old, now] = [before, after].map((component) => makeOneLine(readWord(component, 'STATUS') ?? '', longestValue))
  if (old === undefined || now === undefined || old === now) return []
  return plainStatus.has(old) && plainStatus.has(now) ? [] : [{ kind: 'status', before: old, after: now }]
}

function compareTimes(before: Component, after: Component, zones: Zones): readonly ChangeFacts[] {
  const [old, now] = [readSpan(before, zones), readSpan(after, zones)]
  if (isFault(old) || isFault(now)) return []
  const isSame = old.period.start === now.period.start && old.period.end === now.period.end
  if (isSame && (old.start.kind === 'date') === (now.start.kind === 'date')) return []
  return [
    { kind: 'when', before: showPeriod(old.period, old.start, zones), after: showPeriod(now.period, now.start, zones) },
  ]
}

function compareRules(before: Component, after: Component, zones: Zones): readonly ChangeFacts[] {
  const [old, now] = [before, after].map((component) =>
    findProperties(component, 'RRULE')
      .map((property) => property.value.trim().toUpperCase().split(';').sort().join(';'))
      .sort()
      .join(' '),
  )
  if (old === now) return []
  return [{ kind: 'rule', before: readRuleFacts(before, zones), after: readRuleFacts(after, zones) }]
}

/** Dates that came in addition: of EXDATE those left out now, of RDATE those added. */
function compareDates(
  before: Component,
  after: Component,
  name: 'EXDATE' | 'RDATE',
  zones: Zones,
): readonly ChangeFacts[] {
  const known = new Set(listTimes(before, name, zones).map(({ instant }) => instant))
  const added = listTimes(after, name, zones).filter(({ instant }) => !known.has(instant))
  if (added.length === 0) return []
  const dates = bound(added, mostDates, ({ instant, time }) =>
    showPeriod({ start: instant, end: instant }, time, zones),
  )
  return [{ kind: name === 'EXDATE' ? 'dates-left-out' : 'dates-added', dates }]
}

function listTimes(
  component: Component,
  name: string,
  zones: Zones,
): readonly { instant: Instant; time: CalendarTime }[] {
  const times = findProperties(component, name).flatMap((property) =>
    property.value
      .split(',')
      .map((value) => parseCalendarTime(value.split('/')[0] ?? '', readParameter(property, 'TZID'))),
  )
  return times.flatMap((time) => {
    const instant = isFault(time) ? time : toInstant(time, zones)
    return isFault(time) || isFault(instant) ? [] : [{ instant, time }]
  })
}

function compareTexts(
  kind: 'title' | 'where' | 'link',
  before: string | undefined,
  after: string | undefined,
): readonly ChangeFacts[] {
  const [old, now] = [before ?? '', after ?? ''].map((text) => makeOneLine(text, longestValue))
  return old === undefined || now === undefined || old === now ? [] : [{ kind, before: old, after: now }]
}

function findJoin(component: Component): string | undefined {
  return listLinks(component).find(({ kind }) => kind === 'join')?.url
}

function compareAttendees(before: Component, after: Component, rules: AddressRules): readonly ChangeFacts[] {
  const [old, now] = [readAttendees(before, rules), readAttendees(after, rules)]
  const name = ({ address, property }: (typeof old)[number]) => address ?? property.value
  const [oldNames, newNames] = [new Set(old.map(name)), new Set(now.map(name))]
  const added = now.filter((attendee) => !oldNames.has(name(attendee)))
  const removed = old.filter((attendee) => !newNames.has(name(attendee)))
  return [
    ...(added.length === 0
      ? []
      : [{ kind: 'attendees-added' as const, people: bound(added, mostPeople, makePersonFacts) }]),
    ...(removed.length === 0
      ? []
      : [{ kind: 'attendees-removed' as const, people: bound(removed, mostPeople, makePersonFacts) }]),
  ]
}

function compareDescriptions(before: Component, after: Component): readonly ChangeFacts[] {
  const [old, now] = [before, after].map((component) => readText(component, 'DESCRIPTION')?.trim() ?? '')
  return old === now ? [] : [{ kind: 'description' }]
}
