// Bytes and envelope → IncomingMail. The door to mailparser, which is loaded only for mails that are not plain.
import { createHash } from 'node:crypto'
import type { AttachmentStream } from 'mailparser'
import type { Envelope } from '../itip/mail-facts.ts'
import type { AuthenticationTrust } from './authentication-results.ts'
import { passGate } from './gate.ts'
import type { IncomingMail, MailPart } from './incoming-mail.ts'
import { largestHeader, largestMail, largestPart, longestParsing, mostNodes } from './limits.ts'
import { isMissingBoundary } from './missing-boundary.ts'
import { parseMailFacts } from './parse-mail-facts.ts'
import { findPartKind } from './part-kind.ts'
import { parseSpamHeader } from './spam-header.ts'
import { walkParts } from './walk-parts.ts'

export interface MailContext {
  readonly envelope: Envelope
  /** Patterns of the setting `spam_headers`. */
  readonly spamHeaders: readonly string[]
  /** Without it nothing is believed. */
  readonly trust?: AuthenticationTrust
}

/** The mbox line is dropped already (mbox-line.ts). Never rejects: what cannot be taken apart has a fault. */
export async function readMail(
  bytes: Uint8Array,
  { envelope, spamHeaders, trust }: MailContext,
): Promise<IncomingMail> {
  const digest = createHash('sha256').update(bytes).digest('hex')
  const patterns = spamHeaders.flatMap((pattern) => parseSpamHeader(pattern) ?? [])
  return { bytes, facts: parseMailFacts(bytes, envelope, digest, patterns, trust), ...(await readParts(bytes)) }
}

type Parts = Pick<IncomingMail, 'parts' | 'fault'>

async function readParts(bytes: Uint8Array): Promise<Parts> {
  if (bytes.length > largestMail) return { parts: [], fault: `the mail has ${bytes.length} bytes` }
  if (passGate(bytes) === 'no-calendar') return { parts: [], fault: undefined }
  const plain = walkParts(bytes)
  if (plain === undefined) return judgeBoundary(bytes, await readPartsWithMailparser(bytes))
  return plain.some((part) => part.content.length > largestPart) ? tooLarge : { parts: plain, fault: undefined }
}

/** The gate saw signs of a calendar, but no part that it could be in: the verdict tells why. */
function judgeBoundary(bytes: Uint8Array, read: Parts): Parts {
  if (read.parts.length > 0 || read.fault !== undefined || !isMissingBoundary(bytes)) return read
  return { parts: [], fault: 'the boundary of the multipart is missing' }
}

/** The same for every mail there may be; its exceptions are ordinary events of hostile and broken mail. */
export async function readPartsWithMailparser(bytes: Uint8Array): Promise<Parts> {
  const { MailParser } = await import('mailparser')
  return new Promise((resolve) => {
    const pending: Promise<MailPart | 'too-large' | undefined>[] = []
    const parser = new MailParser({
      skipHtmlToText: true,
      skipTextToHtml: true,
      skipTextLinks: true,
      skipImageLinks: true,
      checksumAlgo: false,
      // RFC 2046, 5.2.1: what lies inside message/rfc822 belongs to another mail, also where it is to be shown inline.
      ignoreEmbedded: true,
      maxChildNodes: mostNodes,
      maxHeadSize: largestHeader,
    } as ConstructorParameters<typeof MailParser>[0])

    // Also keeps the process alive until there is an answer: a parser that waits for nothing would end it with 0.
    const watchdog = setTimeout(
      () => settle({ parts: [], fault: 'taking the mail apart takes too long' }),
      longestParsing,
    )
    function settle(result: Parts): void {
      clearTimeout(watchdog)
      resolve(result)
      parser.destroy()
    }
    function fail(error: unknown): void {
      settle({ parts: [], fault: error instanceof Error ? error.message : 'the mail cannot be taken apart' })
    }

    parser.on('error', fail)
    parser.on('data', (data) => {
      if (data.type !== 'attachment') return
      data.content.on('error', fail)
      const part = collectPart(data)
      pending.push(part)
      // The parser goes on when a part has been read.
      part.then(() => data.release?.(), fail)
    })
    parser.on('end', () => {
      Promise.all(pending).then((parts) => settle(judgeParts(parts)), fail)
    })
    parser.end(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
  })
}

function judgeParts(parts: readonly (MailPart | 'too-large' | undefined)[]): Parts {
  if (parts.includes('too-large')) return tooLarge
  return { parts: parts.filter((part) => typeof part === 'object'), fault: undefined }
}

const tooLarge: Parts = { parts: [], fault: `a calendar part has more than ${largestPart} bytes` }

async function collectPart(attachment: AttachmentStream): Promise<MailPart | 'too-large' | undefined> {
  const { contentType, parameters } = readContentType(attachment)
  const kind = findPartKind(contentType, attachment.filename)
  const pieces: Buffer[] = []
  let length = 0
  for await (const piece of attachment.content as AsyncIterable<Buffer>) {
    length += piece.length
    if (kind === 'calendar' && length <= largestPart) pieces.push(piece)
  }
  if (kind === 'other') return undefined
  if (kind === 'calendar' && length > largestPart) return 'too-large'
  return { contentType, parameters, fileName: attachment.filename, content: Buffer.concat(pieces) }
}

/** As the header says it: `attachment.contentType` is mailparser's guess from the file name. */
function readContentType(attachment: AttachmentStream): {
  contentType: string
  parameters: ReadonlyMap<string, string>
} {
  const header: unknown = attachment.headers.get('content-type')
  const { value, params } = (header ?? {}) as { value?: unknown; params?: Record<string, unknown> }
  const parameters = new Map<string, string>()
  for (const [name, text] of Object.entries(params ?? {})) if (typeof text === 'string') parameters.set(name, text)
  const contentType = typeof value === 'string' ? value.trim().toLowerCase() : ''
  return { contentType: contentType || 'application/octet-stream', parameters }
}
