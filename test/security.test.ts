// docs/security.md names a test for each threat, and each of them is there; every section of the standards about threats has its row.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')
const page = readFileSync(join(root, 'docs/security.md'), 'utf8')
const rows = page
  .split('\n')
  .filter((line) => /^\| (?!threat|---)/.test(line))
  .map((line) => line.split(' | '))

test('there are rows of three columns', () => {
  expect(rows.length).toBeGreaterThan(20)
  for (const row of rows) expect(row, row[0]).toHaveLength(3)
})

test.each(rows.map((row) => [row[0]?.replace(/^\| /, '').slice(0, 80), row[2] ?? '']))('%s', (_, shown) => {
  const tests = [...shown.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '')
  expect(tests).not.toEqual([])
  for (const path of tests) {
    expect(path).toMatch(/^test\/.*\.(?:case|test\.ts)$/)
    expect(existsSync(join(root, path)), path).toBe(true)
  }
})

test('whatever is named elsewhere on the page is there, too', () => {
  for (const [, path = ''] of page.matchAll(/`(test\/[^`]+)`/g)) expect(existsSync(join(root, path)), path).toBe(true)
})

test.each(['6.1.1', '6.1.2', '6.1.3', '6.1.4', '6.1.5', '6.1.6', '6.2.1', '6.2.2', '6.2.3', '6.3'])(
  'RFC 5546, %s has a row',
  (section) => expect(rows.some(([threat = '']) => threat.startsWith(`| ${section} `))).toBe(true),
)
