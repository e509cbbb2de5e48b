// An answer about a series, or about this and all later dates, is one about each of its dates, too: where a date has a component of its own
// only for another attendee's answer, whoever has not answered about that date stands there as in the series. RFC 5546, 3.7.1.
import { readAttendees } from '../calendar/attendee.ts'
import { type AddressRules, parseCalendarAddress } from '../calendar/calendar-address.ts'
import type { Component } from '../calendar/component.ts'
import { findProperty } from '../calendar/properties.ts'
import type { Zones } from '../calendar/time-zone.ts'
import { isMadeForAnswer, makeHeldInstance } from './find-instance.ts'
import { findPart, withPart } from './instances.ts'
import type { StoredPart, StoredSeries } from './stored-series.ts'

/** So the order in which answers come does not matter: a date that was answered first hears of the answer about all. */
export function withInheritedAnswers(series: StoredSeries, zones: Zones, rules: AddressRules): StoredSeries {
  if (!findPart(series.parts, '')) return series
  // Earlier dates first: later ones may follow them.
  return series.parts
    .filter((part) => part.key !== '' && isMadeForAnswer(series, part, zones))
    .reduce((after, { key }) => inheritInto(after, key, zones, rules), series)
}

function inheritInto(series: StoredSeries, key: string, zones: Zones, rules: AddressRules): StoredSeries {
  const part = series.parts.find((candidate) => candidate.key === key)
  const id = part && findProperty(part.component, 'RECURRENCE-ID')
  const others = { ...series, parts: series.parts.filter((other) => other !== part) }
  const held = id && makeHeldInstance(others, key, id, zones)
  if (!part || !held) return series
  const inherited = inherit(part, held, series, rules)
  return inherited === part.component ? series : { ...series, parts: withPart(series.parts, key, inherited) }
}

function inherit(
  { key, component }: StoredPart,
  held: Component,
  series: StoredSeries,
  rules: AddressRules,
): Component {
  const answered = new Set(series.answers.filter((answer) => answer.key === key).map(({ attendee }) => attendee))
  const heldAttendees = readAttendees(held, rules)
  const inSeries = new Map(heldAttendees.map(({ address, property }) => [address, property]))
  const properties = component.properties.map((property) => {
    const address = property.name === 'ATTENDEE' ? parseCalendarAddress(property.value, rules) : undefined
    if (address === undefined || answered.has(address)) return property
    return inSeries.get(address) ?? property
  })
  // Whom somebody sends in place of coming comes to this date as well.
  const listed = new Set(readAttendees(component, rules).map(({ address }) => address))
  const sent = heldAttendees.filter(
    ({ address, delegatedFrom }) =>
      address !== undefined &&
      !listed.has(address) &&
      delegatedFrom.some((delegator) => listed.has(delegator) && !answered.has(delegator)),
  )
  return sent.length === 0 && properties.every((property, index) => property === component.properties[index])
    ? component
    : { ...component, properties: [...properties, ...sent.map(({ property }) => property)] }
}
