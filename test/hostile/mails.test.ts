// Mails made to hurt: each is read to an end, with parts or with a fault, and is there to be handed on byte for byte.

import { describe, expect, test } from 'vitest'
import { findCalendarParts } from '../../src/mail/calendar-parts.ts'
import { passGate } from '../../src/mail/gate.ts'
import { readMail, readPartsWithMailparser } from '../../src/mail/read-mail.ts'
import { fc } from '../fast-check.ts'
import { makeDamagedMailArbitrary } from '../mail/mail-arbitrary.ts'

const context = {
  envelope: {
    sender: 'pat@example.com',
    recipient: 'room@example.com',
    originalRecipient: undefined,
    login: undefined,
    client: undefined,
    queueId: undefined,
  },
  spamHeaders: ['X-Spam-Flag: YES'],
}

const megabyte = 1024 * 1024
const calendarType = 'Content-Type: text/calendar; method=REQUEST'

function nest(depth: number, closed: boolean): Buffer {
  const start = Array.from(
    { length: depth },
    (_, level) => `Content-Type: multipart/mixed; boundary="b${level}"\n\n--b${level}\n`,
  )
  const end = Array.from({ length: depth }, (_, level) => `\n--b${depth - 1 - level}--`)
  return Buffer.from(`${start.join('')}${calendarType}\n\nBEGIN:VCALENDAR${closed ? end.join('') : ''}`)
}

const mixed = (...pieces: readonly (string | Buffer)[]) =>
  Buffer.concat(
    ['Content-Type: multipart/mixed; boundary=b\n\n', ...pieces, '\n--b--\n'].map((piece) => Buffer.from(piece)),
  )

const rows: [why: string, make: () => Buffer][] = [
  ['nothing', () => Buffer.alloc(0)],
  ['one line end', () => Buffer.from('\n')],
  ['NUL bytes', () => Buffer.alloc(100_000)],
  ['all bytes', () => Buffer.from(Array.from({ length: 65_536 }, (_, index) => (index * 7 + (index >> 8)) % 256))],
  ['an mbox line alone', () => Buffer.from('From pat@example.com Sun Nov 22 10:00:00 2026')],
  ['a header without an end', () => Buffer.from(calendarType)],
  ['a body without a header', () => Buffer.from(`\n${calendarType}\n\nx`)],
  ['no boundary', () => Buffer.from('Content-Type: multipart/mixed\n\n--\nContent-Type: text/calendar\n\nx\n----\n')],
  [
    'an empty boundary',
    () => Buffer.from('Content-Type: multipart/mixed; boundary=""\n\n--\nContent-Type: text/calendar\n\nx\n----\n'),
  ],
  [
    'a boundary of 100 KB',
    () =>
      Buffer.from(`Content-Type: multipart/mixed; boundary="${'b'.repeat(100_000)}"\n\nContent-Type: text/calendar\n`),
  ],
  ['2000 multiparts inside one another', () => nest(2000, true)],
  ['20 multiparts inside one another', () => nest(20, true)],
  ['2000 multiparts that never close', () => nest(2000, false)],
  ['50,000 parts', () => mixed(`--b\n${calendarType}\n\nx\n`.repeat(50_000))],
  ['50,000 parts without a header', () => mixed(calendarType, '\n--b\n\n'.repeat(50_000))],
  ['200,000 header fields', () => Buffer.from(`${'X-Field: value\n'.repeat(200_000)}${calendarType}\n\nx`)],
  ['200,000 Content-Type fields', () => Buffer.from(`${`${calendarType}\n`.repeat(200_000)}\nx`)],
  ['a header line of 10 MB', () => Buffer.from(`${calendarType}; x=${'y'.repeat(10 * megabyte)}\n\nx`)],
  ['a header folded 500,000 times', () => Buffer.from(`${calendarType};${'\n x=y;'.repeat(500_000)}\n\nx`)],
  ['100,000 encoded words', () => Buffer.from(`Subject: ${'=?UTF-8?Q?a?= '.repeat(100_000)}\n${calendarType}\n\nx`)],
  ['encoded words that never end', () => Buffer.from(`Subject: ${'=?UTF-8?Q?'.repeat(20_000)}\n${calendarType}\n\nx`)],
  [
    'comments inside comments',
    () => Buffer.from(`Content-Type: text/${'('.repeat(100_000)}calendar\nTo: ${'('.repeat(100_000)}\n\nx`),
  ],
  [
    'quotes that never close',
    () =>
      Buffer.from(`Content-Type: text/calendar; name="${'\\"'.repeat(100_000)}\nTo: "${'"\\'.repeat(100_000)}\n\nx`),
  ],
  ['100,000 addresses', () => Buffer.from(`To: ${'pat@example.com, '.repeat(100_000)}\n${calendarType}\n\nx`)],
  [
    'a name in 20,000 pieces',
    () =>
      Buffer.from(
        `Content-Type: application/octet-stream${Array.from({ length: 20_000 }, (_, index) => `;\n name*${index}="x"`).join('')}\n\nx`,
      ),
  ],
  [
    'broken base64',
    () => Buffer.from(`${calendarType}\nContent-Transfer-Encoding: base64\n\n${'====QQ=Q\0ü'.repeat(10_000)}`),
  ],
  [
    'base64 of padding',
    () => Buffer.from(`${calendarType}\nContent-Transfer-Encoding: base64\n\n${'='.repeat(megabyte)}`),
  ],
  [
    'base64 of line ends',
    () => Buffer.from(`${calendarType}\nContent-Transfer-Encoding: base64\n\n${'\r\n'.repeat(megabyte)}x`),
  ],
  [
    'quoted-printable of signs',
    () => Buffer.from(`${calendarType}\nContent-Transfer-Encoding: quoted-printable\n\n${'='.repeat(megabyte)}`),
  ],
  [
    'quoted-printable of blanks',
    () => Buffer.from(`${calendarType}\nContent-Transfer-Encoding: quoted-printable\n\n${' '.repeat(megabyte)}x`),
  ],
  [
    'lines that are almost delimiters',
    () => mixed(`--b\n${calendarType}\n\nx\n`, '--bx\n--b-\n--b--x\n'.repeat(300_000)),
  ],
  ['a delimiter and blanks without end', () => mixed(`--b\n${calendarType}\n\nx\n--b${' '.repeat(megabyte)}\n`)],
  ['bare CR everywhere', () => Buffer.from(`${calendarType}\r\rX: y\r\r${'x\r'.repeat(500_000)}`)],
  ['an invitation inside message/rfc822', () => mixed(`--b\nContent-Type: message/rfc822\n\n${calendarType}\n\nx`)],
  [
    'message/rfc822 inside message/rfc822',
    () =>
      Buffer.from(
        `${'Content-Type: message/rfc822\nContent-Disposition: inline\n\n'.repeat(5_000)}${calendarType}\n\nx`,
      ),
  ],
  [
    'a calendar of 20 MB',
    () => Buffer.concat([Buffer.from(`${calendarType}\n\n`), Buffer.alloc(20 * megabyte, 'X-A:b\r\n')]),
  ],
  [
    'a calendar of 30 MB',
    () => Buffer.concat([Buffer.from(`${calendarType}\n\n`), Buffer.alloc(30 * megabyte, 'X-A:b\r\n')]),
  ],
  [
    'a mail of 60 MB',
    () => Buffer.concat([Buffer.from(`${calendarType}\n\n`), Buffer.alloc(60 * megabyte, 'X-A:b\r\n')]),
  ],
]

