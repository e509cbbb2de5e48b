// Summaries that a case tells about, taken apart by nothing of src/mail; and what is wrong with their form, so that no case repeats it.
import type { NamedValue, OutgoingBlock } from './case-file.ts'
import { readBundle } from './case-mail.ts'
import type { SentMail } from './case-world.ts'
import { makeLineDiff } from './line-diff.ts'

export interface SummaryMail {
  readonly header: readonly NamedValue[]
  /** Lines of the plain text, each behind `| `; empty ones are left out. */
  readonly lines: readonly string[]
  /** The mail inside it. */
  readonly original: Buffer | undefined
  readonly faults: readonly string[]
}

/** `sender`: of the envelope. */
export function readSummaryMail(bytes: Uint8Array, sender: string): SummaryMail {
  const mail = readEntity(Buffer.from(bytes))
  const faults: string[] = []
  const expect = (holds: boolean, what: string) => {
    if (!holds) faults.push(what)
  }
  const find = (name: string) => findValue(mail.header, name)
  for (const name of ['Date', 'From', 'To', 'Subject', 'Message-ID', 'MIME-Version'])
    expect(find(name) !== '', `${name} is missing`)
  // RFC 3834, 5: written by a program, in answer to nothing.
  expect(find('Auto-Submitted') === 'auto-generated', 'Auto-Submitted: auto-generated is missing')
  expect(find('From') === sender, `it is from ${find('From')}, its envelope from ${sender}`)
  if (isNotice(bytes)) return readNotice(mail, faults)
  const parts = readParts(mail)
  const isMixed = find('Content-Type').startsWith('multipart/mixed')
  const isWrapped = isMixed && hasOriginal(parts)
  const beside = isMixed ? parts.find((part) => isOfType(part, 'text/calendar')) : undefined
  const body = isMixed ? parts[0] : mail
  const count = beside && isWrapped ? 3 : 2
  expect(parts.length === count, `it has ${parts.length} parts, not ${count}`)
  expect(
    findValue(body?.header ?? [], 'Content-Type').startsWith('multipart/alternative'),
    'it is no multipart/alternative',
  )
  const [plain, html] = body ? readParts(body) : []
  for (const [part, type] of [
    [plain, 'text/plain'],
    [html, 'text/html'],
  ] as const)
    expect(findValue(part?.header ?? [], 'Content-Type') === `${type}; charset=UTF-8`, `the ${type} is missing`)
  if (isWrapped)
    expect(findValue(parts[1]?.header ?? [], 'Content-Type') === 'message/rfc822', 'there is no mail in it')
  expect(find('References') !== '', 'References is missing')
  return {
    header: mail.header,
    lines: [
      ...readLines(plain),
      ...(beside ? readBundle({ header: beside.header, body: beside.body.toString('latin1') }, faults) : []),
    ],
    original: isWrapped ? parts[1]?.body : undefined,
    faults,
  }
}

/** A notice is plain text alone. */
function readNotice(mail: Entity, faults: readonly string[]): SummaryMail {
  const type = findValue(mail.header, 'Content-Type')
  return {
    header: mail.header,
    lines: readLines(mail),
    original: undefined,
    faults: type === 'text/plain; charset=UTF-8' ? faults : [...faults, `it is ${type}`],
  }
}

/** What does not fit, and what should stand in the case. */
export function judgeSummary(
  block: OutgoingBlock,
  mail: SentMail,
  original: Uint8Array,
): { readonly misfit: string | undefined; readonly text: readonly string[] } {
  const summary = readSummaryMail(mail.bytes, mail.sender)
  const faults = [...summary.faults]
  for (const { name, value } of block.header) {
    const there = findValue(summary.header, name)
    if (there !== value) faults.push(`the header says ${name}: ${there}`)
  }
  if (block.lines.join('\n') !== summary.lines.join('\n'))
    faults.push(`it has another text\n${makeLineDiff(block.lines, summary.lines)}`)
  if (block.verb === 'wrap' && !isSameMail(summary.original, original))
    faults.push('the mail in it is not the one that came')
  if (faults.length === 0) return { misfit: undefined, text: block.text }
  const header = block.header.map(({ name }) => `  ${name}: ${findValue(summary.header, name)}`)
  return {
    misfit: `the summary to ${block.address} is another: ${faults.join('\n')}`,
    text: [block.text[0] ?? '', ...header, ...summary.lines],
  }
}

