// The real programs, killed or refused at their system calls by strace: from outside, with nothing in them that knows of it.
//
// `CRASH_TEST=all` (npm run crash-test): each call of each arrival of the conversations below; otherwise some calls of one of them.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildPrograms, type ProgramFolder } from '../support/built-programs.ts'
import { parseCaseFile } from '../support/case-file.ts'
import { makeCaseError, runCase } from '../support/case-runner.ts'
import { makeFixedClock } from '../support/fixed-clock.ts'
import { sumTrialCounts, type TrialCount, writeTrialCounts } from './count-trials.ts'
import { makeSeededRandom } from './seeded-random.ts'
import { canTrace, type Injection, makeTracedPrograms, type Traced } from './strace.ts'
import { makeTracedWorld } from './traced-world.ts'

const isAll = process.env.CRASH_TEST === 'all'
const seed = Number(process.env.CRASH_SEED ?? 20_260_302)
const random = makeSeededRandom(seed)
/** Each agent, and what each writes and sends: answers, offers, quotas, summaries, what is published, a notice to an owner. */
const all = [
  'resource/accepts-free-time-declines-overlap.case',
  'resource/answer-that-comes-back.case',
  'resource/counter-proposal-is-accepted.case',
  'quota/pool-accepts-and-names-the-room.case',
  'person/request-is-recorded-and-delivered.case',
  'summary/message-then-summary-of-an-invitation.case',
  'free-busy/publishing-on-and-off.case',
  'person-outgoing/own-reply-sets-free-busy.case',
]
const cases = isAll ? all : ['resource/accepts-free-time-declines-overlap.case']
const counts: TrialCount[] = []
let programs: ProgramFolder

describe.skipIf(!canTrace())('under strace (where it is there and may trace)', () => {
  beforeAll(async () => {
    programs = await buildPrograms()
  }, 120_000)
  afterAll(() => {
    programs.remove()
    writeTrialCounts(sumTrialCounts(counts))
  })

  test.each(cases)(
    `%s, CRASH_SEED=${seed}`,
    async (name) => {
      const path = `test/cases/${name}`
      const file = parseCaseFile(path, readFileSync(join(import.meta.dirname, '../..', path), 'utf8'))
      const found: string[] = []
      const traced = makeTracedPrograms(programs)
      const world = await makeTracedWorld(traced, makeFixedClock('1970-01-01T00:00:00Z'), {
        listInjections,
        tell: (agent, _, injection, violations) => {
          for (const violation of violations) found.push(`${agent}: ${showInjection(injection)}: ${violation}`)
          counts.push({
            store: 'file',
            where: 'real',
            how: injection.what === 'kill' ? 'stopped' : 'refused',
            agent,
            kind: name,
            tried: 1,
            violations: violations.length === 0 ? 0 : 1,
          })
        },
      })
      try {
        const { misfits } = await runCase(file, world)
        if (misfits.length > 0) throw makeCaseError(file, 'programs', misfits)
      } finally {
        await world.close()
        traced.remove()
      }
      expect(found, `CRASH_SEED=${seed}`).toEqual([])
    },
    3_600_000,
  )
})

const errors = ['ENOSPC', 'EIO', 'EROFS', 'EMFILE']

function* listInjections(_: unknown, changing: Traced, opening: Traced): Generator<Injection> {
  const stride = Number(process.env.CRASH_ONE_IN ?? (isAll ? 1 : 40))
  // Of every process, so that also what the shell does behind node is killed; the mail system must not hear of that.
  yield { calls: 'changing', at: 1, what: 'kill' }
  for (let at = changing.first + Math.floor(random() * stride); at <= changing.last; at += stride) {
    yield { calls: 'changing', at, what: 'kill' }
    const error = errors[at % errors.length] ?? 'EIO'
    yield { calls: 'changing', at, what: at % 3 === 0 ? { error, lasting: true } : { error } }
  }
  for (let at = opening.first + Math.floor(random() * stride); at <= opening.last; at += stride)
    yield { calls: 'opening', at, what: { error: at % 2 === 0 ? 'EMFILE' : 'EACCES' } }
}

function showInjection({ calls, at, what }: Injection): string {
  return what === 'kill'
    ? `killed at call ${at}`
    : `${what.error} at the ${calls} call ${at}${what.lasting ? ' and all after it' : ''}`
}
