// Loads dist/agent.cjs, compiled beforehand where an administrator has had that done (`imip-admin init`): a third of the time.

import { createHash } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  constants,
  fstatSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { Script } from 'node:vm'

/** SHA-256 of dist/agent.cjs, put in by the build into the programs that were built with it. */
declare const AGENT_DIGEST: string | undefined

const builtDigest = typeof AGENT_DIGEST === 'string' ? AGENT_DIGEST : ''

/** The exports of dist/agent.cjs in this directory. */
export function loadAgentBundle(directory: string, digest: string = builtDigest): unknown {
  const bundle = `${directory}/agent.cjs`
  const cache = readCodeCache(bundle, makeCachePath(directory, digest))
  // Without a cache Node's own way is as good as any.
  return cache === undefined ? createRequire(bundle)(bundle) : runScript(bundle, cache).exports
}

export interface CodeCacheResult {
  readonly kind: 'made' | 'not-made'
  readonly path: string
  /** Why not. */
  readonly reason?: string
}

/**
 * Compiles the bundle and keeps the outcome beside it. What the bundle's own `warmUp` runs is compiled too; everything else
 * waits until it is called. Never done by an agent: a cache is code, and only who may change the program may change it.
 */
export async function makeCodeCache(directory: string, digest: string = builtDigest): Promise<CodeCacheResult> {
  const bundle = `${directory}/agent.cjs`
  const path = makeCachePath(directory, digest)
  try {
    // V8 accepts a cache of another source of the same length and then runs that one: the name alone tells them apart.
    if (createHash('sha256').update(readFileSync(bundle)).digest('hex') !== digest)
      return { kind: 'not-made', path, reason: `${bundle} was not built together with this program` }
    const { script, exports } = runScript(bundle, undefined)
    await warmUp(exports)
    const beside = `${path}.${process.pid}`
    try {
      writeFileSync(beside, script.createCachedData(), { mode: 0o644 })
      chmodSync(beside, 0o644)
      renameSync(beside, path)
    } finally {
      rmSync(beside, { force: true })
    }
    return { kind: 'made', path }
  } catch (error) {
    return { kind: 'not-made', path, reason: error instanceof Error ? error.message : String(error) }
  }
}

/** Of this bundle, this version of Node and this kind of machine. */
export function makeCachePath(directory: string, digest: string): string {
  return `${directory}/agent-${digest}-${process.version}-${process.arch}.cache`
}

/** Nothing unless it belongs to root or to the owner of the program and nobody else may write it. */
function readCodeCache(bundle: string, path: string): Buffer | undefined {
  let file: number | undefined
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW)
    const { uid, mode } = fstatSync(file)
    if ((mode & 0o022) !== 0) return undefined
    if (uid !== 0 && uid !== readOwner(bundle)) return undefined
    return readFileSync(file)
  } catch {
    return undefined
  } finally {
    if (file !== undefined) closeSync(file)
  }
}

function readOwner(path: string): number {
  const file = openSync(path, constants.O_RDONLY)
  try {
    return fstatSync(file).uid
  } finally {
    closeSync(file)
  }
}

/** As Node runs a CommonJS file; the bundle is ASCII, so one byte is one sign. */
function runScript(bundle: string, cachedData: Buffer | undefined): { script: Script; exports: unknown } {
  const source = `(function (exports, require, module, __filename, __dirname) { ${readFileSync(bundle, 'latin1')}\n})`
  const script = new Script(source, { filename: bundle, ...(cachedData === undefined ? {} : { cachedData }) })
  const module = { exports: {} }
  const directory = bundle.slice(0, bundle.lastIndexOf('/'))
  const run = script.runInThisContext() as (...given: readonly unknown[]) => void
  run(module.exports, createRequire(bundle), module, bundle, directory)
  return { script, exports: module.exports }
}

async function warmUp(exports: unknown): Promise<void> {
  if (typeof exports !== 'object' || exports === null || !('warmUp' in exports)) return
  if (typeof exports.warmUp === 'function') await exports.warmUp()
}
