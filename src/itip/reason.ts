// Reason: why something was done, a choice or a refusal, with its rule.

export interface Reason {
  /** Kebab-case word: `older-revision`, `overlaps`, `not-yours`. */
  readonly code: string
  /** `RFC 5546, 2.1.5`, or the name of our own rule: `scheduling_function schedule_in_freebusy`. */
  readonly rule: string
  /** A sentence for the administrator. */
  readonly text: string
}

export function makeReason(code: string, rule: string, text: string): Reason {
  return { code, rule, text }
}
