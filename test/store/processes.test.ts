// Many programs on one store, real files and real kills.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openFileStore } from '../../src/store/file/store.ts'
import type { Store } from '../../src/store/store.ts'
import { collect, look, otherRoom, room } from './samples.ts'

const folder = mkdtempSync(join(tmpdir(), 'imip-agent-processes-'))
const program = join(folder, 'store-worker.mjs')
const lockModule = join(
  dirname(createRequire(import.meta.url).resolve('fs-native-extensions/package.json')),
  'prebuilds',
  `${process.platform}-${process.arch}`,
  'fs-native-extensions.node',
)

beforeAll(() =>
  build({
    entryPoints: [join(import.meta.dirname, 'store-worker.ts')],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
  }),
)
afterAll(() => rmSync(folder, { recursive: true }))

interface Worker {
  readonly process: ChildProcess
  /** Resolves when it has said that it is ready. */
  readonly ready: Promise<unknown>
  readonly lines: string[]
  readonly closed: Promise<unknown>
}

function startWorker(directory: string, onLine: () => void, ...task: readonly string[]): Worker {
  const child = spawn(process.execPath, [program, directory, lockModule, ...task], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const lines: string[] = []
  const output = createInterface(child.stdout)
  const ready = once(output, 'line')
  output.on('line', (line) => {
    if (line === 'ready') return
    lines.push(line)
    onLine()
  })
  return { process: child, ready, lines, closed: once(child, 'close') }
}

async function startAll(workers: readonly Worker[]): Promise<void> {
  await Promise.all(workers.map((worker) => worker.ready))
  for (const worker of workers) worker.process.stdin?.write('go\n')
}

function openHere(directory: string): Store {
  return openFileStore({ directory, now: () => 0 })
}

describe('forty programs at once', { timeout: 120_000 }, () => {
  const runForty = async (directory: string, task: string): Promise<readonly string[]> => {
    const workers = Array.from({ length: 40 }, (_, number) => startWorker(directory, () => {}, task, String(number)))
    await startAll(workers)
    await Promise.all(workers.map((worker) => worker.closed))
    return workers.flatMap((worker) => worker.lines)
  }

  test('want the same hour: one has it', async () => {
    const directory = join(folder, 'same')
    const lines = await runForty(directory, 'same')
    expect(lines.toSorted()).toEqual(['booked', ...Array(39).fill('taken')])
    expect((await openHere(directory).readUser(room)).bookings).toHaveLength(1)
  })

  test('want an hour each: all have it', async () => {
    const directory = join(folder, 'own')
    expect(await runForty(directory, 'own')).toEqual(Array(40).fill('booked'))
    expect((await openHere(directory).readUser(room)).bookings).toHaveLength(40)
  })
})

describe('killed at a moment that nobody chose', { timeout: 240_000 }, () => {
  const seed = Number(process.env.SEED ?? 20_260_302)

  test(`what was said is done, what was not is done or not, the store is sound (SEED=${seed})`, async () => {
    const directory = join(folder, 'killed')
    const random = makeRandom(seed)
    const steps = [0, 0, 0]
    for (let round = 0; round < 17; round++) {
      const workers: Worker[] = []
      let left = 3 + Math.floor(random() * 40)
      await new Promise<void>((resolve, reject) => {
        const onLine = (): void => {
          if (--left === 0) resolve()
        }
        for (const [number, step] of steps.entries()) {
          workers.push(startWorker(directory, onLine, 'live', String(number), String(step)))
        }
        startAll(workers).catch(reject)
        for (const worker of workers) worker.closed.then(() => reject(new Error('a worker ended by itself')))
      })
      for (const worker of workers) worker.process.kill('SIGKILL')
      await Promise.all(workers.map((worker) => worker.closed))
      const store = openHere(directory)
      await checkSchedule(store)
      for (const [number, worker] of workers.entries()) {
        const before = steps[number] ?? 0
        const said = worker.lines.length === 0 ? before - 1 : Number(worker.lines.at(-1))
        const done = await findStep(store, number)
        expect([said, said + 1], `round ${round}, worker ${number}`).toContain(done)
        steps[number] = done + 1
      }
      const sent = (await collect(store.readOutbox())).map((entry) => entry.mail.messageId)
      expect(new Set(sent).size).toBe(sent.length)
    }
  })

  /** The last step that the store knows of; -1 for none. */
  async function findStep(store: Store, worker: number): Promise<number> {
    const steps = async (user: typeof room): Promise<readonly number[]> =>
      look(store, user, async (reader) =>
        (await reader.readBookings(user, `worker-${worker}@example.com`)).map((booking) =>
          Number(booking.summary.slice(5)),
        ),
      )
    const [here, there] = [await steps(room), await steps(otherRoom)]
    expect(here.length).toBeLessThan(2)
    const step = here[0] ?? -1
    // Every second step is in both rooms.
    expect(there).toEqual(step < 0 ? [] : [step - (step % 2)])
    return step
  }

  async function checkSchedule(store: Store): Promise<void> {
    for (const user of [room, otherRoom]) {
      const all = [{ start: Number.NEGATIVE_INFINITY, end: Number.POSITIVE_INFINITY }]
      const window = await look(store, user, (reader) => reader.readWindow(user, all))
      expect(window.single).toEqual((await store.readUser(user)).bookings)
    }
  }
})

/** Numbers from 0 to 1 that are the same for the same seed. */
function makeRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}
