// How many messages wait for their partners, found without looking at users for whom none was held of late.
import type { CalendarAddress } from '../calendar/calendar-address.ts'
import type { WaitingMessage } from '../itip/waiting.ts'
import type { AdminWorld } from './admin-world.ts'

export interface WaitingMessages {
  readonly users: number
  /** Oldest first. */
  readonly messages: readonly WaitingMessage[]
}

/** `users`: for whom a message was held within `held_age`. */
export async function readWaitingMessages(
  users: Iterable<CalendarAddress>,
  world: AdminWorld,
): Promise<WaitingMessages> {
  const oldest = world.now() - world.configuration.heldAge
  const messages: WaitingMessage[] = []
  let count = 0
  for (const user of users) {
    const waiting = await world
      .openStore()
      .transact([user], [], async (reader) => ({ changes: [], result: await reader.readWaiting(user) }))
    const young = waiting.filter(({ at }) => at >= oldest)
    messages.push(...young)
    if (young.length > 0) count += 1
  }
  return { users: count, messages: messages.sort((a, b) => a.at - b.at) }
}
