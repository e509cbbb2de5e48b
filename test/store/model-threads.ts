// The threads of a schedule: each waits for its turn before each call, and one seeded scheduler gives the turns.
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { build } from 'esbuild'
import type { Heard } from './linearize.ts'
import { type FromWorker, type ToWorker, turn, type WorkerStart } from './model-turns.ts'

/** A schedule has some hundreds of turns, and some thousands where many wait for locks. */
const mostTurns = 200_000

export interface ModelThreads {
  /** Runs the programs against each other; `random` gives the turns, and kills at the turn with the number `kill`. */
  run(jobs: readonly ToWorker[], random: () => number, kill: number | undefined): Promise<readonly Heard[]>
  close(): Promise<void>
}

export async function startModelThreads(count: number, folder: string): Promise<ModelThreads> {
  const program = join(folder, 'model-worker.mjs')
  await build({
    entryPoints: [join(import.meta.dirname, 'model-worker.ts')],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: ['fs-native-extensions'],
    logLevel: 'error',
  })
  const lockModule = join(
    dirname(createRequire(import.meta.url).resolve('fs-native-extensions/package.json')),
    'prebuilds',
    `${process.platform}-${process.arch}`,
    'fs-native-extensions.node',
  )
  const shared = new SharedArrayBuffer(4 * (count + 1))
  const slots = new Int32Array(shared)
  const workers = Array.from(
    { length: count },
    (_, number) => new Worker(program, { workerData: { shared, number, lockModule } satisfies WorkerStart }),
  )
  // Each says once that it is there: from then on it needs nothing of this thread, which waits for it without its event loop.
  await Promise.all(workers.map((worker) => once(worker, 'message')))

  /** A thread that is not back after this waits for something that is no turn. */
  const patience = 60_000

  function waitWhile(number: number, state: number): void {
    if (Atomics.wait(slots, number, state, patience) === 'timed-out')
      throw new Error(`thread ${number} stays in ${state}, the slots are ${[...slots].join()}`)
  }

  return {
    async run(jobs, random, kill) {
      Atomics.store(slots, count, 0)
      const answers = jobs.map((job, number) => ask(workers[number], job))
      for (const number of jobs.keys()) waitWhile(number, turn.isDone)
      for (;;) {
        const waiting = [...jobs.keys()].filter((number) => Atomics.load(slots, number) === turn.waits)
        const next = waiting[Math.floor(random() * waiting.length)]
        if (next === undefined) break
        const turns = Atomics.add(slots, count, 1) + 1
        // Who never ends waits for something that never comes.
        if (turns > mostTurns) throw new Error(`no end after ${turns} turns`)
        const now = turns === kill ? turn.dies : turn.runs
        Atomics.store(slots, next, now)
        Atomics.notify(slots, next)
        waitWhile(next, now)
      }
      return (await Promise.all(answers)).flatMap((answer) => answer.heard)
    },
    async close() {
      await Promise.all(workers.map((worker) => worker.terminate()))
    },
  }
}

/** `removeAllListeners` would take Node's own away, and the second schedule would wait for ever. */
async function ask(worker: Worker | undefined, job: ToWorker): Promise<FromWorker> {
  if (!worker) throw new Error('there are more programs than threads')
  // It also rejects at an error, and takes both its listeners away.
  const answered = once(worker, 'message')
  worker.postMessage(job)
  const [answer] = await answered
  return answer as FromWorker
}
