export interface Limit {
  /** Below src. */
  readonly file: string
  readonly name: string
  readonly value: string
  /** Empty where nothing stands above it. */
  readonly reason: string
}

export function findLimits(root: string): readonly Limit[]
