// imip-admin book: time taken in a schedule by hand.
import { decideHandBooking } from '../agents/book-by-hand.ts'
import { readDomain, readMailbox } from '../calendar/calendar-address.ts'
import { serializeInstant } from '../calendar/time.ts'
import { makeZones } from '../calendar/time-zone.ts'
import { type ExitCode, exitCode } from '../cli/exit-code.ts'
import type { AdminWorld } from './admin-world.ts'
import { makeHandChanges } from './hand-commit.ts'
import { countInQuotas, listHandGroups } from './hand-quotas.ts'
import { makeHandSituation } from './hand-situation.ts'
import { publishByHand } from './publish-by-hand.ts'
import { showLine } from './show-text.ts'
import { showInstant } from './show-time.ts'
import { type Given, hasOption, readOption } from './subcommand.ts'
import { WrongUsage } from './trouble.ts'
import { readUser } from './user-argument.ts'
import { readInstantOption } from './window-options.ts'

export async function runBook(given: Given, world: AdminWorld): Promise<ExitCode> {
  const user = readUser(given.arguments[0], world)
  const [start, end] = [readInstantOption(given, 'start'), readInstantOption(given, 'end')]
  if (start === undefined || end === undefined) throw new WrongUsage('book needs --start and --end')
  if (end <= start) throw new WrongUsage('--end must be later than --start')
  const period = { start, end }
  const uid = `${world.makeIdentifier()}@${readDomain(user)}`
  const booking = {
    uid,
    period,
    bookedFor: readBookedFor(given),
    summary: readOption(given, 'reason'),
    isForced: hasOption(given, 'force'),
  }
  const hand = makeHandSituation(user, world)
  const decision = await world.openStore().transact([user], listHandGroups(user, hand), async (reader) => {
    const freeBusy = await reader.readWindow(user, [period])
    const situation = hand.with({ stored: undefined, freeBusy, about: `book ${uid}` })
    const decided = decideHandBooking(booking, situation)
    const result = await countInQuotas(uid, decided, situation, hand, reader, world)
    return { changes: makeHandChanges(result, situation, { uid, recurrenceId: null }, world), result }
  })
  const [reason, ...notes] = decision.because
  if (decision.verdict !== 'applied') {
    world.say(showLine(`not booked: ${reason.text}; --force books it all the same`))
    return exitCode.found
  }
  await publishByHand(user, world)
  for (const note of notes) world.say(showLine(`note: ${note.text}`))
  if (hasOption(given, 'json')) {
    world.write(`${JSON.stringify({ user, uid, start: serializeInstant(start), end: serializeInstant(end) })}\n`)
    return exitCode.done
  }
  const { local } = makeZones(world.loadZones(), new Map(), hand.preferences.zone)
  world.write(`Booked ${showInstant(start, local)} to ${showInstant(end, local)} (${local.name})\nUID ${uid}\n`)
  return exitCode.done
}

function readBookedFor(given: Given): string | undefined {
  const text = readOption(given, 'for')
  if (text === undefined) return undefined
  const mailbox = readMailbox(text)
  if (mailbox === undefined) throw new WrongUsage(`option --for: ${JSON.stringify(text)} is no mail address`)
  return mailbox
}
