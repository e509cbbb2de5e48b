// npm run crash-test: every stop point of every kind of message, on simulated machines and with the real programs; prints what was tried.
// `npm run crash-test -- conversations programs daemon schedules store` runs some of it. CRASH_SEED=N draws the same again,
// CRASH_ONE_IN=N tries one point in so many.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const project = join(dirname(fileURLToPath(import.meta.url)), '../..')
/** What each runs, in the order of their length. */
const parts = {
  store: 'test/store/crash.test.ts',
  schedules: 'test/store/model.test.ts',
  daemon: 'test/crash/daemon.test.ts',
  conversations: 'test/crash/cases.test.ts',
  programs: 'test/crash/programs.test.ts',
}

const wanted = process.argv.slice(2).length > 0 ? process.argv.slice(2) : Object.keys(parts)
const unknown = wanted.filter((part) => !(part in parts))
if (unknown.length > 0) {
  console.error(`crash-test: no part ${unknown.join(', ')}; there are ${Object.keys(parts).join(', ')}`)
  process.exit(64)
}
if (spawnSync('strace', ['-qq', '-o', '/dev/null', 'true']).status !== 0)
  console.log(
    'strace is not there or may not be used: the real programs are not stopped. See tools/dev/install-test-packages.sh',
  )

const seed = process.env.CRASH_SEED ?? String(Date.now() % 1_000_000)
console.log(`CRASH_SEED=${seed}`)
// In memory: hundreds of thousands of times a disk would be waited for. TMPDIR names another place.
const place = process.env.TMPDIR ?? (existsSync('/dev/shm') ? '/dev/shm' : tmpdir())
const folder = mkdtempSync(join(place, 'crash-test-'))
const table = join(folder, 'table')
const { status } = spawnSync(
  process.execPath,
  [
    join(project, 'node_modules/vitest/vitest.mjs'),
    'run',
    ...wanted.map((part) => parts[part]),
    '--no-file-parallelism',
  ],
  {
    cwd: project,
    stdio: 'inherit',
    env: { ...process.env, TMPDIR: folder, CRASH_TEST: 'all', CRASH_SEED: seed, CRASH_TEST_TABLE: table },
  },
)
printTable(readCounts(table))
rmSync(folder, { recursive: true, force: true })
process.exitCode = status === 0 ? 0 : 1

function readCounts(file) {
  try {
    return readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line))
  } catch {
    return []
  }
}

/** A row for each agent and kind of message: how often it was stopped and refused, here and in real programs. */
function printTable(counts) {
  const columns = ['simulated stopped', 'simulated refused', 'real stopped', 'real refused', 'violations']
  const rows = new Map()
  for (const { store, where, how, agent, kind, tried, violations } of counts) {
    const name = [store, agent, kind].join('\t')
    const row = rows.get(name) ?? [0, 0, 0, 0, 0]
    const column = columns.indexOf(`${where} ${how}`)
    row[column] += tried
    row[4] += violations
    rows.set(name, row)
  }
  const sorted = [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, row]) => [...name.split('\t'), ...row])
  const sum = columns.map((_, index) => sorted.reduce((total, row) => total + row[index + 3], 0))
  const all = [['store', 'agent', 'kind of message', ...columns], ...sorted, ['', '', 'all', ...sum]]
  const widths = all[0].map((_, index) => Math.max(...all.map((row) => String(row[index]).length)))
  for (const row of all)
    console.log(
      row
        .map((cell, index) => (index < 3 ? String(cell).padEnd(widths[index]) : String(cell).padStart(widths[index])))
        .join('  '),
    )
}
