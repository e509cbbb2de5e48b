// Text to calendar objects: lenient, and bounded in all it does. RFC 5545, 3.1, 3.4 and 3.6.
import type { CalendarObject } from './calendar-object.ts'
import type { Component, Property } from './component.ts'
import { type CalendarFault, isFault, makeFault } from './fault.ts'
import { makeName, parseContentLine } from './ical.ts'
import {
  deepestNesting,
  isLimitFault,
  longestLine,
  longestText,
  mostCalendars,
  mostComponents,
  mostLines,
  mostNotes,
  mostPropertiesOfComponent,
} from './limits.ts'
import { findProperties, unescapeText } from './properties.ts'
import { nameRange } from './recurrence-id.ts'

/**
 * The calendar objects of a text, one for each VCALENDAR, with notes on what could not be read;
 * a fault where there is none, or where the text goes beyond a bound.
 */
export function parseCalendars(text: string): readonly CalendarObject[] | CalendarFault {
  if (text.length > longestText)
    return makeFault('too-large', `the calendar has more than ${longestText} characters`, 'line 1')
  const reading: Reading = { calendars: [], open: [], notes: [], components: 0 }
  const fault = readLines(reading, cleanText(reading, text))
  if (fault) return fault
  closeAbove(reading, 0, 'the end of the text')
  if (reading.calendars.length === 0) {
    const what = text.trim() === '' ? 'the calendar text is empty' : 'no line of the text is BEGIN:VCALENDAR'
    return makeFault('no-calendar', what, 'line 1')
  }
  // RFC 5545, 3.1: no control characters. NUL bytes behind the text are padding; inside it the text is not what was written.
  const nul = text.indexOf('\0')
  if (nul !== -1 && nul < text.lastIndexOf(':'))
    return makeFault('nul-bytes', 'the calendar contains NUL bytes', `character ${nul + 1}`)
  return reading.calendars
}

interface Reading {
  readonly calendars: CalendarObject[]
  /** From the VCALENDAR inwards. */
  readonly open: OpenComponent[]
  /** Of the calendar that is open or was the last one; before the first one, of that one. */
  notes: CalendarFault[]
  components: number
}

/** A component while its lines are being read. */
interface OpenComponent {
  readonly name: string
  readonly line: number
  readonly properties: Property[]
  readonly components: Component[]
}

/** A fault only where a bound is passed; all else is noted. */
type LineFault = CalendarFault | undefined

/** Text without what no line may hold, its lines ended by LF or CRLF. */
function cleanText(reading: Reading, text: string): string {
  const clean = isEndedByCarriageReturn(text) ? text.replace(/\r\n?/g, '\n') : text
  if (!controls.test(clean)) return clean
  addNote(reading, makeFault('control-characters', 'control characters were left out'))
  return clean.replace(allControls, '')
}

// RFC 5545, 3.1: control characters have no place in a line. A CR without LF is one more of them, except in texts
// that know no other line end (quoted-printable may have put one LF behind them).
const controls = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)/
const allControls = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)/g

function isEndedByCarriageReturn(text: string): boolean {
  const first = text.indexOf('\r')
  const next = text[first + 1]
  return first !== -1 && next !== '\n' && next !== '\r' && !text.slice(0, first).includes('\n')
}

/** Each line once it is unfolded, numbered without its continuations. RFC 5545, 3.1. */
function readLines(reading: Reading, text: string): LineFault {
  let line = ''
  let number = 0
  let counted = 0
  let start = 0
  while (start < text.length) {
    const newline = text.indexOf('\n', start)
    const end = newline === -1 ? text.length : newline
    const last = end > start && text.charCodeAt(end - 1) === carriageReturn ? end - 1 : end
    const first = text.charCodeAt(start)
    const isIndented = first === space || first === tabulator
    if (isIndented && line !== '') line += text.slice(start + 1, last)
    else {
      counted++
      if (counted > mostLines) {
        return makeFault('too-many-lines', `the calendar has more than ${mostLines} lines`, `line ${counted}`)
      }
      // Quirk: some programs put empty lines between a line and its continuation; one ends nothing, see docs/quirks.md.
      if (last > start && !(isIndented && text.slice(start, last).trim() === '')) {
        const fault = line === '' ? undefined : readLine(reading, line, number)
        if (fault) return fault
        line = text.slice(start, last)
        number = counted
      }
    }
    if (line.length > longestLine) {
      return makeFault('too-long-line', `a line has more than ${longestLine} characters`, `line ${number}`)
    }
    start = end + 1
  }
  return line === '' ? undefined : readLine(reading, line, number)
}

const carriageReturn = 13
const space = 32
const tabulator = 9

function readLine(reading: Reading, line: string, number: number): LineFault {
  const property = parseContentLine(line)
  if (isFault(property)) return readBadLine(reading, line, property, number)
  if (property.name === 'BEGIN') return openComponent(reading, makeName(property.value), number)
  if (property.name === 'END') return closeComponent(reading, makeName(property.value), number)
  return addProperty(reading, property.name === 'RECURRENCE-ID' ? nameRange(property) : property, number)
}

function openComponent(reading: Reading, name: string, number: number): LineFault {
  const { open } = reading
  if (name === 'VCALENDAR') {
    closeAbove(reading, 0, `BEGIN:VCALENDAR in line ${number}`)
    if (reading.calendars.length >= mostCalendars) {
      return makeFault('too-many-calendars', `there are more than ${mostCalendars} calendars`, `line ${number}`)
    }
    if (reading.calendars.length > 0) reading.notes = []
  } else if (open.length === 0) return noteOutside(reading, number)
  if (open.length === deepestNesting) {
    return makeFault('too-deep', `components stand more than ${deepestNesting} deep`, `line ${number}`)
  }
  reading.components++
  if (reading.components > mostComponents) {
    return makeFault('too-many-components', `there are more than ${mostComponents} components`, `line ${number}`)
  }
  open.push({ name, line: number, properties: [], components: [] })
  return undefined
}

