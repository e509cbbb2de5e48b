// How long a mail server may take for what. Each one ends in "deferred", so the mail is kept and tried again.

/** Milliseconds. */
export interface Timeouts {
  /** Until the connection stands: the servers we talk to are near. */
  readonly connect: number
  /** For the greeting and each reply, and for the server to take a piece of the mail. */
  readonly reply: number
  /** For the replies after the final dot, when the mail is written to disk and perhaps filtered. */
  readonly data: number
  /** For all of one delivery; below the time limits of the pipe transports that call us. */
  readonly overall: number
}

export const defaultTimeouts: Timeouts = { connect: 10_000, reply: 60_000, data: 120_000, overall: 240_000 }
