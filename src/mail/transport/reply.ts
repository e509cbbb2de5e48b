// Replies of a mail server: how they are read off the wire and what they mean for a recipient. RFC 5321, 4.2; RFC 2034, 3.
import type { DeliveryResult } from './transport.ts'

export interface Reply {
  readonly code: number
  /** The texts of all lines, joined by blanks, harmless and bounded: `5.1.1 No such user`. */
  readonly text: string
  /** The texts line by line: EHLO lists its extensions so. */
  readonly lines: readonly string[]
}

// RFC 5321, 4.5.3.1.5: a reply line has 512 octets; servers exceed it, but none needs more than this.
export const longestReplyLine = 8192
// Keeps a server that never comes to its last line from filling our memory.
export const mostReplyLines = 500
// What is written to logs and told to the mail system.
const longestText = 500

/** One line of a reply; nothing where it is none. The last one has a blank, or nothing, after its code. */
export function parseReplyLine(line: string): { code: number; isLast: boolean; text: string } | undefined {
  const match = /^([1-5]\d\d)(?:([ -])(.*))?$/s.exec(line)
  return match ? { code: Number(match[1]), isLast: match[2] !== '-', text: match[3] ?? '' } : undefined
}

export function makeReply(code: number, lines: readonly string[]): Reply {
  const enhanced = findEnhanced(lines)
  if (enhanced === undefined) return { code, text: makeHarmless(lines.join(' ')), lines }
  // RFC 2034, 4: every line repeats the code; one is enough for people.
  const texts = lines.map((line) => (line.startsWith(enhanced) ? line.slice(enhanced.length).trimStart() : line))
  return { code, text: makeHarmless([enhanced, ...texts].join(' ').trim()), lines }
}

/** What a final reply says of a recipient. */
export function makeResult(reply: Reply): DeliveryResult {
  const text = `${reply.code} ${reply.text}`.trim()
  if (reply.code >= 200 && reply.code < 300) return { kind: 'delivered', reply: text }
  if (reply.code >= 500) return { kind: 'refused', code: readEnhancedCode(reply), reply: text }
  return { kind: 'deferred', reply: text }
}

const enhancedPattern = /^([245])\.\d{1,3}\.\d{1,3}(?= |$)/

// Quirk: Cyrus gives it in the last line only, see docs/quirks.md.
function findEnhanced(lines: readonly string[]): string | undefined {
  return lines.map((line) => enhancedPattern.exec(line)?.[0]).find((found) => found !== undefined)
}

// RFC 3463, 2: where the server gives no code of its own, class and nothing more is known.
function readEnhancedCode(reply: Reply): string {
  const found = findEnhanced(reply.lines)
  const wanted = String(Math.floor(reply.code / 100))
  return found?.startsWith(`${wanted}.`) ? found : `${wanted}.0.0`
}

function makeHarmless(text: string): string {
  return text.slice(0, longestText).replace(/[^\x20-\x7e\u00a0-\ud7ff\ue000-\ufffd]/g, '?')
}
