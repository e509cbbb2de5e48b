// Documents: what is generated from tables is fresh.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { makeDocuments } from '../tools/dev/docs.mjs'

test('generated documents are fresh; `npm run docs` makes them so', async () => {
  for (const [path, text] of await makeDocuments())
    expect(readFileSync(new URL(`../${path}`, import.meta.url), 'utf8'), path).toBe(text)
})
