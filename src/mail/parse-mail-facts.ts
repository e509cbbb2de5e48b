// What a mail's header says that decisions may use, read without any parser and without ever failing.
import { type Envelope, type MailFacts, noAuthentication } from '../itip/mail-facts.ts'
import { parseAddressList } from './address-list.ts'
import { type AuthenticationTrust, findAuthentication } from './authentication-results.ts'
import { decodeWords } from './encoded-words.ts'
import { type HeaderField, parseHeader } from './header.ts'
import { mostReferences } from './limits.ts'
import { makeMessageId } from './message-id.ts'
import { isSpam, type SpamHeader } from './spam-header.ts'

/** `digest` is the SHA-256 of the bytes, hexadecimal. */
export function parseMailFacts(
  bytes: Uint8Array,
  envelope: Envelope,
  digest: string,
  spamHeaders: readonly SpamHeader[],
  trust?: AuthenticationTrust,
): MailFacts {
  const fields = parseHeader(bytes)
  return {
    envelope,
    messageId: parseMessageIds(findValue(fields, 'message-id'))[0] ?? makeMessageId(digest),
    references: parseReferences(fields),
    subject: decodeWords(findValue(fields, 'subject')),
    from: findAddresses(fields, 'from'),
    sender: findAddresses(fields, 'sender'),
    replyTo: findAddresses(fields, 'reply-to'),
    to: findAddresses(fields, 'to', 'cc'),
    deliveredTo: findAddresses(fields, 'delivered-to', 'x-original-to'),
    autoSubmitted: parseAutoSubmitted(findValue(fields, 'auto-submitted')),
    isReport: /^multipart\/report\b/i.test(findValue(fields, 'content-type')),
    isSpam: isSpam(fields, spamHeaders),
    authentication: trust ? findAuthentication(fields, trust) : noAuthentication,
    digest,
  }
}

/** Of the topmost field with that name. */
function findValue(fields: readonly HeaderField[], name: string): string {
  return fields.find((field) => field.name === name)?.value ?? ''
}

function findAddresses(fields: readonly HeaderField[], ...names: readonly string[]): readonly string[] {
  return fields.filter((field) => names.includes(field.name)).flatMap((field) => parseAddressList(field.value))
}

// RFC 5322, 2.1.1: with the name of its field it must fit a line.
const longestMessageId = 900

function parseMessageIds(value: string): readonly string[] {
  return (value.match(/<[\x21-\x3b\x3d\x3f-\x7e]+>/g) ?? []).filter((id) => id.length <= longestMessageId)
}

// RFC 5322, 3.6.4: where there are no References, In-Reply-To stands for them if it names one mail.
function parseReferences(fields: readonly HeaderField[]): readonly string[] {
  const references = parseMessageIds(findValue(fields, 'references'))
  if (references.length > mostReferences) return [...references.slice(0, 1), ...references.slice(1 - mostReferences)]
  if (references.length > 0) return references
  const answered = parseMessageIds(findValue(fields, 'in-reply-to'))
  return answered.length === 1 ? answered : []
}

// RFC 3834, 5: a keyword, perhaps with parameters and comments; absent means that a person sent it.
function parseAutoSubmitted(value: string): string {
  return /^[a-z-]+/.exec(value.replace(/^\s*\([^()]*\)\s*/, '').toLowerCase())?.[0] ?? 'no'
}
