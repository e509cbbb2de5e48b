// How many messages wait for their partners, found without looking at users for whom none was held of late.
import { type CalendarAddress, showAddress } from '../calendar/calendar-address.ts'
import { TemporaryFailure } from '../failure.ts'
import type { WaitingMessage } from '../itip/waiting.ts'
import type { AdminWorld } from './admin-world.ts'

export interface WaitingMessages {
  readonly users: number
  /** Oldest first. */
  readonly messages: readonly WaitingMessage[]
  /** Users whose rooms cannot be read, and why. */
  readonly unread: readonly string[]
}

/** `users`: for whom a message was held within `held_age`. */
export async function readWaitingMessages(
  users: Iterable<CalendarAddress>,
  world: AdminWorld,
): Promise<WaitingMessages> {
  const oldest = world.now() - world.configuration.heldAge
  const messages: WaitingMessage[] = []
  const unread: string[] = []
  let count = 0
  for (const user of users) {
    const waiting = await readWaiting(user, world)
    if (typeof waiting === 'string') {
      unread.push(`${showAddress(user)}: ${waiting}`)
      continue
    }
    const young = waiting.filter(({ at }) => at >= oldest)
    messages.push(...young)
    if (young.length > 0) count += 1
  }
  return { users: count, messages: messages.sort((a, b) => a.at - b.at), unread }
}

/** One user's trouble must not hide how the others are. */
async function readWaiting(
  user: CalendarAddress,
  { openStore }: AdminWorld,
): Promise<readonly WaitingMessage[] | string> {
  try {
    return await openStore().transact([user], [], async (reader) => ({
      changes: [],
      result: await reader.readWaiting(user),
    }))
  } catch (error) {
    if (error instanceof TemporaryFailure) return error.message
    throw error
  }
}
