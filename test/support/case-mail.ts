// The mails of a case: what arrives is made of its calendar, what goes out is taken apart again, by nothing of src/mail.
import { isFault } from '../../src/calendar/fault.ts'
import { parseCalendars } from '../../src/calendar/parse.ts'
import { isMethod, type Method } from '../../src/itip/method.ts'
import { listViolations } from '../../src/itip/restriction-tables.ts'
import type { NamedValue } from './case-file.ts'

export interface ArrivingMail {
  readonly from: string
  readonly to: readonly string[]
  /** METHOD and components, or a whole VCALENDAR. */
  readonly lines: readonly string[]
  readonly header: readonly NamedValue[]
  /** Seconds since 1970. */
  readonly now: number
  /** How many have arrived in the case, this one included: part of the Message-ID. */
  readonly number: number
}

/** A small mail around a calendar, with the line ends of a pipe. */
export function makeArrivingMail({ from, to, lines, header, now, number }: ArrivingMail): Uint8Array {
  const find = (name: string) => lines.find((line) => line.startsWith(`${name}:`))?.slice(name.length + 1)
  const method = find('METHOD')
  const made: readonly NamedValue[] = [
    { name: 'From', value: from === '' ? 'mailer-daemon@example.net' : from },
    { name: 'To', value: to.join(', ') },
    { name: 'Subject', value: find('SUMMARY') ?? method ?? 'Calendar' },
    { name: 'Date', value: new Date(now * 1000).toUTCString().replace('GMT', '+0000') },
    { name: 'Message-ID', value: `<mail-${number}@${from.split('@')[1] ?? 'example.net'}>` },
    { name: 'MIME-Version', value: '1.0' },
    { name: 'Content-Type', value: `text/calendar; charset=utf-8${method ? `; method=${method}` : ''}` },
    { name: 'Content-Transfer-Encoding', value: '8bit' },
  ]
  const calendar = lines[0]?.startsWith('BEGIN:VCALENDAR')
    ? lines
    : ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//example.net//Case//EN', ...lines, 'END:VCALENDAR']
  return Buffer.from([...serializeFields(replaceFields(made, header)), '', ...calendar, ''].join('\n'))
}

/** The same mail with other header fields. */
export function changeHeader(bytes: Uint8Array, header: readonly NamedValue[]): Uint8Array {
  if (header.length === 0) return bytes
  const text = Buffer.from(bytes).toString('latin1')
  const end = text.search(/\r?\n\r?\n/)
  const fields = readFields(text.slice(0, end))
  const changed = serializeFields(replaceFields(fields, header)).join('\n')
  return Buffer.from(changed + text.slice(end), 'latin1')
}

/** A field stands in the place of the old one, named once more it comes besides; an empty value takes it away. */
function replaceFields(fields: readonly NamedValue[], header: readonly NamedValue[]): readonly NamedValue[] {
  const isSame = (a: NamedValue, b: NamedValue) => a.name.toLowerCase() === b.name.toLowerCase()
  const kept = fields.map((field) => header.find((other) => isSame(field, other)) ?? field)
  const isFirst = (field: NamedValue) => header.find((other) => isSame(field, other)) === field
  const added = header.filter((field) => !isFirst(field) || !fields.some((other) => isSame(field, other)))
  return [...kept, ...added].filter(({ value }) => value !== '')
}

function serializeFields(fields: readonly NamedValue[]): readonly string[] {
  return fields.map(({ name, value }) => `${name}: ${value}`)
}

export interface AnswerMail {
  readonly header: readonly NamedValue[]
  /** METHOD and components, unfolded. */
  readonly lines: readonly string[]
  /** What is not as every answer must be. */
  readonly faults: readonly string[]
}

