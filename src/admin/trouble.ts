// How a subcommand breaks off: the command line is wrong (exit 64), or what was asked cannot be done (exit 1).

/** The command line is wrong, and why. */
export class WrongUsage extends Error {
  override readonly name = 'WrongUsage'
}

/** It cannot be done, and trying again later would not help: what, where, why, what to do. */
export class Trouble extends Error {
  override readonly name = 'Trouble'
}
