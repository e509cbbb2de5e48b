// Which verdicts say that a calendar was not understood, so that somebody should look why.
import * as reasons from './reasons.ts'
import type { Verdict } from './verdict.ts'

/** Mail that is left alone on purpose: there is nothing to understand in it, or nothing to do. */
const leftAlone: ReadonlySet<string> = new Set(
  [
    reasons.autoReplied,
    reasons.automaticAnswer,
    reasons.droppedMail,
    reasons.freeBusyNotFollowed,
    reasons.noPolicy,
    reasons.notForResources,
    reasons.notParticipating,
    reasons.notShared,
    reasons.refreshPassed,
    reasons.report,
    reasons.spam,
  ].map(({ code }) => code),
)

export function isNotUnderstood({ verdict, reason }: Pick<Verdict, 'verdict' | 'reason'>): boolean {
  return verdict === 'passed' && !leftAlone.has(reason.code)
}
