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
  const bundle = makeBundlePath(directory, name)
  return runScript(compile(bundle, readCodeCache(bundle, makeCachePath(directory, name, digest))), bundle)
}

export interface CodeCacheResult {
  readonly kind: 'made' | 'not-made'
  readonly path: string
  /** Why not. */
  readonly reason?: string
}

/** Lets the bundles do what they do for ordinary mails; `load` gives their exports. */
export type Rehearsal = (load: (name: BundleName) => unknown) => Promise<void>

/**
 * The caches of both bundles. What a rehearsal has run is compiled in them and nothing else: measured, a tenth of the work of a
 * request less than with all functions. Where it fails all are compiled.
 */
export async function makeCodeCaches(
  directory: string,
  rehearse: Rehearsal,
  readDigest: (name: BundleName) => string = readBuiltDigest,
): Promise<readonly CodeCacheResult[]> {
  const names: readonly BundleName[] = ['front', 'agent']
  try {
    for (const name of names) checkDigest(directory, name, readDigest(name))
    const scripts = new Map(names.map((name) => [name, compile(makeBundlePath(directory, name))]))
    const exports = new Map<BundleName, unknown>()
    await rehearse((name) => {
      const script = scripts.get(name)
      if (script && !exports.has(name)) exports.set(name, runScript(script, makeBundlePath(directory, name)))
      return exports.get(name)
    })
    return [...scripts].map(([name, script]) =>
      keepCache(directory, name, readDigest(name), () => script.createCachedData()),
    )
  } catch {
    return names.map((name) => makeCodeCache(directory, name, readDigest(name)))
  }
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
  return keepCache(directory, name, digest, () => {
    checkDigest(directory, name, digest)
    return compileWhole(makeBundlePath(directory, name))
  })
}

function keepCache(directory: string, name: BundleName, digest: string, make: () => Buffer): CodeCacheResult {
  const path = makeCachePath(directory, name, digest)
  try {
    const data = make()
    if (compile(makeBundlePath(directory, name), data).cachedDataRejected)
      throw new Error('this node takes no code cache')
    replaceFile(path, data)
    return { kind: 'made', path }
  } catch (error) {
    return { kind: 'not-made', path, reason: error instanceof Error ? error.message : String(error) }
  }
}

/** V8 accepts a cache of another source of the same length and then runs that one: the name alone tells them apart. */
function checkDigest(directory: string, name: BundleName, digest: string): void {
  const bundle = makeBundlePath(directory, name)
  if (createHash('sha256').update(readFileSync(bundle)).digest('hex') !== digest)
    throw new Error(`${bundle} was not built together with this program`)
}

function makeBundlePath(directory: string, name: BundleName): string {
  return `${directory}/${name}.cjs`
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

/** A bundle is a function as Node makes one of a CommonJS file, and ASCII, so one byte is one sign. */
function compile(bundle: string, cachedData?: Buffer): Script {
  return new Script(readFileSync(bundle, 'latin1'), {
    filename: bundle,
    ...(cachedData === undefined ? {} : { cachedData }),
  })
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
