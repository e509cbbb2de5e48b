// One content line, read and written. RFC 5545, 3.1 and 3.2; RFC 6868.

import ICAL from 'ical.js'
import { describe, expect, test } from 'vitest'
import type { Property } from '../../src/calendar/component.ts'
import { isFault } from '../../src/calendar/fault.ts'
import { makeName, parseContentLine, serializeContentLine } from '../../src/calendar/ical.ts'
import { mostParameters, mostParameterValues } from '../../src/calendar/limits.ts'
import { fc } from '../fast-check.ts'

/** `CN=a|b` for parameters, so that a row stays a row. */
const show = (property: ReturnType<typeof parseContentLine>): readonly string[] | string =>
  isFault(property)
    ? property.code
    : [
        property.name,
        ...property.parameters.map((parameter) => `${parameter.name}=${parameter.values.join('|')}`),
        property.value,
      ]

describe('reading a line', () => {
  const rows: readonly (readonly [line: string, expected: readonly string[] | string, section: string])[] = [
    ['SUMMARY:Planning', ['SUMMARY', 'Planning'], '3.1'],
    ['SUMMARY:', ['SUMMARY', ''], '3.1'],
    ['summary: two words ', ['SUMMARY', ' two words '], '3.1: the value stays as it is'],
    ['URL:https://example.com/;a="b"', ['URL', 'https://example.com/;a="b"'], '3.1'],
    ['RRULE:FREQ=DAILY;COUNT=3', ['RRULE', 'FREQ=DAILY;COUNT=3'], '3.1'],
    ['DTSTART;VALUE=DATE:20260302', ['DTSTART', 'VALUE=DATE', '20260302'], '3.2.20'],
    ['dtstart;value=Date:20260302', ['DTSTART', 'VALUE=Date', '20260302'], '3.2: names in any case, values kept'],
    [
      'ATTENDEE;RSVP=TRUE;ROLE=CHAIR:mailto:a@example.com',
      ['ATTENDEE', 'RSVP=TRUE', 'ROLE=CHAIR', 'mailto:a@example.com'],
      '3.2',
    ],
    [
      'ATTENDEE;CN="Doe; Pat: a, b":mailto:a@example.com',
      ['ATTENDEE', 'CN=Doe; Pat: a, b', 'mailto:a@example.com'],
      '3.2',
    ],
    [
      'ATTENDEE;MEMBER="mailto:a@example.com","mailto:b@example.com":mailto:c@example.com',
      ['ATTENDEE', 'MEMBER=mailto:a@example.com|mailto:b@example.com', 'mailto:c@example.com'],
      '3.2.11',
    ],
    [
      'ATTENDEE;MEMBER="mailto:a@example.com",b,"mailto:c@example.com":x',
      ['ATTENDEE', 'MEMBER=mailto:a@example.com|b|mailto:c@example.com', 'x'],
      '3.2.11: quoted or not',
    ],
    ['CONFERENCE;FEATURE=AUDIO,VIDEO:tel:1', ['CONFERENCE', 'FEATURE=AUDIO|VIDEO', 'tel:1'], 'RFC 7986, 6.3'],
    ['ATTENDEE;X-A=1;X-A=2:x', ['ATTENDEE', 'X-A=1', 'X-A=2', 'x'], 'both of one name'],
    ['ATTENDEE;__PROTO__=1;CONSTRUCTOR=2:x', ['ATTENDEE', '__PROTO__=1', 'CONSTRUCTOR=2', 'x'], 'names are only names'],
    ["X;CN=a^nb^'c^^d^x:v", ['X', 'CN=a\nb"c^d^x', 'v'], 'RFC 6868, 3.2'],
    ['X;DELEGATED-TO="a^\',^\'b":v', ['X', 'DELEGATED-TO=a","b', 'v'], 'RFC 6868: an escaped quote ends no value'],
    ['X;CN="^^^^^^":v:w', ['X', 'CN=^^^', 'v:w'], 'RFC 6868'],
    // What is not written as the standard wants it.
    ['ATTENDEE;CN=Doe, Pat:x', ['ATTENDEE', 'CN=Doe, Pat', 'x'], 'a name with a comma and no quotes'],
    ['DTSTART;;VALUE=DATE-TIME:x', ['DTSTART', 'VALUE=DATE-TIME', 'x'], 'an empty parameter'],
    ['DTSTART;:x', ['DTSTART', 'x'], 'a semicolon too many'],
    ['ATTENDEE;CN:x', ['ATTENDEE', 'CN=', 'x'], 'a parameter without value'],
    ['ATTENDEE;CN=:x', ['ATTENDEE', 'CN=', 'x'], 'an empty value'],
    ['ATTENDEE;CN="":x', ['ATTENDEE', 'CN=', 'x'], 'an empty value'],
    ['X;VALUE = DURATION:PT1H', ['X', 'VALUE=DURATION', 'PT1H'], 'blanks around the sign'],
    ['X;CN = "a: b" ;RSVP=TRUE:x', ['X', 'CN=a: b', 'RSVP=TRUE', 'x'], 'blanks around quotes'],
    ['ATTENDEE;CN="Pat:mailto:a@example.com', ['ATTENDEE', 'CN="Pat', 'mailto:a@example.com'], 'a quote left open'],
    ['ATTENDEE;CN="Pat;X=1:mailto:"a"', ['ATTENDEE', 'CN="Pat', 'X=1', 'mailto:"a"'], 'a quote left open'],
    ['ATTENDEE;CN=Pat "P" Doe:x', ['ATTENDEE', 'CN=Pat "P" Doe', 'x'], 'quotes inside'],
    ['ATTENDEE;CN="Pat" Doe:x', ['ATTENDEE', 'CN=Pat Doe', 'x'], 'text behind quotes'],
    ['ITEM1.X_ODD:x', ['ITEM1.X_ODD', 'x'], 'odd characters in names'],
    ['\ufeffBEGIN :VCALENDAR', ['BEGIN', 'VCALENDAR'], 'blanks around the name'],
    ['no colon', 'no-colon', '3.1'],
    ['ORGANIZER;CN=Pat', 'no-colon', '3.1'],
    ['', 'no-colon', '3.1'],
    [':value', 'bad-name', '3.1'],
    ['two words: value', 'bad-name', '3.1'],
    ['A="b":value', 'bad-name', '3.1'],
  ]
  test.each(rows)('%s', (line, expected) => {
    expect(show(parseContentLine(line))).toEqual(expected)
  })

  test('the colon before the value is found behind a list of any length', () => {
    const list = Array.from({ length: 50 }, (_, index) => `mailto:p${index}@example.com`)
    const line = `ATTENDEE;CN=x;DELEGATED-TO=${list.map((address) => `"${address}"`).join(',')}:mailto:q@example.com`
    expect(show(parseContentLine(line))).toEqual([
      'ATTENDEE',
      'CN=x',
      `DELEGATED-TO=${list.join('|')}`,
      'mailto:q@example.com',
    ])
  })

  test('only so many parameters and values', () => {
    const parameters = (count: number) => `X${';A=1'.repeat(count)}:v`
    const values = (count: number) => `X;A=1${',1'.repeat(count - 1)}:v`
    expect(isFault(parseContentLine(parameters(mostParameters)))).toBe(false)
    expect(show(parseContentLine(parameters(mostParameters + 1)))).toBe('too-many-parameters')
    expect(isFault(parseContentLine(values(mostParameterValues)))).toBe(false)
    expect(show(parseContentLine(values(mostParameterValues + 1)))).toBe('too-many-parameters')
  })

  test('plain lines are read as ical.js reads them', () => {
    const word = fc.stringMatching(/^[a-z][a-z0-9 ]{0,8}[a-z0-9]$/)
    const line = fc.record({ names: fc.uniqueArray(word, { maxLength: 4 }), texts: fc.array(word), value: fc.string() })
    const design = { value: {}, param: {}, property: {}, propertyGroups: false }
    fc.assert(
      fc.property(line, ({ names, texts, value }) => {
        const parameters = names.map((name, index) => [`x-${name.replaceAll(' ', '')}`, texts[index] ?? 'y'] as const)
        fc.pre(new Set(parameters.map(([name]) => name)).size === parameters.length)
        const text = `X-PLAIN${parameters.map(([name, content]) => `;${name}=${content}`).join('')}:${value}`
        const [, read, , readValue] = ICAL.parse.property(text, design)
        expect(show(parseContentLine(text))).toEqual([
          'X-PLAIN',
          ...Object.entries(read).map(([name, content]) => `${name.toUpperCase()}=${content}`),
          readValue,
        ])
      }),
    )
  })
})

