// Components for the tests of recurrence, from lines as they stand in a calendar, without the parser.
import type { Component, Property } from '../../src/calendar/component.ts'
import { type CalendarFault, isFault } from '../../src/calendar/fault.ts'
import { type Occurrence, type Recurrence, readRecurrence } from '../../src/calendar/recurrence.ts'
import { serializeCalendarTime } from '../../src/calendar/time.ts'
import { makeZones, type Zones } from '../../src/calendar/time-zone.ts'
import { loadSystemZones } from '../../src/zones/system-zones.ts'

export const systemZones = loadSystemZones()

export function zonesFor(localZone: string, timeZones: ReadonlyMap<string, Component> = new Map()): Zones {
  return makeZones(systemZones, timeZones, localZone)
}

/** `DTSTART;TZID=Europe/Berlin:20260101T090000` and so on, one a line; BEGIN and END nest. */
export function makeComponent(lines: string, name = 'VEVENT'): Component {
  const stack: { name: string; properties: Property[]; components: Component[] }[] = [
    { name, properties: [], components: [] },
  ]
  for (const line of lines.split('\n').map((each) => each.trim())) {
    const top = stack.at(-1)
    if (line === '' || top === undefined) continue
    const property = makePropertyOf(line)
    if (property.name === 'BEGIN') stack.push({ name: property.value, properties: [], components: [] })
    else if (property.name === 'END') {
      const done = stack.pop()
      if (done) stack.at(-1)?.components.push(done)
    } else top.properties.push(property)
  }
  const [component] = stack
  if (component === undefined) throw new Error('no component')
  return component
}

function makePropertyOf(line: string): Property {
  const colon = line.search(/:(?=(?:[^"]*"[^"]*")*[^"]*$)/)
  const [name = '', ...parameters] = line.slice(0, colon).split(';')
  return {
    name: name.toUpperCase(),
    value: line.slice(colon + 1),
    parameters: parameters.map((parameter) => {
      const equals = parameter.indexOf('=')
      return {
        name: parameter.slice(0, equals).toUpperCase(),
        values: [parameter.slice(equals + 1).replace(/^"|"$/g, '')],
      }
    }),
  }
}

export function need<Value>(value: Value | CalendarFault | undefined): Value {
  if (value === undefined) throw new Error('there is nothing')
  if (isFault(value)) throw new Error(`${value.code}: ${value.text}`)
  return value as Value
}

export function makeRecurrence(lines: string): Recurrence {
  return need(readRecurrence(makeComponent(lines)))
}

/** Local starts as text, as they stand in the calendar. */
export function showStarts(
  occurrences: Iterable<Occurrence | CalendarFault>,
  most = Number.POSITIVE_INFINITY,
): string[] {
  const shown: string[] = []
  for (const occurrence of occurrences) {
    if (shown.length >= most) break
    shown.push(isFault(occurrence) ? occurrence.code : serializeCalendarTime(occurrence.id))
  }
  return shown
}
