// Every golden conversation on a machine that fails at each call of each arrival: nothing lost, nothing twice, nothing that contradicts.
//
// `CRASH_TEST=all` (npm run crash-test) tries every point of every case; otherwise some points of some cases; `CRASH_SEED=N` draws
// others, and the same for the same N.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { parseCaseFile } from '../support/case-file.ts'
import { listCases } from '../support/case-list.ts'
import { makeCaseError, runCase } from '../support/case-runner.ts'
import { makeFixedClock } from '../support/fixed-clock.ts'
import { sumTrialCounts, type TrialCount, writeTrialCounts } from './count-trials.ts'
import { type Arrival, makeCrashWorld } from './crash-world.ts'
import { listTrials, type Thoroughness } from './list-trials.ts'
import { makeSeededRandom } from './seeded-random.ts'
import { showTrouble } from './show-trial.ts'

vi.mock('node:fs', async (original) => {
  const { wrapNodeFs } = await import('../support/fault-node-fs.ts')
  return wrapNodeFs(await original<typeof import('node:fs')>())
})

const project = join(import.meta.dirname, '../..')
const isAll = process.env.CRASH_TEST === 'all'
/** One point in so many. */
const sparse = Number(process.env.CRASH_ONE_IN ?? (isAll ? 0 : 12))
const seed = Number(process.env.CRASH_SEED ?? 20_260_302)

/** One of each kind, chosen for what they write and send; `npm run crash-test` takes all. */
const chosen = [
  'person-outgoing/own-reply-about-one-date.case',
  'quota/pool-reschedules.case',
  'resource/accepts-free-time-declines-overlap.case',
  'resource/answer-that-comes-back.case',
  'resource/cancel-before-its-request-is-held.case',
  'resource/counter-proposal-is-accepted.case',
  'resource/two-rooms-in-one-mail.case',
  'sender/unverified-first.case',
  'summary/message-then-summary-of-an-invitation.case',
  'summary/verdict-header.case',
]

/** Rates count tries, not mails, so that a mail that came again may be put off: nothing here to compare. */
const ofRates = ['resource/organizer-rate.case', 'resource/resource-rate.case']

const isOf = (names: readonly string[]) => (path: string) => names.some((name) => path.endsWith(name))
const cases = listCases().filter((path) => (isAll ? !isOf(ofRates)(path) : isOf(chosen)(path)))

/** Kinds that had all ways at all points already, by agent. */
const done = new Set<string>()
const counts: TrialCount[] = []

afterAll(() => writeTrialCounts(sumTrialCounts(counts)))

describe.each(cases)('%s', (path) => {
  test(`whatever fails at whatever call, CRASH_SEED=${seed}`, async () => {
    const file = parseCaseFile(path, readFileSync(join(project, path), 'utf8'))
    const found: string[] = []
    const random = makeSeededRandom(seed)
    const world = makeCrashWorld(makeFixedClock('1970-01-01T00:00:00Z'), {
      listTrials: (arrival) => listTrials(arrival, chooseThoroughness(arrival), random),
      tell: ({ agent, kind }, trial, violations) => {
        for (const violation of violations) found.push(`${agent} ${kind}: ${showTrouble(trial)}: ${violation}`)
        counts.push({
          store: 'file',
          where: 'simulated',
          how: trial.trouble.kind === 'killed' ? 'stopped' : 'refused',
          agent,
          kind,
          tried: 1,
          violations: violations.length === 0 ? 0 : 1,
        })
      },
    })
    try {
      const { misfits } = await runCase(file, world)
      if (misfits.length > 0) throw makeCaseError(file, 'crash', misfits)
    } finally {
      await world.close()
    }
    expect(found, `CRASH_SEED=${seed}`).toEqual([])
  }, 1_200_000)
})

function chooseThoroughness({ agent, kind }: Arrival): Thoroughness {
  if (sparse > 0) return { oneIn: sparse }
  const key = `${agent} ${kind}`
  if (done.has(key)) return 'turns'
  done.add(key)
  return 'every'
}
