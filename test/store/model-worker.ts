// A program of a schedule: a thread with a store of its own on real files, that waits for its turn before each call of the file system.
import { parentPort, workerData } from 'node:worker_threads'
import { type FileSystem, makeNodeFileSystem } from '../../src/store/file/file-system.ts'
import { openFileStore } from '../../src/store/file/store.ts'
import type { Heard } from './linearize.ts'
import type { Operation } from './model-operations.ts'
import { modelStart, runOperation } from './model-run.ts'
import { type FromWorker, type ToWorker, turn, type WorkerStart } from './model-turns.ts'

const { shared, number, lockModule } = workerData as WorkerStart
const slots = new Int32Array(shared)

class Stopped extends Error {}

let isDead = false

/** Gives the turn to the scheduler, and goes on when it comes back. */
function rest(): void {
  if (isDead) throw new Stopped()
  Atomics.store(slots, number, turn.waits)
  Atomics.notify(slots, number)
  Atomics.wait(slots, number, turn.waits)
  if (Atomics.load(slots, number) === turn.dies) {
    isDead = true
    throw new Stopped()
  }
}

/** Turns that have been given so far; in the last slot. */
const readClock = (): number => Atomics.load(slots, slots.length - 1)

parentPort?.on('message', (message: ToWorker) => {
  const fail = (error: unknown): readonly Heard[] => [
    { operation: { kind: 'list-outbox' }, begun: 0, ended: 0, said: `failed: ${(error as Error).stack}` },
  ]
  void live(message)
    .catch(fail)
    .then((heard) => {
      Atomics.store(slots, number, turn.isDone)
      Atomics.notify(slots, number)
      parentPort?.postMessage({ heard } satisfies FromWorker)
    })
})

parentPort?.postMessage('ready')

/** All operations one after the other, or each time two of them at once, as the daemon does. */
async function live({ directory, operations, together }: ToWorker): Promise<readonly Heard[]> {
  isDead = false
  const opened = new Set<number>()
  const system = makeResting(makeNodeFileSystem(lockModule), opened)
  const store = openFileStore({
    directory,
    now: () => modelStart,
    fileSystem: system,
    lockTimeout: 1e9,
    wait: async (_, signal) => {
      if (!signal) return rest()
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('left'))))
    },
    longestLog: 3000,
    makeNonce: makeNonce(number),
  })
  const heard: Heard[] = []
  const one = async (operation: Operation): Promise<void> => {
    const begun = readClock()
    try {
      const said = await runOperation(store, operation, async () => rest())
      heard.push({ operation, begun, ended: readClock(), said })
    } catch (error) {
      if (!isDead) heard.push({ operation, begun, ended: readClock(), said: `failed: ${(error as Error).stack}` })
      else heard.push({ operation, begun, ended: undefined, said: '' })
    }
  }
  try {
    rest()
  } catch {
    return heard
  }
  for (let index = 0; index < operations.length && !isDead; index += together)
    await Promise.all(operations.slice(index, index + together).map(one))
  // Of a dead program the system closes all, and frees its locks.
  for (const file of opened) makeNodeFileSystem(lockModule).close(file)
  return heard
}

function makeResting(real: FileSystem, opened: Set<number>): FileSystem {
  const resting: Record<string, unknown> = {}
  for (const [name, call] of Object.entries(real))
    resting[name] = (...given: readonly unknown[]) => {
      rest()
      return (call as (...given: readonly unknown[]) => unknown)(...given)
    }
  return {
    ...(resting as unknown as FileSystem),
    open(path, access, mode) {
      rest()
      const file = real.open(path, access, mode)
      opened.add(file)
      return file
    },
    close(file) {
      rest()
      opened.delete(file)
      real.close(file)
    },
    // No power is lost here: what is written is there.
    sync: () => rest(),
    syncAll: async (paths) => {
      for (const _ of paths) rest()
    },
  }
}

function makeNonce(worker: number): () => string {
  let nonces = 0
  return () => `${worker + 1}${(++nonces).toString(16).padStart(15, '0')}`
}
