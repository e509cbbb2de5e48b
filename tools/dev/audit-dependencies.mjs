// Looks at what the project depends on: each package of package-lock.json has a licence that may be joined to GPL-3.0-or-later, a digest by
// which it is known again, and, with --signatures, a signature of the registry where it offers them. Exit 1 where something is wrong.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')

/**
 * What may be distributed together with GPL-3.0-or-later. MPL-2.0 by its section 3.3; Apache-2.0 with version 3 of the GPL and later.
 * What is not here fails: somebody must read it first.
 */
const allowed = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'GPL-3.0-or-later',
  'ISC',
  'LGPL-3.0-or-later',
  'MIT',
  'MIT-0',
  'MPL-2.0',
  'Unlicense',
])

/** May this SPDX expression be used? `A OR B`: either; `A AND B`: both. */
export function isAllowed(expression) {
  if (typeof expression !== 'string' || expression.trim() === '') return false
  const words = expression.match(/[()]|[^\s()]+/g) ?? []
  let at = 0
  const readAny = () => {
    let holds = readAll()
    while (words[at] === 'OR') {
      at++
      const next = readAll()
      holds = holds || next
    }
    return holds
  }
  const readAll = () => {
    let holds = readOne()
    while (words[at] === 'AND') {
      at++
      const next = readOne()
      holds = holds && next
    }
    return holds
  }
  const readOne = () => {
    const word = words[at++]
    if (word !== '(') return allowed.has(word)
    const holds = readAny()
    return words[at++] === ')' && holds
  }
  const holds = readAny()
  return holds && at === words.length
}

/** What is wrong with the packages of a lock file; `readManifest` gives the package.json of one that is installed. */
export function findFaults(lock, readManifest = () => undefined) {
  const faults = []
  for (const [place, entry] of Object.entries(lock.packages)) {
    if (place === '') continue
    const name = `${place.replace(/^(?:.*\/)?node_modules\//, '')} ${entry.version}`
    if (!isAllowed(entry.license)) faults.push(`${name}: licence ${entry.license ?? 'unknown'} is not in the list`)
    const manifest = readManifest(place)
    if (manifest !== undefined && manifest.license !== entry.license)
      faults.push(`${name}: says ${manifest.license ?? 'nothing'} of its licence, package-lock.json ${entry.license}`)
    if (manifest !== undefined && manifest.version !== entry.version)
      faults.push(`${name}: version ${manifest.version} is installed`)
    // What other platforms would install may be missing in the registry at hand (complete-lock.mjs).
    const isElsewhere = entry.optional === true && entry.os !== undefined && manifest === undefined
    if (entry.integrity === undefined ? !isElsewhere : !/^sha512-[A-Za-z0-9+/]{86}==$/.test(entry.integrity))
      faults.push(`${name}: has no digest (integrity, sha512)`)
    if (entry.link === true || /^(?:git|file|http:)/.test(entry.resolved ?? ''))
      faults.push(`${name}: does not come from a registry`)
  }
  return faults
}

function readManifest(place) {
  const file = join(root, place, 'package.json')
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined
}

/** Milliseconds: where no registry answers nobody shall wait for it. */
const patience = 45_000

/** Of the registry; a registry that offers none, or does not answer, is said aloud and is no fault. */
function checkSignatures() {
  const tries = ['--fetch-retries=0', '--fetch-timeout=15000']
  const { status, stdout, stderr, error } = spawnSync('npm', ['audit', 'signatures', '--json', ...tries], {
    cwd: root,
    encoding: 'utf8',
    timeout: patience,
  })
  const result = parse(stdout)
  if (result?.invalid === undefined) {
    const told = stderr.split('\n').filter((line) => /error/.test(line) && !/complete log/.test(line))
    const why =
      error?.code === 'ETIMEDOUT' ? 'it does not answer' : (result?.error?.summary ?? told.at(0) ?? 'offers none')
    console.error(
      `audit: SIGNATURES WERE NOT CHECKED, the registry at hand offers none or cannot be asked: ${why.trim()}`,
    )
    return []
  }
  const name = ({ name: of, version }) => `${of} ${version}`
  for (const each of result.missing ?? []) console.error(`audit: the registry has no signature of ${name(each)}`)
  if (status === 0) console.log('audit: the signatures of the registry are good')
  return result.invalid.map((each) => `${name(each)}: the signature of the registry is wrong`)
}

function parse(text) {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
  const faults = findFaults(lock, readManifest)
  if (process.argv.includes('--signatures')) faults.push(...checkSignatures())
  for (const fault of faults) console.error(`audit: ${fault}`)
  const licences = [...new Set(Object.values(lock.packages).flatMap(({ license }) => license ?? []))].sort()
  if (faults.length === 0)
    console.log(`audit: ${Object.keys(lock.packages).length - 1} packages, licences ${licences.join(', ')}`)
  process.exit(faults.length === 0 ? 0 : 1)
}
