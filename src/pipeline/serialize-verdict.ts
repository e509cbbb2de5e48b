// A verdict as the JSON object of the command-line contract.
import type { Verdict } from '../agents/verdict.ts'

export function serializeVerdict(verdict: Verdict): Readonly<Record<string, unknown>> {
  return {
    kind: 'verdict',
    user: verdict.user,
    uid: verdict.uid,
    recurrenceId: verdict.recurrenceId,
    method: verdict.method,
    verdict: verdict.verdict,
    answer: verdict.answer,
    reason: verdict.reason.code,
    rule: verdict.reason.rule,
    text: verdict.reason.text,
    ...(verdict.notes.length > 0 ? { notes: verdict.notes } : {}),
  }
}
