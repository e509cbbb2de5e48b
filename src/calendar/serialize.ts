// Calendar objects and components to text: the order given, CRLF, folded at 75 octets. RFC 5545, 3.1.
import type { Component, Property } from './component.ts'
import { serializeContentLine, serializeValue } from './ical.ts'

/** What of a calendar is written: its properties, the zones if they come apart, then the components in this order. */
export interface WritableCalendar {
  readonly properties: readonly Property[]
  readonly timeZones?: ReadonlyMap<string, Component>
  readonly components: readonly Component[]
}

export function serializeCalendar(calendar: WritableCalendar): string {
  const components = [...(calendar.timeZones?.values() ?? []), ...calendar.components]
  return serializeComponent({ name: 'VCALENDAR', properties: calendar.properties, components })
}

/** A component from BEGIN to END, with the line end of the last. */
export function serializeComponent(component: Component): string {
  const lines: string[] = []
  addLines(lines, component)
  return `${lines.join('\r\n')}\r\n`
}

function addLines(lines: string[], component: Component): void {
  const name = serializeValue(component.name)
  lines.push(foldLine(`BEGIN:${name}`))
  for (const property of component.properties) lines.push(foldLine(serializeContentLine(property)))
  for (const inner of component.components) addLines(lines, inner)
  lines.push(foldLine(`END:${name}`))
}

// RFC 5545, 3.1: lines should not be longer than 75 octets.
const longestOctets = 75

/** A line in pieces of at most 75 octets of UTF-8, no character cut in two. RFC 5545, 3.1. */
export function foldLine(line: string): string {
  // No character of UTF-16 takes more than three octets.
  if (line.length * 3 <= longestOctets) return line
  const pieces: string[] = []
  let start = 0
  let octets = 0
  for (let position = 0; position < line.length; ) {
    const character = line.codePointAt(position) ?? 0
    const width = countOctets(character)
    if (octets + width > longestOctets) {
      pieces.push(line.slice(start, position))
      start = position
      // The blank in front of a continuation is one of its octets.
      octets = 1
    }
    octets += width
    position += character > 0xffff ? 2 : 1
  }
  if (start === 0) return line
  pieces.push(line.slice(start))
  return pieces.join('\r\n ')
}

function countOctets(character: number): number {
  if (character < 0x80) return 1
  if (character < 0x800) return 2
  return character < 0x10000 ? 3 : 4
}
