// The verdict of an answer that will never arrive; whoever asks why nothing came finds it.
import type { Verdict } from '../agents/verdict.ts'
import type { CalendarAddress } from '../calendar/calendar-address.ts'
import type { World } from './world.ts'

/** RFC 5321, 4.2.1: said for good, so trying again would say the same. `messageId` is that of the mail that tells it. */
export function makeUndeliverable(
  user: CalendarAddress,
  text: string,
  messageId: string,
  world: Pick<World, 'now'> & { readonly agent: string },
): Verdict {
  return {
    at: world.now(),
    user,
    agent: world.agent,
    uid: null,
    recurrenceId: null,
    method: null,
    sequence: null,
    verdict: 'refused',
    answer: null,
    reason: { code: 'answer-undeliverable', rule: 'RFC 5321, 4.2.1', text },
    notes: [],
    messageId,
    queueId: null,
  }
}
