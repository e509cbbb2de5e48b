import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildBundles } from '../../tools/dev/build.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))
let folders: readonly string[] = []
beforeAll(() => {
  folders = [1, 2].map(() => mkdtempSync(join(tmpdir(), 'imip-build-')))
})
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

test('the same sources give the same bytes, and name no place of this machine', async () => {
  const [first = '', second = ''] = folders
  const { written } = await buildBundles(first)
  await buildBundles(second)
  expect(written).toEqual(expect.arrayContaining(['front.cjs', 'agent.cjs', 'imip-person.cjs']))
  for (const name of written) {
    const bytes = readFileSync(join(first, name))
    expect(bytes.equals(readFileSync(join(second, name))), name).toBe(true)
    expect(bytes.includes(root), name).toBe(false)
  }
})

test('everything is ASCII, so that one byte is one sign, also in regular expressions', async () => {
  const [folder = ''] = folders
  const { written } = await buildBundles(folder)
  for (const name of written)
    expect(
      readFileSync(join(folder, name)).every((byte) => byte < 0x80),
      name,
    ).toBe(true)
})

test('each program knows the digest of its front, and the front that of the agent', async () => {
  const [folder = ''] = folders
  const { written } = await buildBundles(folder)
  const read = (name: string): Buffer => readFileSync(join(folder, name))
  const digest = (name: string): string => createHash('sha256').update(read(name)).digest('hex')
  expect(read('front.cjs').includes(digest('agent.cjs'))).toBe(true)
  for (const name of written.filter((file) => /^imip-(person|resource)/.test(file)))
    expect(read(name).includes(digest('front.cjs')), name).toBe(true)
})

test('caches of an older build are taken away', async () => {
  const [folder = ''] = folders
  writeFileSync(join(folder, 'front-0123-v20.0.0-x64.cache'), '')
  await buildBundles(folder)
  expect(readdirSync(folder).filter((name) => name.endsWith('.cache'))).toEqual([])
})

test('a mail without a calendar loads no dear part of Node', async () => {
  const [folder = ''] = folders
  await buildBundles(folder)
  const text = readFileSync(join(folder, 'front.cjs'), 'utf8')
  for (const part of ['crypto', 'child_process', 'tty', 'os', 'v8'])
    expect(text, part).not.toMatch(new RegExp(`^var import_\\w+ = .*require\\("node:${part}"\\)`, 'm'))
  expect(text).not.toContain('mailparser')
  expect(text).not.toContain('ical.js')
})
