// npm run bench: what the programs cost, each figure a ratio with its partner run in the same minute, alternating, medians.
// `npm run bench -- start-up growth recurrence` runs some of them. Environment without NODE_EXTRA_CA_CERTS: it triples Node's start.
import { spawnSync } from 'node:child_process'
import { cpus } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
const parts = ['start-up', 'growth', 'nightly', 'recurrence', 'pipe', 'daemon']
/** Only where it is named: to write the full room takes minutes. */
const longParts = ['million']

delete process.env.NODE_EXTRA_CA_CERTS
const wanted = process.argv.slice(2).length > 0 ? process.argv.slice(2) : parts
const unknown = wanted.filter((part) => ![...parts, ...longParts].includes(part))
if (unknown.length > 0) {
  console.error(`bench: no part ${unknown.join(', ')}; there are ${[...parts, ...longParts].join(', ')}`)
  process.exit(64)
}

console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model.trim() || 'unknown processor'}`)
let failed = 0
for (const part of wanted) {
  console.log(`\n== ${part}`)
  const file = part === 'recurrence' ? join(here, 'bench-recurrence.mjs') : join(here, 'bench', `${part}.mjs`)
  const { status } = spawnSync(process.execPath, ['--expose-gc', file], { stdio: 'inherit' })
  if (status !== 0) failed = 1
}
process.exitCode = failed
