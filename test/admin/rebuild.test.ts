// make-freebusy proves itself: after every golden conversation a rebuild of own bookings and quota records changes nothing.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { AdminWorld } from '../../src/admin/admin-world.ts'
import { rebuildUser } from '../../src/admin/rebuild-user.ts'
import { loadConfig } from '../../src/config/load-config.ts'
import { openConfiguredStore } from '../../src/pipeline/open-store.ts'
import { loadSystemZones } from '../../src/zones/system-zones.ts'
import { type NamedValue, parseCaseFile } from '../support/case-file.ts'
import { listCases } from '../support/case-list.ts'
import { runCase } from '../support/case-runner.ts'
import { type CaseWorld, caseSettings, makeCaseWorld } from '../support/case-world.ts'
import { makeFixedClock } from '../support/fixed-clock.ts'

const project = join(import.meta.dirname, '..', '..')
const zones = loadSystemZones()

test.each(listCases())('%s', async (path) => {
  const clock = makeFixedClock('1970-01-01T00:00:00Z')
  const inner = makeCaseWorld('file', clock)
  const settings: NamedValue[] = [...caseSettings]
  const world: CaseWorld = {
    ...inner,
    configure: (setting) => {
      settings.push(setting)
      inner.configure(setting)
    },
  }
  try {
    await runCase(parseCaseFile(path, readFileSync(join(project, path), 'utf8')), world, false)
    const differences = await listDifferences(inner.folder, settings, clock.now)
    if (differences.length > 0) expect.fail(differences.join('\n'))
  } finally {
    await inner.close()
  }
})

async function listDifferences(folder: string, settings: readonly NamedValue[], now: () => number) {
  const places = ['store', 'preferences', 'journal', 'publish'].map((name) => ({
    name: `${name}_dir`,
    value: join(folder, name),
  }))
  const overrides = [...settings, ...places].map((setting) => ({ ...setting, from: 'case' }))
  const configuration = loadConfig({ file: '/dev/null', environment: {}, overrides })
  const store = openConfiguredStore(configuration, { now, zones, warn: () => {} })
  const world = { configuration, now, openStore: () => store, loadZones: () => zones } as unknown as AdminWorld
  const differences: string[] = []
  for await (const user of store.listUsers()) {
    const rebuilt = await rebuildUser(user, world, 'look')
    differences.push(...[...rebuilt.differences, ...rebuilt.failures].map((line) => `${user}: ${line}`))
  }
  return differences
}
