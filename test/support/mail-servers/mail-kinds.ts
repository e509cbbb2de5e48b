// Mails of all kinds, well-formed and not, with calendars and without, the same ones at every run.

/** A mail with its name; the name stands in it somewhere, unencoded. */
export interface NamedMail {
  readonly name: string
  /** Line ends are CRLF; a lone CR or NUL is meant. */
  readonly mail: Buffer
}

interface Making {
  /** Unique; may stand in addresses, identifiers and text. */
  readonly name: string
  /** Whole numbers from 0 to below the limit. */
  readonly pick: (limit: number) => number
}

// Here a string is bytes, one character each; text is encoded first.
type Bytes = string

const utf8 = (text: string): Bytes => Buffer.from(text, 'utf8').toString('latin1')
const utf16 = (text: string): Bytes => Buffer.from(`\ufeff${text}`, 'utf16le').toString('latin1')

const base64 = (bytes: Bytes, width = 76): Bytes =>
  (
    Buffer.from(bytes, 'latin1')
      .toString('base64')
      .match(new RegExp(`.{1,${width}}`, 'g')) ?? []
  ).join('\n')

const makeNoise = ({ pick }: Making, length: number): Bytes =>
  Array.from({ length }, () => String.fromCharCode(pick(256))).join('')

const makeWords = ({ pick }: Making, count: number): Bytes => {
  const words = [
    'the',
    'room',
    'meeting',
    'lunch',
    'a',
    'of',
    'green',
    'slowly',
    '=20',
    'BEGIN:VCALENDAR',
    '--',
    'x'.repeat(40),
  ]
  return Array.from({ length: count }, (_, i) => `${words[pick(words.length)]}${i % 9 === 8 ? '\n' : ' '}`).join('')
}

const makeHeader = ({ name }: Making, ...fields: readonly Bytes[]): Bytes =>
  [
    'From: Kim <kim@example.net>',
    'To: pat@example.com',
    `Subject: This is ${name}`,
    'Date: Mon, 02 Mar 2026 09:00:00 +0000',
    `Message-ID: <${name}@example.net>`,
    'MIME-Version: 1.0',
    ...fields,
  ].join('\n')

const makeMail = (making: Making, fields: readonly Bytes[], body: Bytes): Bytes =>
  `${makeHeader(making, ...fields)}\n\n${body}`

const makePart = (fields: readonly Bytes[], body: Bytes): Bytes => `${fields.join('\n')}\n\n${body}`

const makeMultipart = (boundary: string, parts: readonly Bytes[]): Bytes =>
  `${parts.map((part) => `--${boundary}\n${part}\n`).join('')}--${boundary}--\n`

const plain = 'Content-Type: text/plain; charset=UTF-8'

const makeEvent = ({ name }: Making, ...lines: readonly Bytes[]): Bytes =>
  [
    'BEGIN:VEVENT',
    `UID:${name}@example.net`,
    'DTSTAMP:20260302T090000Z',
    'DTSTART:20300310T100000Z',
    'DTEND:20300310T110000Z',
    'ORGANIZER:mailto:kim@example.net',
    'ATTENDEE;RSVP=TRUE;PARTSTAT=NEEDS-ACTION:mailto:pat@example.com',
    `SUMMARY:This is ${name}`,
    ...lines,
    'END:VEVENT',
  ].join('\n')

const makeCalendar = (method: string, ...components: readonly Bytes[]): Bytes =>
  [
    'BEGIN:VCALENDAR',
    'PRODID:-//example//EN',
    'VERSION:2.0',
    `METHOD:${method}`,
    ...components,
    'END:VCALENDAR',
    '',
  ].join('\n')

