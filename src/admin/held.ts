// imip-admin held: the messages that wait for a user; those that nobody has proven are released or dropped here.

import { makeHeldMessage } from '../agents/decide-with-held.ts'
import type { Decision } from '../agents/decision.ts'
import { unprovenSenderCode } from '../agents/reasons.ts'
import { dropHeld, releaseHeld } from '../agents/release-held.ts'
import type { Situation } from '../agents/situation.ts'
import type { CalendarAddress } from '../calendar/calendar-address.ts'
import { readSequence } from '../calendar/properties.ts'
import { serializeInstant } from '../calendar/time.ts'
import { type ExitCode, exitCode } from '../cli/exit-code.ts'
import type { HeldMessage } from '../itip/stored-series.ts'
import { decideInRounds } from '../pipeline/decide-in-rounds.ts'
import type { StoreReader } from '../store/store.ts'
import type { AdminWorld } from './admin-world.ts'
import { makeHandChanges } from './hand-commit.ts'
import { listHandLocks, loadKnown } from './hand-quotas.ts'
import { type HandSituation, makeHandSituation } from './hand-situation.ts'
import { makeJsonList } from './json-list.ts'
import { publishByHand } from './publish-by-hand.ts'
import { sendOutbox } from './send-outbox.ts'
import { showLine } from './show-text.ts'
import { type Given, hasOption, readOption } from './subcommand.ts'
import { makeTable } from './table.ts'
import { WrongUsage } from './trouble.ts'
import { readUser } from './user-argument.ts'

export async function runHeld(given: Given, world: AdminWorld): Promise<ExitCode> {
  const user = readUser(given.arguments[0], world)
  const released = readOption(given, 'release')
  const dropped = readOption(given, 'drop')
  if (released !== undefined && dropped !== undefined) throw new WrongUsage('give --release or --drop, not both')
  const name = released ?? dropped
  if (name === undefined) return list(user, given, world)
  return decideByHand(user, name, released === undefined ? 'drop' : 'release', world)
}

interface Waiting {
  readonly uid: string
  readonly held: HeldMessage
}

/** Oldest first. */
async function listWaiting(user: CalendarAddress, reader: StoreReader): Promise<readonly Waiting[]> {
  const uids = new Set((await reader.readWaiting(user)).map(({ uid }) => uid))
  const found: Waiting[] = []
  for (const uid of uids) {
    const series = await reader.readSeries(user, uid)
    found.push(...(series?.held ?? []).map((held) => ({ uid, held })))
  }
  return found.sort((a, b) => a.held.at - b.held.at)
}

async function list(user: CalendarAddress, given: Given, world: AdminWorld): Promise<ExitCode> {
  const waiting = await world.openStore().transact([user], [], async (reader) => ({
    changes: [],
    result: await listWaiting(user, reader),
  }))
  if (hasOption(given, 'json')) world.write(makeJsonList(waiting.map(serializeWaiting)))
  else if (waiting.length === 0) world.say('no message waits')
  else {
    const rows = waiting
      .map(serializeWaiting)
      .map(({ key, since, method, sequence, from, because, uid }) =>
        [key.slice(0, shortKey), since, method, String(sequence), from.join(', '), because, uid].map(showLine),
      )
    world.write(makeTable(['KEY', 'SINCE', 'METHOD', 'SEQUENCE', 'FROM', 'BECAUSE', 'UID'], rows))
  }
  return exitCode.done
}

/** Letters of a key that are shown; as many tell any two messages of one user apart. */
const shortKey = 10

function serializeWaiting({ uid, held }: Waiting) {
  const [component] = held.components
  return {
    key: held.key,
    uid,
    since: serializeInstant(held.at),
    method: held.method,
    sequence: component ? readSequence(component) : 0,
    from: held.mail.from,
    messageId: held.mail.messageId,
    because: held.because,
  }
}

async function decideByHand(
  user: CalendarAddress,
  name: string,
  action: 'release' | 'drop',
  world: AdminWorld,
): Promise<ExitCode> {
  const hand = makeHandSituation(user, world)
  const { users, groups } = await listHandLocks(user, hand, world)
  const told = await world.openStore().transact<string | Decision>(users, groups, async (reader) => {
    const waiting = await listWaiting(user, reader)
    const [found, second] = waiting.filter(({ uid, held }) => uid === name || isKeyOf(held, name))
    if (!found) return { changes: [], result: `no message waits under ${name}; \`imip-admin held ${user}\` shows them` }
    if (second) return { changes: [], result: `several messages wait under ${name}: name one by its KEY` }
    if (action === 'release' && found.held.because !== unprovenSenderCode)
      return {
        changes: [],
        result: `it waits for another message (${found.held.because}), not for somebody to vouch for it; it is decided when that one comes`,
      }
    const stored = await reader.readSeries(user, found.uid)
    const situation = hand.with({ stored, about: `${action} ${found.held.key} ${world.now()}` })
    const decision =
      action === 'drop' ? dropHeld(found.held, situation) : await release(found, situation, hand, reader, world)
    const changes = makeHandChanges(decision, situation, { uid: found.uid, recurrenceId: null }, world)
    return { changes, result: decision }
  })
  if (typeof told === 'string') {
    world.say(showLine(told))
    return exitCode.found
  }
  world.say(showLine(told.because[0].text))
  if (action === 'drop') return exitCode.done
  await publishByHand(user, world)
  return (await sendOutbox([user], world)).exitCode
}

function isKeyOf(held: HeldMessage, name: string): boolean {
  return name.length >= shortKey && held.key.startsWith(name)
}

async function release(
  { uid, held }: Waiting,
  situation: Situation,
  hand: HandSituation,
  reader: StoreReader,
  world: AdminWorld,
): Promise<Decision> {
  const agent = held.agent as Situation['agent']
  const message = makeHeldMessage(held, { uid, component: 'VEVENT' })
  let known: Situation = { ...situation, agent, offers: await reader.readOffers(situation.user) }
  known = { ...known, ...(await loadKnown(message, known, hand, reader, world)) }
  return decideInRounds((loaded) => releaseHeld(held, loaded), known, reader, uid)
}
