// The file store stopped, refused or without power at any call: all of a transaction or nothing of it.

import { beforeAll, describe, expect, test } from 'vitest'
import { TemporaryFailure } from '../../src/failure.ts'
import { openFileStore } from '../../src/store/file/store.ts'
import { makeMemoryStore } from '../../src/store/memory/store.ts'
import type { Store } from '../../src/store/store.ts'
import { fc } from '../fast-check.ts'
import { room } from './samples.ts'
import { Killed, makeSimulatedDisk, type SimulatedProgram, type Trouble } from './simulated-disk.ts'
import { describeStores, workload } from './workload.ts'

const now = 1_772_442_000

/** Thousands of runs of a store in memory, on a machine that does other things too. */
const patience = { timeout: 240_000 }

/** `CRASH_TEST=all` tries every point of everything; otherwise the slower tests try one in four, not always the same. */
const stride = process.env.CRASH_TEST === 'all' ? 1 : 4
const offset = process.env.CRASH_TEST === 'all' ? 1 : 1 + (process.pid % stride)

/** What is seen after so many steps. */
const expected = await describeSteps()

async function describeSteps(): Promise<readonly { readonly content: string; readonly outbox: readonly string[] }[]> {
  const store = makeMemoryStore({ now: () => now })
  const seen = [await describeStores(store)]
  for (const step of workload) {
    await step(store)
    seen.push(await describeStores(store))
  }
  return seen
}

let nonces = 0

/** Bytes of a log: with none, each transaction ends with a checkpoint; with these, one happens now and then. */
const logSizes = [0, 4000]

function open({ system }: SimulatedProgram, longestLog: number): Store {
  return openFileStore({
    directory: '/var/store',
    now: () => now,
    fileSystem: system,
    makeNonce: () => (++nonces).toString(16).padStart(16, '0'),
    longestLog,
    lockTimeout: 0,
    wait: async () => {},
  })
}

/** Goes on from a step; how many steps were done, and why no more. */
async function run(store: Store, from: number): Promise<{ readonly done: number; readonly error: unknown }> {
  for (let index = from; index < workload.length; index++) {
    try {
      await workload[index]?.(store)
    } catch (error) {
      return { done: index, error }
    }
  }
  return { done: workload.length, error: undefined }
}

/** Of the states that are allowed, the one that is there. */
async function findState(store: Store, allowed: readonly number[]): Promise<number> {
  const seen = await describeStores(store)
  const found = allowed.find((index) => JSON.stringify(expected[index]) === JSON.stringify(seen))
  if (found === undefined) expect(seen).toEqual(expected[allowed[0] ?? 0])
  return found ?? 0
}

async function countCalls(trouble: Trouble, longestLog: number): Promise<number> {
  const program = makeSimulatedDisk().connect(trouble)
  const store = open(program, longestLog)
  expect((await run(store, 0)).error).toBeUndefined()
  const calls = program.calls()
  expect(await findState(store, [workload.length])).toBe(workload.length)
  return calls
}

const never = Number.MAX_SAFE_INTEGER

