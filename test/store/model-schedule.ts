// A schedule: several programs on one simulated disk, all in one thread; wherever one of them waits, a seeded scheduler says who goes on.
import { setImmediate } from 'node:timers/promises'
import { openFileStore } from '../../src/store/file/store.ts'
import type { Heard } from './linearize.ts'
import type { Operation } from './model-operations.ts'
import { modelStart, runOperation } from './model-run.ts'
import type { SimulatedDisk } from './simulated-disk.ts'

export interface ModelProgram {
  readonly operations: readonly Operation[]
  /** So many at once, as in the daemon. */
  readonly together: number
}

/** Who waits for a turn; `number` says whose turn it would be. */
interface Waiting {
  readonly number: number
  readonly go: () => void
}

/** A schedule has some hundreds of turns. Who never ends waits for something that never comes. */
const mostTurns = 20_000

/** `kill`: at this turn the program whose turn it is ends; without power afterwards where `losesPower`. */
export async function runSchedule(
  disk: SimulatedDisk,
  programs: readonly ModelProgram[],
  random: () => number,
  kill: number | undefined,
): Promise<readonly Heard[]> {
  const heard: Heard[] = []
  let waiting: Waiting[] = []
  let turns = 0
  let nonces = 0
  let left = programs.length
  const dead = new Set<number>()
  const systems = programs.map(() => disk.connect())

  const runs = programs.map(async ({ operations, together }, number) => {
    const rest = (): Promise<void> =>
      new Promise((resolve) => {
        if (!dead.has(number)) waiting.push({ number, go: resolve })
      })
    const system = systems[number]?.system
    if (!system) return
    const store = openFileStore({
      directory: '/var/store',
      now: () => modelStart,
      fileSystem: {
        ...system,
        syncMeanwhile: async (file) => {
          await rest()
          system.sync(file)
          await rest()
        },
        syncAll: async (paths) => {
          for (const path of paths) {
            await rest()
            await system.syncAll([path])
          }
        },
      },
      lockTimeout: 1e9,
      wait: (_, signal) => (signal ? waitForSignal(signal) : rest()),
      makeNonce: () => (++nonces).toString(16).padStart(16, '0'),
      longestLog: 3000,
    })
    const one = async (operation: Operation): Promise<void> => {
      const begun = turns
      // A killed program says nothing; what it was about has happened or not.
      const entry: { -readonly [Name in keyof Heard]: Heard[Name] } = { operation, begun, ended: undefined, said: '' }
      heard.push(entry)
      const said = await runOperation(store, operation, rest).catch((error: Error) => `failed: ${error.stack}`)
      if (dead.has(number)) return
      entry.said = said
      entry.ended = turns
    }
    await rest()
    for (let index = 0; index < operations.length; index += together)
      await Promise.all(operations.slice(index, index + together).map(one))
    left--
  })

  while (left > 0) {
    await setImmediate()
    const next = waiting[Math.floor(random() * waiting.length)]
    if (next === undefined) {
      if (left > dead.size) throw new Error(`nobody waits for a turn, but ${left} are not at their end`)
      break
    }
    if (++turns > mostTurns) throw new Error(`no end after ${turns} turns`)
    if (turns === kill) {
      dead.add(next.number)
      systems[next.number]?.kill()
      waiting = waiting.filter(({ number }) => number !== next.number)
      continue
    }
    waiting.splice(waiting.indexOf(next), 1)
    next.go()
  }
  void runs
  return heard
}

/** Of whoever waits inside a program: only the turn there counts, for no time passes. */
function waitForSignal(signal: AbortSignal): Promise<void> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('left'))))
}
