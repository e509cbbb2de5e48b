// imip-admin status: how things are now, in a few lines.
import type { Verdict } from '../agents/verdict.ts'
import { showAddress } from '../calendar/calendar-address.ts'
import { serializeInstant } from '../calendar/time.ts'
import { type ExitCode, exitCode } from '../cli/exit-code.ts'
import { listFailing } from '../pipeline/attempts.ts'
import type { OutboxEntry } from '../store/store.ts'
import type { AdminWorld } from './admin-world.ts'
import { readLogFaults } from './log-faults.ts'
import { readNightlyMarks } from './nightly-mark.ts'
import { showLine } from './show-text.ts'
import { type Given, hasOption } from './subcommand.ts'
import { isUndeliverable } from './undeliverable-answer.ts'
import { readWaitingMessages } from './waiting-messages.ts'

const hour = 3600
const day = 86_400
/** Days for which answers that did not arrive are counted. */
const week = 7

export async function runStatus(given: Given, world: AdminWorld): Promise<ExitCode> {
  const status = await readStatus(world)
  world.write(hasOption(given, 'json') ? `${JSON.stringify(status, undefined, 1)}\n` : showStatus(status))
  for (const line of status.unread) world.say(showLine(line))
  return status.unread.length > 0 ? exitCode.found : exitCode.done
}

async function readStatus(world: AdminWorld) {
  const { configuration, now } = world
  const faults = readLogFaults(configuration.log, now() - hour)
  const failing = listFailing(`${configuration.storeDir}/.attempts`)
  const verdicts = await readRecentVerdicts(world)
  const undeliverable = verdicts.filter((verdict) => isUndeliverable(verdict) && verdict.at >= now() - week * day)
  const held = new Set(verdicts.filter(({ verdict }) => verdict === 'held').map(({ user }) => user))
  const waiting = await readWaitingMessages(held, world)
  return {
    outbox: await readOutboxStatus(world),
    faults:
      faults.kind === 'unseen'
        ? { lastHour: null, atLeast: false, last: null, unseen: faults.because }
        : {
            lastHour: faults.count,
            atLeast: faults.isMore,
            last:
              faults.last === undefined
                ? null
                : { time: serializeInstant(Math.floor(faults.last.at)), text: faults.last.text },
            unseen: null,
          },
    failingMails: { count: failing.length, since: showFirst(failing) },
    held: {
      messages: waiting.messages.length,
      users: waiting.users,
      since: showFirst(waiting.messages.map(({ at }) => at)),
    },
    undeliverable: { days: week, count: undeliverable.length, last: showVerdict(undeliverable.at(-1)) },
    unread: waiting.unread,
    nightly: readNightlyMarks(world).map(({ task, at, exit, result }) => ({
      task,
      time: serializeInstant(at),
      exit,
      result,
    })),
  }
}

type Status = Awaited<ReturnType<typeof readStatus>>

/** As far back as something of them may still matter, oldest first. */
async function readRecentVerdicts(world: AdminWorld): Promise<readonly Verdict[]> {
  const verdicts: Verdict[] = []
  const since = world.now() - Math.max(world.configuration.heldAge, week * day)
  for await (const verdict of world.openStore().readVerdicts(undefined, since))
    if (verdict.verdict === 'held' || isUndeliverable(verdict)) verdicts.push(verdict)
  return verdicts.sort((a, b) => a.at - b.at)
}

async function readOutboxStatus(world: AdminWorld) {
  let count = 0
  let oldest: OutboxEntry | undefined
  for await (const entry of world.openStore().readOutbox()) {
    count += 1
    if (oldest === undefined || entry.committedAt < oldest.committedAt) oldest = entry
  }
  return {
    count,
    oldest:
      oldest === undefined
        ? null
        : {
            since: serializeInstant(oldest.committedAt),
            user: oldest.user,
            to: oldest.mail.envelope.recipients,
            attempts: oldest.attempts,
          },
  }
}

function showFirst(instants: readonly number[]): string | null {
  const [first] = instants
  return first === undefined ? null : serializeInstant(first)
}

function showVerdict(verdict: Verdict | undefined) {
  if (verdict === undefined) return null
  return { time: serializeInstant(verdict.at), user: verdict.user, text: verdict.reason.text }
}

function showStatus({ outbox, faults, failingMails, held, undeliverable, nightly }: Status): string {
  const { oldest } = outbox
  const rows: readonly (readonly [string, string])[] = [
    [
      'outbox',
      oldest === null
        ? 'empty'
        : `${outbox.count} to be sent, the oldest since ${oldest.since}: of ${showAddress(oldest.user)} to ${oldest.to.join(', ')}, tried ${oldest.attempts} times`,
    ],
    ['faults', showFaults(faults)],
    [
      'failing mails',
      failingMails.since === null
        ? 'none'
        : `the mail system keeps ${failingMails.count} because of us, the oldest since ${failingMails.since}`,
    ],
    [
      'held',
      held.since === null
        ? 'none'
        : `${held.messages} for ${held.users} ${held.users === 1 ? 'user' : 'users'} wait for their partners, the oldest since ${held.since}`,
    ],
    [
      'undeliverable',
      undeliverable.last === null
        ? `none in the last ${undeliverable.days} days`
        : `${undeliverable.count} in the last ${undeliverable.days} days, the last ${undeliverable.last.time} of ${showAddress(undeliverable.last.user)}: ${undeliverable.last.text}`,
    ],
    ...(nightly.length === 0
      ? ([['nightly', 'never ran']] as const)
      : nightly.map(
          ({ task, time, exit, result }) =>
            ['nightly', `${task} ${time}${exit === 0 ? '' : `, exit ${exit}`}: ${result}`] as const,
        )),
  ]
  return rows.map(([what, text]) => `${what.padEnd(14)} ${showLine(text)}\n`).join('')
}

function showFaults({ lastHour, atLeast, last, unseen }: Status['faults']): string {
  if (unseen !== null) return `not to be seen from here: ${unseen}`
  if (last === null) return 'none in the last hour'
  return `${atLeast ? 'more than ' : ''}${lastHour} in the last hour, the last ${last.time}: ${last.text}`
}
