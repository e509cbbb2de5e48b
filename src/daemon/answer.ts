// Answer: what an LMTP client is told, and how it stands on the wire. RFC 5321, 4.2; RFC 2034, 4.
import type { Outcome } from '../pipeline/outcome.ts'

export interface Answer {
  readonly code: number
  /** `2.1.5`; only the greeting, the hello and 354 have none. */
  readonly enhanced?: string
  readonly text: string
}

/** One line; signs that a client need not understand become question marks. */
export function serializeAnswer({ code, enhanced, text }: Answer): string {
  return `${code} ${enhanced === undefined ? '' : `${enhanced} `}${makePrintable(text)}\r\n`
}

/** The answer to LHLO: a line for each extension. */
export function serializeHello(name: string, extensions: readonly string[]): string {
  const lines = [name, ...extensions]
  return lines.map((line, index) => `250${index === lines.length - 1 ? ' ' : '-'}${line}\r\n`).join('')
}

/** What the mailbox, or an agent, said about a recipient. 451 where the agents say 75, the mailbox's own code where they say 69. */
export function makeAnswer(outcome: Outcome, accepted: Answer): Answer {
  if (outcome.kind === 'done') return accepted
  if (outcome.kind === 'temporary') {
    const { enhanced = '4.3.0', text } = parseReply(outcome.theirs ? outcome.reason : '', '4')
    return { code: 451, enhanced, text: text === '' ? outcome.reason : text }
  }
  const { code, text } = parseReply(outcome.reply, '5')
  return { code: code ?? 550, enhanced: outcome.code, text: text === '' ? outcome.reply : text }
}

/** `550 5.1.1 No such user`, as far as it is a reply of this class. */
function parseReply(reply: string, kind: '4' | '5'): { code?: number; enhanced?: string; text: string } {
  const [, code, enhanced, text] = /^([45]\d\d)(?: ([45]\.\d{1,3}\.\d{1,3}))?(?: |$)(.*)$/s.exec(reply) ?? []
  if (code === undefined || !code.startsWith(kind)) return { text: '' }
  return { code: Number(code), ...(enhanced?.startsWith(kind) ? { enhanced } : {}), text: text ?? '' }
}

// RFC 5321, 4.5.3.1.5: a reply line has at most 512 octets.
const longestText = 400

function makePrintable(text: string): string {
  return text.replace(/[^\x20-\x7e]+/g, '?').slice(0, longestText)
}
