// Mails for property tests: trees of parts with calendars in all places, and everything odd that headers can do.
import { fc } from '../fast-check.ts'

const calendarText =
  'BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nSUMMARY:Grüße =3D --x\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n'

interface Leaf {
  readonly kind: 'leaf'
  readonly type: string
  readonly fields: readonly string[]
  readonly encoding: string
  readonly body: Buffer
}

interface Multipart {
  readonly kind: 'multipart'
  readonly type: string
  readonly boundary: string
  readonly isQuoted: boolean
  readonly preamble: string
  readonly epilogue: string
  readonly isClosed: boolean
  readonly blanks: string
  readonly children: readonly Node[]
}

export type Node = Leaf | Multipart

const spelled = (text: string): fc.Arbitrary<string> =>
  fc
    .array(fc.boolean(), { minLength: text.length, maxLength: text.length })
    .map((upper) => [...text].map((character, index) => (upper[index] ? character.toUpperCase() : character)).join(''))

/** How a calendar part may name itself, plainly and otherwise. */
const plainTypes = [
  'Content-Type: text/calendar',
  'Content-Type: text/calendar; method=REQUEST; charset=utf-8',
  'Content-Type: text/calendar; charset="utf-8";\r\n\tmethod="REQUEST"; name="meeting.ics"',
  'Content-Type: application/ics; name="invite.ics"',
  'Content-Type: application/octet-stream; name="invite.ics"',
  'Content-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=invite.ICS',
  'Content-Disposition: attachment; filename="a.ics"',
  'Content-Type: application/ms-tnef; name=winmail.dat',
  'Content-Type: application/octet-stream; name="winmail.dat"',
  'Content-Type: text/plain; charset=utf-8',
  'Content-Type: text/html; charset="iso-8859-1"',
  'Content-Type: image/png; name="chart (2).png"',
  'Content-Type: application/pdf; name="physics.pdf"',
  'Content-Type: application/octet-stream; name=data.bin',
  'X-Nothing: here',
]

const oddTypes = [
  'CONTENT-TYPE:TEXT/CALENDAR;METHOD=reply',
  'Content-Type : text/calendar',
  '\fContent-Type: text/calendar',
  'Content-Type:\r\n text/calendar;\r\n\r method=REQUEST',
  'Content-Type: text/cal(comment)endar',
  'Content-Type: (comment) text/calendar (another)',
  'Content-Type: "text/calendar"',
  'Content-Type: text/\\calendar',
  'Content-Type: =?utf-8?q?text/calendar?=',
  'Content-Type: text/calendar; =',
  "Content-Type: text/calendar; method*=us-ascii'en'REQUEST",
  'Content-Type: text/calendar; method*0=REQ; method*1=UEST',
  'Content-Type: text/calendar\r\nContent-Type: text/plain',
  'Content-Type: text/plain\r\nContent-Type: text/calendar',
  'Content-Type: application/octet-stream; name="=?UTF-8?B?aW52aXRlLmljcw==?="',
  'Content-Type: application/octet-stream; name="=?UTF-8?Q?invite=2Eics?="',
  "Content-Type: application/octet-stream; name*=utf-8''invite%2eics",
  "Content-Type: application/octet-stream; name*=utf-16be''%00.%00i%00c%00s",
  'Content-Disposition: attachment; filename*0="inv"; filename*1="ite.i"; filename*2="cs"',
  "Content-Disposition: attachment; filename*0*=utf-8''inv%69te%2E; filename*1=ics",
  'Content-Disposition: attachment; filename="invite\\.ics"',
  'Content-Disposition: attachment; filename=invite.(x)ics',
  'Content-Disposition: attachment; filename="invite.ics ',
  'Content-Disposition: attachment; filename="Einladung für Größe.ics"',
  'Content-Disposition: attachment; filename="einladung\u012eics"',
  'Content-Disposition: attachment; filename=".ics"; filename="other.txt"',
  'Content-Type: application/octet-stream; name=x.ics\0',
  'Content-Type: text/calendar\0',
  'Content-Type',
  'Content-Type: /',
  'Content-Type: message/rfc822\r\nContent-Disposition: inline',
  'Content-Type: message/rfc822; name="x.ics"',
  'Content-Type: multipart/mixed',
  `X-Long: ${'x'.repeat(5000)}`,
  `Content-Disposition: attachment; x="${'y'.repeat(4090)}"; filename="a.ics"`,
]

