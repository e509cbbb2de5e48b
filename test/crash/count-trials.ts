// What was tried, by kind of message and agent: lines of JSON in the file that npm run crash-test makes its table of.
import { appendFileSync } from 'node:fs'

export interface TrialCount {
  readonly store: 'file'
  /** `stops` and `refusals` in simulated machines, real ones with `strace`. */
  readonly how: 'stopped' | 'refused'
  readonly where: 'simulated' | 'real'
  readonly agent: string
  readonly kind: string
  readonly tried: number
  readonly violations: number
}

/** Where nobody asked for a table, nothing is written. */
export function writeTrialCounts(counts: Iterable<TrialCount>): void {
  const file = process.env.CRASH_TEST_TABLE
  if (file === undefined) return
  appendFileSync(file, [...counts].map((count) => `${JSON.stringify(count)}\n`).join(''))
}

/** Adds up by everything but the numbers. */
export function sumTrialCounts(counts: Iterable<TrialCount>): readonly TrialCount[] {
  const sums = new Map<string, TrialCount>()
  for (const count of counts) {
    const { tried, violations, ...about } = count
    const key = JSON.stringify(about)
    const before = sums.get(key) ?? { ...about, tried: 0, violations: 0 }
    sums.set(key, { ...about, tried: before.tried + tried, violations: before.violations + violations })
  }
  return [...sums.values()]
}