const makeCalendarMail = (making: Making, method: string, calendar: Bytes): Bytes =>
  makeMail(
    making,
    ['Content-Type: multipart/alternative; boundary="=_b"'],
    makeMultipart('=_b', [
      makePart([plain], 'You are invited.'),
      makePart(
        [`Content-Type: text/calendar; charset=UTF-8; method=${method}`, 'Content-Transfer-Encoding: base64'],
        base64(calendar),
      ),
    ]),
  )

const makeBareCalendarMail = (making: Making, calendar: Bytes, ...fields: readonly Bytes[]): Bytes =>
  makeMail(making, ['Content-Type: text/calendar; charset=UTF-8; method=REQUEST', ...fields], calendar)

const kinds: Readonly<Record<string, (making: Making) => Bytes>> = {
  // Without a calendar
  'plain text': (making) => makeMail(making, [plain], makeWords(making, 30 + making.pick(300))),
  'no body': (making) => `${makeHeader(making)}\n\n`,
  'no body and no empty line': (making) => `${makeHeader(making)}\n`,
  'no header': (making) => `\nThis is ${making.name}, without any header.\n`,
  'not even an empty line': (making) => `this is ${making.name} and the first line is no header\nnor is the second\n`,
  'UTF-8 unencoded': (making) =>
    makeMail(
      making,
      [plain, 'Content-Transfer-Encoding: 8bit'],
      utf8(`Smörgåsbord für alle – ${making.name} 会議 🗓\n`),
    ),
  'UTF-8 in the header': (making) => makeMail(making, [utf8('X-Place: Blåbærsyltetøy'), plain], 'Short.\n'),
  'Latin-1 and every other byte': (making) =>
    makeMail(
      making,
      ['Content-Type: text/plain; charset=iso-8859-1', 'Content-Transfer-Encoding: 8bit'],
      `${Array.from({ length: 255 }, (_, i) => i + 1)
        .filter((code) => code !== 10 && code !== 13)
        .map((code) => String.fromCharCode(code))
        .join('')}\n`,
    ),
  'NUL bytes': (making) => makeMail(making, [plain], `zero \0 and \0\0 again\n\0\n`),
  'lone CR': (making) => makeMail(making, [plain], 'one\rtwo\r three\n\rfour\n'),
  'quoted-printable': (making) =>
    makeMail(making, [plain, 'Content-Transfer-Encoding: quoted-printable'], 'Caf=C3=A9 =\nsoft=20\n=\nbroken =G1 =\n'),
  'HTML beside text': (making) =>
    makeMail(
      making,
      ['Content-Type: multipart/alternative; boundary=b1'],
      makeMultipart('b1', [
        makePart([plain], makeWords(making, 40)),
        makePart(['Content-Type: text/html'], '<p>Hello&nbsp;you</p>'),
      ]),
    ),
  attachment: (making) =>
    makeMail(
      making,
      ['Content-Type: multipart/mixed; boundary="b 2"'],
      `Preamble.\n${makeMultipart('b 2', [
        makePart([plain], 'See there.'),
        makePart(
          [
            'Content-Type: application/pdf; name="a.pdf"',
            'Content-Transfer-Encoding: base64',
            'Content-Disposition: attachment',
          ],
          base64(makeNoise(making, 1000 + making.pick(20_000))),
        ),
      ])}Epilogue.\n`,
    ),
  'large attachment': (making) =>
    makeMail(
      making,
      ['Content-Type: application/octet-stream', 'Content-Transfer-Encoding: base64'],
      base64('large '.repeat(50_000 + making.pick(150_000))),
    ),
  'binary attachment without encoding': (making) =>
    makeMail(
      making,
      ['Content-Type: application/octet-stream', 'Content-Transfer-Encoding: 8bit'],
      `${makeNoise(making, 5000).replace(/[\0\r]/g, 'x')}\n`,
    ),
  'deeply nested': (making) =>
    makeMail(
      making,
      ['Content-Type: multipart/mixed; boundary=n0'],
      Array.from({ length: 30 }).reduceRight<Bytes>(
        (inner, _, i) =>
          makeMultipart(`n${i}`, [
            i === 29 ? inner : makePart([`Content-Type: multipart/mixed; boundary=n${i + 1}`], inner),
          ]),
        makePart([plain], 'At the bottom.'),
      ),
    ),
  'lines of 998 characters': (making) =>
    makeMail(making, [plain], `${`${'m'.repeat(998)}\n`.repeat(1 + making.pick(5))}`),
  'a line of 70,000 characters': (making) => makeMail(making, [plain], `${'long '.repeat(14_000)}\n`),
  'dots at the start of lines': (making) => makeMail(making, [plain], '.\n..\n...\n.a\n\n.\n'),
  'From at the start of lines': (making) =>
    makeMail(making, [plain], 'From kim@example.net Mon Mar  2 09:00:00 2026\n>From here\n>>From there\nFrom \n'),
  'white space everywhere': (making) => makeMail(making, [plain], ' \n\t\n  trailing  \t \n\n\n\n\x0c\n\n'),
  'no line end at the end': (making) => makeMail(making, [plain], 'This is where it stops'),
  'odd header fields': (making) =>
    makeMail(
      making,
      [
        'X-Empty:',
        'X-Space:   ',
        'X-No-Space:value',
        'x-LoWeR: a\n\tb\n   c\n \t \n d',
        'X-Twice: 1',
        'X-Twice: 2',
        `References: ${Array.from({ length: 200 }, (_, i) => `<${i}.${making.name}@example.net>`).join('\n ')}`,
        `X-Long: ${'v'.repeat(3000)}`,
        'Subject: =?utf-8?q?again?= =?broken?b?!!?=',
      ],
      'Odd.\n',
    ),
  'trace of a long way': (making) =>
    `${Array.from({ length: 12 }, (_, i) => `Received: from h${i}.example.org by h${i + 1}.example.org\n\twith ESMTPS id ${i};\n\tMon, 2 Mar 2026 09:00:0${i % 10} +0000\n`).join('')}${makeMail(
      making,
      [
        'DKIM-Signature: v=1; a=rsa-sha256; d=example.net; s=s; bh=AAAA=;\n b=BBBB=',
        'Authentication-Results: mx.example.org; dkim=pass header.d=example.net',
        'Delivered-To: list@example.org',
        'X-Spam-Flag: NO',
        'List-Id: <list.example.org>',
      ],
      'Far travelled.\n',
    )}`,
  'automatic answer': (making) =>
    makeMail(
      making,
      ['Auto-Submitted: auto-replied', 'Precedence: bulk', 'In-Reply-To: <x@example.com>', plain],
      'I am away.\n',
    ),
  'delivery report': (making) =>
    makeMail(
      making,
      ['Content-Type: multipart/report; report-type=delivery-status; boundary=r'],
      makeMultipart('r', [
        makePart([plain], 'It did not arrive.'),
        makePart(
          ['Content-Type: message/delivery-status'],
          'Reporting-MTA: dns; mx.example.net\n\nAction: failed\nStatus: 5.1.1\n',
        ),
        makePart(['Content-Type: message/rfc822'], makeMail(making, [plain], 'The original.\n')),
      ]),
    ),
  'signed with PGP': (making) =>
    makeMail(
      making,
      ['Content-Type: multipart/signed; micalg=pgp-sha256; protocol="application/pgp-signature"; boundary="sig"'],
      makeMultipart('sig', [
        makePart([plain, 'Content-Transfer-Encoding: 7bit'], 'Signed, to the last space. \n'),
        makePart(
          ['Content-Type: application/pgp-signature'],
          '-----BEGIN PGP SIGNATURE-----\n\nAAAA\n-----END PGP SIGNATURE-----',
        ),
      ]),
    ),
  'S/MIME': (making) =>
    makeMail(
      making,
      [
        'Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m',
        'Content-Transfer-Encoding: base64',
      ],
      `${base64(makeNoise(making, 3000), 64)}\n`,
    ),
  'winmail.dat': (making) =>
    makeMail(
      making,
      ['Content-Type: application/ms-tnef; name="winmail.dat"', 'Content-Transfer-Encoding: base64'],
      `${base64(`\x78\x9f\x3e\x22${makeNoise(making, 800)}`)}\n`,
    ),
  'UTF-16': (making) =>
    makeMail(
      making,
      ['Content-Type: text/plain; charset=utf-16', 'Content-Transfer-Encoding: base64'],
      `${base64(utf16(`Breit – ${making.name}`))}\n`,
    ),

  // Broken MIME
  'boundary that never comes': (making) =>
    makeMail(making, ['Content-Type: multipart/mixed; boundary=never'], makeWords(making, 50)),
  'boundary that never ends': (making) =>
    makeMail(
      making,
      ['Content-Type: multipart/mixed; boundary=open'],
      `--open\n${makePart(['Content-Type: text/calendar'], makeCalendar('REQUEST', makeEvent(making)))}`,
    ),
  'multipart without boundary': (making) =>
    makeMail(making, ['Content-Type: multipart/alternative'], '--\n--x\n--x--\n'),
  'unknown encoding and charset': (making) =>
    makeMail(
      making,
      ['Content-Type: text/calendar; charset=x-klingon; method=REQUEST', 'Content-Transfer-Encoding: x-uuencode'],
      'begin 644 x\n#AAAA\nend\n',
    ),
  'base64 that is none': (making) =>
    makeMail(
      making,
      ['Content-Type: text/calendar; method=REQUEST', 'Content-Transfer-Encoding: base64'],
      '!!! not base64 !!!\n====\nQkVHSU4\n',
    ),

  // With a calendar
  'REQUEST beside text': (making) => makeCalendarMail(making, 'REQUEST', makeCalendar('REQUEST', makeEvent(making))),
  'REQUEST alone': (making) => makeBareCalendarMail(making, makeCalendar('REQUEST', makeEvent(making))),
  'REQUEST weekly': (making) =>
    makeCalendarMail(making, 'REQUEST', makeCalendar('REQUEST', makeEvent(making, 'RRULE:FREQ=WEEKLY;COUNT=5'))),
  'REQUEST twice, also as an attachment': (making) => {
    const calendar = makeCalendar('REQUEST', makeEvent(making))
    return makeMail(
      making,
      ['Content-Type: multipart/mixed; boundary=two'],
      makeMultipart('two', [
        makePart(['Content-Type: text/calendar; method=REQUEST'], calendar),
        makePart(
          [
            'Content-Type: application/ics; name=invite.ics',
            'Content-Disposition: attachment',
            'Content-Transfer-Encoding: base64',
          ],
          base64(calendar),
        ),
      ]),
    )
  },
  'REQUEST in a forwarded mail': (making) =>
    makeMail(
      making,
      ['Content-Type: message/rfc822'],
      makeMail(making, ['Content-Type: text/calendar; method=REQUEST'], makeCalendar('REQUEST', makeEvent(making))),
    ),
  'REQUEST in UTF-16': (making) =>
    makeMail(
      making,
      ['Content-Type: text/calendar; charset=utf-16; method=REQUEST', 'Content-Transfer-Encoding: base64'],
      `${base64(utf16(makeCalendar('REQUEST', makeEvent(making))))}\n`,
    ),
  'REQUEST marked as spam': (making) =>
    makeBareCalendarMail(making, makeCalendar('REQUEST', makeEvent(making)), 'X-Spam-Flag: YES'),
  REPLY: (making) =>
    makeCalendarMail(making, 'REPLY', makeCalendar('REPLY', makeEvent(making).replace('NEEDS-ACTION', 'ACCEPTED'))),
  CANCEL: (making) =>
    makeCalendarMail(making, 'CANCEL', makeCalendar('CANCEL', makeEvent(making, 'STATUS:CANCELLED', 'SEQUENCE:1'))),
  'other methods': (making) => {
    const method = ['ADD', 'COUNTER', 'DECLINECOUNTER', 'REFRESH', 'PUBLISH'][making.pick(5)] ?? 'ADD'
    return makeCalendarMail(making, method, makeCalendar(method, makeEvent(making, 'SEQUENCE:2')))
  },
  'free/busy': (making) =>
    makeBareCalendarMail(
      making,
      makeCalendar(
        'REQUEST',
        `BEGIN:VFREEBUSY\nUID:${making.name}@example.net\nDTSTAMP:20260302T090000Z\nDTSTART:20300301T000000Z\nDTEND:20300401T000000Z`,
        'ORGANIZER:mailto:kim@example.net\nATTENDEE:mailto:pat@example.com\nEND:VFREEBUSY',
      ),
    ),

  // With a calendar that cannot be used
  'no METHOD': (making) =>
    makeBareCalendarMail(making, makeCalendar('REQUEST', makeEvent(making)).replace('METHOD:REQUEST\n', '')),
  'unknown METHOD': (making) => makeBareCalendarMail(making, makeCalendar('INVITE', makeEvent(making))),
  'calendar cut off': (making) =>
    makeBareCalendarMail(making, makeCalendar('REQUEST', makeEvent(making)).slice(0, 120 + making.pick(200))),
  'calendar of noise': (making) =>
    makeBareCalendarMail(making, `BEGIN:VCALENDAR\n${makeNoise(making, 500).replace(/[\0\r]/g, 'x')}\n`),
  'no UID': (making) =>
    makeBareCalendarMail(making, makeCalendar('REQUEST', makeEvent(making)).replace(/UID:.*\n/, '')),
  'two organizers': (making) =>
    makeBareCalendarMail(making, makeCalendar('REQUEST', makeEvent(making, 'ORGANIZER:mailto:ann@example.org'))),
  'end before start': (making) =>
    makeBareCalendarMail(making, makeCalendar('REQUEST', makeEvent(making)).replace('DTEND:2030', 'DTEND:2029')),
  'unknown zone': (making) =>
    makeBareCalendarMail(
      making,
      makeCalendar('REQUEST', makeEvent(making)).replace(/DTSTART:(.*)Z/, 'DTSTART;TZID=Nowhere/Land:$1'),
    ),
  'UID that climbs out': (making) =>
    makeBareCalendarMail(
      making,
      makeCalendar('REQUEST', makeEvent(making)).replace(/UID:.*/, `UID:../../../../tmp/${making.name}`),
    ),
  'UID of 4,000 characters': (making) =>
    makeBareCalendarMail(making, makeCalendar('REQUEST', makeEvent(making)).replace('UID:', `UID:${'u'.repeat(4000)}`)),
  'rule without end': (making) =>
    makeBareCalendarMail(
      making,
      makeCalendar('REQUEST', makeEvent(making, 'RRULE:FREQ=SECONDLY;INTERVAL=0;COUNT=-1;BYDAY=XX')),
    ),
}

// A small generator with a seed: the same mails at every run and on every machine.
const makePicking = (seed: number): Making['pick'] => {
  let state = seed
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * limit)
  }
}

/** As many mails as asked for, all kinds in turn; their names start with the kind. */
export const makeMailsOfAllKinds = (count: number): readonly NamedMail[] => {
  const pick = makePicking(6047)
  const table = Object.entries(kinds)
  return Array.from({ length: count }, (_, i) => {
    const [kind, make] = table[i % table.length] ?? ['', () => '']
    const name = `${kind.toLowerCase().replace(/[^a-z0-9]+/g, '-')}.${i}.`
    const lines = make({ name, pick })
    return { name, mail: Buffer.from(lines.replace(/\n/g, '\r\n'), 'latin1') }
  })
}
