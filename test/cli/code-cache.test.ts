import { createHash } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { loadBundle, makeCachePath, makeCodeCache, makeCodeCaches } from '../../src/cli/code-cache.ts'

let directory = ''
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'imip-cache-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

/** Two sources of the same length: V8 takes a cache of one for the other, which shows whether a cache was used. */
const asBundle = (text: string) => `(function (exports, require, module, __filename, __dirname) {\n${text}\n})`
const one = asBundle('exports.answer = function () { return "one" }; exports.place = [__filename, __dirname]')
const two = one.replace('"one"', '"two"')
const digest = createHash('sha256').update(one).digest('hex')

function write(source: string): void {
  writeFileSync(join(directory, 'agent.cjs'), source)
}

function load(): string {
  const exports = loadBundle(directory, 'agent', digest) as { answer(): string; place: readonly string[] }
  expect(exports.place).toEqual([join(directory, 'agent.cjs'), directory])
  return exports.answer()
}

function make(): string {
  write(one)
  const result = makeCodeCache(directory, 'agent', digest)
  expect(result).toEqual({ kind: 'made', path: makeCachePath(directory, 'agent', digest) })
  write(two)
  return result.path
}

test('without a cache the bundle runs as it is', () => {
  write(one)
  expect(load()).toBe('one')
})

test('a cache is used', () => {
  make()
  expect(load()).toBe('one')
  expect(readdirSync(directory)).toHaveLength(2)
})

test('a cache that others may write is not used', () => {
  for (const mode of [0o666, 0o664, 0o646]) {
    chmodSync(make(), mode)
    expect(load()).toBe('two')
  }
})

test('nor one that is a link', () => {
  const path = make()
  renameSync(path, `${path}.real`)
  symlinkSync(`${path}.real`, path)
  expect(load()).toBe('two')
})

test.skipIf(process.getuid?.() !== 0)('nor one of somebody else (looked at as root only)', () => {
  chownSync(make(), 12345, 12345)
  expect(load()).toBe('two')
})

test.skipIf(process.getuid?.() !== 0)("but one of the program's owner (looked at as root only)", () => {
  chownSync(make(), 12345, 12345)
  chownSync(join(directory, 'agent.cjs'), 12345, 12345)
  expect(load()).toBe('one')
})

test('a cache of another build is never asked for', () => {
  const path = make()
  renameSync(path, path.replace(digest, createHash('sha256').update(two).digest('hex')))
  expect(load()).toBe('two')
})

test('a cache that V8 does not take is left aside', () => {
  writeFileSync(make(), 'no code')
  expect(load()).toBe('two')
})

test('made only of what was built together', () => {
  write(two)
  expect(makeCodeCache(directory, 'agent', digest)).toMatchObject({
    kind: 'not-made',
    reason: expect.stringContaining('was not built together with this program'),
  })
  expect(readdirSync(directory)).toEqual(['agent.cjs'])
})

test('says why it was not made', () => {
  expect(makeCodeCache(directory, 'agent', digest)).toMatchObject({
    kind: 'not-made',
    reason: expect.stringContaining('ENOENT'),
  })
})

/** Front and agent, each of which counts how often it was run. */
function writeBoth(): void {
  for (const name of ['front', 'agent'])
    writeFileSync(
      join(directory, `${name}.cjs`),
      asBundle(`exports.name = '${name}'; exports.greet = () => 'hello ' + exports.name`),
    )
}

const digestOf = (name: string) =>
  createHash('sha256')
    .update(readFileSync(join(directory, `${name}.cjs`)))
    .digest('hex')

test('the caches of both are made after a rehearsal, which has each bundle once', async () => {
  writeBoth()
  const greeted: unknown[] = []
  const results = await makeCodeCaches(
    directory,
    async (load) => {
      expect(load('agent')).toBe(load('agent'))
      for (const name of ['front', 'agent'] as const) greeted.push((load(name) as { greet(): string }).greet())
    },
    digestOf,
  )
  expect(greeted).toEqual(['hello front', 'hello agent'])
  expect(results).toEqual(
    (['front', 'agent'] as const).map((name) => ({
      kind: 'made',
      path: makeCachePath(directory, name, digestOf(name)),
    })),
  )
  expect(loadBundle(directory, 'agent', digestOf('agent'))).toMatchObject({ name: 'agent' })
})

test('a rehearsal that fails costs no cache', async () => {
  writeBoth()
  const results = await makeCodeCaches(directory, () => Promise.reject(new Error('no room')), digestOf)
  expect(results.map(({ kind }) => kind)).toEqual(['made', 'made'])
})

test('nothing that was built at another time is rehearsed', async () => {
  writeBoth()
  const results = await makeCodeCaches(
    directory,
    () => {
      throw new Error('rehearsed')
    },
    (name) => (name === 'front' ? digestOf(name) : digest),
  )
  expect(results.map(({ kind }) => kind)).toEqual(['made', 'not-made'])
})
