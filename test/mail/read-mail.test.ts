import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { findCalendarParts, hasWrappedCalendar } from '../../src/mail/calendar-parts.ts'
import type { IncomingMail, MailPart } from '../../src/mail/incoming-mail.ts'
import { readMail, readPartsWithMailparser } from '../../src/mail/read-mail.ts'
import { walkParts } from '../../src/mail/walk-parts.ts'

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

const calendar = 'BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nSUMMARY:Größe = 1\r\nEND:VEVENT\r\nEND:VCALENDAR'
const other = calendar.replace('REQUEST', 'CANCEL')
const base64 = (text: string | Buffer) => Buffer.from(text).toString('base64').replace(/.{76}/g, '$&\r\n')

type Lines = readonly (string | Buffer)[]

function join(...lines: Lines): Buffer {
  return Buffer.concat(lines.flatMap((line) => [Buffer.from(line), Buffer.from('\r\n')]).slice(0, -1))
}

/** A multipart of parts, each given as its lines. */
function multipart(type: string, boundary: string, ...parts: readonly Lines[]): Lines {
  return [
    `Content-Type: multipart/${type}; boundary="${boundary}"`,
    '',
    'This is a message in MIME format.',
    ...parts.flatMap((part) => [`--${boundary}`, ...part]),
    `--${boundary}--`,
    '',
  ]
}

const plain: Lines = ['Content-Type: text/plain; charset=utf-8', 'Content-Transfer-Encoding: 8bit', '', 'Größe']
const html: Lines = ['Content-Type: text/html', 'Content-Transfer-Encoding: quoted-printable', '', '<p>=20</p>']
const invitation: Lines = [
  'Content-Type: text/calendar; charset=UTF-8; method=REQUEST',
  'Content-Transfer-Encoding: base64',
  '',
  base64(calendar),
]
const quoted = [...Buffer.from(calendar)]
  .map((byte) =>
    byte > 0x20 && byte < 0x7f && byte !== 0x3d
      ? String.fromCharCode(byte)
      : byte === 0x0d || byte === 0x0a
        ? String.fromCharCode(byte)
        : `=${byte.toString(16).toUpperCase()}`,
  )
  .join('')

interface Shape {
  readonly why: string
  readonly lines: Lines
  /** Texts of the calendars, and whether our own walk is expected to answer. */
  readonly calendars: readonly string[]
  readonly isPlain?: boolean
}

