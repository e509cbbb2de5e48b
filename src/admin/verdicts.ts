// imip-admin verdicts: what was done with which mail, and why.
import type { Verdict } from '../agents/verdict.ts'
import { showAddress } from '../calendar/calendar-address.ts'
import { isFault } from '../calendar/fault.ts'
import { type Instant, parseInstant, serializeInstant } from '../calendar/time.ts'
import { type ExitCode, exitCode } from '../cli/exit-code.ts'
import { serializeVerdict } from '../pipeline/serialize-verdict.ts'
import type { AdminWorld } from './admin-world.ts'
import { makeJsonList } from './json-list.ts'
import { type Given, hasOption, readOption } from './subcommand.ts'
import { makeTable } from './table.ts'
import { WrongUsage } from './trouble.ts'
import { readUser } from './user-argument.ts'

const day = 86_400
const defaultAge = 7 * day

export async function runVerdicts(given: Given, world: AdminWorld): Promise<ExitCode> {
  const userText = readOption(given, 'user')
  const user = userText === undefined ? undefined : readUser(userText, world)
  const since = readSince(readOption(given, 'since'), world.now())
  const verdicts: Verdict[] = []
  for await (const verdict of world.openStore().readVerdicts(user, since)) verdicts.push(verdict)
  verdicts.sort((a, b) => a.at - b.at)
  const isJson = hasOption(given, 'json')
  if (hasOption(given, 'summary')) {
    const counts = countVerdicts(verdicts)
    world.write(isJson ? makeJsonList(counts) : showSummary(counts))
  } else if (isJson) world.write(makeJsonList(verdicts.map(serialize)))
  else if (verdicts.length > 0) world.write(showVerdicts(verdicts))
  if (verdicts.length === 0 && !isJson) world.say(`no verdicts since ${serializeInstant(since)}`)
  return exitCode.done
}

/** An instant, or how long ago: `12h`, `7d`. */
function readSince(text: string | undefined, now: Instant): Instant {
  if (text === undefined) return now - defaultAge
  const age = /^(\d{1,5})([mhd])$/.exec(text)
  if (age) return now - Number(age[1]) * (age[2] === 'd' ? day : age[2] === 'h' ? 3600 : 60)
  const instant = parseInstant(text)
  if (isFault(instant)) throw new WrongUsage(`option --since: ${instant.text}; or give an age such as 12h or 7d`)
  return instant
}

function serialize(verdict: Verdict): unknown {
  const { kind: _, ...shown } = serializeVerdict(verdict)
  const { at, agent, sequence, messageId, queueId, from = null } = verdict
  return { time: serializeInstant(at), agent, ...shown, sequence, from, messageId, queueId }
}

function showVerdicts(verdicts: readonly Verdict[]): string {
  const rows = verdicts.map((verdict) => [
    serializeInstant(verdict.at),
    showAddress(verdict.user),
    verdict.agent.replace(/^imip-/, ''),
    verdict.method ?? '-',
    verdict.verdict,
    verdict.answer ?? '-',
    verdict.reason.code,
    [verdict.uid, verdict.recurrenceId].filter((part) => part !== null).join(' ') || '-',
    [verdict.reason.text, ...verdict.notes].join('; '),
  ])
  return makeTable(['TIME', 'USER', 'AGENT', 'METHOD', 'VERDICT', 'ANSWER', 'REASON', 'UID', 'BECAUSE'], rows)
}

interface VerdictCount {
  readonly agent: string
  readonly method: string | null
  readonly verdict: string
  readonly answer: string | null
  readonly reason: string
  /** The sender's domain. */
  readonly from: string | null
  readonly count: number
}

function countVerdicts(verdicts: readonly Verdict[]): readonly VerdictCount[] {
  const counts = new Map<string, VerdictCount>()
  for (const { agent, method, verdict, answer, reason, from = null } of verdicts) {
    const group = { agent, method, verdict, answer, reason: reason.code, from }
    const key = JSON.stringify(group)
    counts.set(key, { ...group, count: (counts.get(key)?.count ?? 0) + 1 })
  }
  return [...counts.values()].sort((a, b) => b.count - a.count)
}

function showSummary(counts: readonly VerdictCount[]): string {
  const rows = counts.map(({ count, agent, method, verdict, answer, reason, from }) => [
    String(count),
    agent.replace(/^imip-/, ''),
    method ?? '-',
    verdict,
    answer ?? '-',
    reason,
    from ?? '-',
  ])
  return makeTable(['COUNT', 'AGENT', 'METHOD', 'VERDICT', 'ANSWER', 'REASON', 'FROM'], rows)
}
