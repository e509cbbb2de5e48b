// The mutator: changes that look like what strangers, broken programs and attackers do to mails, calendars and dialogues.
import { fc } from '../../fast-check.ts'

/** What is changed is drawn as numbers, so that the same draw can be made of any text. */
export interface Mutation {
  readonly operation: number
  readonly at: number
  readonly length: number
  readonly choice: number
}

export const mutationArbitrary: fc.Arbitrary<Mutation> = fc.record({
  operation: fc.nat({ max: 9999 }),
  at: fc.nat(),
  length: fc.nat(),
  choice: fc.nat(),
})

/** Above this nothing is made longer: one input must not be a test of the machine's memory. */
const greatest = 3_000_000

/** `others` lend their lines. Texts are bytes in Latin-1. */
export function mutate(text: string, mutations: readonly Mutation[], others: readonly string[]): string {
  let changed = text
  for (const mutation of mutations) {
    const operation = operations[mutation.operation % operations.length] ?? operations[0]
    const next = operation?.(changed, mutation, others) ?? changed
    if (next.length <= greatest) changed = next
  }
  return changed
}

type Operation = (text: string, mutation: Mutation, others: readonly string[]) => string

/** Those that keep most of the meaning come more often: a text that nobody can read shows only that nobody can read it. */
const operations: readonly Operation[] = [
  replaceValue,
  replaceValue,
  replaceValue,
  replaceValue,
  replaceNumber,
  replaceNumber,
  replaceWord,
  replaceWord,
  addLine,
  addLine,
  addLine,
  addParameter,
  dropLine,
  doubleLine,
  moveLine,
  borrowLine,
  borrowLine,
  repeatBlock,
  repeatMany,
  lengthenValue,
  doubleBlock,
  changeByte,
  dropBytes,
  addBytes,
  cutShort,
  changeCase,
  changeLineEnds,
]

function splitLines(text: string): string[] {
  return text.split('\n')
}

function pick<Item>(items: readonly Item[], number: number): Item | undefined {
  return items[number % Math.max(1, items.length)]
}

function changeLine(text: string, at: number, change: (line: string) => string): string {
  const lines = splitLines(text)
  const index = at % lines.length
  lines[index] = change(lines[index] ?? '')
  return lines.join('\n')
}

function replaceValue(text: string, { at, choice }: Mutation): string {
  return changeLine(text, at, (line) => {
    const colon = line.indexOf(':')
    return colon < 0 ? line : `${line.slice(0, colon + 1)}${pick(values, choice)}${line.endsWith('\r') ? '\r' : ''}`
  })
}

function replaceNumber(text: string, { at, choice }: Mutation): string {
  return changeLine(text, at, (line) => {
    const found = [...line.matchAll(/\d+/g)]
    const one = pick(found, choice)
    if (!one) return line
    const end = one.index + one[0].length
    return `${line.slice(0, one.index)}${pick(numbers, choice >> 4)}${line.slice(end)}`
  })
}

function replaceWord(text: string, { at, length, choice }: Mutation): string {
  return changeLine(text, at, (line) => {
    const found = [...line.matchAll(/[A-Za-z@.+-]{2,}/g)]
    const one = pick(found, length)
    if (!one) return line
    const end = one.index + one[0].length
    return `${line.slice(0, one.index)}${pick(words, choice)}${line.slice(end)}`
  })
}

function addLine(text: string, { at, choice }: Mutation): string {
  const lines = splitLines(text)
  const end = lines[0]?.endsWith('\r') ? '\r' : ''
  lines.splice(at % (lines.length + 1), 0, `${pick(wholeLines, choice)}${end}`)
  return lines.join('\n')
}

function addParameter(text: string, { at, choice }: Mutation): string {
  return changeLine(text, at, (line) => line.replace(/^([A-Za-z-]+)/, `$1;${pick(parameters, choice)}`))
}

function dropLine(text: string, { at, length }: Mutation): string {
  const lines = splitLines(text)
  lines.splice(at % lines.length, 1 + (length % 3))
  return lines.join('\n')
}