const shapes: readonly Shape[] = [
  { why: 'top level', lines: invitation, calendars: [calendar], isPlain: true },
  {
    why: 'top level, 8bit',
    lines: ['Content-Type: text/calendar; method=REQUEST', '', calendar],
    calendars: [calendar],
    isPlain: true,
  },
  {
    why: 'top level, quoted-printable',
    lines: ['Content-Type: text/calendar', 'Content-Transfer-Encoding: quoted-printable', '', quoted],
    calendars: [calendar],
    isPlain: true,
  },
  { why: 'alternative', lines: multipart('alternative', 'b', plain, invitation), calendars: [calendar], isPlain: true },
  {
    why: 'alternative with HTML, calendar last (Outlook)',
    lines: multipart('alternative', 'b', plain, html, invitation),
    calendars: [calendar],
    isPlain: true,
  },
  {
    why: 'calendar first',
    lines: multipart('alternative', 'b', invitation, plain),
    calendars: [calendar],
    isPlain: true,
  },
  {
    why: 'mixed of alternative and .ics (Google)',
    lines: multipart('mixed', 'outer', multipart('alternative', 'inner', plain, html, invitation), [
      'Content-Type: application/ics; name="invite.ics"',
      'Content-Disposition: attachment; filename="invite.ics"',
      'Content-Transfer-Encoding: base64',
      '',
      base64(calendar),
    ]),
    calendars: [calendar],
    isPlain: true,
  },
  {
    why: 'related in alternative',
    lines: multipart('related', 'r', multipart('alternative', 'a', plain, invitation), [
      'Content-Type: image/png',
      'Content-Transfer-Encoding: base64',
      '',
      'QUJD',
    ]),
    calendars: [calendar],
    isPlain: true,
  },
  {
    why: 'signed',
    lines: multipart('signed', 's', multipart('mixed', 'm', multipart('alternative', 'a', plain, invitation)), [
      'Content-Type: application/pgp-signature',
      '',
      'x',
    ]),
    calendars: [calendar],
    isPlain: true,
  },
  {
    why: 'attachment only',
    lines: multipart('mixed', 'm', plain, [
      'Content-Type: text/calendar; name=x.ics',
      'Content-Disposition: attachment; filename=x.ics',
      '',
      calendar,
    ]),
    calendars: [calendar],
    isPlain: true,
  },
  {
    why: 'inline',
    lines: multipart('mixed', 'm', plain, ['Content-Type: text/calendar', 'Content-Disposition: inline', '', calendar]),
    calendars: [calendar],
    isPlain: true,
  },
  {
    why: 'octet-stream named .ics',
    lines: multipart('mixed', 'm', plain, ['Content-Type: application/octet-stream; name="invite.ics"', '', calendar]),
    calendars: [calendar],
    isPlain: true,
  },
  {
    why: 'only a file name',
    lines: multipart('mixed', 'm', plain, ['Content-Disposition: attachment; filename="invite.ics"', '', calendar]),
    calendars: [calendar],
    isPlain: true,
  },
  {
    why: 'two calendars',
    lines: multipart('mixed', 'm', invitation, ['Content-Type: text/calendar; method=CANCEL', '', other]),
    calendars: [calendar, other],
    isPlain: true,
  },
  {
    why: 'upper case',
    lines: ['CONTENT-TYPE: TEXT/CALENDAR; METHOD=REQUEST', 'CONTENT-TRANSFER-ENCODING: BASE64', '', base64(calendar)],
    calendars: [calendar],
    isPlain: true,
  },
  {
    why: 'folded header',
    lines: ['Content-Type: text/calendar;', '\tcharset="utf-8";', ' method="REQUEST"', '', calendar],
    calendars: [calendar],
    isPlain: true,
  },
  {
    why: 'Latin-1',
    lines: ['Content-Type: text/calendar; charset=iso-8859-1', '', Buffer.from(calendar, 'latin1')],
    calendars: [calendar],
    isPlain: true,
  },
  {
    why: 'UTF-16',
    lines: [
      'Content-Type: text/calendar; charset=utf-16le',
      'Content-Transfer-Encoding: base64',
      '',
      base64(Buffer.from(calendar, 'utf16le')),
    ],
    calendars: [calendar],
    isPlain: true,
  },
  {
    why: 'an unknown charset',
    lines: ['Content-Type: text/calendar; charset=x-unknown', '', calendar],
    calendars: [calendar],
    isPlain: true,
  },
  {
    why: 'method in the RFC 2231 form',
    lines: ["Content-Type: text/calendar; method*=us-ascii'en'REQUEST", '', calendar],
    calendars: [calendar],
  },
  {
    why: 'name in the RFC 2231 form, in pieces',
    lines: multipart('mixed', 'm', plain, [
      'Content-Type: application/octet-stream',
      "Content-Disposition: attachment; filename*0*=utf-8''Gr%C3%B6; filename*1*=%C3%9Fe.ics",
      '',
      calendar,
    ]),
    calendars: [calendar],
  },
  {
    why: 'name as an encoded word',
    lines: multipart('mixed', 'm', plain, [
      'Content-Type: application/octet-stream; name="=?UTF-8?B?eC5pY3M=?="',
      '',
      calendar,
    ]),
    calendars: [calendar],
  },
  {
    why: 'a comment in the type',
    lines: ['Content-Type: text/calendar (invitation); method=REQUEST', '', calendar],
    calendars: [calendar],
  },
  {
    why: 'a multipart that never closes',
    lines: multipart('alternative', 'b', plain, invitation).slice(0, -2),
    calendars: [calendar],
  },
  {
    why: 'an inner multipart that never closes',
    lines: multipart('mixed', 'm', multipart('alternative', 'b', plain, invitation).slice(0, -2), plain),
    calendars: [calendar],
  },
  {
    why: 'base64 with blanks and junk in it',
    lines: [
      'Content-Type: text/calendar',
      'Content-Transfer-Encoding: base64',
      '',
      base64(calendar).replace(/(.{10})/g, '$1 \t'),
    ],
    calendars: [calendar],
  },
  {
    why: 'quoted-printable with errors',
    lines: ['Content-Type: text/calendar', 'Content-Transfer-Encoding: quoted-printable', '', 'BEGIN:VCALENDAR =ZZ \t'],
    calendars: ['BEGIN:VCALENDAR =ZZ'],
  },
  {
    why: 'an unknown transfer encoding',
    lines: ['Content-Type: text/calendar', 'Content-Transfer-Encoding: x-nothing', '', calendar],
    calendars: [calendar],
  },
  {
    why: 'inside message/rfc822',
    lines: multipart('mixed', 'm', plain, ['Content-Type: message/rfc822', '', ...invitation]),
    calendars: [],
    isPlain: true,
  },
  {
    why: 'inside message/rfc822, to be shown inline',
    lines: multipart('mixed', 'm', plain, [
      'Content-Type: message/rfc822',
      'Content-Disposition: inline',
      '',
      ...multipart('mixed', 'x', plain, invitation),
    ]),
    calendars: [],
    isPlain: true,
  },
  {
    why: 'inside message/rfc822 that is encoded',
    lines: multipart('mixed', 'm', plain, [
      'Content-Type: message/rfc822',
      'Content-Transfer-Encoding: base64',
      '',
      base64(join(...invitation)),
    ]),
    calendars: [],
    isPlain: true,
  },
  {
    why: 'as the whole of message/rfc822',
    lines: ['Content-Type: message/rfc822', '', ...invitation],
    calendars: [],
    isPlain: true,
  },
  {
    why: 'in a digest',
    lines: multipart('digest', 'd', ['', ...invitation], ['Content-Type: message/rfc822', '', ...invitation]),
    calendars: [],
    isPlain: true,
  },
  {
    why: 'in a bounce',
    lines: multipart(
      'report; report-type=delivery-status',
      'r',
      plain,
      ['Content-Type: message/delivery-status', '', 'Action: failed'],
      ['Content-Type: message/rfc822', '', ...invitation],
    ),
    calendars: [],
    isPlain: true,
  },
  { why: 'in the text only', lines: ['Content-Type: text/plain', '', ...invitation], calendars: [], isPlain: true },
  {
    why: 'behind the end of the multipart',
    lines: [...multipart('mixed', 'm', plain), '--m', ...invitation],
    calendars: [],
    isPlain: true,
  },
  { why: 'an empty part', lines: multipart('mixed', 'm', plain, ['Content-Type: text/calendar', '']), calendars: [] },
  {
    why: 'a NUL byte inside',
    lines: ['Content-Type: text/calendar', '', 'BEGIN:VCALENDAR\0'],
    calendars: ['BEGIN:VCALENDAR\0'],
    isPlain: true,
  },
]