/** An answer taken apart, and what is wrong with its form: behaviour of all answers, so that no case has to repeat it. */
export function readAnswerMail(bytes: Uint8Array): AnswerMail {
  const { header, body } = splitMail(Buffer.from(bytes).toString('utf8'))
  const find = (name: string) => findField(header, name)
  const faults: string[] = []
  const expect = (holds: boolean, what: string) => {
    if (!holds) faults.push(what)
  }
  for (const name of ['Date', 'From', 'To', 'Subject', 'Message-ID', 'MIME-Version'])
    expect(find(name) !== '', `${name} is missing`)
  // Free/busy may go with it, in a part of its own behind the answer.
  const isBundled = /^multipart\/mixed;/.test(find('Content-Type'))
  const [inner, beside] = isBundled ? splitParts({ header, body }) : [{ header, body }]
  const answer = inner ?? { header, body }
  expect(
    /^multipart\/alternative;/.test(findField(answer.header, 'Content-Type')),
    'the answer is not multipart/alternative',
  )
  const parts = splitParts(answer)
  const bundle = beside ? readBundle(beside, faults) : []
  expect(parts.length === 2, `it has ${parts.length} parts, not 2`)
  expect(/^text\/plain;/.test(findField(parts[0]?.header ?? [], 'Content-Type')), 'the first part is not text/plain')
  const part = parts.at(-1) ?? { header: [], body: '' }
  const type = findField(part.header, 'Content-Type')
  const text = Buffer.from(part.body, 'base64').toString('utf8')
  const [begin, ...lines] = text.replace(/\r\n[ \t]/g, '').split('\r\n')
  const method = lines.find((line) => line.startsWith('METHOD:'))?.slice('METHOD:'.length)
  const component = lines.find((line) => /^BEGIN:V(?:EVENT|TODO|JOURNAL|FREEBUSY)$/.test(line))?.slice('BEGIN:'.length)
  // RFC 3834, 5: an answer written by a program says so; a REFRESH is a question.
  const automatic = method === 'REFRESH' ? 'auto-generated' : 'auto-replied'
  expect(find('Auto-Submitted') === automatic, `Auto-Submitted: ${automatic} is missing`)
  // RFC 6047, 2.4: the parameters say what is inside.
  expect(/^text\/calendar;/.test(type), 'the last part is not text/calendar')
  expect(/; charset=UTF-8(;|$)/.test(type), 'the calendar part does not say charset=UTF-8')
  expect(new RegExp(`; method=${method}(;|$)`).test(type), `the calendar part does not say method=${method}`)
  expect(
    new RegExp(`; component=${component}(;|$)`).test(type),
    `the calendar part does not say component=${component}`,
  )
  expect(findField(part.header, 'Content-Disposition') === '', 'the calendar part has a Content-Disposition')
  expect(findField(part.header, 'Content-Transfer-Encoding') === 'base64', 'the calendar part is not base64')
  expect(begin === 'BEGIN:VCALENDAR' && text.endsWith('END:VCALENDAR\r\n'), 'it is not one whole VCALENDAR')
  for (const line of ['VERSION:2.0', 'PRODID:-//imip-agent//imip-agent//EN'])
    expect(lines.includes(line), `${line} is missing`)
  // What an organizer tells is the whole event.
  const isWhole = method === 'REQUEST'
  // What a proposal is beside: Outlook wants to know, see docs/quirks.md.
  const original = method === 'COUNTER' ? /^X-MS-OLK-ORIGINAL(?:START|END)[;:]/ : /^$/
  expect(countOf(lines, 'BEGIN:VALARM') === 0, 'it has an alarm')
  expect(
    isWhole ||
      lines.filter((line) => /^BEGIN:(VEVENT|VALARM)|^(DESCRIPTION|ATTACH|X-)/.test(line) && !original.test(line))
        .length === countOf(lines, 'BEGIN:VEVENT'),
    'it has more than an answer may echo',
  )
  const components = lines.filter((line) => /^BEGIN:V(?:EVENT|TODO|JOURNAL|FREEBUSY)$/.test(line))
  // RFC 5546, 3.2.2.3: who hands on names the delegate beside itself.
  const delegating = lines.filter((line) => /^ATTENDEE.*;PARTSTAT=DELEGATED[;:]/.test(line))
  expect(
    isWhole || countOf(lines, 'ATTENDEE') === components.length + delegating.length,
    'not one ATTENDEE a component',
  )
  const calendars = parseCalendars(text)
  if (!isFault(calendars) && isMethod(method ?? ''))
    for (const calendar of calendars)
      faults.push(
        ...listViolations(method as Method, calendar.components)
          .map((violation) => violation.text)
          .filter((text) => delegating.length === 0 || !text.endsWith('more than one ATTENDEE')),
      )
  const shown = lines.filter((line) => !/^(VERSION|PRODID):|^END:VCALENDAR$|^$/.test(line))
  return { header, lines: [...shown, ...bundle], faults }
}

/** The lines of free/busy beside something, behind `--`. */
export function readBundle({ header, body }: MailEntity, faults: string[]): readonly string[] {
  const type = 'text/calendar; charset=UTF-8; method=PUBLISH; component=VFREEBUSY; name="freebusy.ics"'
  if (findField(header, 'Content-Type') !== type) faults.push('the free/busy beside it is of another type')
  if (!findField(header, 'Content-Disposition').startsWith('attachment;')) faults.push('it is no attachment')
  const text = Buffer.from(body, 'base64').toString('utf8')
  const lines = text.replace(/\r\n[ \t]/g, '').split('\r\n')
  return ['--', ...lines.filter((line) => !/^(VERSION|PRODID|BEGIN:VCALENDAR|END:VCALENDAR)|^$/.test(line))]
}

function countOf(lines: readonly string[], start: string): number {
  return lines.filter((line) => line.startsWith(start)).length
}

export function findField(header: readonly NamedValue[], name: string): string {
  return header.find((field) => field.name.toLowerCase() === name.toLowerCase())?.value ?? ''
}

export interface MailEntity {
  readonly header: readonly NamedValue[]
  readonly body: string
}

function splitParts({ header, body }: MailEntity): readonly MailEntity[] {
  const boundary = /boundary="([^"]+)"/.exec(findField(header, 'Content-Type'))?.[1] ?? '?'
  return body
    .split(`--${boundary}`)
    .slice(1, -1)
    .map((part) => splitMail(part.replace(/^\r\n/, '')))
}

function splitMail(text: string): MailEntity {
  const end = text.search(/\r?\n\r?\n/)
  return { header: readFields(text.slice(0, end)), body: text.slice(end).replace(/^\r?\n\r?\n/, '') }
}

function readFields(text: string): readonly NamedValue[] {
  return text
    .replace(/\r?\n[ \t]+/g, ' ')
    .split(/\r?\n/)
    .map((line) => ({ name: line.slice(0, line.indexOf(':')), value: line.slice(line.indexOf(':') + 1).trim() }))
}