function doubleLine(text: string, { at }: Mutation): string {
  return changeLine(text, at, (line) => `${line}\n${line}`)
}

function moveLine(text: string, { at, length }: Mutation): string {
  const lines = splitLines(text)
  const [line = ''] = lines.splice(at % lines.length, 1)
  lines.splice(length % (lines.length + 1), 0, line)
  return lines.join('\n')
}

function borrowLine(text: string, { at, length, choice }: Mutation, others: readonly string[]): string {
  const lent = splitLines(pick(others, choice) ?? '')
  const lines = splitLines(text)
  const from = length % lent.length
  lines.splice(at % (lines.length + 1), 0, ...lent.slice(from, from + 1 + (choice % 7)))
  return lines.join('\n')
}

/** A whole component where there is one. */
function repeatBlock(text: string, { at, length }: Mutation): string {
  const one = pick(listBlocks(text), at)
  if (!one) return text
  const block = text.slice(one.start, one.end)
  return `${text.slice(0, one.end)}${block.repeat(1 + (length % 5))}${text.slice(one.end)}`
}

/** One look at each line: a pattern with a way back took half a minute for a text of twenty thousand components without an end. */
function listBlocks(text: string): readonly { readonly start: number; readonly end: number }[] {
  const blocks: { start: number; end: number }[] = []
  const begun = new Map<string, number>()
  for (const { 1: what, 2: name = '', index, 0: line } of text.matchAll(/(BEGIN|END):(V[A-Z]+)(?:\r?\n|$)/g)) {
    if (what === 'BEGIN') {
      if (!begun.has(name)) begun.set(name, index)
      continue
    }
    const start = begun.get(name)
    if (start === undefined) continue
    blocks.push({ start, end: index + line.length })
    begun.delete(name)
  }
  return blocks
}

/** Seldom, since it is dear: a line or a block thousands of times. */
function repeatMany(text: string, { at, length, choice }: Mutation): string {
  if (choice % 24 !== 0) return doubleBlock(text, { at, length, choice, operation: 0 })
  const lines = splitLines(text)
  const from = at % lines.length
  const block = lines.slice(from, from + 1 + (choice % 3))
  const times = Math.min(1 + (length % 30_000), Math.floor(600_000 / (block.join('\n').length + 1)))
  const isNumbered = choice % 48 === 0
  const repeated = Array.from({ length: times }, (_, index) =>
    isNumbered ? block.map((line) => line.replace(/[\w.+-]+@/, `u${index}@`)) : block,
  )
  return [...lines.slice(0, from), ...repeated.flat(), ...lines.slice(from)].join('\n')
}

function lengthenValue(text: string, { at, length, choice }: Mutation): string {
  const unit = pick(units, choice) ?? 'x'
  const most = choice % 24 === 0 ? 400_000 : 2_000
  return changeLine(text, at, (line) => {
    const place = line.endsWith('\r') ? line.length - 1 : line.length
    return line.slice(0, place) + unit.repeat((length % most) / unit.length) + line.slice(place)
  })
}

function doubleBlock(text: string, { at, length }: Mutation): string {
  const start = at % (text.length + 1)
  return text.slice(0, start + (length % 400)) + text.slice(start)
}

function changeByte(text: string, { at, choice }: Mutation): string {
  const place = at % (text.length + 1)
  return text.slice(0, place) + String.fromCharCode(choice % 256) + text.slice(place + 1)
}

function dropBytes(text: string, { at, length }: Mutation): string {
  const place = at % (text.length + 1)
  return text.slice(0, place) + text.slice(place + 1 + (length % 12))
}

function addBytes(text: string, { at, choice }: Mutation): string {
  const place = at % (text.length + 1)
  return text.slice(0, place) + pick(pieces, choice) + text.slice(place)
}

function cutShort(text: string, { at, choice }: Mutation): string {
  return choice % 3 === 0 ? text.slice(0, at % (text.length + 1)) : text
}