function show(parts: readonly MailPart[]): unknown {
  return parts.map((part) => ({
    ...part,
    parameters: [...part.parameters].sort(),
    content: Buffer.from(part.content).toString('latin1'),
  }))
}

describe('a mail taken apart', () => {
  describe.each(shapes)('$why', ({ lines, calendars, isPlain = false }) => {
    const header = ['From: pat@example.com', 'To: room@example.com', 'MIME-Version: 1.0']
    const bytes = join(...header, ...lines)

    test.each([
      ['CRLF', bytes],
      ['LF', Buffer.from(bytes.toString('latin1').replaceAll('\r\n', '\n'), 'latin1')],
    ])('with %s line ends', async (end, mail) => {
      const read = await readMail(mail, context)
      expect(read.fault).toBeUndefined()
      expect(read.bytes).toBe(mail)
      expect(read.facts.from).toEqual(['pat@example.com'])
      const texts = findCalendarParts(read.parts).map(({ text }) => text.replaceAll('\r\n', '\n').trimEnd())
      // A text in UTF-16 is changed by nobody; base64 hides line ends.
      expect(texts).toEqual(calendars.map((text) => text.replaceAll('\r\n', '\n')))
      if (end === 'CRLF') expect(walkParts(mail) !== undefined).toBe(isPlain)
      expect(show(read.parts)).toEqual(show((await readPartsWithMailparser(mail)).parts))
    })
  })

  test('the method parameter is kept, plain or not', async () => {
    const methods = async (line: string) => {
      const { parts } = await readMail(join(line, '', calendar), context)
      return findCalendarParts(parts).map(({ method }) => method)
    }
    expect(await methods('Content-Type: text/calendar; METHOD="Cancel"')).toEqual(['Cancel'])
    expect(await methods("Content-Type: text/calendar; method*=us-ascii'en'CANCEL")).toEqual(['CANCEL'])
  })

  test('bytes of a part are exactly what was encoded', async () => {
    const bytes = Buffer.from(Array.from({ length: 4096 }, (_, index) => index % 256))
    const mail = join(
      ...multipart('mixed', 'm', [
        'Content-Type: text/calendar',
        'Content-Transfer-Encoding: base64',
        '',
        base64(bytes),
      ]),
    )
    expect(Buffer.from((await readMail(mail, context)).parts[0]?.content ?? []).equals(bytes)).toBe(true)
    expect(Buffer.from((await readPartsWithMailparser(mail)).parts[0]?.content ?? []).equals(bytes)).toBe(true)
  })

  test('winmail.dat is noticed and left alone', async () => {
    const { parts } = await readMail(
      join(
        ...multipart('mixed', 'm', plain, [
          'Content-Type: application/ms-tnef; name="winmail.dat"',
          'Content-Transfer-Encoding: base64',
          '',
          'eJ8+',
        ]),
      ),
      context,
    )
    expect(hasWrappedCalendar(parts)).toBe(true)
    expect(findCalendarParts(parts)).toEqual([])
  })

  test('marked spam is seen', async () => {
    expect((await readMail(join('X-Spam-Flag: YES', ...invitation), context)).facts.isSpam).toBe(true)
  })

  test('the digest names the bytes', async () => {
    const { facts } = await readMail(Buffer.from('abc'), context)
    expect(facts.digest).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  })
})

describe('real invitations', () => {
  const folder = new URL('../../../shared/corpora/mails/', import.meta.url)
  const names = ['request-google.eml', 'request-outlook_com.eml']
  const isThere = existsSync(folder)
  test.skipIf(!isThere)(
    `${isThere ? '' : '(the corpus of mails is not there) '}are read without mailparser`,
    async () => {
      for (const name of names) {
        const bytes = readFileSync(new URL(name, folder))
        expect(walkParts(bytes)).toBeDefined()
        const mail: IncomingMail = await readMail(bytes, context)
        expect(findCalendarParts(mail.parts)).toMatchObject([
          { method: 'REQUEST', text: expect.stringContaining('METHOD:REQUEST') },
        ])
        expect(show(mail.parts)).toEqual(show((await readPartsWithMailparser(bytes)).parts))
      }
    },
  )
})
