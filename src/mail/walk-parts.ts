// A MIME walk of our own for the plain shapes, so that ordinary invitations need no mailparser. RFC 2046, 5.1.
//
// It must agree with mailparser wherever it answers (test/mail/walk-parts.test.ts) and give up where anything is unusual:
// odd headers, comments, encoded names, boundaries that repeat or never close, transfer encodings with errors in them.

import { type ContentHeader, parseContentHeader } from './content-header.ts'
import type { MailPart } from './incoming-mail.ts'
import { deepestPlain, largestHeader, mostNodes } from './limits.ts'
import { findPartKind } from './part-kind.ts'
import { decodeStrictBase64, decodeStrictQuotedPrintable } from './transfer-encoding.ts'

/** The parts worth keeping, in order; nothing where the mail is not plain. */
export function walkParts(bytes: Uint8Array): readonly MailPart[] | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const walk: Walk = { buffer, parts: [], nodes: 0 }
  return walkNode(walk, { start: 0, end: buffer.length }, []) ? walk.parts : undefined
}

interface Walk {
  readonly buffer: Buffer
  readonly parts: MailPart[]
  nodes: number
}

interface Range {
  readonly start: number
  readonly end: number
}

/** False: give up. */
function walkNode(walk: Walk, range: Range, boundaries: readonly string[]): boolean {
  if (++walk.nodes > mostNodes || boundaries.length > deepestPlain) return false
  const bodyStart = findBody(walk.buffer, range)
  if (bodyStart === undefined) return false
  const header = parseContentHeader(walk.buffer.toString('latin1', range.start, bodyStart))
  if (!header) return false
  const body = { start: bodyStart, end: range.end }
  if (header.type.startsWith('multipart/')) return walkMultipart(walk, body, header, boundaries)
  // Readers differ in whether a boundary divides what is no multipart.
  if (header.parameters.has('boundary')) return false
  const kind = findPartKind(header.type, header.fileName)
  if (kind === 'other') return true
  const content = kind === 'tnef' ? new Uint8Array(0) : decodeBody(walk.buffer.subarray(body.start, body.end), header)
  if (!content) return false
  walk.parts.push({ contentType: header.type, parameters: header.parameters, fileName: header.fileName, content })
  return true
}

function walkMultipart(walk: Walk, body: Range, header: ContentHeader, boundaries: readonly string[]): boolean {
  const boundary = header.parameters.get('boundary') ?? ''
  // RFC 2046, 5.1.1. One that ends in two dashes looks like the end of a shorter one.
  if (!/^[A-Za-z0-9'()+_,\-./:=? ]{0,69}[A-Za-z0-9'()+_,\-./:=?]$/.test(boundary) || boundary.endsWith('--'))
    return false
  if (boundaries.includes(boundary) || !/^(7bit|8bit|binary)?$/.test(header.encoding)) return false
  const children = findChildren(walk.buffer, body, boundary)
  return children?.every((child) => walkNode(walk, child, [...boundaries, boundary])) ?? false
}

/** What lies between the delimiter lines; nothing where they are unclosed or odd. */
function findChildren(buffer: Buffer, body: Range, boundary: string): readonly Range[] | undefined {
  const delimiter = `--${boundary}`
  const children: Range[] = []
  let start: number | undefined
  for (let at = buffer.indexOf(delimiter, body.start, 'latin1'); at >= 0 && at < body.end; ) {
    const isLineStart = at === body.start || buffer[at - 1] === lineFeed
    if (!isLineStart && buffer[at - 1] === carriageReturn) return undefined
    const line = isLineStart ? readDelimiterLine(buffer, at + delimiter.length, body.end) : undefined
    if (line) {
      if (start !== undefined) children.push({ start, end: Math.max(start, findLineEndBefore(buffer, at)) })
      if (line.closes) return start === undefined ? undefined : children
      if (children.length > mostNodes) return undefined
      start = line.end
    }
    at = buffer.indexOf(delimiter, at + delimiter.length, 'latin1')
  }
  return undefined
}

/** The rest of a line after `--boundary`, if it is a delimiter line. */
function readDelimiterLine(buffer: Buffer, start: number, end: number): { closes: boolean; end: number } | undefined {
  let at = start
  const closes = buffer[at] === dash && buffer[at + 1] === dash && at + 1 < end
  if (closes) at += 2
  // RFC 2046, 5.1.1: blanks may follow.
  while (at < end && (buffer[at] === 0x20 || buffer[at] === 0x09)) at++
  if (at >= end) return closes ? { closes, end } : undefined
  while (at < end && buffer[at] === carriageReturn) at++
  return at < end && buffer[at] === lineFeed ? { closes, end: at + 1 } : undefined
}

// RFC 2046, 5.1.1: the line end before a delimiter belongs to the delimiter.
function findLineEndBefore(buffer: Buffer, at: number): number {
  return buffer[at - 2] === carriageReturn ? at - 2 : at - 1
}

/** Behind the empty line that ends the header. */
function findBody(buffer: Buffer, { start, end }: Range): number | undefined {
  if (start < end && buffer[start] === lineFeed) return start + 1
  if (start + 1 < end && buffer[start] === carriageReturn && buffer[start + 1] === lineFeed) return start + 2
  for (let at = buffer.indexOf(lineFeed, start); at >= 0 && at < end - 1; at = buffer.indexOf(lineFeed, at + 1)) {
    if (at - start > largestHeader) return undefined
    if (buffer[at + 1] === lineFeed) return at + 2
    if (buffer[at + 1] === carriageReturn && buffer[at + 2] === lineFeed && at + 2 < end) return at + 3
  }
  return undefined
}

function decodeBody(bytes: Uint8Array, { encoding }: ContentHeader): Uint8Array | undefined {
  switch (encoding) {
    case 'base64':
      return decodeStrictBase64(bytes)
    case 'quoted-printable':
      return decodeStrictQuotedPrintable(bytes)
    case '':
    case '7bit':
    case '8bit':
    case 'binary':
      return bytes
    default:
      return undefined
  }
}

const lineFeed = 0x0a
const carriageReturn = 0x0d
const dash = 0x2d
