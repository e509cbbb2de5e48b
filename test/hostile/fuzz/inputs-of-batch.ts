// The inputs of a batch: the same for the same seed and number, in whatever process.
import { fc } from '../../fast-check.ts'
import type { FuzzInput } from './input.ts'

export const batchSize = 100

export function makeInputsOfBatch(
  arbitrary: fc.Arbitrary<FuzzInput>,
  seed: number,
  batch: number,
): readonly FuzzInput[] {
  return fc.sample(arbitrary, { seed: (seed * 1_000_003 + batch) | 0, numRuns: batchSize })
}
