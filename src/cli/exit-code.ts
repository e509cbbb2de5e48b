// The few exit codes, and when each is right.

export const exitCode = {
  /** Done; also where there was nothing to do. */
  done: 0,
  /** imip-admin only: something was found, or failed. */
  found: 1,
  /** The command line is wrong; only where a person at a terminal reads it. Mail systems would return the mail. */
  usage: 64,
  /** The mailbox refused for good; its own words are the one line on standard output. */
  refused: 69,
  /** The mail stays with the mail system and comes again: every fault of ours, of the store, of the surroundings. */
  tryAgain: 75,
} as const

export type ExitCode = (typeof exitCode)[keyof typeof exitCode]
