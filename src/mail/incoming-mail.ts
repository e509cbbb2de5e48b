// IncomingMail: the mail as it came, the envelope around it, and what its header says that decisions may use.
import type { MailFacts } from '../itip/mail-facts.ts'

export interface IncomingMail {
  /** Exactly what was read, mbox line dropped: this is what is handed on. */
  readonly bytes: Uint8Array
  readonly facts: MailFacts
  /** Those that may be calendars, and the wrapped ones that are only noticed, in their order; empty where there is a fault. */
  readonly parts: readonly MailPart[]
  /** Why the mail could not be taken apart, if so: it is handed on unchanged and the verdict says it. */
  readonly fault: string | undefined
}

/** A leaf of the MIME tree; what lies inside message/rfc822 is not part of this mail. RFC 2046, 5.2.1. */
export interface MailPart {
  /** Lower case: `text/calendar`. */
  readonly contentType: string
  /** Names in lower case: charset, method, component, name. */
  readonly parameters: ReadonlyMap<string, string>
  readonly fileName: string | undefined
  /** Transfer encoding undone, charset not; empty for a wrapped calendar (part-kind.ts). */
  readonly content: Uint8Array
}
