// OutgoingMail: finished bytes and the envelope they go out in.

export interface OutgoingMail {
  /** Made from what it answers, so that a repetition after a crash is recognisable; with angle brackets. */
  readonly messageId: string
  readonly kind: 'answer' | 'original' | 'summary'
  readonly envelope: { readonly sender: string; readonly recipients: readonly string[] }
  /** CRLF line ends in mails of our own; an original stays as it came. */
  readonly bytes: Uint8Array
}
