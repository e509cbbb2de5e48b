// What each scheduling function said, as notes of a verdict.
import { makeReason, type Reason } from '../itip/reason.ts'
import type { Opinion } from '../scheduling/schedule.ts'

/** One note a function, in order; where there is only one its reason says it all. */
export function makeTraceNotes(trace: readonly Opinion[]): readonly Reason[] {
  if (trace.length < 2) return []
  return trace.map(({ of, outcome }) =>
    outcome === undefined
      ? makeReason('no-opinion', of, `${of}: no opinion`)
      : makeReason(outcome.because.code, of, `${of}: ${words[outcome.kind]}, ${outcome.because.text}`),
  )
}

const words = { accept: 'accepts', decline: 'declines', propose: 'proposes' } as const