function changeCase(text: string, { at, choice }: Mutation): string {
  return changeLine(text, at, (line) => (choice % 2 ? line.toLowerCase() : line.toUpperCase()))
}

function changeLineEnds(text: string, { choice }: Mutation): string {
  const plain = text.replaceAll('\r\n', '\n')
  return choice % 3 === 0 ? plain.replaceAll('\n', '\r\n') : choice % 3 === 1 ? plain : plain.replaceAll('\n', '\r')
}

const rules = [
  'FREQ=DAILY',
  'FREQ=SECONDLY',
  'FREQ=SECONDLY;COUNT=2147483647',
  'FREQ=MINUTELY;INTERVAL=1;BYMONTH=2;BYMONTHDAY=30',
  'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO',
  'FREQ=YEARLY;BYMONTHDAY=31;BYMONTH=2',
  'FREQ=YEARLY;BYWEEKNO=53,-53;BYDAY=SU,MO',
  'FREQ=YEARLY;BYYEARDAY=366,-366,1,-1',
  'FREQ=YEARLY;INTERVAL=9999',
  'FREQ=MONTHLY;BYDAY=5FR,-5MO,53SU;BYSETPOS=366,-366',
  'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23;BYSETPOS=-1',
  'FREQ=DAILY;BYHOUR=0,1,2,3;BYMINUTE=0,1,2,3,4,5;BYSECOND=0,59,60',
  'FREQ=WEEKLY;INTERVAL=0',
  'FREQ=WEEKLY;INTERVAL=-1;COUNT=-5',
  'FREQ=WEEKLY;COUNT=0',
  'FREQ=WEEKLY;UNTIL=19000101T000000Z',
  'FREQ=WEEKLY;UNTIL=99991231T235959Z',
  'FREQ=WEEKLY;COUNT=99999999999999999999',
  'FREQ=HOURLY;INTERVAL=1;BYDAY=MO;BYSETPOS=1000',
  'FREQ=WEEKLY;WKST=XX',
  'FREQ=WEEKLY;BYDAY=',
  'RSCALE=CHINESE;FREQ=YEARLY;SKIP=FORWARD',
  ';;=;FREQ=;=',
]

const times = [
  '20260310T100000Z',
  '20260329T023000',
  '20261025T023000',
  '00000101T000000Z',
  '00010101T000000Z',
  '99991231T235959Z',
  '20260230T250000Z',
  '20260310T100060Z',
  '20260310',
  '19000229',
  '20260310T100000+0100',
  '2026-03-10T10:00:00Z',
  '20260310T100000ZZ',
  '-20260310T100000Z',
  '999999999999T100000Z',
  '20260310T100000Z,20260311T100000Z',
]

