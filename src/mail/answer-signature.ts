// The signature of our own answers: a field by which the agents of the same site know them, where no mail system proves who wrote.
// Decision 33 tells what it covers and why.

import { parseAddressList } from './address-list.ts'
import type { HeaderField } from './header.ts'
import { parseHeader } from './header.ts'

/** What a site's key can do; the shell has it (pipeline/answer-key.ts). */
export interface AnswerKey {
  /** SHA-256, hexadecimal. */
  digest(text: string): string
  /** HMAC-SHA-256, base64. */
  sign(text: string): string
  /** In a time that does not tell how much of it fits. */
  isSigned(text: string, signature: string): boolean
}

export interface SignedAnswer {
  /** To and Cc, as written: nobody else may believe it. */
  readonly to: readonly string[]
  /** The Date field, as written. */
  readonly date: string
}

export const signatureField = 'X-Imip-Agent-Signature'

/** The field for a finished mail that carries these calendars, in the order in which they stand there. */
export function makeSignatureField(mail: Uint8Array, calendars: readonly string[], key: AnswerKey): string {
  return `${signatureField}: v=1; b=${key.sign(readSignedText(parseHeader(mail), calendars, key))}\r\n`
}

/** Nothing where the mail has no such field, more than one, or one that does not fit. */
export function findSignedAnswer(
  mail: Uint8Array,
  calendars: readonly string[],
  key: AnswerKey,
): SignedAnswer | undefined {
  const fields = parseHeader(mail)
  const [signature, another] = fields.filter(({ name }) => name === signatureField.toLowerCase())
  const [, value] = /^v=1;\s*b=([A-Za-z0-9+/]{43}=)$/.exec(signature?.value ?? '') ?? []
  if (value === undefined || another !== undefined || calendars.length === 0) return undefined
  if (!key.isSigned(readSignedText(fields, calendars, key), value)) return undefined
  return { to: readAddresses(fields, 'to', 'cc'), date: readValues(fields, 'date').join() }
}

/** As JSON, so that no value can pass for two. Of fields that stand there twice both count: a mail system adds none of these. */
function readSignedText(fields: readonly HeaderField[], calendars: readonly string[], key: AnswerKey): string {
  return JSON.stringify([
    'imip-agent answer 1',
    readAddresses(fields, 'from'),
    readAddresses(fields, 'to', 'cc'),
    readValues(fields, 'message-id'),
    readValues(fields, 'date'),
    calendars.map((text) => key.digest(text.replace(/\r\n?/g, '\n').trim())),
  ])
}

function readAddresses(fields: readonly HeaderField[], ...names: readonly string[]): readonly string[] {
  return fields.filter(({ name }) => names.includes(name)).flatMap(({ value }) => parseAddressList(value))
}

function readValues(fields: readonly HeaderField[], wanted: string): readonly string[] {
  return fields.filter(({ name }) => name === wanted).map(({ value }) => value.replace(/\s+/g, ' '))
}
