// The store under every order of things: programs against each other, a seeded scheduler gives each call of the file system its turn, and what
// they heard must be what a store says that does one thing after the other.
//
// `CRASH_TEST=all` (npm run crash-test) tries thousands of schedules. A failure names its seed: `MODEL_SEED=N` runs that one alone.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openFileStore } from '../../src/store/file/store.ts'
import type { Store } from '../../src/store/store.ts'
import { makeSeededRandom } from '../crash/seeded-random.ts'
import { findLastStates, type Heard } from './linearize.ts'
import type { ModelState, Operation } from './model-operations.ts'
import { modelStart } from './model-run.ts'
import { type ModelProgram, runSchedule } from './model-schedule.ts'
import { startModelThreads } from './model-threads.ts'
import { collect } from './samples.ts'
import { makeSimulatedDisk, type SimulatedDisk } from './simulated-disk.ts'

const threadCount = 1_000

const isAll = process.env.CRASH_TEST === 'all'
const only = process.env.MODEL_SEED
const count = only === undefined ? (isAll ? 20_000 : 400) : 1
const first = only === undefined ? Number(process.env.CRASH_SEED ?? 20_260_302) * 1000 : Number(only)

test(`${count} schedules from MODEL_SEED=${first} on`, async () => {
  for (let seed = first; seed < first + count; seed++) {
    const random = makeSeededRandom(seed)
    const disk = makeSimulatedDisk()
    // In every second schedule a program is killed at some turn, and the others go on.
    const programs = drawPrograms(random)
    const kill = random() < 0.5 ? 1 + Math.floor(random() * 80) : undefined
    const heard = await runSchedule(disk, programs, random, kill)
    const losesPower = kill !== undefined && random() < 0.5
    if (losesPower) disk.losePower(() => Math.floor(random() * 3))
    const faults = await judge(openOnDisk(disk), heard, losesPower)
    expect(faults, `MODEL_SEED=${seed}`).toEqual([])
  }
}, 1_200_000)

// Threads wait for each other at each call of the file system: true to the last call, but too slow for a machine that does other things.
test.runIf(isAll)(
  `${threadCount} schedules of threads on real files, from MODEL_SEED=${first} on`,
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'imip-model-'))
    const model = await startModelThreads(3, folder)
    try {
      for (let seed = first; seed < first + threadCount; seed++) {
        const random = makeSeededRandom(seed)
        const directory = join(folder, `store-${seed}`, 'store')
        const jobs = drawPrograms(random).map((program) => ({ directory, ...program }))
        const kill = random() < 0.5 ? 1 + Math.floor(random() * 600) : undefined
        const heard = await model.run(jobs, random, kill)
        const store = openFileStore({ directory, now: () => modelStart })
        const faults = await judge(store, heard, false)
        await store.close()
        rmSync(join(folder, `store-${seed}`), { recursive: true, force: true })
        expect(faults, `MODEL_SEED=${seed}`).toEqual([])
      }
    } finally {
      await model.close()
      rmSync(folder, { recursive: true, force: true })
    }
  },
  3_600_000,
)

function drawPrograms(random: () => number): readonly ModelProgram[] {
  return Array.from({ length: 3 }, (_, program) => ({
    operations: Array.from({ length: 3 }, (_, index) => drawOperation(random, `${program}${index}`)),
    together: random() < 0.3 ? 2 : 1,
  }))
}

function openOnDisk(disk: SimulatedDisk): Store {
  return openFileStore({
    directory: '/var/store',
    now: () => modelStart,
    fileSystem: disk.connect().system,
    makeNonce: () => 'ffffffffffffffff',
    lockTimeout: 0,
    wait: async () => {},
  })
}

