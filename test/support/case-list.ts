// The case files there are.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'

/** Relative to the project, sorted. */
export function listCases(): readonly string[] {
  const names = readdirSync(join(import.meta.dirname, '..', 'cases'), { recursive: true, encoding: 'utf8' })
  return names
    .filter((name) => name.endsWith('.case'))
    .map((name) => `test/cases/${name}`)
    .sort()
}