const values: readonly string[] = [
  ...rules,
  ...times,
  '',
  ' ',
  '\t',
  'P',
  'PT0S',
  '-P1D',
  'P1W1D',
  'P99999999999999999999W',
  'PT99999999999H',
  'P1DT',
  '+PT15M',
  '19970101T180000Z/PT5H30M,19970102T180000Z/19970101T180000Z',
  '20260101T000000Z/P9999W',
  'mailto:',
  'mailto:pat@example.com',
  'mailto:room@example.com',
  'MAILTO:ROOM@EXAMPLE.COM',
  'mailto:room+x+y@example.com?subject=x',
  'mailto:%72oom@example.com',
  'mailto:"a b"@example.com',
  'mailto:a@b@c',
  'mailto:../../../etc/passwd@example.com',
  'mailto:\u00e4@ex\u00e4mple.com',
  'urn:uuid:00000000-0000-0000-0000-000000000000',
  'https://example.com/principals/pat',
  '/principal',
  'invalid:nomail',
  '0',
  '-1',
  '2147483647',
  '2147483648',
  '9007199254740993',
  '1e9',
  'NaN',
  'CANCELLED',
  'TENTATIVE',
  'NEEDS-ACTION',
  'REQUEST',
  'REPLY',
  'CANCEL',
  'COUNTER',
  'ADD',
  'REFRESH',
  'DECLINECOUNTER',
  'PUBLISH',
  'GREGORIAN',
  'TRANSPARENT',
  'TRUE',
  '3.7;Invalid calendar user;ATTENDEE:mailto:room@example.com',
  '__proto__',
  'constructor',
  '\\',
  '\\n\\n\\n',
  '\\;\\,\\\\',
  '"',
  '<script>alert(1)</script>',
  '=?utf-8?b?=?=',
  '\0',
  '\r',
  '\x1b[31m',
  '\xff\xfe',
  '\xc3\xa4\xe2\x80\xae',
  '\xed\xa0\x80',
  '-'.repeat(80),
  'text/calendar; method=REPLY; charset=utf-16',
  'text/calendar; charset=x-nothing',
  'multipart/mixed; boundary="b"',
  'multipart/mixed',
  'multipart/report; report-type=delivery-status; boundary=b',
  'message/rfc822',
  'application/ics; name="x.ics"',
  'application/ms-tnef; name="winmail.dat"',
  'base64',
  'quoted-printable',
  'x-uuencode',
  'auto-replied',
  'YES',
  'mail.example.com; dkim=pass header.d=example.com; dmarc=pass header.from=example.com',
  '<>',
  '(((((',
  'a@example.com, b@example.com, ;:,<>@,',
]

const numbers: readonly string[] = [
  '0',
  '1',
  '-1',
  '9',
  '99',
  '366',
  '9999',
  '65536',
  '2147483648',
  '9007199254740992',
  '99999999999999999999999',
  '00000000',
  '20260310',
  '1e400',
  '',
]

const words: readonly string[] = [
  'room@example.com',
  'pat@example.com',
  'kim@example.net',
  'example.com',
  'DTSTART',
  'DTEND',
  'DURATION',
  'RRULE',
  'RDATE',
  'EXDATE',
  'RECURRENCE-ID',
  'RANGE',
  'THISANDFUTURE',
  'UID',
  'SEQUENCE',
  'ORGANIZER',
  'ATTENDEE',
  'VEVENT',
  'VTODO',
  'VJOURNAL',
  'VFREEBUSY',
  'VALARM',
  'VTIMEZONE',
  'VCALENDAR',
  'STANDARD',
  'BEGIN',
  'END',
  'DECLINED',
  'ACCEPTED',
  'DELEGATED',
  'TZID',
  'UTC',
  'Europe/Oslo',
  '../../etc/passwd',
  'America/Argentina/ComodRivadavia',
  'W. Europe Standard Time',
  '__proto__',
  'toString',
  'base64',
  'calendar',
]

const parameters: readonly string[] = [
  'TZID=Europe/Oslo',
  'TZID=/example.net/nowhere',
  'TZID=../../../../etc/passwd',
  'TZID=',
  'TZID=__proto__',
  'VALUE=DATE',
  'VALUE=PERIOD',
  'VALUE=BINARY;ENCODING=BASE64',
  'RANGE=THISANDFUTURE',
  'RANGE=THISANDPRIOR',
  'PARTSTAT=DELEGATED;DELEGATED-TO="mailto:room@example.com","mailto:x@example.com"',
  'PARTSTAT=ACCEPTED',
  'DELEGATED-FROM="mailto:pat@example.com"',
  'SENT-BY="mailto:kim@example.net"',
  'MEMBER="mailto:team@example.com"',
  'RSVP=TRUE',
  'CUTYPE=ROOM',
  'SCHEDULE-AGENT=CLIENT',
  'SCHEDULE-AGENT=NONE',
  'EMAIL=pat@example.com',
  'CN="a^nb"',
  'CN="',
  'X=',
  '=',
  ';;',
  'X="a","b',
  'FBTYPE=BUSY-TENTATIVE',
]