function closeComponent(reading: Reading, name: string, number: number): LineFault {
  if (reading.open.length === 0) return noteOutside(reading, number)
  const depth = reading.open.findLastIndex((component) => component.name === name)
  if (depth === -1) {
    addNote(
      reading,
      makeFault('stray-end', `END:${shorten(name)} ends nothing that is open`, showPlace(reading, number)),
    )
    return undefined
  }
  closeAbove(reading, depth + 1, `END:${shorten(name)} in line ${number}`)
  closeLast(reading)
  return undefined
}

/** Close what is open inside the component at this depth, and note it. */
function closeAbove(reading: Reading, depth: number, where: string): void {
  while (reading.open.length > depth) {
    const component = reading.open.at(-1)
    if (component) {
      const text = `${shorten(component.name)} has no END before ${where}`
      addNote(reading, makeFault('not-closed', text, showPlace(reading, component.line)))
    }
    closeLast(reading)
  }
}

function closeLast(reading: Reading): void {
  const component = reading.open.pop()
  if (component === undefined) return
  const parent = reading.open.at(-1)
  if (parent === undefined) reading.calendars.push(makeCalendarObject(reading, component))
  else {
    const { name, properties, components } = component
    parent.components.push({ name, properties, components })
  }
}

function addProperty(reading: Reading, property: Property, number: number): LineFault {
  const component = reading.open.at(-1)
  if (component === undefined) return noteOutside(reading, number)
  if (component.properties.length === mostPropertiesOfComponent) {
    const text = `${shorten(component.name)} has more than ${mostPropertiesOfComponent} properties`
    return makeFault('too-many-properties', text, `line ${number}`)
  }
  component.properties.push(property)
  return undefined
}

/**
 * A line that is no property is left out; but one that would decide something stays with what can be read of it,
 * so that a broken RRULE does not make a series a single event.
 */
function readBadLine(reading: Reading, line: string, fault: CalendarFault, number: number): LineFault {
  if (isLimitFault(fault)) return { ...fault, where: `line ${number}` }
  if (reading.open.length === 0) return noteOutside(reading, number)
  addNote(reading, { ...fault, where: showPlace(reading, number) })
  const name = /^[A-Z-]+(?![a-z])/.exec(line)?.[0]
  if (name === undefined || !decidingNames.has(name)) return undefined
  return addProperty(reading, { name, parameters: [], value: line.slice(name.length).trim() }, number)
}

const decidingNames: ReadonlySet<string> = new Set([
  'ATTENDEE',
  'DTEND',
  'DTSTAMP',
  'DTSTART',
  'DUE',
  'DURATION',
  'EXDATE',
  'EXRULE',
  'FREEBUSY',
  'METHOD',
  'ORGANIZER',
  'RDATE',
  'RECURRENCE-ID',
  'RRULE',
  'SEQUENCE',
  'STATUS',
  'TRANSP',
  'UID',
])

function makeCalendarObject(reading: Reading, calendar: OpenComponent): CalendarObject {
  const timeZones = new Map<string, Component>()
  const components: Component[] = []
  for (const component of calendar.components) {
    if (component.name !== 'VTIMEZONE') components.push(component)
    else addTimeZone(reading, timeZones, component)
  }
  // RFC 5545, 3.7.2 and 3.7.3: each stands once; of several the first counts.
  const method = readOnce(reading, calendar, 'METHOD')?.toUpperCase()
  const prodId = readOnce(reading, calendar, 'PRODID')
  return { properties: calendar.properties, method, prodId, timeZones, components, notes: reading.notes }
}

function addTimeZone(reading: Reading, timeZones: Map<string, Component>, component: Component): void {
  const tzid = readZoneName(component)
  if (tzid === undefined) {
    addNote(reading, makeFault('zone-without-name', 'a VTIMEZONE without TZID was left out', 'VTIMEZONE'))
  } else if (timeZones.has(tzid)) {
    const text = `the zone ${shorten(tzid)} stands there twice; the first one counts`
    addNote(reading, makeFault('zone-twice', text, 'VTIMEZONE'))
  } else timeZones.set(tzid, component)
}

/** TZID as the parameters of this name write it. */
function readZoneName(component: Component): string | undefined {
  const [property] = findProperties(component, 'TZID')
  const text = property && unescapeText(property.value).trim()
  const name = text?.replace(/^"(.*)"$/s, '$1').trim()
  return name === '' ? undefined : name
}

function readOnce(reading: Reading, calendar: OpenComponent, name: string): string | undefined {
  const values = findProperties(calendar, name).map((property) => unescapeText(property.value).trim())
  const [first] = values
  if (values.some((value) => value !== first)) {
    addNote(
      reading,
      makeFault('property-twice', `${name} stands there more than once; the first one counts`, 'VCALENDAR'),
    )
  }
  return first === '' ? undefined : first
}

function noteOutside(reading: Reading, number: number): undefined {
  const known = reading.notes.some((note) => note.code === 'outside')
  if (!known) addNote(reading, makeFault('outside', 'text outside of a VCALENDAR was left out', `line ${number}`))
  return undefined
}

function addNote(reading: Reading, note: CalendarFault): void {
  const { notes } = reading
  if (notes.length < mostNotes) notes.push(note)
  else if (notes.length === mostNotes) notes.push(makeFault('more-notes', 'there is more to note than is kept'))
}

function showPlace(reading: Reading, number: number): string {
  const component = reading.open.at(-1)
  return component === undefined ? `line ${number}` : `${shorten(component.name)}, line ${number}`
}

function shorten(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text
}
