// Loads the bundles of dist/, compiled beforehand where an administrator has had that done (`imip-admin init`).
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
  statSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { setFlagsFromString } from 'node:v8'
import { Script } from 'node:vm'

/** `front` is what every mail needs, `agent` what only mails need that may carry a calendar. */
export type BundleName = 'front' | 'agent'

/** SHA-256 of the bundles, put in by the build into what was built with them. */
declare const FRONT_DIGEST: string | undefined
declare const AGENT_DIGEST: string | undefined

function readBuiltDigest(name: BundleName): string {
  if (name === 'front') return typeof FRONT_DIGEST === 'string' ? FRONT_DIGEST : ''
  return typeof AGENT_DIGEST === 'string' ? AGENT_DIGEST : ''
}

/** The exports of a bundle in this directory. */
export function loadBundle(directory: string, name: BundleName, digest = readBuiltDigest(name)): unknown {
  const bundle = `${directory}/${name}.cjs`
  const cache = readCodeCache(bundle, makeCachePath(directory, name, digest))
  // Without a cache Node's own way is as good as any.
  return cache === undefined ? load(bundle)(bundle) : runScript(compile(bundle, cache), bundle)
}

export interface CodeCacheResult {
  readonly kind: 'made' | 'not-made'
  readonly path: string
  /** Why not. */
  readonly reason?: string
}

/**
 * Compiles a bundle and keeps the outcome beside it. Never done by an agent: a cache is code, and only who may change the
 * program may change it.
 */
export function makeCodeCache(
  directory: string,
  name: BundleName,
  digest: string = readBuiltDigest(name),
): CodeCacheResult {
  const bundle = `${directory}/${name}.cjs`
  const path = makeCachePath(directory, name, digest)
  const refuse = (reason: string): CodeCacheResult => ({ kind: 'not-made', path, reason })
  try {
    // V8 accepts a cache of another source of the same length and then runs that one: the name alone tells them apart.
    if (createHash('sha256').update(readFileSync(bundle)).digest('hex') !== digest)
      return refuse(`${bundle} was not built together with this program`)
    const data = compileWhole(bundle)
    if (compile(bundle, data).cachedDataRejected) return refuse('this node takes no code cache')
    replaceFile(path, data)
    return { kind: 'made', path }
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error))
  }
}

/** Of this bundle, this version of Node and this kind of machine. */
export function makeCachePath(directory: string, name: BundleName, digest: string): string {
  return `${directory}/${name}-${digest}-${process.version}-${process.arch}.cache`
}

/** Where the cache of this build belongs. */
export function findCachePath(directory: string, name: BundleName): string {
  return makeCachePath(directory, name, readBuiltDigest(name))
}

/** Nothing unless it belongs to root or to the owner of the program and nobody else may write it. */
function readCodeCache(bundle: string, path: string): Buffer | undefined {
  let file: number | undefined
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW)
    const { uid, mode } = fstatSync(file)
    if ((mode & 0o022) !== 0) return undefined
    return uid === 0 || uid === statSync(bundle).uid ? readFileSync(file) : undefined
  } catch {
    return undefined
  } finally {
    if (file !== undefined) closeSync(file)
  }
}

/** As Node compiles a CommonJS file; the bundle is ASCII, so one byte is one sign. */
function compile(bundle: string, cachedData?: Buffer): Script {
  const source = `(function (exports, require, module, __filename, __dirname) { ${readFileSync(bundle, 'latin1')}\n})`
  return new Script(source, { filename: bundle, ...(cachedData === undefined ? {} : { cachedData }) })
}

function runScript(script: Script, bundle: string): unknown {
  const module = { exports: {} }
  const directory = bundle.slice(0, bundle.lastIndexOf('/'))
  const run = script.runInThisContext() as (...given: readonly unknown[]) => void
  run(module.exports, load(bundle), module, bundle, directory)
  return module.exports
}

/** The program's own serves for all that lies beside it; another would load a third of Node's module loader again. */
function load(bundle: string): NodeJS.Require {
  return typeof require === 'function' ? require : createRequire(bundle)
}

/** Every function of it, not only those that run at once: measured, that is the quicker start. */
function compileWhole(bundle: string): Buffer {
  setFlagsFromString('--no-lazy')
  let script: Script
  try {
    script = compile(bundle)
  } finally {
    setFlagsFromString('--lazy')
  }
  return script.createCachedData()
}

function replaceFile(path: string, data: Buffer): void {
  const beside = `${path}.${process.pid}`
  try {
    writeFileSync(beside, data)
    chmodSync(beside, 0o644)
    renameSync(beside, path)
  } finally {
    rmSync(beside, { force: true })
  }
}
