// What is published follows what was changed by hand; a failure is told, and the change stays.
import { type CalendarAddress, showAddress } from '../calendar/calendar-address.ts'
import { TemporaryFailure } from '../failure.ts'
import { publishUser } from '../pipeline/publish.ts'
import type { AdminWorld } from './admin-world.ts'
import { showLine } from './show-text.ts'
import { describeSystemError } from './system-error.ts'

export async function publishByHand(user: CalendarAddress, world: AdminWorld): Promise<void> {
  try {
    await publishUser(user, world)
  } catch (error) {
    const reason = error instanceof TemporaryFailure ? error.message : describeSystemError(error)
    if (reason === undefined) throw error
    world.say(showLine(`free/busy of ${showAddress(user)} cannot be published: ${reason}`))
  }
}
