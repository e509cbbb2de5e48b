// imip-admin: the real machine around src/admin/run-admin.ts.
import { randomUUID } from 'node:crypto'
import { statSync } from 'node:fs'
import { makeOutput } from '../admin/output.ts'
import { readFile } from '../admin/read-file.ts'
import { runAdmin } from '../admin/run-admin.ts'
import { openConfiguredStore } from '../pipeline/open-store.ts'
import { makeOutward } from '../pipeline/outward.ts'
import { loadSystemZones } from '../zones/system-zones.ts'
import { type BundleName, findCachePath, makeCodeCaches } from './code-cache.ts'
import { rehearseMails } from './rehearse-mails.ts'
import { isTerminal } from './terminal.ts'

const bundles: readonly BundleName[] = ['front', 'agent']

void runAdmin(process.argv.slice(2), {
  environment: process.env,
  write: makeOutput(1),
  writeError: makeOutput(2),
  isTerminal: isTerminal(2),
  now: () => Math.floor(Date.now() / 1000),
  makeIdentifier: randomUUID,
  loadZones: loadSystemZones,
  hasStore: ({ storeType, storeDir }) => storeType !== 'file' || !isMissing(storeDir),
  openStore: openConfiguredStore,
  makeOutward,
  readInput: readFile,
  codeCachePaths: bundles.map((name) => findCachePath(import.meta.dirname, name)),
  makeCodeCaches: () => makeCodeCaches(import.meta.dirname, rehearseMails),
}).then((code) => process.exit(code))

/** What may not be looked at is not missing. */
function isMissing(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) === undefined
  } catch {
    return false
  }
}
