// Typed reading and changing of properties. RFC 5545, 3.3.11 and 3.8.

import { describe, expect, test } from 'vitest'
import type { Component } from '../../src/calendar/component.ts'
import { isFault } from '../../src/calendar/fault.ts'
import { parseContentLine, serializeContentLine } from '../../src/calendar/ical.ts'
import {
  escapeText,
  findProperties,
  findProperty,
  makeProperty,
  makeTextProperty,
  readParameter,
  readParameterList,
  readSequence,
  readStamp,
  readText,
  readTime,
  readUid,
  readWord,
  unescapeText,
  withoutProperties,
  withParameter,
  withProperties,
} from '../../src/calendar/properties.ts'
import { fc } from '../fast-check.ts'

const make = (...lines: readonly string[]): Component => ({
  name: 'VEVENT',
  properties: lines.map((line) => {
    const property = parseContentLine(line)
    if (isFault(property)) throw new Error(property.text)
    return property
  }),
  components: [],
})

const show = (component: Component): readonly string[] => component.properties.map(serializeContentLine)

describe('finding', () => {
  const event = make('ATTENDEE;MEMBER="mailto:a","mailto:b";X=1:c', 'UID:1', 'ATTENDEE;X=2;X=3:d')
  const [attendee] = event.properties

  test('the first property of a name, or all', () => {
    expect(findProperty(event, 'ATTENDEE')?.value).toBe('c')
    expect(findProperties(event, 'ATTENDEE').map((property) => property.value)).toEqual(['c', 'd'])
    expect(findProperty(event, 'SUMMARY')).toBeUndefined()
    expect(findProperties(event, 'SUMMARY')).toEqual([])
  })

  test('the first value of a parameter, or all', () => {
    if (attendee === undefined) throw new Error('no attendee')
    expect(readParameter(attendee, 'MEMBER')).toBe('mailto:a')
    expect(readParameterList(attendee, 'MEMBER')).toEqual(['mailto:a', 'mailto:b'])
    expect(readParameter(attendee, 'CN')).toBeUndefined()
    expect(readParameterList(attendee, 'CN')).toEqual([])
    const last = findProperties(event, 'ATTENDEE').at(-1)
    expect(last && readParameterList(last, 'X')).toEqual(['2', '3'])
  })
})

describe('reading', () => {
  test.each<readonly [lines: readonly string[], expected: string | undefined]>([
    [['UID:a@example.com'], 'a@example.com'],
    [['UID: a '], 'a'],
    [['UID:'], undefined],
    [['UID: '], undefined],
    [[], undefined],
    [['UID:1', 'UID:2'], '1'],
  ])('UID of %j: %s', (lines, expected) => {
    expect(readUid(make(...lines))).toBe(expected)
  })

  // RFC 5545, 3.8.7.4
  test.each<readonly [lines: readonly string[], expected: number]>([
    [[], 0],
    [['SEQUENCE:0'], 0],
    [['SEQUENCE:12'], 12],
    [['SEQUENCE: 3 '], 3],
    [['SEQUENCE:'], 0],
    [['SEQUENCE:many'], 0],
    [['SEQUENCE:-1'], 0],
    [['SEQUENCE:99999999999999999999'], 0],
  ])('SEQUENCE of %j: %i', (lines, expected) => {
    expect(readSequence(make(...lines))).toBe(expected)
  })

  test.each<readonly [lines: readonly string[], expected: number | undefined]>([
    [['DTSTAMP:20260302T090000Z'], Date.UTC(2026, 2, 2, 9) / 1000],
    [['DTSTAMP:20260302T090000'], Date.UTC(2026, 2, 2, 9) / 1000],
    [['DTSTAMP;TZID=Europe/Berlin:20260302T090000'], Date.UTC(2026, 2, 2, 9) / 1000],
    [['DTSTAMP:yesterday'], undefined],
    [[], undefined],
  ])('DTSTAMP of %j: %s', (lines, expected) => {
    expect(readStamp(make(...lines))).toBe(expected)
  })

  test('words in upper case', () => {
    expect(readWord(make('STATUS: cancelled '), 'STATUS')).toBe('CANCELLED')
    expect(readWord(make(), 'STATUS')).toBeUndefined()
  })

  test('text without its escapes', () => {
    expect(readText(make('SUMMARY:one\\, two\\nthree'), 'SUMMARY')).toBe('one, two\nthree')
    expect(readText(make(), 'SUMMARY')).toBeUndefined()
  })

  test.each<readonly [line: string, expected: unknown]>([
    ['DTSTART:20260302', { kind: 'date', local: Date.UTC(2026, 2, 2) / 1000 }],
    ['DTSTART;VALUE=DATE;TZID=Europe/Berlin:20260302', { kind: 'date', local: Date.UTC(2026, 2, 2) / 1000 }],
    ['DTSTART:20260302T090000', { kind: 'floating', local: Date.UTC(2026, 2, 2, 9) / 1000 }],
    ['DTSTART:20260302T090000Z', { kind: 'utc', local: Date.UTC(2026, 2, 2, 9) / 1000 }],
    [
      'DTSTART;TZID=Europe/Berlin:20260302T090000',
      { kind: 'zoned', local: Date.UTC(2026, 2, 2, 9) / 1000, zone: 'Europe/Berlin' },
    ],
    ['DTSTART:20260230', undefined],
    ['DTEND:20260302', undefined],
  ])('the time of %s', (line, expected) => {
    expect(readTime(make(line), 'DTSTART')).toEqual(expected)
  })
})

