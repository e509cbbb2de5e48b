// Header fields by which the site's filter marks spam: `X-Spam-Flag: YES`, each with the beginning of its value.
import type { HeaderField } from './header.ts'

export interface SpamHeader {
  /** Lower case. */
  readonly name: string
  /** How the field's value begins, in lower case. */
  readonly start: string
}

/** A pattern of the setting `spam_headers`; nothing where it is none. */
export function parseSpamHeader(pattern: string): SpamHeader | undefined {
  const match = /^\s*([!-9;-~]+)\s*:(.*)$/s.exec(pattern)
  if (!match) return undefined
  const start = (match[2] ?? '').trim().replace(/(?:…|\.\.\.|\*)$/, '')
  return { name: (match[1] ?? '').toLowerCase(), start: start.trimEnd().toLowerCase() }
}

export function isSpam(fields: readonly HeaderField[], spamHeaders: readonly SpamHeader[]): boolean {
  return spamHeaders.some(({ name, start }) =>
    fields.some((field) => field.name === name && field.value.toLowerCase().startsWith(start)),
  )
}
