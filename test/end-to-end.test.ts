// The cases that say `@ also executables`, through the real programs: file store, a mailbox by LMTP, a mail system by SMTP.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildPrograms, type ProgramFolder } from './support/built-programs.ts'
import { type CaseFile, parseCaseFile } from './support/case-file.ts'
import { listCases } from './support/case-list.ts'
import { makeProgramWorld } from './support/case-programs.ts'
import { makeCaseError, runCase } from './support/case-runner.ts'
import { makeFixedClock } from './support/fixed-clock.ts'

const chosen = listCases().map(readCase).filter(isForExecutables)
let programs: ProgramFolder

beforeAll(async () => {
  programs = await buildPrograms()
}, 120_000)

afterAll(() => programs?.remove())

test.each(chosen.map((file) => [file.path, file] as const))(
  '%s',
  async (_, file) => {
    const world = await makeProgramWorld(programs, makeFixedClock('1970-01-01T00:00:00Z'))
    try {
      const { misfits } = await runCase(file, world)
      if (misfits.length > 0) throw makeCaseError(file, world.name, misfits)
    } finally {
      await world.close()
    }
  },
  120_000,
)

test('at least ten cases run through the programs', () => {
  expect(chosen.length).toBeGreaterThanOrEqual(10)
})

function readCase(path: string): CaseFile {
  return parseCaseFile(path, readFileSync(join(import.meta.dirname, '..', path), 'utf8'))
}

function isForExecutables({ blocks }: CaseFile): boolean {
  return blocks.some((block) => block.kind === 'scene' && block.scene === 'also-executables')
}