export function writeSummary(mail: SentMail): readonly string[] {
  const summary = readSummaryMail(mail.bytes, mail.sender)
  return [`< ${findSummaryVerb(mail.bytes)} to ${mail.recipients.join(', ')}`, ...summary.lines]
}

export function findSummaryVerb(bytes: Uint8Array): 'summary' | 'wrap' | 'notice' {
  if (isNotice(bytes)) return 'notice'
  return hasOriginal(readParts(readEntity(Buffer.from(bytes)))) ? 'wrap' : 'summary'
}

function hasOriginal(parts: readonly Entity[]): boolean {
  return parts.some((part) => isOfType(part, 'message/rfc822'))
}

function isOfType({ header }: Entity, type: string): boolean {
  return findValue(header, 'Content-Type').startsWith(type)
}

/** Where only the mail itself can be seen: by the name that summaries have. */
export function isSummary(bytes: Uint8Array): boolean {
  return findValue(readEntity(Buffer.from(bytes)).header, 'Message-ID').startsWith('<summary.')
}

export function isNotice(bytes: Uint8Array): boolean {
  return findValue(readEntity(Buffer.from(bytes)).header, 'Message-ID').startsWith('<notice.')
}

/** On the wire every line ends with CRLF. */
function isSameMail(inside: Buffer | undefined, original: Uint8Array): boolean {
  const normalize = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1').replace(/\r?\n/g, '\r\n')
  return inside !== undefined && normalize(inside) === normalize(original)
}

interface Entity {
  readonly header: readonly NamedValue[]
  readonly body: Buffer
}

function readEntity(bytes: Buffer): Entity {
  const text = bytes.toString('latin1')
  const end = /\r?\n\r?\n/.exec(text)
  const head = Buffer.from(text.slice(0, end?.index ?? text.length), 'latin1').toString('utf8')
  const fields = head.replace(/\r?\n(?=[ \t])/g, '').split(/\r?\n/)
  return {
    header: fields.map((line) => ({
      name: line.slice(0, line.indexOf(':')),
      value: line.slice(line.indexOf(':') + 1).trim(),
    })),
    body: end ? bytes.subarray(end.index + end[0].length) : Buffer.alloc(0),
  }
}

function readParts({ header, body }: Entity): readonly Entity[] {
  const boundary = /boundary="([^"]+)"/.exec(findValue(header, 'Content-Type'))?.[1]
  if (boundary === undefined) return []
  // RFC 2046, 5.1.1: the line end before a delimiter belongs to it.
  const pieces = `\r\n${body.toString('latin1')}`.split(`\r\n--${boundary}`)
  return pieces.slice(1, -1).map((piece) => readEntity(Buffer.from(piece.replace(/^\r\n/, ''), 'latin1')))
}

function findValue(header: readonly NamedValue[], name: string): string {
  return header.find((field) => field.name.toLowerCase() === name.toLowerCase())?.value ?? ''
}

function readLines(part: Entity | undefined): readonly string[] {
  return decodeText(part)
    .split('\r\n')
    .flatMap((line) => (line === '' ? [] : `| ${line}`))
}

function decodeText(part: Entity | undefined): string {
  const text = (part?.body.toString('latin1') ?? '').replace(/=\r\n/g, '')
  const bytes = text.replace(/=([0-9A-F]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)))
  return Buffer.from(bytes, 'latin1').toString('utf8')
}