describe.each(logSizes)('with logs of %i bytes', patience, (longestLog) => {
  let changes = 0
  let allCalls = 0
  beforeAll(async () => {
    changes = await countCalls({ kind: 'killed', at: never }, longestLog)
    allCalls = await countCalls({ kind: 'refused', at: never, code: 'EIO', until: 0 }, longestLog)
  })

  describe('killed', () => {
    test('at each of the calls that change the disk: all or nothing, and the work goes on', async () => {
      for (let at = 1; at <= changes; at++) {
        const disk = makeSimulatedDisk()
        const { done, error } = await run(open(disk.connect({ kind: 'killed', at }), longestLog), 0)
        expect(error, `call ${at}`).toBeInstanceOf(Killed)
        const store = open(disk.connect(), longestLog)
        const state = await findState(store, [done, done + 1])
        expect((await run(store, state)).error).toBeUndefined()
        await findState(open(disk.connect(), longestLog), [workload.length])
      }
    })

    test('again while somebody else recovers', async () => {
      for (let at = 1; at <= changes; at += 7) {
        const disk = makeSimulatedDisk()
        const { done } = await run(open(disk.connect({ kind: 'killed', at }), longestLog), 0)
        for (let second = 1; ; second++) {
          const program = disk.connect({ kind: 'killed', at: second })
          const outcome = await describeStores(open(program, longestLog)).catch((reason: unknown) => reason)
          program.kill()
          if (!(outcome instanceof Killed)) break
        }
        await findState(open(disk.connect(), longestLog), [done, done + 1])
      }
    })

    test('then without power: what others have seen meanwhile has happened', async () => {
      for (let at = offset; at <= changes; at += stride) {
        const disk = makeSimulatedDisk()
        const { done } = await run(open(disk.connect({ kind: 'killed', at }), longestLog), 0)
        const seen = await findState(open(disk.connect(), longestLog), [done, done + 1])
        disk.losePower(() => 0)
        await findStateAfterPowerLoss(open(disk.connect(), longestLog), [seen])
      }
    })

    test('then without power: what was seen of one room alone has happened in both', async () => {
      for (let at = offset; at <= changes; at += stride) {
        const disk = makeSimulatedDisk()
        const { done } = await run(open(disk.connect({ kind: 'killed', at }), longestLog), 0)
        const seen = await open(disk.connect(), longestLog).readUser(room)
        disk.losePower(() => 0)
        const store = open(disk.connect(), longestLog)
        expect(await store.readUser(room), `call ${at}`).toEqual(seen)
        await findStateAfterPowerLoss(store, [done, done + 1])
      }
    })
  })

  describe('without power', () => {
    const choices: readonly (readonly [name: string, choose: () => number, step: number])[] = [
      ['lost', () => 0, 1],
      ['kept', () => 1, stride],
      ['torn', () => 2, stride],
    ]

    test.each(choices)('at each call: all that was not synced is %s', async (_, choose, step) => {
      for (let at = Math.min(offset, step); at <= changes; at += step) await stopAndCheck(at, choose)
    })

    test('at any call, each file and name by chance', async () => {
      const arbitrary = fc.tuple(
        fc.integer({ min: 1, max: changes }),
        fc.infiniteStream(fc.integer({ min: 0, max: 2 })),
      )
      await fc.assert(
        fc.asyncProperty(arbitrary, async ([at, stream]) => {
          await stopAndCheck(at, () => stream.next().value ?? 0)
        }),
        { numRuns: 100 },
      )
    })

    async function stopAndCheck(at: number, choose: () => number): Promise<void> {
      const disk = makeSimulatedDisk()
      const { done } = await run(open(disk.connect({ kind: 'killed', at }), longestLog), 0)
      disk.losePower(choose)
      const state = await findStateAfterPowerLoss(open(disk.connect(), longestLog), [done, done + 1])
      // Power fails once more, right after recovery.
      disk.losePower(choose)
      const store = open(disk.connect(), longestLog)
      await findStateAfterPowerLoss(store, [state])
      expect((await run(store, state)).error).toBeUndefined()
      await findStateAfterPowerLoss(open(disk.connect(), longestLog), [workload.length])
    }
  })

  describe('refused', () => {
    const codes = ['ENOSPC', 'EIO', 'EMFILE', 'EACCES', 'EROFS'] as const

    test('at any call, once: a temporary failure or nothing amiss', async () => {
      for (let at = offset; at <= allCalls; at += stride) {
        await refuseAndCheck({ kind: 'refused', at, code: codes[at % codes.length] ?? 'EIO', until: 1 })
      }
    })

    test('for a while', async () => {
      for (let at = 1; at <= allCalls; at += 23) {
        await refuseAndCheck({ kind: 'refused', at, code: 'ENOSPC', until: 30 })
      }
    })

    async function refuseAndCheck(trouble: Extract<Trouble, { kind: 'refused' }>): Promise<void> {
      const disk = makeSimulatedDisk()
      const program = disk.connect(trouble)
      const store = open(program, longestLog)
      let state = 0
      for (let tries = 0; state < workload.length; tries++) {
        const { done, error } = await run(store, state)
        if (error === undefined) break
        expect(error, JSON.stringify(trouble)).toBeInstanceOf(TemporaryFailure)
        expect(tries).toBeLessThan(40)
        state = await findState(open(disk.connect(), longestLog), [done, done + 1])
      }
      await findState(open(disk.connect(), longestLog), [workload.length])
      if (program.calls() >= trouble.at + trouble.until) await findState(store, [workload.length])
    }
  })
})

/** Sent mails may come back, for forgetting them is not waited for; everything else is as committed. */
async function findStateAfterPowerLoss(store: Store, allowed: readonly number[]): Promise<number> {
  const seen = await describeStores(store)
  const found = allowed.findLast((index) => expected[index]?.content === seen.content)
  if (found === undefined) expect(seen.content).toEqual(expected[allowed[0] ?? 0]?.content)
  const name = (line: string): string => line.split(' ')[0] ?? ''
  const there = seen.outbox.map(name)
  for (const mail of expected[found ?? 0]?.outbox ?? []) expect(there).toContain(name(mail))
  const committed = expected.slice(0, (found ?? 0) + 1).flatMap(({ outbox }) => outbox.map(name))
  for (const mail of there) expect(committed).toContain(mail)
  expect(new Set(there).size).toBe(there.length)
  return found ?? 0
}
