// WorkLimit: how much a calculation about recurrence may do before it gives up with a fault.
import { type CalendarFault, makeFault } from './fault.ts'

export interface WorkLimit {
  /** Periods, days and candidates looked at, about a tenth of a microsecond each: bounds time. */
  readonly steps: number
  /** Occurrences handed out: bounds memory. */
  readonly occurrences: number
}

/** Some 10 ms and 8 MB: far above what any meeting needs, far below what hurts. */
export const defaultWorkLimit: WorkLimit = { steps: 120_000, occurrences: 40_000 }

/** The work still allowed; counted down by whatever walks. */
export interface Work {
  steps: number
  occurrences: number
}

export function makeWork(limit: WorkLimit = defaultWorkLimit): Work {
  return { steps: limit.steps, occurrences: limit.occurrences }
}

export function isExhausted(work: Work): boolean {
  return work.steps < 0 || work.occurrences < 0
}

export function makeExhaustedFault(work: Work): CalendarFault {
  return work.occurrences < 0
    ? makeFault('too-many-occurrences', 'the recurrence has more occurrences here than may be looked at')
    : makeFault('too-much-work', 'the recurrence takes more work than is allowed')
}
