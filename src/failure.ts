// The failure towards the outside world that names itself; any other error counts as temporary, too. What a mailbox refuses for
// good is no failure but an outcome (pipeline/outcome.ts).

/** Try again later: exit 75, LMTP 451. */
export class TemporaryFailure extends Error {
  override readonly name = 'TemporaryFailure'
}
