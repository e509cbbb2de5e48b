// imip-admin outbox: answers that are committed but not yet sent.
import type { CalendarAddress } from '../calendar/calendar-address.ts'
import { serializeInstant } from '../calendar/time.ts'
import { type ExitCode, exitCode } from '../cli/exit-code.ts'
import type { OutboxEntry } from '../store/store.ts'
import type { AdminWorld } from './admin-world.ts'
import { makeJsonList } from './json-list.ts'
import { sendOutbox } from './send-outbox.ts'
import { type Given, hasOption } from './subcommand.ts'
import { makeTable } from './table.ts'
import { WrongUsage } from './trouble.ts'

/** Where nobody watches, mails that wait are spoken of after a day: until then the mail system may only be restarting. */
const patience = 86_400

export async function runOutbox(given: Given, world: AdminWorld): Promise<ExitCode> {
  const action = given.arguments[0] ?? 'list'
  if (action === 'list') return listOutbox(given, world)
  if (action === 'flush') return hasOption(given, 'debug') || hasOption(given, 'print') ? show(world) : flush(world)
  throw new WrongUsage(`outbox knows list and flush, not ${JSON.stringify(action)}`)
}

async function listOutbox(given: Given, world: AdminWorld): Promise<ExitCode> {
  const entries: OutboxEntry[] = []
  for await (const entry of world.openStore().readOutbox()) entries.push(entry)
  if (hasOption(given, 'json')) world.write(makeJsonList(entries.map(serializeEntry)))
  else if (entries.length === 0) world.say('no answer waits to be sent')
  else {
    const rows = entries.map(({ user, mail, committedAt, attempts }) => [
      serializeInstant(committedAt),
      String(attempts),
      user,
      mail.envelope.recipients.join(', '),
      mail.messageId,
    ])
    world.write(makeTable(['SINCE', 'TRIES', 'USER', 'TO', 'MESSAGE-ID'], rows))
  }
  return exitCode.done
}

function serializeEntry({ user, mail, committedAt, attempts }: OutboxEntry): unknown {
  return {
    user,
    messageId: mail.messageId,
    kind: mail.kind,
    from: mail.envelope.sender,
    to: mail.envelope.recipients,
    since: serializeInstant(committedAt),
    attempts,
  }
}

/** What would be sent; it stays in the outbox. */
async function show(world: AdminWorld): Promise<ExitCode> {
  for await (const { mail } of world.openStore().readOutbox()) await (await world.outward.open(mail)).finish(mail.bytes)
  return exitCode.done
}

async function flush(world: AdminWorld): Promise<ExitCode> {
  const users = new Set<CalendarAddress>()
  for await (const { user } of world.openStore().readOutbox()) users.add(user)
  const { sent, deferred, refused, exitCode: code } = await sendOutbox(users, world, world.isTerminal ? 0 : patience)
  if (world.isTerminal) world.say(`${sent} sent, ${deferred} to be tried again, ${refused} refused`)
  return code
}
