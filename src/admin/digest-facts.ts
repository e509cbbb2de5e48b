// The verdicts of some days as the facts of a digest.
import { isNotUnderstood } from '../agents/not-understood.ts'
import type { Verdict } from '../agents/verdict.ts'
import { showAddress } from '../calendar/calendar-address.ts'
import { type Instant, serializeInstant } from '../calendar/time.ts'
import type { OutboxEntry } from '../store/store.ts'
import type { DigestFacts, DigestGroup, DigestReason, Listed } from '../text/digest-facts.ts'
import type { AdminWorld } from './admin-world.ts'
import { isUndeliverable } from './undeliverable-answer.ts'

/** A mail is read if it is short; the rest is a subcommand away. */
const mostReasons = 20
/** Senders of one reason. */
const mostSenders = 8
/** Answers that did not arrive. */
const mostUndeliverable = 20

export async function summarizeWeek(
  verdicts: readonly Verdict[],
  since: Instant,
  world: AdminWorld,
): Promise<Omit<DigestFacts, 'language'>> {
  const lost = verdicts.filter(isUndeliverable)
  const decided = verdicts.filter((verdict) => !isUndeliverable(verdict))
  return {
    from: showDay(since),
    to: showDay(world.now()),
    messages: decided.length,
    groups: [
      makeGroup(
        'refused',
        decided.filter(({ verdict }) => verdict === 'refused'),
      ),
      makeGroup(
        'held',
        decided.filter(({ verdict }) => verdict === 'held'),
      ),
      makeGroup('not-understood', decided.filter(isNotUnderstood)),
    ],
    undeliverable: cut(
      lost
        .toSorted((a, b) => b.at - a.at)
        .map(({ user, reason }) => ({ user: showAddress(user), because: reason.text })),
      mostUndeliverable,
    ),
    outbox: await readOutbox(world),
  }
}

/** `2026-03-02`, in UTC. */
export function showDay(instant: Instant): string {
  const text = serializeInstant(instant)
  return `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6, 8)}`
}

function makeGroup(kind: DigestGroup['kind'], verdicts: readonly Verdict[]): DigestGroup {
  const byCode = new Map<string, Verdict[]>()
  for (const verdict of verdicts) {
    const same = byCode.get(verdict.reason.code)
    if (same) same.push(verdict)
    else byCode.set(verdict.reason.code, [verdict])
  }
  const reasons = [...byCode].map(([code, same]) => makeReason(code, same)).sort((a, b) => b.count - a.count)
  return { kind, count: verdicts.length, reasons: cut(reasons, mostReasons) }
}

function makeReason(code: string, verdicts: readonly Verdict[]): DigestReason {
  const byDomain = new Map<string, number>()
  for (const { from = '' } of verdicts) byDomain.set(from, (byDomain.get(from) ?? 0) + 1)
  const senders = [...byDomain].map(([domain, count]) => ({ domain, count }))
  senders.sort((a, b) => b.count - a.count || (a.domain < b.domain ? -1 : 1))
  return { code, count: verdicts.length, because: verdicts[0]?.reason.text ?? '', senders: cut(senders, mostSenders) }
}

function cut<Item>(items: readonly Item[], most: number): Listed<Item> {
  return { shown: items.slice(0, most), more: Math.max(0, items.length - most) }
}

async function readOutbox(world: AdminWorld): Promise<DigestFacts['outbox']> {
  let count = 0
  let oldest: OutboxEntry | undefined
  for await (const entry of world.openStore().readOutbox()) {
    count += 1
    if (oldest === undefined || entry.committedAt < oldest.committedAt) oldest = entry
  }
  return oldest && { count, oldest: showDay(oldest.committedAt), user: showAddress(oldest.user) }
}
