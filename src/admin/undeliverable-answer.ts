// Which verdicts tell of an answer that did not arrive.
import type { Verdict } from '../agents/verdict.ts'

export function isUndeliverable({ reason }: Verdict): boolean {
  return reason.code === 'answer-undeliverable'
}