describe('a hostile mail is read to an end', () => {
  test.each(rows)('%s', async (_, make) => {
    const bytes = make()
    passGate(bytes)
    const mail = await readMail(bytes, context)
    expect(mail.bytes).toBe(bytes)
    if (mail.fault !== undefined) expect(mail.parts).toEqual([])
    findCalendarParts(mail.parts)
  })

  test.each(rows.filter(([why]) => !why.includes('MB')))('by mailparser alone: %s', async (_, make) => {
    const { parts, fault } = await readPartsWithMailparser(make())
    if (fault !== undefined) expect(parts).toEqual([])
  })

  test('limits are faults that say what was too much', async () => {
    const faultOf = async (why: string) =>
      (await readMail(rows.find(([name]) => name === why)?.[1]() ?? Buffer.alloc(0), context)).fault
    expect(await faultOf('2000 multiparts inside one another')).toMatch(/child nodes/)
    expect(await faultOf('50,000 parts')).toMatch(/child nodes/)
    expect(await faultOf('200,000 header fields')).toMatch(/header size/)
    expect(await faultOf('a calendar of 30 MB')).toMatch(/calendar part/)
    expect(await faultOf('a mail of 60 MB')).toMatch(/bytes/)
    expect(await faultOf('a calendar of 20 MB')).toMatch(/calendar part/)
    expect(await faultOf('20 multiparts inside one another')).toBeUndefined()
  })

  test('what is inside message/rfc822 is nobody’s invitation', async () => {
    for (const why of ['an invitation inside message/rfc822', 'message/rfc822 inside message/rfc822'])
      expect((await readMail(rows.find(([name]) => name === why)?.[1]() ?? Buffer.alloc(0), context)).parts).toEqual([])
  })

  test('damaged in any way', async () => {
    await fc.assert(
      fc.asyncProperty(makeDamagedMailArbitrary(), async (bytes) => {
        const { parts, fault } = await readMail(bytes, context)
        expect(fault === undefined || parts.length === 0).toBe(true)
        findCalendarParts(parts)
      }),
      { numRuns: 300 },
    )
  })
})
