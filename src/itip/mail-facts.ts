// MailFacts: what a decision may know of the mail that carried a message. No decision sees a header it does not find here.

export interface Envelope {
  /** Empty for the null sender. */
  readonly sender: string
  /** The final recipient: the acting identity, spelled as it came. */
  readonly recipient: string
  /** Before aliasing, where the mail system told it. */
  readonly originalRecipient: string | undefined
  /** Authenticated login, client address and queue identifier, as the mail system knows them. */
  readonly login: string | undefined
  readonly client: string | undefined
  readonly queueId: string | undefined
}

/** What the site's own mail system has found about the sender: domains, or logins, that passed; in lower case. RFC 8601, 2.7. */
export interface Authentication {
  /** Domains of From that passed DMARC. */
  readonly dmarc: readonly string[]
  /** Signing domains. */
  readonly dkim: readonly string[]
  /** Domains of the envelope sender. */
  readonly spf: readonly string[]
  /** Authenticated submission. */
  readonly login: readonly string[]
  /** The site's own key has signed it for these, as written: an answer of its agents. */
  readonly ownAnswerTo?: readonly string[]
}

export const noAuthentication: Authentication = { dmarc: [], dkim: [], spf: [], login: [] }

export interface MailFacts {
  readonly envelope: Envelope
  /** With angle brackets, as in the header; made from the mail's digest where there is none. */
  readonly messageId: string
  readonly references: readonly string[]
  readonly subject: string
  /** Mail addresses, as written in From, Sender and Reply-To. */
  readonly from: readonly string[]
  readonly sender: readonly string[]
  readonly replyTo: readonly string[]
  /** To and Cc, for the terminal only: headers come from the sender. */
  readonly to: readonly string[]
  /** Delivered-To and X-Original-To, topmost first. */
  readonly deliveredTo: readonly string[]
  /** `no`, `auto-generated`, `auto-replied`, in lower case. RFC 3834, 5. */
  readonly autoSubmitted: string
  /** The top level is multipart/report. */
  readonly isReport: boolean
  /** A field of the site's `spam_headers` stands in the header. */
  readonly isSpam: boolean
  readonly authentication: Authentication
  /** SHA-256 of the bytes, hexadecimal. */
  readonly digest: string
}
