// What the scheduler of a schedule and its threads say to each other.
import type { Heard } from './linearize.ts'
import type { Operation } from './model-operations.ts'

/** What stands in a thread's slot. */
export const turn = { isDone: 0, waits: 1, runs: 2, dies: 3 } as const

export interface WorkerStart {
  /** A slot a thread, and behind them the count of turns. */
  readonly shared: SharedArrayBuffer
  readonly number: number
  readonly lockModule: string
}

export interface ToWorker {
  readonly directory: string
  readonly operations: readonly Operation[]
  /** So many at once. */
  readonly together: number
}

export interface FromWorker {
  readonly heard: readonly Heard[]
}