describe('writing a line', () => {
  const make = (value: string, parameters: Readonly<Record<string, readonly string[]>> = {}): Property => ({
    name: 'X-A',
    value,
    parameters: Object.entries(parameters).map(([name, values]) => ({ name, values })),
  })
  const rows: readonly (readonly [property: Property, expected: string, section: string])[] = [
    [make('v'), 'X-A:v', '3.1'],
    [make('v', { CN: ['Pat'] }), 'X-A;CN=Pat:v', '3.2'],
    [make('v', { CN: ['Doe, Pat'] }), 'X-A;CN="Doe, Pat":v', '3.2'],
    [make('v', { CN: ['a;b'], DIR: ['a:b'] }), 'X-A;CN="a;b";DIR="a:b":v', '3.2'],
    [make('v', { CN: [' a'] }), 'X-A;CN=" a":v', 'blanks that belong to the value'],
    [make('v', { CN: ['a"b^c\nd'] }), "X-A;CN=a^'b^^c^nd:v", 'RFC 6868, 3.1'],
    [make('v', { MEMBER: ['mailto:a', 'mailto:b'] }), 'X-A;MEMBER="mailto:a","mailto:b":v', '3.2.11'],
    [make('v', { FEATURE: ['AUDIO', 'VIDEO'] }), 'X-A;FEATURE=AUDIO,VIDEO:v', 'RFC 7986, 6.3'],
    [make('v', { CN: ['a', 'b'] }), 'X-A;CN="a","b":v', 'where a comma would belong to the value'],
    [make('a\r\nb\rc\nd'), 'X-A:a\\nb\\nc\\nd', '3.1: no value begins a line'],
    [make('a\u0000b\u000bc\u007fd\te'), 'X-A:abcd\te', '3.1: no control characters'],
    [make('v', { CN: ['a\r\nBEGIN:VEVENT\u0007'] }), 'X-A;CN="a^nBEGIN:VEVENT":v', '3.1'],
    [{ ...make('v'), name: 'X-A:\r\nB\u0000' }, 'X-AB:v', '3.1: no name ends itself'],
    [make('v', { 'A;B="C"\n:': ['d'] }), 'X-A;ABC=d:v', '3.1'],
  ]
  test.each(rows)('%j', (property, expected) => {
    expect(serializeContentLine(property)).toBe(expected)
  })
})

describe('upper case of names', () => {
  const rows: readonly (readonly [text: string, expected: string])[] = [
    ['vevent', 'VEVENT'],
    [' VEvent\t', 'VEVENT'],
    ['x-1', 'X-1'],
    // Letters that become others of ASCII must not make a name that decides something.
    ['dtſtart', 'DTſTART'],
    ['uıd', 'UıD'],
    ['größe', 'GRößE'],
  ]
  test.each(rows)('%s', (text, expected) => {
    expect(makeName(text)).toBe(expected)
  })
})
