// One line a booking: its span in two columns of fixed width, so that a window is found without reading the rest.
//
// Columns, separated by tabulators, empty ones at the end left out:
//   span start, span end (UTC), type, UID, instance, organizer, summary, expiry,
//   start and end as they are kept (where they are not the span), recurrence (JSON: component, zones, until or null, range).
import type { Component, Property } from '../calendar/component.ts'
import {
  type CalendarTime,
  type Instant,
  parseCalendarTime,
  serializeCalendarTime,
  serializeInstant,
} from '../calendar/time.ts'
import type { BookedRecurrence, Booking, BusyType } from '../freebusy/record.ts'
import { findSpan } from './booking-span.ts'

/** Characters of a column of the span: `20260302T090000Z`. */
export const spanWidth = 16

/** Up to the UID, which may be empty like any text and must be there all the same. */
const leastColumns = 4

export function serializeBooking(booking: Booking): string {
  const span = findSpan(booking)
  const isSpan =
    booking.start.kind === 'utc' &&
    booking.end.kind === 'utc' &&
    booking.start.local === span.start &&
    booking.end.local === span.end
  const columns = [
    serializeInstant(span.start),
    serializeInstant(span.end),
    booking.busyType,
    escapeColumn(booking.uid),
    escapeColumn(booking.recurrenceId ?? ''),
    escapeColumn(booking.organizer),
    escapeColumn(booking.summary),
    booking.expires === undefined ? '' : serializeInstant(booking.expires),
    isSpan ? '' : serializeTime(booking.start),
    isSpan ? '' : serializeTime(booking.end),
    booking.recurrence ? escapeColumn(serializeRecurrence(booking.recurrence)) : '',
  ]
  while (columns.length > leastColumns && columns.at(-1) === '') columns.pop()
  return columns.join('\t')
}

/** Nothing where the line is none of ours. */
export function parseBooking(line: string): Booking | undefined {
  const [spanStart, spanEnd, type, uid, recurrenceId, organizer, summary, expires, ownStart, ownEnd, recurrence] =
    line.split('\t')
  const start = parseTime(ownStart || spanStart)
  const end = parseTime(ownEnd || spanEnd)
  if (!start || !end || uid === undefined || !isBusyType(type)) return undefined
  const until = expires ? parseTime(expires) : undefined
  const rule = recurrence ? parseRecurrence(unescapeColumn(recurrence)) : undefined
  if ((expires && !until) || (recurrence && !rule)) return undefined
  return {
    start,
    end,
    uid: unescapeColumn(uid),
    ...(recurrenceId ? { recurrenceId: unescapeColumn(recurrenceId) } : {}),
    busyType: type,
    summary: unescapeColumn(summary ?? ''),
    organizer: unescapeColumn(organizer ?? ''),
    ...(until ? { expires: until.local } : {}),
    ...(rule ? { recurrence: rule } : {}),
  }
}

const busyTypes: ReadonlySet<string> = new Set<BusyType>(['BUSY', 'BUSY-TENTATIVE', 'BUSY-UNAVAILABLE', 'FREE', 'ORG'])

function isBusyType(text: string | undefined): text is BusyType {
  return text !== undefined && busyTypes.has(text)
}

/** A booking is never zoned, but a zoned time must not lose its zone without a word. */
function serializeTime(time: CalendarTime): string {
  const text = serializeCalendarTime(time)
  return time.kind === 'zoned' ? `${text}@${escapeColumn(time.zone)}` : text
}

function parseTime(text: string | undefined): CalendarTime | undefined {
  if (text === undefined) return undefined
  const at = text.indexOf('@')
  const time =
    at === -1 ? parseCalendarTime(text) : parseCalendarTime(text.slice(0, at), unescapeColumn(text.slice(at + 1)))
  return time.kind === 'fault' ? undefined : time
}

type ComponentTuple = readonly [
  name: string,
  properties: readonly PropertyTuple[],
  components: readonly ComponentTuple[],
]
type RecurrenceTuple = readonly [
  component: ComponentTuple,
  timeZones: readonly ComponentTuple[],
  until?: Instant | null,
  range?: ComponentTuple,
]
type PropertyTuple = readonly [name: string, value: string, ...parameters: readonly (readonly string[])[]]

function serializeRecurrence(recurrence: BookedRecurrence): string {
  return JSON.stringify([
    makeTuple(recurrence.component),
    recurrence.timeZones.map(makeTuple),
    ...(recurrence.until !== undefined ? [recurrence.until] : recurrence.range ? [null] : []),
    ...(recurrence.range ? [makeTuple(recurrence.range)] : []),
  ])
}

function parseRecurrence(text: string): BookedRecurrence | undefined {
  try {
    const [component, timeZones, until, range] = JSON.parse(text) as RecurrenceTuple
    return {
      component: makeComponent(component),
      timeZones: timeZones.map(makeComponent),
      ...(range === undefined ? {} : { range: makeComponent(range) }),
      ...(until === undefined || until === null ? {} : { until }),
    }
  } catch {
    return undefined
  }
}

function makeTuple(component: Component): ComponentTuple {
  const properties = component.properties.map((property): PropertyTuple => {
    const parameters = property.parameters.map((parameter) => [parameter.name, ...parameter.values])
    return [property.name, property.value, ...parameters]
  })
  return [component.name, properties, component.components.map(makeTuple)]
}

function makeComponent([name, properties, components]: ComponentTuple): Component {
  return { name, properties: properties.map(makeProperty), components: components.map(makeComponent) }
}

function makeProperty([name, value, ...parameters]: PropertyTuple): Property {
  return { name, value, parameters: parameters.map(([parameter = '', ...values]) => ({ name: parameter, values })) }
}

/** Fit for a column of a line: no tabulator, line break, other control character or half of a character pair. */
export function escapeColumn(text: string): string {
  return unfit.test(text) ? text.replace(allUnfit, escapeCharacter) : text
}

export function unescapeColumn(text: string): string {
  return text.includes('\\') ? text.replace(/\\(?:u([0-9a-f]{4})|(.))/g, unescapeCharacter) : text
}

const unfit = /[\\\u0000-\u001f\u007f\u2028\u2029\ud800-\udfff]/
const allUnfit =
  /[\\\u0000-\u001f\u007f\u2028\u2029]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

const shortEscapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' }

function escapeCharacter(character: string): string {
  return shortEscapes[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}

function unescapeCharacter(_: string, code: string | undefined, letter: string): string {
  if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16))
  return letter === 't' ? '\t' : letter === 'n' ? '\n' : letter === 'r' ? '\r' : letter
}
