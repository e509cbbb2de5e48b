// One process of the fuzzer: plays batch after batch, and tells of each input before it begins, so that whoever watches knows what hangs.
import { writeSync } from 'node:fs'
import { join } from 'node:path'
import { type Corpus, loadCorpus } from '../../../test/hostile/fuzz/corpus.ts'
import { type FuzzInput, makeInputArbitrary } from '../../../test/hostile/fuzz/input.ts'
import { makeInputsOfBatch } from '../../../test/hostile/fuzz/inputs-of-batch.ts'
import { playInput } from '../../../test/hostile/fuzz/play-input.ts'

export interface WorkerOptions {
  readonly root: string
  /** On a file system in memory. */
  readonly folder: string
  readonly seed: number
  /** Batches `first`, `first + step`, …  */
  readonly first: number
  readonly step: number
  /** The input with which the first batch begins. */
  readonly from: number
  /** Milliseconds of CPU that one mail, calendar or dialogue may take. */
  readonly limit: number
  /** Where it writes what it plays. */
  readonly progress: number
}

export type WorkerReport =
  | { readonly kind: 'finding'; readonly what: string; readonly input: FuzzInput }
  | { readonly kind: 'played'; readonly inputs: number; readonly byKind: Readonly<Record<string, number>> }

let corpus: Corpus | undefined

export function openCorpus(root: string, folder: string): Corpus {
  corpus ??= loadCorpus(root, join(folder, 'corpus'))
  return corpus
}

/** Plays for ever; the parent ends the process. */
export async function playBatches(options: WorkerOptions, report: (one: WorkerReport) => Promise<void>): Promise<void> {
  const { root, folder, seed, first, step, limit, progress } = options
  const known = openCorpus(root, folder)
  const arbitrary = makeInputArbitrary(known)
  let from = options.from
  for (let batch = first; ; batch += step) {
    const byKind: Record<string, number> = {}
    let inputs = 0
    // To make a batch takes time as well, and none of its inputs is to blame for that.
    writeSync(progress, `${batch} -1`.padEnd(40), 0)
    for (const [index, input] of makeInputsOfBatch(arbitrary, seed, batch).entries()) {
      if (index < from) continue
      writeSync(progress, `${batch} ${index}`.padEnd(40), 0)
      const what = await findFault(input, known, folder, limit)
      if (what !== undefined) await report({ kind: 'finding', what, input })
      const count = input.kind === 'conversation' || input.kind === 'preferences' ? input.texts.length : 1
      inputs += count
      byKind[input.kind] = (byKind[input.kind] ?? 0) + count
    }
    from = 0
    await report({ kind: 'played', inputs, byKind })
  }
}

/** What is wrong with it, as one line that is the same for the same fault. */
export async function findFault(
  input: FuzzInput,
  known: Corpus,
  folder: string,
  limit: number,
): Promise<string | undefined> {
  // What took no time took no CPU; asking for the CPU each time would cost as much as the mail.
  const seen = await playWatched(input, known, folder, () => performance.now())
  if (seen.what !== undefined || seen.longest <= limit) return seen.what
  const again = await playWatched(input, known, folder, readMilliseconds)
  return again.what ?? (again.longest > limit ? `slow: ${Math.round(again.longest)} ms` : undefined)
}

function readMilliseconds(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

async function playWatched(
  input: FuzzInput,
  known: Corpus,
  folder: string,
  readClock: () => number,
): Promise<{ readonly what: string | undefined; readonly longest: number }> {
  let longest = 0
  const watch = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    const begun = readClock()
    try {
      return await work()
    } finally {
      longest = Math.max(longest, readClock() - begun)
    }
  }
  try {
    await playInput(input, known, { folder, watch })
    return { what: undefined, longest }
  } catch (error) {
    return { what: describeError(error), longest }
  }
}

function describeError(error: unknown): string {
  if (!(error instanceof Error)) return `thrown: ${String(error)}`
  if (error.name === 'Finding') return `Finding: ${error.message}`
  const places = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line))
  return `${error.name}: ${error.message} ${places
    .slice(0, 4)
    .map((line) => line.trim().replace(/\(.*[/\\]/, '('))
    .join(' ')}`
}

/** An input that a process could not tell of itself. */
export function makeInput(known: Corpus, seed: number, batch: number, place: number): FuzzInput | undefined {
  return makeInputsOfBatch(makeInputArbitrary(known), seed, batch)[place]
}
