// What a person will be told of a decision, kept from before its commit until the mail is delivered. A program may be killed in between: the
// same mail then finds everything known already, and to say only that would hide what was done with it.
import { unprovenSenderCode } from '../agents/reasons.ts'
import type { Verdict } from '../agents/verdict.ts'
import type { Decided } from './commit.ts'
import type { RawMail } from './raw-mail.ts'
import type { World } from './world.ts'

type Told = Pick<Decided, 'verdict' | 'form' | 'summary' | 'besideSummary'>

/** Of the tries of a mail; those in the middle of many failures are of no use. */
const mostTold = 3

/** Just before the commit; nothing where the mail goes on as it came anyway. */
export function foreseeTold(decided: Decided, raw: RawMail, recipient: string, world: World): void {
  const { verdict, form, summary, besideSummary, isCommitted, decisionKey } = decided
  const { verdictHeader } = world.configuration
  if (!world.delivers || !isCommitted) return
  if (form === 'message-only' && !verdictHeader && verdict.reason.code !== unprovenSenderCode) return
  const told: Told = { verdict, form, summary, ...(besideSummary ? { besideSummary } : {}) }
  const before = readKept(raw, recipient, decisionKey, world)
  world.attempts.keepPlan(raw, nameTold(recipient, decisionKey), [...before, told].slice(-mostTold))
}

/** The decision with what the try was about to tell that committed it; the verdict in the store proves that one did. */
export async function recallTold(decided: Decided, raw: RawMail, recipient: string, world: World): Promise<Decided> {
  if (!world.delivers) return decided
  const kept = readKept(raw, recipient, decided.decisionKey, world)
  const [first] = kept
  if (!first || (kept.length === 1 && decided.isCommitted)) return decided
  for await (const verdict of world.openStore().readVerdicts(decided.verdict.user, first.verdict.at)) {
    const told = kept.find((other) => isSameVerdict(other.verdict, verdict))
    if (told) return { ...decided, ...told }
  }
  return decided
}

function isSameVerdict(one: Verdict, other: Verdict): boolean {
  const name = ({ at, messageId, method, uid, recurrenceId, verdict, reason }: Verdict) =>
    [at, messageId, method, uid, recurrenceId, verdict, reason.code].join('\n')
  return name(one) === name(other)
}

function readKept(raw: RawMail, recipient: string, decisionKey: string, world: World): readonly Told[] {
  const kept = world.attempts.recallPlan(raw, nameTold(recipient, decisionKey))
  return Array.isArray(kept) ? kept.filter(isTold) : []
}

function nameTold(recipient: string, decisionKey: string): string {
  return `${recipient} ${decisionKey}`
}

/** What was kept by another version may be anything. */
function isTold(kept: unknown): kept is Told {
  const told = kept as Partial<Told> | null | undefined
  return typeof told?.form === 'string' && typeof told.verdict?.reason?.code === 'string'
}