const encodings = ['', '7bit', '8bit', 'binary', 'BASE64', 'base64', 'quoted-printable', 'Quoted-Printable']
const oddEncodings = ['"base64"', 'base64 (comment)', 'x-uuencode', 'uuencode', 'base 64', 'gzip']

function encodeBody(text: string, encoding: string): Buffer {
  const bytes = Buffer.from(text)
  switch (encoding.toLowerCase()) {
    case 'base64':
      return Buffer.from(`${bytes.toString('base64').replace(/.{76}/g, '$&\r\n')}\r\n`)
    case 'quoted-printable':
      return Buffer.from(
        [...bytes]
          .map((byte) =>
            byte === 0x0a || byte === 0x0d || (byte > 0x20 && byte < 0x7f && byte !== 0x3d)
              ? String.fromCharCode(byte)
              : `=${byte.toString(16).toUpperCase().padStart(2, '0')}`,
          )
          .join('')
          .replace(/[^\r\n]{60}(?=[^=]{3})/g, '$&=\r\n'),
      )
    default:
      return bytes
  }
}

const oddBodies = [
  '',
  '\r\n',
  'QUJD=REVG',
  'QUJ',
  'QU JD\r\n',
  '=',
  '=\r\n',
  '=3',
  '=zz',
  'a \r\n',
  'a\t',
  'x\0y',
  '.\r\n..\r\n',
  '\r',
  '\n\r',
  '--',
  '--b\r\n',
  '\xff\xfe',
]

const leaf = (odd: boolean): fc.Arbitrary<Leaf> =>
  fc
    .record({
      type: fc.oneof(
        { weight: 4, arbitrary: fc.constantFrom(...plainTypes) },
        { weight: odd ? 4 : 0, arbitrary: fc.constantFrom(...oddTypes) },
        { weight: 1, arbitrary: spelled('content-type: text/calendar') },
      ),
      fields: fc.array(
        fc.constantFrom(
          'X-Other: value',
          'Content-ID: <1@example.com>',
          'X-Folded: a\r\n b',
          'Content-Description: x',
          ...(odd ? ['no field', ' folded', 'X-Return: a\rb'] : []),
        ),
        { maxLength: 2 },
      ),
      encoding: fc.constantFrom(...encodings, ...(odd ? oddEncodings : [])),
      text: fc.constantFrom(calendarText, calendarText.replaceAll('\r\n', '\n'), calendarText.repeat(5), 'hello'),
      body: fc.oneof(
        { weight: 4, arbitrary: fc.constant(undefined) },
        { weight: odd ? 2 : 0, arbitrary: fc.constantFrom(...oddBodies) },
      ),
    })
    .map(({ type, fields, encoding, text, body }) => ({
      kind: 'leaf',
      type,
      fields,
      encoding,
      body: body === undefined ? encodeBody(text, encoding) : Buffer.from(body, 'latin1'),
    }))

const boundaries = [
  'b',
  'bb',
  'b1',
  'a b',
  "----=_Part_1'()+,./:?",
  '=_x',
  ...['0', '1', '2', '3'].map((digit) => digit.repeat(40)),
]
const oddBoundaries = ['', 'b--', 'b-', 'ü', ' x', 'x ', 'b"c', '=?x?', 'y'.repeat(80), 'b (c)', 'x;y', 'b\\c']

