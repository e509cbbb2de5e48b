// Sends what was committed: the outbox of each user, each mail on its own.
import type { CalendarAddress } from '../calendar/calendar-address.ts'
import type { DeliveryResult, Transport } from '../mail/transport/transport.ts'
import type { OutboxEntry, Store } from '../store/store.ts'
import { done, joinOutcomes, type Outcome } from './outcome.ts'
import { makeUndeliverable } from './undeliverable.ts'
import type { World } from './world.ts'

/**
 * An answer that the mail system defers stays in the outbox; for a resource the mail system is our timer, so the outcome is
 * temporary, while a person's original mail is never held back by it.
 */
export async function sendAnswers(users: Iterable<CalendarAddress>, world: World): Promise<Outcome> {
  if (world.dryRun || world.mode !== 'on') return done
  const outcomes: Outcome[] = []
  for (const user of users) outcomes.push(await sendAnswersOf(user, world))
  return world.delivers ? done : joinOutcomes(outcomes)
}

async function sendAnswersOf(user: CalendarAddress, world: World): Promise<Outcome> {
  try {
    const sent = await flushOutbox(world.openStore(), user, world.outward)
    // RFC 5321, 4.2.1: said for good; trying again would say the same.
    for (const { entry, result } of sent)
      if (result.kind === 'refused') await noteRefusal(user, entry, result.reply, world)
    const deferred = sent.find(({ result }) => result.kind === 'deferred')
    return deferred ? { kind: 'temporary', reason: deferred.result.reply, theirs: true } : done
  } catch (error) {
    // What is committed is sent by the next run; only a resource has the mail system try again for it.
    const reason = error instanceof Error ? error.message : String(error)
    if (world.delivers) world.report.failure(`the outbox of ${user} cannot be sent: ${reason}`)
    return { kind: 'temporary', reason }
  }
}

async function noteRefusal(user: CalendarAddress, entry: OutboxEntry, reply: string, world: World): Promise<void> {
  const text = `answer ${entry.mail.messageId} to ${entry.mail.envelope.recipients.join(', ')} refused: ${reply}`
  world.report.failure(text)
  await world.openStore().noteVerdict(makeUndeliverable(user, text, entry.mail.messageId, world))
}

export interface SentEntry {
  readonly entry: OutboxEntry
  readonly result: DeliveryResult
}

export async function flushOutbox(
  store: Store,
  user: CalendarAddress,
  transport: Transport,
): Promise<readonly SentEntry[]> {
  const sent: SentEntry[] = []
  await store.flushOutbox(user, async (entry) => {
    const delivery = await transport.open(entry.mail)
    const results = await delivery.finish(entry.mail.bytes)
    const result =
      results.find((one) => one.kind === 'deferred') ?? results.find((one) => one.kind === 'refused') ?? results[0]
    if (result) sent.push({ entry, result })
    return result?.kind === 'deferred' ? 'keep' : 'done'
  })
  return sent
}
