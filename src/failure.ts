// Failures towards the outside world: temporary (the mail system keeps the mail) or permanent; anything else counts as temporary.

/** Try again later: exit 75, LMTP 451. */
export class TemporaryFailure extends Error {
  override readonly name = 'TemporaryFailure'
}

/** The mailbox said no for good: exit 69 with its own code and text, LMTP with the same. */
export class PermanentFailure extends Error {
  override readonly name = 'PermanentFailure'
  readonly code: string
  constructor(code: string, text: string) {
    super(text)
    this.code = code
  }
}
