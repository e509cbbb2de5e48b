// Is there an order, one thing after the other, in which a store would have said what was heard? Nothing may come before what had ended earlier.
import { applyOperation, emptyState, type ModelState, type Operation } from './model-operations.ts'

export interface Heard {
  readonly operation: Operation
  readonly begun: number
  /** Nothing where its program was killed in it: then it has happened or not. */
  readonly ended: number | undefined
  readonly said: string
}

/** The last state of such an order; of several all. Nothing where there is none. */
export function findLastStates(heard: readonly Heard[]): readonly ModelState[] {
  const ends = new Map<string, ModelState>()
  const seen = new Set<string>()
  const all = 2 ** heard.length - 1
  const walk = (done: number, state: ModelState): void => {
    const key = `${done} ${JSON.stringify(state)}`
    if (seen.has(key)) return
    seen.add(key)
    if (done === all) ends.set(JSON.stringify(state), state)
    const left = heard.map((each, index) => ({ each, bit: 2 ** index })).filter(({ bit }) => (done & bit) === 0)
    const firstEnd = Math.min(...left.map(({ each }) => each.ended ?? Number.MAX_SAFE_INTEGER))
    for (const { each, bit } of left) {
      if (each.begun > firstEnd) continue
      const [next, said] = applyOperation(state, each.operation)
      if (each.ended === undefined) {
        walk(done | bit, next)
        walk(done | bit, state)
      } else if (said === 'any' || said === each.said) walk(done | bit, next)
    }
  }
  walk(0, emptyState)
  return [...ends.values()]
}
