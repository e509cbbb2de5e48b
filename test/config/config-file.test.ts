import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { loadConfig, readConfig } from '../../src/config/load-config.ts'

const shipped = fileURLToPath(new URL('../../conf/config.toml', import.meta.url))

test('the shipped file says nothing but the defaults', () => {
  const configuration = loadConfig({ file: shipped, environment: {}, overrides: [] })
  const directory = mkdtempSync(join(tmpdir(), 'imip-config-'))
  try {
    // The same with every setting uncommented, and with every example in its place.
    const text = readFileSync(shipped, 'utf8')
    const all = join(directory, 'all.toml')
    writeFileSync(all, text.replace(/^#([a-z_]+ = )/gm, '$1'))
    expect(readConfig({ file: all, environment: {}, overrides: [] })).toEqual({ configuration, faults: [] })
    const examples = join(directory, 'examples.toml')
    writeFileSync(examples, text.replace(/^# Example: /gm, ''))
    expect(readConfig({ file: examples, environment: {}, overrides: [] }).faults).toEqual([])
  } finally {
    rmSync(directory, { recursive: true })
  }
})
