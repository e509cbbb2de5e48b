// Golden conversations, each against the store in memory and the store in files. CASE_UPDATE=1 writes anew what they expect.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseCaseFile } from './support/case-file.ts'
import { listCases } from './support/case-list.ts'
import { makeCaseError, runCase } from './support/case-runner.ts'
import { makeCaseWorld, type StoreKind } from './support/case-world.ts'
import { makeFixedClock } from './support/fixed-clock.ts'

const project = join(import.meta.dirname, '..')
const isUpdating = process.env.CASE_UPDATE === '1'
if (isUpdating && process.env.CI)
  throw new Error('What cases expect is not rewritten where nobody reads the difference.')

describe.each(listCases())('%s', (path) => {
  const file = parseCaseFile(path, readFileSync(join(project, path), 'utf8'))

  test.each<StoreKind>(isUpdating ? ['memory'] : ['memory', 'file'])('%s', async (kind) => {
    const world = makeCaseWorld(kind, makeFixedClock('1970-01-01T00:00:00Z'))
    try {
      const { misfits, rewritten } = await runCase(file, world, isUpdating)
      if (isUpdating) writeFileSync(join(project, path), rewritten)
      else if (misfits.length > 0) throw makeCaseError(file, kind, misfits)
    } finally {
      await world.close()
    }
  })
})

test('there are cases of every kind', () => {
  const folders = new Set(listCases().map((path) => path.split('/')[2]))
  for (const folder of ['clients', 'person', 'person-outgoing', 'resource', 'retries'])
    expect(folders).toContain(folder)
})
