import { describe, expect, test } from 'vitest'
import { passGate } from '../../src/mail/gate.ts'
import { readPartsWithMailparser } from '../../src/mail/read-mail.ts'
import { walkParts } from '../../src/mail/walk-parts.ts'
import { fc } from '../fast-check.ts'
import { makeDamagedMailArbitrary, makeMailArbitrary } from './mail-arbitrary.ts'

const mail = (...lines: readonly string[]) => Buffer.from(lines.join('\r\n'))

describe('the gate lets pass what certainly carries no calendar', () => {
  test.each<[why: string, bytes: Buffer]>([
    ['nothing', Buffer.alloc(0)],
    ['plain text', mail('Subject: hello', '', 'The calendar part is text/calendar, an .ics file.')],
    [
      'files whose names only look like it',
      mail(
        'Content-Type: multipart/mixed; boundary="b"',
        '',
        '--b',
        'Content-Type: application/pdf; name="physics statistics (2).pdf"',
        'Content-Disposition: attachment; filename="physics statistics (2).pdf"',
        '',
        '--b',
        "Content-Disposition: attachment; filename*=UTF-8''R%C3%A9sum%C3%A9%20%281%29.pdf",
        '',
        '--b--',
      ),
    ],
    ['an mbox line', mail('From pat@example.com Sun Nov 22', 'Content-Type: text/html', '', '<html>')],
    ['NUL bytes and 8-bit text', Buffer.from('Content-Type: text/plain\r\n\r\n\0\xff\xfe', 'latin1')],
  ])('%s', (_, bytes) => expect(passGate(bytes)).toBe('no-calendar'))

  test('a mail of 20 MB without one', () => {
    const line = Buffer.from(`${'QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5ejAx'}\r\n`)
    const body = Buffer.alloc(20 * 1024 * 1024, line)
    expect(passGate(Buffer.concat([mail('Content-Type: image/png', '', ''), body]))).toBe('no-calendar')
  })
})

describe('the gate never holds back a calendar', () => {
  test.each<[why: string, ...lines: string[]]>([
    ['plain', 'Content-Type: text/calendar; method=REQUEST', '', 'x'],
    ['upper case', 'CONTENT-TYPE: TEXT/CALENDAR', '', 'x'],
    ['folded', 'Content-Type:', '\ttext/calendar', '', 'x'],
    ['a blank before the colon', 'Content-Type : text/calendar', '', 'x'],
    ['a comment', 'Content-Type: text/(x)calendar', '', 'x'],
    ['an encoded word', 'Content-Type: application/octet-stream; name="=?utf-8?B?eC5pY3M=?="', '', 'x'],
    ['RFC 2231', "Content-Disposition: attachment; filename*=utf-8''x%2Eics", '', 'x'],
    ['RFC 2231 in pieces', 'Content-Disposition: attachment; filename*0="x."; filename*1="ics"', '', 'x'],
    ['an old type', 'Content-Type: text/x-vcalendar', '', 'x'],
    ['a wrapped one', 'Content-Type: application/ms-tnef', '', 'x'],
  ])('%s', (_, ...lines) => expect(passGate(mail(...lines))).toBe('perhaps'))

  test('at the border of a window, behind a megabyte', () => {
    const field = Buffer.from('\nContent-Type: text/calendar\n\n')
    for (let shift = 0; shift < 24; shift++)
      expect(passGate(Buffer.concat([Buffer.alloc(1024 * 1024 - shift, 'x'), field]))).toBe('perhaps')
  })

  test('in a field of any length', () => {
    for (let length = 4000; length < 4200; length++)
      expect(
        passGate(mail(`Content-Type: application/octet-stream; x="${'y'.repeat(length)}";`, ' name="x.ics"', '', '')),
      ).toBe('perhaps')
  })

  test('ever so many fields', () => {
    const bytes = Buffer.from(`${'Content-Type: text/plain\n'.repeat(10_000)}Content-Type: text/calendar\n\n`)
    expect(passGate(bytes)).toBe('perhaps')
  })

  test.each([
    ['mails of all shapes', makeMailArbitrary(true)],
    ['damaged mails', makeDamagedMailArbitrary()],
  ])('in %s, with mailparser as the judge', async (_, arbitrary) => {
    await fc.assert(
      fc.asyncProperty(arbitrary, async (bytes) => {
        if (passGate(bytes) === 'perhaps') return
        expect((await readPartsWithMailparser(bytes)).parts).toEqual([])
        expect(walkParts(bytes) ?? []).toEqual([])
      }),
      { numRuns: 1_000 },
    )
  })
})
