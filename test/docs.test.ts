// Documents: what is generated from tables is fresh.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { makeDocuments } from '../tools/dev/docs.mjs'
import { findLimits } from '../tools/dev/limits.mjs'

test('generated documents are fresh; `npm run docs` makes them so', async () => {
  for (const [path, text] of await makeDocuments())
    expect(readFileSync(new URL(`../${path}`, import.meta.url), 'utf8'), path).toBe(text)
})

test('every limit in the sources has its reason', () => {
  const limits = findLimits(fileURLToPath(new URL('..', import.meta.url)))
  expect(limits.length).toBeGreaterThan(50)
  expect(limits.filter(({ reason }) => reason === '').map(({ file, name }) => `${file}: ${name}`)).toEqual([])
})