/** With the power is lost what nobody waits for: that a mail has been sent, and verdicts that change nothing. */
async function judge(store: Store, heard: readonly Heard[], isPowerLost: boolean): Promise<readonly string[]> {
  const failed = heard.filter(({ said }) => said.startsWith('failed')).map(({ said }) => said)
  if (failed.length > 0) return failed
  const told = heard.map((each) => JSON.stringify(each)).join('\n')
  const ends = findLastStates(heard)
  if (ends.length === 0) return [`no order of things explains what was heard: ${told}`]
  const faults: string[] = []
  const state = await readState(store, faults)
  if (!ends.some((end) => JSON.stringify(end) === JSON.stringify(state)))
    faults.push(`what is there at the end is not what was heard: ${JSON.stringify(state)} ${told}`)
  // Each mail that was committed goes out, and once where nobody was killed.
  const sent = heard.flatMap(({ operation, said }) => (operation.kind === 'flush' && said ? said.split(',') : []))
  for (const user of await collect(store.listUsers()))
    await store.flushOutbox(user, async ({ mail }) => {
      sent.push(mail.messageId)
      return 'done'
    })
  const killed = heard.filter(({ ended }) => ended === undefined)
  const isKilled = killed.length > 0
  // Has perhaps sent without telling.
  const isFlushKilled = killed.some(({ operation }) => operation.kind === 'flush')
  for (const { operation, said } of heard) {
    if (operation.kind !== 'book' || said !== 'booked') continue
    const id = `<${operation.uid}.${operation.hour}@example.com>`
    const times = sent.filter((each) => each === id).length
    const [fewest, most] = [isFlushKilled ? 0 : 1, isKilled || isPowerLost ? 9 : 1]
    if (times < fewest || times > most) faults.push(`${id} was sent ${times} times: ${told}`)
  }
  const verdicts = (await collect(store.readVerdicts(undefined, 0))).map(({ uid }) => uid)
  for (const { operation, said } of heard)
    if (!isPowerLost && operation.kind === 'note' && said === 'noted' && !verdicts.includes(operation.name))
      faults.push(`the verdict ${operation.name} is lost: ${told}`)
  return faults
}

async function readState(store: Store, faults: string[]): Promise<ModelState> {
  const booked: string[] = []
  for (const user of await collect(store.listUsers())) {
    faults.push(...(await store.checkSchedule(user, 'look')))
    for (const { uid, start } of (await store.readUser(user)).bookings)
      booked.push(`${user.slice(12, 13)} ${(start.local - modelStart) / 3600} ${uid}`)
  }
  const stored = await store.readWholeQuota('rooms')
  const reserved = (stored?.reservations ?? []).map(({ resource, uid }) => `${resource.slice(12, 13)} ${uid}`)
  return { booked: booked.toSorted(), reserved: reserved.toSorted() }
}

/** Few rooms, hours and UIDs, so that they meet. */
function drawOperation(random: () => number, name: string): Operation {
  const pick = <Item>(...items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item
  const room = pick('a', 'b')
  const hour = pick(1, 2, 3)
  const uid = pick('one', 'two', `own-${name}`)
  const rooms = pick(['a'], ['b'], ['a', 'b'], ['a', 'b'])
  return pick<Operation>(
    { kind: 'book', rooms, hour, uid: `own-${name}` },
    { kind: 'book', rooms, hour, uid: `own-${name}` },
    { kind: 'cancel', rooms, uid: pick(...['00', '01', '10', '11', '20'].map((other) => `own-${other}`)) },
    { kind: 'move', room, hour, uid },
    { kind: 'reserve', room, hour, uid: `own-${name}` },
    { kind: 'reserve', room, hour, uid: `own-${name}` },
    { kind: 'give-back', room, uid: pick(...['00', '01', '10', '11', '20'].map((other) => `own-${other}`)) },
    { kind: 'look', room },
    { kind: 'look-at-quota' },
    { kind: 'flush', room },
    { kind: 'note', room, name: `noted-${name}` },
    { kind: pick('expire', 'mend', 'make-room', 'mark-due'), room },
    { kind: pick('list-outbox', 'rebuild-due') },
  )
}
