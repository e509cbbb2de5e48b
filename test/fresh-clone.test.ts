// A fresh clone can be installed by `npm ci`, whatever platforms the registry at hand has packages for.

import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'

test('package-lock.json names every optional package; otherwise run: node tools/dev/complete-lock.mjs', () => {
  const checker = join(import.meta.dirname, '..', 'tools', 'dev', 'complete-lock.mjs')
  expect(() => execFileSync(process.execPath, [checker, '--check'], { stdio: 'pipe' })).not.toThrow()
})