export function makeNodeArbitrary(odd: boolean): fc.Arbitrary<Node> {
  return fc.letrec<{ node: Node }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 4, depthSize: 'small' },
      { weight: 2, arbitrary: leaf(odd) },
      {
        weight: 3,
        arbitrary: fc.record({
          kind: fc.constant('multipart' as const),
          type: fc.constantFrom(
            'multipart/mixed',
            'multipart/alternative',
            'multipart/related',
            'multipart/signed',
            'Multipart/Digest',
            'multipart/report',
          ),
          boundary: fc.constantFrom(...boundaries, ...(odd ? oddBoundaries : [])),
          isQuoted: fc.boolean(),
          preamble: fc.constantFrom(
            '',
            'preamble\r\n',
            '\r\n',
            ...(odd ? ['--b', '--\r\n', 'x--b\r\n', '\r--b\r\n'] : []),
          ),
          epilogue: fc.constantFrom(
            '',
            '\r\n',
            '\r\nepilogue',
            ...(odd ? ['\r\n--b\r\nContent-Type: text/calendar\r\n\r\nx', '\n'] : []),
          ),
          isClosed: odd ? fc.boolean() : fc.constant(true),
          blanks: fc.constantFrom('', ' ', ...(odd ? ['\t ', 'x', '\r'] : [])),
          children: fc.array(tie('node'), { minLength: odd ? 0 : 1, maxLength: 4 }),
        }),
      },
    ),
  })).node
}

function serializeNode(node: Node): Buffer {
  const crlf = Buffer.from('\r\n')
  if (node.kind === 'leaf') {
    const encoding = node.encoding === '' ? [] : [`Content-Transfer-Encoding: ${node.encoding}`]
    return Buffer.concat([
      Buffer.from([...node.fields.slice(0, 1), node.type, ...encoding, ...node.fields.slice(1)].join('\r\n')),
      crlf,
      crlf,
      node.body,
    ])
  }
  const { type, boundary, isQuoted, blanks } = node
  const delimiter = Buffer.from(`--${boundary}`)
  const pieces: Buffer[] = [
    Buffer.from(`Content-Type: ${type}; boundary=${isQuoted ? `"${boundary}"` : boundary}\r\n\r\n${node.preamble}`),
  ]
  for (const child of node.children) pieces.push(delimiter, Buffer.from(`${blanks}\r\n`), serializeNode(child), crlf)
  if (node.isClosed) pieces.push(delimiter, Buffer.from(`--${node.epilogue}`))
  return Buffer.concat(pieces)
}

export function makeMailArbitrary(odd: boolean): fc.Arbitrary<Buffer> {
  return fc.tuple(makeNodeArbitrary(odd), fc.boolean()).map(([node, plainLines]) => {
    const bytes = Buffer.concat([Buffer.from('From: pat@example.com\r\nMIME-Version: 1.0\r\n'), serializeNode(node)])
    // As a pipe gives it: LF alone.
    return plainLines ? Buffer.from(bytes.toString('latin1').replaceAll('\r\n', '\n'), 'latin1') : bytes
  })
}

/** Bytes changed, cut and doubled, so that no structure can be relied on. */
export function makeDamagedMailArbitrary(): fc.Arbitrary<Buffer> {
  const damage = fc.tuple(fc.nat(), fc.constantFrom('cut', 'drop', 'double', 'byte', 'line'), fc.nat({ max: 255 }))
  return fc.tuple(makeMailArbitrary(true), fc.array(damage, { maxLength: 6 })).map(([mail, damages]) => {
    let bytes: Buffer = mail
    for (const [where, how, byte] of damages) {
      const at = bytes.length === 0 ? 0 : where % bytes.length
      const before: Buffer = bytes.subarray(0, at)
      const after: Buffer = bytes.subarray(at)
      if (how === 'cut') bytes = Buffer.from(before)
      else if (how === 'drop') bytes = Buffer.concat([before, after.subarray(1 + (byte % 8))])
      else if (how === 'double') bytes = Buffer.concat([before, after.subarray(0, 200), after])
      else if (how === 'byte') bytes = Buffer.concat([before, Buffer.from([byte]), after])
      else bytes = Buffer.concat([before, Buffer.from('\r\n'), after])
    }
    return bytes
  })
}
