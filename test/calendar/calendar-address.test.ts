// The one spelling of a calendar user's address. RFC 5545, 3.3.3; RFC 6068; RFC 5321, 4.1.2.

import { describe, expect, test } from 'vitest'
import {
  type AddressRules,
  parseCalendarAddress,
  readDomain,
  readMailbox,
  showAddress,
} from '../../src/calendar/calendar-address.ts'
import { fc } from '../fast-check.ts'

describe('spelling', () => {
  const rows: readonly (readonly [text: string, expected: string | undefined, why: string])[] = [
    ['mailto:pat@example.com', 'mailto:pat@example.com', 'as it should be'],
    ['MAILTO:Pat@Example.COM', 'mailto:pat@example.com', 'case'],
    ['Mailto: pat@example.com ', 'mailto:pat@example.com', 'blanks'],
    ['pat@example.com', 'mailto:pat@example.com', 'no scheme'],
    ['<pat@example.com>', 'mailto:pat@example.com', 'as mail writes it'],
    ['Pat Doe <pat@example.com>', 'mailto:pat@example.com', 'with a name'],
    ['mailto:"Doe, Pat" <pat@example.com>', 'mailto:pat@example.com', 'a name in the URI'],
    ['mailto:Room: 3 < pat@example.com >', 'mailto:pat@example.com', 'a name in the URI'],
    ["mailto:'pat@example.com'", 'mailto:pat@example.com', 'single quotes'],
    ["o'hara@example.com", "mailto:o'hara@example.com", 'a single quote'],
    ['mailto:pat%40example.com', 'mailto:pat@example.com', 'percent-encoded'],
    ['mailto:p%61t@example.com?subject=x@y', 'mailto:pat@example.com', 'header fields of a mailto URI'],
    ['mailto:100%@example.com', 'mailto:100%@example.com', 'no percent-encoding at all'],
    ['pat+room@example.com', 'mailto:pat@example.com', 'extension'],
    ['+pat@example.com', 'mailto:+pat@example.com', 'no extension without a name before it'],
    ['"pat"@example.com', 'mailto:pat@example.com', 'quotes that are not needed'],
    ['"p\\at+x"@example.com', 'mailto:pat@example.com', 'quotes that are not needed'],
    ['"Pat Doe"@example.com', 'mailto:"pat doe"@example.com', 'quotes that are needed'],
    ['"a@b"@example.com', 'mailto:"a@b"@example.com', 'quotes that are needed'],
    ['pat@münchen.example', 'mailto:pat@xn--mnchen-3ya.example', 'A-labels'],
    ['pat@MÜNCHEN.example', 'mailto:pat@xn--mnchen-3ya.example', 'A-labels'],
    ['pat@xn--mnchen-3ya.example', 'mailto:pat@xn--mnchen-3ya.example', 'A-labels'],
    ['jürgen@example.com', 'mailto:jürgen@example.com', 'RFC 6531'],
    ['pat@example.com.', 'mailto:pat@example.com', 'the dot of the root'],
    ['pat@[192.0.2.1]', 'mailto:pat@[192.0.2.1]', 'an address literal'],
    ['pat@localhost', 'mailto:pat@localhost', 'no dot'],
    // No addresses.
    ['', undefined, 'nothing'],
    ['mailto:', undefined, 'nothing'],
    ['mailto:?to=pat@example.com', undefined, 'nothing before the fields'],
    ['pat', undefined, 'no domain'],
    ['@example.com', undefined, 'no local part'],
    ['pat@', undefined, 'no domain'],
    ['urn:uuid:1234', undefined, 'another scheme'],
    ['invalid:nomail', undefined, 'another scheme'],
    ['https://example.com/users/pat@example.com', undefined, 'another scheme'],
    ['sip:pat@example.com', undefined, 'another scheme'],
    ['a@example.com,b@example.com', undefined, 'two'],
    ['a@example.com b@example.com', undefined, 'two'],
    ['a@b@example.com', undefined, 'two signs'],
    ['pat doe@example.com', undefined, 'a blank'],
    ['pat@example .com', undefined, 'a blank'],
    ['pat@example..com', undefined, 'an empty label'],
    ['pat@.example.com', undefined, 'an empty label'],
    ['pat@..', undefined, 'an empty label'],
    ['pat@example.com/x', undefined, 'a path'],
    ['pat@ü.example/x', undefined, 'a path'],
    ['pat@ü.example:25', undefined, 'a port'],
    ['pat@example.com>', undefined, 'an angle'],
    ['mailto:pat@example.com%0d%0aRCPT TO:<kim@example.com>', 'mailto:kim@example.com', 'only what stands in angles'],
    ['mailto:pat@example.com%0d%0aRCPT', undefined, 'a line end'],
    ['mailto:pat%0a@example.com', undefined, 'a line end'],
    ['"pat\n"@example.com', undefined, 'a line end in quotes'],
    ['pat\u0000@example.com', undefined, 'NUL'],
    ['"pat@example.com', undefined, 'an open quote'],
    ['"a"b"@example.com', undefined, 'a quote inside'],
    [`${'x'.repeat(400)}@example.com`, undefined, 'too long'],
  ]
  test.each(rows)('%j: %s', (text, expected) => {
    expect(parseCalendarAddress(text)).toBe(expected)
  })

  const ruleRows: readonly (readonly [text: string, rules: AddressRules, expected: string])[] = [
    ['Pat+x@Example.com', { recipientDelimiter: '', localPartCase: 'fold' }, 'mailto:pat+x@example.com'],
    ['Pat+x@Example.com', { recipientDelimiter: '+', localPartCase: 'keep' }, 'mailto:Pat@example.com'],
    ['pat-x+y@example.com', { recipientDelimiter: '+-', localPartCase: 'fold' }, 'mailto:pat@example.com'],
    ['pat-x@example.com', { recipientDelimiter: '+', localPartCase: 'fold' }, 'mailto:pat-x@example.com'],
  ]
  test.each(ruleRows)('%s by %j', (text, rules, expected) => {
    expect(parseCalendarAddress(text, rules)).toBe(expected)
  })

  test('is its own spelling', () => {
    const part = fc.string({
      unit: fc.constantFrom('a', 'B', '1', '.', '+', '"', '\\', ' ', '@', '%', 'ü', '<', "'", ':'),
    })
    fc.assert(
      fc.property(part, part, (local, domain) => {
        const address = parseCalendarAddress(`${local}@${domain}`)
        if (address === undefined) return
        expect(parseCalendarAddress(showAddress(address))).toBe(address)
      }),
      { numRuns: 2000 },
    )
  })
})

describe('the mailbox for an envelope', () => {
  test.each<readonly [text: string, expected: string | undefined]>([
    ['MAILTO:Pat+x@Example.COM', 'Pat+x@Example.COM'],
    ['Pat <Pat@Example.com>', 'Pat@Example.com'],
    ['"Pat Doe"@example.com', '"Pat Doe"@example.com'],
    ['pat', undefined],
  ])('%s: %s', (text, expected) => {
    expect(readMailbox(text)).toBe(expected)
  })

  test('never holds what ends a command or a header field', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', '@', '\r', '\n', '\0', '<', '>', '"', '\\', '%0a', '%0d', ' ', '\u0085'),
    })
    fc.assert(
      fc.property(text, (content) => {
        expect(readMailbox(content) ?? '').not.toMatch(/[\p{Cc}<>]/u)
      }),
      { numRuns: 2000 },
    )
  })
})

test('the domain, and the address as people know it', () => {
  expect(readDomain('mailto:pat@example.com')).toBe('example.com')
  expect(readDomain('mailto:"a@b"@example.com')).toBe('example.com')
  expect(showAddress('mailto:pat@example.com')).toBe('pat@example.com')
})
