// Outcome: what the mail system is told about a mail; unknown means temporary.

export type Outcome =
  | { readonly kind: 'done' }
  /** Keep the mail and try again; `theirs` where the mail system or the mailbox asked for it, so that it is no fault of ours. */
  | { readonly kind: 'temporary'; readonly reason: string; readonly theirs?: true }
  /** The mailbox refused for good, in its own words. */
  | { readonly kind: 'refused'; readonly code: string; readonly reply: string }

export const done: Outcome = { kind: 'done' }

/** Of several recipients: one that must be tried again keeps the mail; refused only if all were. */
export function joinOutcomes(outcomes: readonly Outcome[]): Outcome {
  return (
    outcomes.find((outcome) => outcome.kind === 'temporary') ??
    (outcomes.some((outcome) => outcome.kind === 'done') ? done : (outcomes[0] ?? done))
  )
}
