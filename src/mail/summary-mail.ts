// A summary as a mail of its own, or as one around the original. Behaviour.md, 0.7.
import type { WritableCalendar } from '../calendar/serialize.ts'
import type { Instant } from '../calendar/time.ts'
import type { Bounded, SummaryFacts } from '../text/summary-facts.ts'
import { composeFreeBusyPart } from './free-busy-part.ts'
import {
  serializeAddressField,
  serializePlainField,
  serializeReferenceField,
  serializeTextField,
} from './header-text.ts'
import { serializeMailDate } from './mail-date.ts'
import { isMadeMessageId } from './message-id.ts'
import type { OutgoingMail } from './outgoing-mail.ts'
import { composeSummaryBody } from './summary.ts'

export interface SummaryDraft {
  /** At least one. */
  readonly messages: Bounded<SummaryFacts>
  /** The web interface, if there is one. */
  readonly managerUrl: string | undefined
  /** The calendar's own address, for From and for the envelope: never the author's. */
  readonly sender: string
  /** The user's own free/busy, in a part of its own. */
  readonly beside?: WritableCalendar | undefined
  /** The user's address, as the original came to it. */
  readonly to: string
  /** With angle brackets. */
  readonly messageId: string
  readonly date: Instant
  /** The mail that is told about, as its facts say. */
  readonly original: { readonly messageId: string; readonly references: readonly string[]; readonly digest: string }
}

/** The same draft gives the same bytes, so that a repetition after a failure is recognisable. */
export function composeSummary(draft: SummaryDraft): OutgoingMail {
  const body = composeSummaryBody(draft.messages, draft.managerUrl, makeBoundary(draft, 'text'))
  const header = writeHeader(draft, body.subject).join('')
  const entity = `Content-Type: ${body.contentType}\r\n\r\n${body.text}`
  if (!draft.beside) return finish(draft, Buffer.from(header + entity, 'utf8'))
  const boundary = makeBoundary(draft, 'mail')
  const mixed = `Content-Type: multipart/mixed; boundary="${boundary}"\r\n\r\n--${boundary}\r\n`
  return finish(draft, Buffer.from(`${header}${mixed}${entity}${endWithBundle(draft, boundary)}`, 'utf8'))
}

/** The original stands inside as it came, every byte of it, so that its signatures hold. RFC 2046, 5.2.1. */
export function composeWrapping(draft: SummaryDraft, original: Uint8Array): OutgoingMail {
  const body = composeSummaryBody(draft.messages, draft.managerUrl, makeBoundary(draft, 'text'))
  const boundary = makeBoundary(draft, 'mail')
  // RFC 2046, 5.2.1: a mail inside a mail must not be encoded; RFC 2045, 6.4: what is around it says the same.
  const encoding = `Content-Transfer-Encoding: ${isAscii(original) ? '7bit' : '8bit'}\r\n`
  const before = [
    ...writeHeader(draft, body.subject),
    `Content-Type: multipart/mixed; boundary="${boundary}"\r\n`,
    encoding,
    `\r\n--${boundary}\r\n`,
    `Content-Type: ${body.contentType}\r\n\r\n`,
    body.text,
    `\r\n--${boundary}\r\n`,
    'Content-Type: message/rfc822\r\n',
    `${encoding}\r\n`,
  ].join('')
  return finish(
    draft,
    Buffer.concat([Buffer.from(before, 'utf8'), original, Buffer.from(endWithBundle(draft, boundary), 'utf8')]),
  )
}

function endWithBundle({ beside }: SummaryDraft, boundary: string): string {
  const part = beside ? `\r\n--${boundary}\r\n${composeFreeBusyPart(beside)}` : ''
  return `${part}\r\n--${boundary}--\r\n`
}

function writeHeader({ sender, to, messageId, date, original }: SummaryDraft, subject: string): readonly string[] {
  const told = isMadeMessageId(original.messageId) ? [] : [original.messageId]
  return [
    serializePlainField('Date', serializeMailDate(date)),
    serializeAddressField('From', [{ address: sender }]),
    serializeAddressField('To', [{ address: to }]),
    serializeTextField('Subject', subject),
    serializePlainField('Message-ID', messageId),
    serializeReferenceField('References', [...original.references, ...told]),
    // RFC 3834, 5: written by a program, and not in answer to anything.
    'Auto-Submitted: auto-generated\r\n',
    'MIME-Version: 1.0\r\n',
  ]
}

/**
 * From the digest of the original's bytes: nobody can write a mail that holds its own digest, so no line of the original can end
 * the part it stands in.
 */
function makeBoundary({ original }: SummaryDraft, layer: string): string {
  return `=_${layer}_${original.digest.slice(0, 40)}_=`
}

function finish({ messageId, sender, to }: SummaryDraft, bytes: Uint8Array): OutgoingMail {
  return { messageId, kind: 'summary', envelope: { sender, recipients: [to] }, bytes }
}

function isAscii(bytes: Uint8Array): boolean {
  // Patterns over text are fast at once in a process that has just begun; a loop over bytes is not.
  return !/[\x80-\xff]/.test(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1'))
}
