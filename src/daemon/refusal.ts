// Refusal: why a command, a mail or a client was turned away; one word each, counted by the metrics.
import type { Answer } from './answer.ts'

export type RefusalReason =
  | 'syntax'
  | 'sequence'
  | 'line-too-long'
  | 'too-many-recipients'
  | 'too-large'
  | 'no-memory'
  | 'busy'
  | 'silent'
  | 'out-of-step'
  | 'too-many-faults'
  | 'too-many-clients'
  | 'stopping'

export interface Refusal {
  readonly reason: RefusalReason
  readonly answer: Answer
}

export function makeRefusal(reason: RefusalReason, code: number, enhanced: string, text: string): Refusal {
  return { reason, answer: { code, enhanced, text } }
}
