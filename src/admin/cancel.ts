// imip-admin cancel: a booking taken out by hand; its organizer gets a DECLINED.
import { decideHandCancellation } from '../agents/cancel-by-hand.ts'
import { type ExitCode, exitCode } from '../cli/exit-code.ts'
import type { AdminWorld } from './admin-world.ts'
import { makeHandChanges } from './hand-commit.ts'
import { decideInQuotas, listHandLocks } from './hand-quotas.ts'
import { makeHandSituation } from './hand-situation.ts'
import { publishByHand } from './publish-by-hand.ts'
import { sendOutbox } from './send-outbox.ts'
import { showLine } from './show-text.ts'
import { type Given, hasOption } from './subcommand.ts'
import { readUser } from './user-argument.ts'

export async function runCancel(given: Given, world: AdminWorld): Promise<ExitCode> {
  const [name, uid = '', recurrenceId] = given.arguments
  const user = readUser(name, world)
  const hand = makeHandSituation(user, world)
  const about = `cancel ${uid} ${recurrenceId ?? ''} ${world.now()}`
  const { users, groups } = await listHandLocks(user, hand, world)
  const { decision, known } = await world.openStore().transact(users, groups, async (reader) => {
    const stored = await reader.readSeries(user, uid)
    const situation = hand.with({ stored, about })
    const decided = await decideInQuotas(uid, situation, hand, reader, world, (each) =>
      decideHandCancellation({ uid, recurrenceId }, each),
    )
    const changes = makeHandChanges(decided, situation, { uid, recurrenceId: recurrenceId ?? null }, world)
    return { changes, result: { decision: decided, known: stored !== undefined } }
  })
  const [reason] = decision.because
  if (decision.verdict !== 'applied' && reason.code !== 'already-declined') {
    world.say(showLine(known ? reason.text : `${reason.text}; \`imip-admin bookings ${user}\` shows what is`))
    return exitCode.found
  }
  await publishByHand(user, world)
  // An answer of an earlier call that could not be sent goes, too.
  const sent = await sendOutbox([user], world)
  if (decision.verdict !== 'applied') world.say(showLine(reason.text))
  else if (decision.answer === null) world.say('cancelled; there is nobody to tell')
  else if (hasOption(given, 'debug') || hasOption(given, 'print')) world.say('cancelled; the answer is shown, not sent')
  else if (sent.deferred === 0 && sent.refused === 0) world.say(`cancelled; the organizer was told ${decision.answer}`)
  else world.say('cancelled')
  return sent.exitCode
}
