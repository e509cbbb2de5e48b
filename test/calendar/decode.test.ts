// Bytes of a calendar part to text. RFC 5545, 3.1 and 3.1.4.
import { describe, expect, test } from 'vitest'
import { decodeCalendarText } from '../../src/calendar/decode.ts'

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)
const latin = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0))
const utf16 = (text: string, isBig: boolean): Uint8Array =>
  Uint8Array.from(
    [...Array(text.length).keys()].flatMap((index) => {
      const unit = text.charCodeAt(index)
      return isBig ? [unit >> 8, unit & 255] : [unit & 255, unit >> 8]
    }),
  )
const bytes = (...parts: readonly (string | readonly number[])[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === 'string' ? [...latin(part)] : part)))

describe('charsets', () => {
  const text = 'SUMMARY:Größe'
  const rows: readonly (readonly [what: string, content: Uint8Array, charset: string | undefined, expected: string])[] =
    [
      ['nothing', utf8(''), undefined, ''],
      ['UTF-8 by default', utf8('SUMMARY:Größe €😀'), undefined, 'SUMMARY:Größe €😀'],
      ['UTF-8 by name', utf8(text), 'UTF-8', text],
      ['a name in quotes and blanks', utf8(text), ' "utf-8" ', text],
      ['a byte order mark of UTF-8', utf8(`\ufeff${text}`), undefined, text],
      ['the mark counts, not the name', utf8(`\ufeff${text}`), 'utf-8', text],
      ['ISO-8859-1', latin(text), 'iso-8859-1', text],
      ['windows-1252', bytes('A:', [0x80]), 'windows-1252', 'A:€'],
      ['ISO-8859-15', bytes('A:', [0xa4]), 'ISO-8859-15', 'A:€'],
      ['KOI8-R', bytes('A:', [0xc4, 0xc1]), 'koi8-r', 'A:да'],
      ['Shift_JIS', bytes('A:', [0x93, 0xfa, 0x96, 0x7b]), 'shift_jis', 'A:日本'],
      ['US-ASCII that is UTF-8', utf8(text), 'us-ascii', text],
      ['US-ASCII that is Latin 1', latin(text), 'US-ASCII', text],
      ['a charset nobody knows', utf8(text), 'x-mac-klingon', text],
      ['an empty name', utf8(text), '', text],
      ['UTF-8 that is none', latin(text), 'utf-8', text],
      ['UTF-16 with its mark, little', utf16(`\ufeff${text}`, false), undefined, text],
      ['UTF-16 with its mark, big', utf16(`\ufeff${text}`, true), 'utf-8', text],
      ['UTF-16 by name', utf16(text, false), 'utf-16le', text],
      ['UTF-16 by name, big', utf16(text, true), 'UTF-16BE', text],
      ['UTF-16 without mark or name', utf16('BEGIN:VCALENDAR', false), undefined, 'BEGIN:VCALENDAR'],
      ['UTF-16 without mark, big', utf16('BEGIN:VCALENDAR', true), 'utf-16', 'BEGIN:VCALENDAR'],
    ]
  test.each(rows)('%s', (_, content, charset, expected) => {
    expect(decodeCalendarText(content, charset)).toBe(expected)
  })
})

describe('folds inside a character', () => {
  const rows: readonly (readonly [what: string, content: Uint8Array, charset: string | undefined, expected: string])[] =
    [
      ['two octets', bytes('A:', [0xc3], '\r\n ', [0xbc], 'x\r\nB:y\r\n'), undefined, 'A:üx\r\nB:y\r\n'],
      ['three octets, each alone', bytes('A:', [0xe2], '\n ', [0x82], '\n\t', [0xac]), undefined, 'A:€'],
      ['four octets', bytes('A:', [0xf0, 0x9f], '\r\n ', [0x98, 0x80]), 'UTF-8', 'A:😀'],
      ['two octets of Shift_JIS', bytes('A:', [0x93], '\r\n ', [0xfa]), 'shift_jis', 'A:日'],
      ['with an empty line between', bytes('A:', [0xc3], '\r\n\r\n ', [0xbc]), undefined, 'A:ü'],
      [
        'and an empty line that ends the line',
        bytes('A:', [0xc3], '\r\n ', [0xbc], '\n\nB:1'),
        undefined,
        'A:ü\n\nB:1',
      ],
      ['others stay folded', utf8('A:ü\r\n x'), undefined, 'A:ü\r\n x'],
      ['Latin 1 is joined as well', bytes('A:', [0xfc], '\r\n x'), undefined, 'A:üx'],
    ]
  test.each(rows)('%s', (_, content, charset, expected) => {
    expect(decodeCalendarText(content, charset)).toBe(expected)
  })

  test('a calendar of 12 MB in folds that cut characters', () => {
    const line = bytes([0xbc], 'x'.repeat(72), [0xc3], '\r\n ')
    const count = 160_000
    const content = new Uint8Array(line.length * count + 3)
    content.set(bytes('A:', [0xc3]))
    for (let index = 0; index < count; index++) content.set(line, 3 + index * line.length)
    content.set([0x78, 0x0a, 0x78, 0x78], content.length - 4)
    expect(decodeCalendarText(content, undefined)).toHaveLength(2 + 73 * count + 4)
  })

  test('octets of all kinds never fail', () => {
    const content = Uint8Array.from({ length: 4096 }, (_, index) => (index * 167 + (index >> 3)) & 255)
    for (const charset of [undefined, 'utf-8', 'utf-16', 'gb18030', 'iso-2022-jp', 'replacement', 'utf-7', '\0']) {
      expect(decodeCalendarText(content, charset).length).toBeGreaterThan(0)
    }
  })
})
