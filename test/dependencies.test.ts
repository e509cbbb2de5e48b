// What the project is made of: licences, digests, and a dist that is the same byte for byte wherever it is built.
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { findFaults, isAllowed, type LockEntry } from '../tools/dev/audit-dependencies.mjs'

const root = join(import.meta.dirname, '..')
const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
  readonly packages: Readonly<Record<string, LockEntry & { readonly dev?: boolean }>>
}

describe('licences', () => {
  test('the audit finds nothing in the packages that are installed', () => {
    const script = join(root, 'tools/dev/audit-dependencies.mjs')
    expect(execFileSync(process.execPath, [script], { encoding: 'utf8' })).toMatch(/^audit: \d+ packages, licences /)
  })

  test.each([
    ['MIT', true],
    ['(MIT OR EUPL-1.1+)', true],
    ['MIT AND SSPL-1.0', false],
    ['SSPL-1.0 OR (MIT AND ISC)', true],
    ['(MIT', false],
    ['MIT ISC', false],
    ['GPL-2.0-only', false],
    ['SEE LICENSE IN LICENSE.md', false],
    ['UNLICENSED', false],
    ['', false],
    [undefined, false],
  ])('%s: %s', (expression, expected) => expect(isAllowed(expression)).toBe(expected))

  const digest = `sha512-${'A'.repeat(86)}==`
  test.each<[string, LockEntry, string]>([
    ['an unknown licence', { license: 'SSPL-1.0', integrity: digest }, 'licence SSPL-1.0 is not in the list'],
    ['none', { integrity: digest }, 'licence unknown is not in the list'],
    ['no digest', { license: 'MIT' }, 'has no digest'],
    ['a weak digest', { license: 'MIT', integrity: 'sha1-AAAA' }, 'has no digest'],
    [
      'something from elsewhere',
      { license: 'MIT', integrity: digest, resolved: 'git+ssh://example.com/a' },
      'does not come from a registry',
    ],
  ])('%s is a fault', (_, entry, fault) => {
    const faults = findFaults({ packages: { 'node_modules/a': { version: '1.0.0', ...entry } } })
    expect(faults).toEqual([expect.stringContaining(fault)])
  })

  test('another licence or version in the package than in the lock file is a fault', () => {
    const packages = { 'node_modules/a': { version: '1.0.0', license: 'MIT', integrity: digest } }
    expect(findFaults({ packages }, () => ({ version: '1.0.1', license: 'SSPL-1.0' }))).toHaveLength(2)
  })
})

test('dist is the same byte for byte, built twice in different folders', { timeout: 120_000 }, () => {
  const place = mkdtempSync(join(tmpdir(), 'reproducible-'))
  try {
    const first = build(join(place, 'a'), { TZ: 'UTC', LANG: 'C' })
    const second = build(join(place, 'another-folder', 'with a longer name'), {
      TZ: 'Asia/Kolkata',
      LANG: 'nb_NO.UTF-8',
    })
    expect([...first.keys()]).toContain('agent.cjs')
    expect([...second.keys()]).toEqual([...first.keys()])
    for (const [name, bytes] of first) expect(second.get(name)?.equals(bytes), name).toBe(true)
    for (const [name, bytes] of first) expect(bytes.includes(place), name).toBe(false)
  } finally {
    rmSync(place, { recursive: true, force: true })
  }
})

/** What `npm run build` makes of a checkout in that folder, the code caches aside. */
function build(folder: string, environment: Readonly<Record<string, string>>): ReadonlyMap<string, Buffer> {
  const needed = Object.entries(lock.packages)
    .filter(([place, { dev }]) => place !== '' && (dev !== true || /\/@?esbuild\b/.test(place)))
    .map(([place]) => place)
  for (const part of ['src', 'tools', 'package.json', 'tsconfig.json', ...needed]) {
    if (!existsSync(join(root, part))) continue
    mkdirSync(dirname(join(folder, part)), { recursive: true })
    cpSync(join(root, part), join(folder, part), { recursive: true })
  }
  execFileSync(process.execPath, [join(folder, 'tools/dev/build.mjs')], {
    cwd: folder,
    env: { PATH: process.env.PATH, ...environment },
    stdio: 'pipe',
  })
  const names = readdirSync(join(folder, 'dist')).filter((name) => !name.endsWith('.cache'))
  return new Map(names.sort().map((name) => [name, readFileSync(join(folder, 'dist', name))]))
}
