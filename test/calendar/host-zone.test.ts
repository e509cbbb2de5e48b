// The zone of the machine plays no part: the tests of time run once more in two other zones, and no source asks for it.
import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../', import.meta.url))
const files = [
  ...['recurrence', 'time-zone', 'vtimezone', 'duration', 'span', 'series', 'collision', 'expansion'].map(
    (name) => `test/calendar/${name}`,
  ),
  'test/zones/',
]

describe('the zone of the machine', () => {
  for (const zone of ['America/St_Johns', 'Pacific/Apia']) {
    test(`may be ${zone}`, { timeout: 300_000 }, async () => {
      const { code, output } = await runTests(zone)
      expect(code, output).toBe(0)
      expect(output).toMatch(/Tests .*\d{3} passed/)
    })
  }

  test('is never asked for', () => {
    for (const folder of ['src/calendar', 'src/zones']) {
      for (const name of readdirSync(join(root, folder))) {
        const text = readFileSync(join(root, folder, name), 'utf8')
        const asks = /getTimezoneOffset|toLocale|new Date\(\)|\bget(?:Full|Mon|Dat|Day|Hour|Minut)|process\.env/.exec(
          text,
        )
        expect(asks?.[0], name).toBe(undefined)
        if (name !== 'intl-zones.ts') expect(/\bIntl\.|new Date\(/.exec(text)?.[0], name).toBe(undefined)
      }
    }
  })
})

function runTests(zone: string): Promise<{ readonly code: number; readonly output: string }> {
  const { VITEST: _, VITEST_MODE: __, ...inherited } = process.env
  const env = { ...inherited, TZ: zone, RECURRENCE_RULES: '500', RECURRENCE_RUNS: '0.2', NO_COLOR: '1' }
  const command = [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--reporter=dot', ...files]
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      command,
      { cwd: root, env, maxBuffer: 50_000_000 },
      (_error, stdout, stderr) => resolve({ code: child.exitCode ?? 1, output: `${stdout}${stderr}` }),
    )
  })
}
