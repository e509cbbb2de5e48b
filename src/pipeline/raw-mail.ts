// RawMail: a mail as it was read, and what the mail system said about it; nothing is looked into yet.

export interface RawMail {
  /** mbox line dropped, otherwise untouched. */
  readonly bytes: Uint8Array
  /** Empty for the null sender. */
  readonly sender: string
  /** Final envelope recipients, spelled as they came, each once. */
  readonly recipients: readonly string[]
  readonly originalRecipient: string | undefined
  readonly login: string | undefined
  readonly client: string | undefined
  readonly queueId: string | undefined
}
