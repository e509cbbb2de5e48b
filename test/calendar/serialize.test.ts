// Calendars and components to text: folding, order, and that nothing breaks out of its line. RFC 5545, 3.1.

import { describe, expect, test } from 'vitest'
import type { Component, Parameter, Property } from '../../src/calendar/component.ts'
import { isFault } from '../../src/calendar/fault.ts'
import { makeName } from '../../src/calendar/ical.ts'
import { parseCalendars } from '../../src/calendar/parse.ts'
import { foldLine, serializeCalendar, serializeComponent } from '../../src/calendar/serialize.ts'
import { fc } from '../fast-check.ts'

const octets = (text: string): number => new TextEncoder().encode(text).length

const property = (name: string, value: string): Property => ({ name, value, parameters: [] })

describe('order', () => {
  const zone: Component = { name: 'VTIMEZONE', properties: [property('TZID', 'A')], components: [] }
  const alarm: Component = { name: 'VALARM', properties: [property('ACTION', 'AUDIO')], components: [] }
  const event: Component = {
    name: 'VEVENT',
    properties: [property('UID', '2'), property('DTSTAMP', '1')],
    components: [alarm],
  }

  test('a component stands as it is', () => {
    expect(serializeComponent(event)).toBe(
      'BEGIN:VEVENT\r\nUID:2\r\nDTSTAMP:1\r\nBEGIN:VALARM\r\nACTION:AUDIO\r\nEND:VALARM\r\nEND:VEVENT\r\n',
    )
  })

  test('a calendar has its properties, then its zones, then its components', () => {
    const properties = [property('VERSION', '2.0'), property('METHOD', 'REPLY')]
    const expected = [
      'BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REPLY\r\n',
      serializeComponent(zone),
      serializeComponent(event),
      'END:VCALENDAR\r\n',
    ].join('')
    expect(serializeCalendar({ properties, components: [zone, event] })).toBe(expected)
    expect(serializeCalendar({ properties, timeZones: new Map([['A', zone]]), components: [event] })).toBe(expected)
  })
})

describe('folding', () => {
  const rows: readonly (readonly [what: string, line: string, lengths: readonly number[]])[] = [
    ['75 octets', 'x'.repeat(75), [75]],
    ['76 octets', 'x'.repeat(76), [75, 2]],
    ['149 octets', 'x'.repeat(149), [75, 75]],
    ['150 octets', 'x'.repeat(150), [75, 75, 2]],
    ['two octets a character', 'ü'.repeat(75), [74, 75, 3]],
    ['three octets a character', '€'.repeat(50), [75, 73, 4]],
    ['four octets a character', '😀'.repeat(40), [72, 73, 17]],
    ['blanks', ' '.repeat(100), [75, 26]],
    ['halves of characters', '\ud83d'.repeat(30), [75, 16]],
  ]
  test.each(rows)('%s', (_, line, lengths) => {
    const folded = foldLine(line)
    expect(folded.split('\r\n').map(octets)).toEqual(lengths)
    expect(folded.replaceAll('\r\n ', '')).toBe(line)
  })

  test('no line is longer and no character is cut, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), (text) => {
        const line = text.replace(/[\r\n]/g, '')
        const folded = foldLine(line)
        expect(folded.replaceAll('\r\n ', '')).toBe(line)
        for (const piece of folded.split('\r\n')) {
          expect(octets(piece)).toBeLessThanOrEqual(75)
          expect(piece).not.toMatch(/\p{Cs}/u)
        }
      }),
    )
  })
})

test('nothing in a component begins a line of its own', () => {
  const anything = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('\r\nEND:VEVENT', '\nA:1', '\rA:1', '\r', '\n'),
  )
  const parameter = fc.record({ name: anything, values: fc.array(anything, { minLength: 1, maxLength: 3 }) })
  const line = fc.record({ name: anything, value: anything, parameters: fc.array(parameter, { maxLength: 3 }) })
  fc.assert(
    fc.property(fc.array(line, { maxLength: 5 }), anything, (properties, name) => {
      const lines = serializeComponent({ name, properties, components: [] }).replaceAll('\r\n ', '').split('\r\n')
      expect(lines).toHaveLength(properties.length + 3)
      expect(lines.join('')).not.toMatch(/[\x00-\x08\x0a-\x1f\x7f]/)
    }),
    { numRuns: 300 },
  )
})

describe('round trip', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom(' ', '"', "'", '^', 'n', ',', ';', ':', '=', '\\', '\t', 'ü', '😀', 'a') }),
    fc.string({ minLength: 60, maxLength: 200 }),
  )
  const value = text.map((content) => content.replace(/[\x00-\x08\x0a-\x1f\x7f]/g, ''))
  const parameterValue = text.map((content) => content.replace(/[\x00-\x08\x0b-\x1f\x7f]/g, ''))
  const name = fc
    .oneof(fc.constantFrom('CN', 'TZID', 'MEMBER', 'VALUE', 'X-A', '__PROTO__', 'constructor', '1'), text)
    .map((content) => makeName(content.replace(/[\s":;=,\x00-\x1f\x7f]/g, '')))
    .filter((content) => !['', 'BEGIN', 'END'].includes(content))
  const parameter: fc.Arbitrary<Parameter> = fc.record({
    name,
    values: fc.array(parameterValue, { minLength: 1, maxLength: 4 }),
  })
  const line: fc.Arbitrary<Property> = fc.record({ name, parameters: fc.array(parameter, { maxLength: 4 }), value })
  const componentName = fc
    .oneof(fc.constantFrom('VEVENT', 'VALARM', 'X-A', ''), value)
    .map(makeName)
    .filter((content) => !['VCALENDAR', 'VTIMEZONE'].includes(content))
  const makeComponents = (depth: number): fc.Arbitrary<readonly Component[]> =>
    depth === 0
      ? fc.constant([])
      : fc.array(
          fc.record({
            name: componentName,
            properties: fc.array(line, { maxLength: 4 }),
            components: makeComponents(depth - 1),
          }),
          { maxLength: 3 },
        )

  test('what is written is read as it was', () => {
    const calendar = fc.record({
      properties: fc.array(line, { maxLength: 3 }),
      components: makeComponents(3),
    })
    fc.assert(
      fc.property(calendar, ({ properties, components }) => {
        const read = parseCalendars(serializeCalendar({ properties, components }))
        if (isFault(read)) throw new Error(read.text)
        expect(read).toHaveLength(1)
        expect(read[0]?.properties).toEqual(properties)
        expect(read[0]?.components).toEqual(components)
      }),
      { numRuns: 500 },
    )
  })
})