const wholeLines: readonly string[] = [
  ...rules.map((rule) => `RRULE:${rule}`),
  ...times.flatMap((time) => [`RDATE:${time}`, `EXDATE:${time}`, `RECURRENCE-ID:${time}`]),
  'RECURRENCE-ID;RANGE=THISANDFUTURE:20260310T100000Z',
  'RDATE;VALUE=PERIOD:20260310T100000Z/PT99999H',
  'RDATE;VALUE=DATE:20260310,20260311',
  'EXRULE:FREQ=DAILY',
  'DURATION:P99999W',
  'DTSTART;TZID=Europe/Oslo:20260329T023000',
  'DTSTART:20260310T100000Z',
  'DTEND:20260310T110000Z',
  'DTEND:20260309T110000Z',
  'ATTENDEE;RSVP=TRUE:mailto:room@example.com',
  'ATTENDEE;PARTSTAT=ACCEPTED:mailto:pat@example.com',
  'ATTENDEE;CUTYPE=GROUP:mailto:team@example.com',
  'ORGANIZER:mailto:pat@example.com',
  'ORGANIZER;SENT-BY="mailto:room@example.com":mailto:kim@example.net',
  'METHOD:REQUEST',
  'METHOD:CANCEL',
  'METHOD:COUNTER',
  'SEQUENCE:2147483647',
  'STATUS:CANCELLED',
  'TRANSP:TRANSPARENT',
  'BEGIN:VEVENT',
  'END:VEVENT',
  'BEGIN:VALARM',
  'END:VALARM',
  'BEGIN:VTIMEZONE',
  'END:VTIMEZONE',
  'BEGIN:STANDARD',
  'BEGIN:VCALENDAR',
  'END:VCALENDAR',
  'BEGIN:VFREEBUSY',
  'FREEBUSY;FBTYPE=BUSY:20260310T100000Z/20260310T090000Z,20260101T000000Z/P9999W',
  'ATTACH;ENCODING=BASE64;VALUE=BINARY:AAAA',
  'REQUEST-STATUS:5.1;Service unavailable',
  'X-MS-OLK-ORIGINALSTART:20260310T100000Z',
  'COMMENT:\\n'.repeat(20),
  ' folded',
  '\tfolded',
  '',
  '--b',
  '--b--',
  'Content-Type: text/calendar; method=REQUEST',
  'Content-Type: multipart/alternative; boundary="b"',
  'Content-Type: message/rfc822',
  'Content-Transfer-Encoding: base64',
  'Content-Disposition: attachment; filename="../../x.ics"',
  'From: pat@example.com',
  'Sender: kim@example.net',
  'Auto-Submitted: auto-replied',
  'X-Spam-Flag: YES',
  'Message-ID: <x@example.com>',
  'Subject: =?utf-8?q?=0d=0aBcc:_x@example.com?=',
  'Authentication-Results: mail.example.com; dmarc=pass header.from=example.com',
  'Received: from x by mail.example.com; x',
  '.',
  '..',
  'LHLO x',
  'MAIL FROM:<> SIZE=99999999999999999999 BODY=8BITMIME SMTPUTF8',
  'MAIL FROM:<pat@example.com>',
  'RCPT TO:<room@example.com>',
  'RCPT TO:<"a b\\""@[127.0.0.1]>',
  'DATA',
  'BDAT 5 LAST',
  'XFORWARD ADDR=[UNAVAILABLE] IDENT=+2B+00',
  'RSET',
  'QUIT',
]

const units: readonly string[] = [
  'x',
  ' ',
  'a,',
  ';X=Y',
  '"',
  '\\',
  '(',
  '\xc3\xa4',
  ',20260310T100000Z',
  ',MO',
  '=?utf-8?q?x?= ',
  '\r\n ',
  '@',
  '.',
  '\0',
]

const pieces: readonly string[] = [
  '\r',
  '\n',
  '\r\n',
  '\r\n.\r\n',
  '\0',
  '\xff',
  '\xe2\x80\xa8',
  '"',
  '\\',
  '\r\n\r\n',
  '\x1a',
  '\ufeff',
]
