// Sends what waits in the outboxes of users, and says what could not be sent.
import type { CalendarAddress } from '../calendar/calendar-address.ts'
import { type ExitCode, exitCode } from '../cli/exit-code.ts'
import { flushOutbox } from '../pipeline/send.ts'
import { makeUndeliverable } from '../pipeline/undeliverable.ts'
import type { AdminWorld } from './admin-world.ts'
import { showLine } from './show-text.ts'

export interface SentOutbox {
  readonly sent: number
  /** They stay in the outbox. */
  readonly deferred: number
  /** For good: they are out of the outbox. */
  readonly refused: number
  readonly exitCode: ExitCode
}

/** `quietUntil`: what waits for less than so many seconds is not spoken of. */
export async function sendOutbox(
  users: Iterable<CalendarAddress>,
  world: AdminWorld,
  quietUntil = 0,
): Promise<SentOutbox> {
  const counts = { sent: 0, deferred: 0, refused: 0 }
  for (const user of users) {
    for (const { entry, result } of await flushOutbox(world.openStore(), user, world.outward)) {
      const what = `${entry.mail.messageId} to ${entry.mail.envelope.recipients.join(', ')}`
      if (result.kind === 'delivered') counts.sent += 1
      else if (result.kind === 'refused') {
        counts.refused += 1
        const text = `${what} was refused for good: ${result.reply}`
        world.say(showLine(text))
        const teller = { now: world.now, agent: 'imip-admin' }
        await world.openStore().noteVerdict(makeUndeliverable(user, text, entry.mail.messageId, teller))
      } else {
        counts.deferred += 1
        if (world.now() - entry.committedAt >= quietUntil)
          world.say(showLine(`${what} waits in the outbox, try again later: ${result.reply}`))
      }
    }
  }
  const code = counts.refused > 0 ? exitCode.found : counts.deferred > 0 ? exitCode.tryAgain : exitCode.done
  return { ...counts, exitCode: code }
}
