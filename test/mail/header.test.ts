import { describe, expect, test } from 'vitest'
import { parseAddressList } from '../../src/mail/address-list.ts'
import { decodeWords } from '../../src/mail/encoded-words.ts'
import { parseHeader } from '../../src/mail/header.ts'
import { dropMboxLine } from '../../src/mail/mbox-line.ts'

const fieldsOf = (text: string) => parseHeader(Buffer.from(text, 'latin1')).map(({ name, value }) => [name, value])

describe('a header as fields', () => {
  test.each<[why: string, text: string, fields: string[][]]>([
    [
      'CRLF',
      'A: 1\r\nB:2\r\n\r\nC: 3\r\n',
      [
        ['a', '1'],
        ['b', '2'],
      ],
    ],
    [
      'LF',
      'A: 1\nB:2\n\nC: 3\n',
      [
        ['a', '1'],
        ['b', '2'],
      ],
    ],
    [
      'folded',
      'Subject: one\r\n two\r\n\tthree\r\nX: y\r\n',
      [
        ['subject', 'one two\tthree'],
        ['x', 'y'],
      ],
    ],
    ['no body', 'A: 1', [['a', '1']]],
    ['no header', '\r\nA: 1\r\n', []],
    ['nothing', '', []],
    ['lines that are no field', 'no field\r\nA: 1\r\n: x\r\n', [['a', '1']]],
    ['UTF-8', 'A: Gr\xc3\xbc\xc3\x9fe\r\n', [['a', 'Grüße']]],
    ['Latin-1', 'A: Gr\xfc\xdfe\r\n', [['a', 'Grüße']]],
    ['blanks around the name', 'A : 1\r\n', [['a', '1']]],
  ])('%s', (_, text, fields) => expect(fieldsOf(text)).toEqual(fields))
})

describe('encoded words', () => {
  test.each([
    ['plain', 'plain'],
    ['=?UTF-8?Q?Gr=C3=BC=C3=9Fe_aus?= Berlin', 'Grüße aus Berlin'],
    ['=?utf-8?b?R3LDvMOfZQ==?=', 'Grüße'],
    ['=?iso-8859-1?Q?Gr=FC=DFe?=', 'Grüße'],
    ['=?UTF-8*de?Q?Gr=C3=BC=C3=9Fe?=', 'Grüße'],
    ['a =?UTF-8?Q?b?= =?UTF-8?Q?c?= d', 'a bc d'],
    ['=?UTF-8?Q?a?= =?ISO-8859-1?Q?b?=', 'ab'],
    ['=?UTF-8?Q?Gr=C3?= =?UTF-8?Q?=BC=C3=9Fe?=', 'Grüße'],
    ['=?x-unknown?Q?abc?= d', '=?x-unknown?Q?abc?= d'],
    ['=?UTF-8?X?abc?=', '=?UTF-8?X?abc?='],
    ['=?UTF-8?Q?unclosed', '=?UTF-8?Q?unclosed'],
    ['=?UTF-8?Q?a=ZZ=?=', 'a=ZZ='],
  ])('%s', (value, text) => expect(decodeWords(value)).toBe(text))
})

describe('addresses of a field', () => {
  test.each([
    ['pat@example.com', ['pat@example.com']],
    ['Pat <pat@example.com>', ['pat@example.com']],
    ['pat@example.com (Pat, at work)', ['pat@example.com']],
    ['"Doe, Pat" <pat@example.com>, kim@example.com', ['pat@example.com', 'kim@example.com']],
    ['"a@example.net" <pat@example.com>', ['pat@example.com']],
    ['<a@example.net> <pat@example.com>', ['pat@example.com']],
    ['"quoted \\" local"@example.com', ['"quoted \\" local"@example.com']],
    [
      'team: pat@example.com, kim@example.com;, last@example.com',
      ['pat@example.com', 'kim@example.com', 'last@example.com'],
    ],
    ['undisclosed-recipients:;', []],
    ['=?UTF-8?Q?Gr=C3=BC=C3=9Fe?= <pat@example.com>', ['pat@example.com']],
    ['<@relay.example.net:pat@example.com>', ['pat@example.com']],
    ['nobody', []],
    ['', []],
    ['<>', []],
    ['(((((', []],
    ['"unclosed <pat@example.com>', ['pat@example.com']],
  ])('%s', (value, addresses) => expect(parseAddressList(value)).toEqual(addresses))

  test('are bounded', () => {
    expect(parseAddressList('a@example.com,'.repeat(20_000)).length).toBe(1000)
    expect(parseAddressList(`${'('.repeat(100_000)}<a@example.com>`)).toEqual([])
  })
})

describe('the mbox line', () => {
  test.each([
    ['From pat@example.com  Sun Nov 22 10:00:00 2026\nA: 1\n', 'A: 1\n'],
    ['From MAILER-DAEMON Sun\r\nA: 1\r\n', 'A: 1\r\n'],
    ['From: pat@example.com\n', 'From: pat@example.com\n'],
    ['From : pat@example.com\n', 'From : pat@example.com\n'],
    ['from x\nA: 1\n', 'from x\nA: 1\n'],
    ['From x', 'From x'],
    ['A: 1\nFrom x\n', 'A: 1\nFrom x\n'],
    ['', ''],
  ])('%j', (bytes, rest) => expect(Buffer.from(dropMboxLine(Buffer.from(bytes))).toString()).toBe(rest))
})
