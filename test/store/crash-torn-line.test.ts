// A line that was torn, by a kill or a full disk, swallows none that comes after it.
import { appendFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openFileStore } from '../../src/store/file/store.ts'
import type { Store } from '../../src/store/store.ts'
import { at, collect, makeVerdict, room } from './samples.ts'

const now = at('2026-03-02T09:00:00Z')
let directory: string
let store: Store

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'torn-'))
  store = openFileStore({ directory: join(directory, 'store'), now: () => now })
})
afterEach(async () => {
  await store.close()
  rmSync(directory, { recursive: true })
})

function tear(): void {
  const path = join(directory, 'store', 'mailto:room@example.com', 'verdicts')
  for (const month of readdirSync(path)) appendFileSync(join(path, month), '- {"at":177244')
}

const readCodes = async (): Promise<readonly string[]> =>
  (await collect(store.readVerdicts(room, 0))).map(({ reason }) => reason.code)

test('a verdict by itself behind a torn one', async () => {
  await store.makeRoom(room)
  await store.noteVerdict(makeVerdict(room, now, 'one'))
  tear()
  await store.noteVerdict(makeVerdict(room, now, 'two'))
  expect(await readCodes()).toEqual(['one', 'two'])
})

test('a verdict of a transaction behind a torn one', async () => {
  await store.makeRoom(room)
  await store.noteVerdict(makeVerdict(room, now, 'one'))
  tear()
  await store.transact([room], [], async () => ({
    changes: [
      { user: room, verdict: makeVerdict(room, now, 'two') },
      { user: room, effect: { kind: 'expire-offers' } },
    ],
    result: undefined,
  }))
  expect(await readCodes()).toEqual(['one', 'two'])
})
