import { describe, expect, test } from 'vitest'
import { makeWireData } from '../../../src/mail/transport/wire-data.ts'
import { fc } from '../../fast-check.ts'

const onTheWire = (bytes: Uint8Array) => Buffer.concat([...makeWireData(bytes)]).toString('latin1')

describe('the bytes after DATA', () => {
  test.each([
    ['CRLF text goes as it is', 'a\r\nb\r\n', 'a\r\nb\r\n.\r\n'],
    ['LF becomes CRLF', 'a\nb\n', 'a\r\nb\r\n.\r\n'],
    ['a missing last line end is added', 'a', 'a\r\n.\r\n'],
    ['nothing stays nothing', '', '.\r\n'],
    ['dots at the beginning of a line are doubled', '.\r\n..a\n.b.c\r\na.', '..\r\n...a\r\n..b.c\r\na.\r\n.\r\n'],
    ['a bare CR becomes a line end', 'a\rb\r\r\nc\r', 'a\r\nb\r\n\r\nc\r\n.\r\n'],
    ['LF CR are two line ends', 'a\n\rb', 'a\r\n\r\nb\r\n.\r\n'],
    ['smuggling by LF . LF', 'a\n.\nMAIL', 'a\r\n..\r\nMAIL\r\n.\r\n'],
    ['smuggling by CR . CR', 'a\r.\rMAIL', 'a\r\n..\r\nMAIL\r\n.\r\n'],
    ['smuggling by LF . CR LF', 'a\n.\r\nMAIL', 'a\r\n..\r\nMAIL\r\n.\r\n'],
    ['empty lines at the end stay', 'a\n\n\n', 'a\r\n\r\n\r\n.\r\n'],
    ['NUL and 8-bit bytes', '\0\xff\x80\r\n', '\0\xff\x80\r\n.\r\n'],
  ])('%s', (_, bytes, wire) => expect(onTheWire(Buffer.from(bytes, 'latin1'))).toBe(wire))

  test('whatever the mail, its end is where it ends, and nothing but line ends and dots changes', () => {
    const byte = fc.constantFrom(0x0d, 0x0a, 0x2e, 0x61, 0x00, 0xff)
    fc.assert(
      fc.property(fc.array(byte, { maxLength: 60 }), (bytes) => {
        const text = Buffer.from(bytes).toString('latin1')
        const wire = onTheWire(Buffer.from(bytes))
        const lines = wire.split('\r\n')
        expect(lines.slice(-2)).toEqual(['.', ''])
        const content = lines.slice(0, -2)
        expect(content.some((line) => line === '.' || /[\r\n]/.test(line))).toBe(false)
        const expected = text.split(/\r\n|\r|\n/)
        if (expected.at(-1) === '') expected.pop()
        expect(content.map((line) => line.replace(/^\./, ''))).toEqual(expected)
      }),
    )
  })

  test('a line end may fall between two pieces', () => {
    for (const end of ['\r\n', '\r', '\n', '\r\n.', '\n.', '\r.', '\r\r\n'])
      for (let shift = 0; shift < 4; shift++) {
        const text = `${'x'.repeat(65_536 - shift)}${end}y`
        const lines = text.split(/\r\n|\r|\n/).map((line) => line.replace(/^\./, '..'))
        expect(onTheWire(Buffer.from(text))).toBe(`${lines.join('\r\n')}\r\n.\r\n`)
      }
  })

  test('a great mail is never held twice', () => {
    const pieces = makeWireData(Buffer.alloc(8 * 1024 * 1024, 'abc\n'))
    for (const piece of pieces) expect(piece.length).toBeLessThan(200_000)
  })
})