// RFC 5545, 3.3.11
describe('text', () => {
  test.each<readonly [text: string, value: string]>([
    ['plain', 'plain'],
    ['a, b; c', 'a\\, b\\; c'],
    ['a\\b', 'a\\\\b'],
    ['a\\n', 'a\\\\n'],
    ['a\nb', 'a\\nb'],
    ['a:"b"', 'a:"b"'],
  ])('%j is written as %j', (text, value) => {
    expect(escapeText(text)).toBe(value)
    expect(unescapeText(value)).toBe(text)
  })

  test('line ends of all kinds become one', () => {
    expect(escapeText('a\r\nb\rc\nd')).toBe('a\\nb\\nc\\nd')
    expect(makeTextProperty('SUMMARY', 'a\r\nEND:VEVENT')).toEqual({
      name: 'SUMMARY',
      parameters: [],
      value: 'a\\nEND:VEVENT',
    })
  })

  test.each<readonly [value: string, text: string]>([
    ['a\\Nb', 'a\nb'],
    ['a\\:b', 'a\\:b'],
    ['a\\', 'a\\'],
    ['\\\\\\n', '\\\n'],
    ['a, b; c', 'a, b; c'],
  ])('%j is read as %j', (value, text) => {
    expect(unescapeText(value)).toBe(text)
  })

  test('any text comes back, and stays in its line', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(unescapeText(escapeText(text))).toBe(text.replace(/\r\n|\r/g, '\n'))
        expect(escapeText(text)).not.toMatch(/[\r\n]/)
      }),
    )
  })
})

describe('changing', () => {
  const event = make('UID:1', 'ATTENDEE:a', 'SUMMARY:x', 'ATTENDEE:b')
  const before = JSON.stringify(event)

  test.each<readonly [what: string, changed: Component, expected: readonly string[]]>([
    [
      'one for one',
      withProperties(event, makeProperty('SUMMARY', 'y')),
      ['UID:1', 'ATTENDEE:a', 'SUMMARY:y', 'ATTENDEE:b'],
    ],
    ['one for several', withProperties(event, makeProperty('ATTENDEE', 'c')), ['UID:1', 'ATTENDEE:c', 'SUMMARY:x']],
    [
      'several for several',
      withProperties(event, ...['c', 'd', 'e'].map((value) => makeProperty('ATTENDEE', value))),
      ['UID:1', 'ATTENDEE:c', 'ATTENDEE:d', 'ATTENDEE:e', 'SUMMARY:x'],
    ],
    [
      'a new one, at the end',
      withProperties(event, makeProperty('COMMENT', 'c'), makeProperty('UID', '2')),
      ['UID:2', 'ATTENDEE:a', 'SUMMARY:x', 'ATTENDEE:b', 'COMMENT:c'],
    ],
    ['nothing', withProperties(event), ['UID:1', 'ATTENDEE:a', 'SUMMARY:x', 'ATTENDEE:b']],
    ['away with some', withoutProperties(event, 'ATTENDEE', 'COMMENT'), ['UID:1', 'SUMMARY:x']],
  ])('%s', (_, changed, expected) => {
    expect(show(changed)).toEqual(expected)
    expect(JSON.stringify(event)).toBe(before)
  })

  test('ten thousand attendees for ten thousand', () => {
    const attendees = Array.from({ length: 10_000 }, (_, index) =>
      makeProperty('ATTENDEE', `mailto:${index}@example.com`),
    )
    const crowd: Component = { name: 'VEVENT', properties: attendees, components: [] }
    expect(withProperties(crowd, ...attendees).properties).toEqual(attendees)
  })

  test('a parameter is set, or taken away', () => {
    const property = makeProperty('ATTENDEE', 'a', { CN: 'x', RSVP: 'TRUE' })
    expect(serializeContentLine(property)).toBe('ATTENDEE;CN=x;RSVP=TRUE:a')
    expect(serializeContentLine(withParameter(property, 'CN', 'y'))).toBe('ATTENDEE;RSVP=TRUE;CN=y:a')
    expect(serializeContentLine(withParameter(property, 'RSVP', undefined))).toBe('ATTENDEE;CN=x:a')
    expect(serializeContentLine(withParameter(property, 'ROLE', undefined))).toBe('ATTENDEE;CN=x;RSVP=TRUE:a')
  })
})
