// The world of a golden case with the real programs, stopped or refused from outside at each call; then the same mail again.
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openFileStore } from '../../src/store/file/store.ts'
import type { Route } from '../support/case-file.ts'
import { makeProgramWorld } from '../support/case-programs.ts'
import { type CaseWorld, type Happened, showPublished } from '../support/case-world.ts'
import type { FixedClock } from '../support/fixed-clock.ts'
import { type Came, compareRuns } from './compare-runs.ts'
import { type SeenStore, seeStore } from './see-store.ts'
import type { Injection, Traced, TracedPrograms } from './strace.ts'

export interface TracedOptions {
  readonly listInjections: (agent: Route['agent'], changing: Traced, opening: Traced) => Iterable<Injection>
  readonly tell: (
    agent: Route['agent'],
    happened: Happened,
    injection: Injection,
    violations: readonly string[],
  ) => void
}

export async function makeTracedWorld(
  programs: TracedPrograms,
  clock: FixedClock,
  { listInjections, tell }: TracedOptions,
): Promise<CaseWorld> {
  const world = await makeProgramWorld(programs, clock)
  const kept = mkdtempSync(join(tmpdir(), 'imip-kept-'))
  const [before, after] = [join(kept, 'before'), join(kept, 'after')]

  return {
    ...world,
    async receive(route, bytes) {
      copyFolder(world.folder, before)
      programs.trace()
      const happened = await world.receive(route, bytes)
      const expected: Came = { ...happened, seen: await see() }
      const traced = (calls: Injection['calls']) => programs.readTrace(calls, world.folder)
      copyFolder(world.folder, after)
      for (const injection of listInjections(route.agent, traced('changing'), traced('opening'))) {
        copyFolder(before, world.folder)
        tell(route.agent, happened, injection, await tryInjection(route, bytes, injection, expected))
      }
      copyFolder(after, world.folder)
      programs.inject(undefined)
      return happened
    },
    async close() {
      await world.close()
      rmSync(kept, { recursive: true, force: true })
    },
  }

  async function tryInjection(
    route: Route,
    bytes: Uint8Array,
    injection: Injection,
    expected: Came,
  ): Promise<readonly string[]> {
    programs.inject(injection)
    const first = await world.receive(route, bytes)
    programs.inject(undefined)
    const isDoneAtOnce = first.exit === expected.exit
    // Whatever happens: done, or the mail stays with the mail system, and nothing is said.
    if (!isDoneAtOnce && first.exit !== '75') return [`it ended with ${first.exit}`]
    const isMade = injection.what === 'kill'
    const second = isDoneAtOnce ? first : await world.receive(route, bytes)
    // What could not be sent or published, though the mail was done, is the business of cron.
    const later = isDoneAtOnce && !isMade ? await world.runCron() : []
    const sent = isDoneAtOnce ? [...first.sent, ...later] : [...first.sent, ...second.sent]
    try {
      return compareRuns(
        expected,
        { exit: second.exit, sent, seen: await see() },
        { told: !isMade, verdicts: isDoneAtOnce },
      )
    } catch (error) {
      return [`the store cannot be read: ${(error as Error).message}`]
    }
  }

  async function see(): Promise<SeenStore> {
    const place = (name: string) => join(world.folder, name)
    const folder = {
      path: world.folder,
      store: place('store'),
      preferences: place('preferences'),
      journal: place('journal'),
      publish: place('publish'),
    }
    const store = openFileStore({
      directory: folder.store,
      journal: folder.journal,
      now: clock.now,
    })
    try {
      return await seeStore(store, clock.now, (user) => showPublished(folder, user))
    } finally {
      await store.close()
    }
  }
}

/** The folder itself stays, and what is in it becomes what was there. */
function copyFolder(from: string, to: string): void {
  rmSync(to, { recursive: true, force: true })
  cpSync(from, to, { recursive: true })
}
