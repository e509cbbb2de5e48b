// docs/program-responsibilities.md has a row for each method that a program knows, and no other.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { agents } from '../src/agents/agents.ts'

/** Program, component and methods of each table: a heading of the program, below it one of components. */
function readTables(): Readonly<Record<string, readonly string[]>> {
  const tables: Record<string, string[]> = {}
  let program = ''
  let components: readonly string[] = []
  for (const line of readFileSync(new URL('../docs/program-responsibilities.md', import.meta.url), 'utf8').split(
    '\n',
  )) {
    const heading = /^(#+) (.*)$/.exec(line)
    if (heading?.[1] === '##') program = heading[2] ?? ''
    if (heading) components = heading[1] === '###' ? (heading[2] ?? '').split(', ') : []
    const method = /^\| ([A-Z]+) \|/.exec(line)?.[1]
    if (method === undefined) continue
    for (const name of components) {
      const key = `${program} ${name}`
      tables[key] = [...(tables[key] ?? []), method]
    }
  }
  for (const methods of Object.values(tables)) methods.sort()
  return tables
}

test('the tables are those of the programs', () => {
  const known = Object.values(agents).flatMap(({ name, handlers }) =>
    Object.entries(handlers).map(([component, methods]) => [`${name} ${component}`, Object.keys(methods).sort()]),
  )
  expect(readTables()).toEqual(Object.fromEntries(known))
})

test('who hands mail on is said of those who do', () => {
  const text = readFileSync(new URL('../docs/program-responsibilities.md', import.meta.url), 'utf8')
  for (const { name, delivers } of Object.values(agents)) {
    const last = new RegExp(`^\\| \`${name}\` \\|.*\\| ([^|]*) \\|$`, 'm').exec(text)?.[1]
    expect(last?.startsWith('always'), name).toBe(delivers)
  }
})
