// A person whose agent is killed after the commit is told what was done with the mail, not that it is known already.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { parseCaseFile } from '../support/case-file.ts'
import { makeCaseError, runCase } from '../support/case-runner.ts'
import { makeFixedClock } from '../support/fixed-clock.ts'
import { makeCrashWorld } from './crash-world.ts'
import { showTrouble } from './show-trial.ts'

vi.mock('node:fs', async (original) => {
  const { wrapNodeFs } = await import('../support/fault-node-fs.ts')
  return wrapNodeFs(await original<typeof import('node:fs')>())
})

test.each(['summary/message-then-summary-of-an-invitation.case', 'summary/verdict-header.case'])(
  '%s, killed at each call',
  async (name) => {
    const path = `test/cases/${name}`
    const found: string[] = []
    const world = makeCrashWorld(makeFixedClock('1970-01-01T00:00:00Z'), {
      *listTrials({ changes }) {
        for (let at = 1; at <= changes; at += 2) yield { trouble: { kind: 'killed', at, before: true }, name: 'killed' }
      },
      tell: (_, trial, violations) => {
        for (const violation of violations) found.push(`${showTrouble(trial)}: ${violation}`)
      },
    })
    try {
      const file = parseCaseFile(path, readFileSync(join(import.meta.dirname, '../..', path), 'utf8'))
      const { misfits } = await runCase(file, world)
      if (misfits.length > 0) throw makeCaseError(file, 'crash', misfits)
    } finally {
      await world.close()
    }
    expect(found).toEqual([])
  },
  120_000,
)
