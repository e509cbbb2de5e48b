// node tools/dev/bench-store.mjs [BOOKINGS]: what the file store alone costs a message, in a small room and in a full one.
//
// One warm process, the rooms alternating, medians of 200. With 1000000 as an argument also the largest room (a few minutes).
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { measure, showRatio } from './bench/measure.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const full = Number(process.argv[2] ?? 100_000)
const [fewEndless, manyEndless] = full >= 1_000_000 ? [20, 200] : [0, 0]
const limit = full >= 1_000_000 ? 1.5 : 1.3
// Beside the packages, so that the lock's native module is found.
const bundle = join(here, '..', '..', 'node_modules', `.bench-store-${process.pid}.mjs`)
const folder = mkdtempSync(join(tmpdir(), 'imip-agent-bench-'))
try {
  const entry = join(here, 'bench', 'store-entry.ts')
  await build({
    entryPoints: [entry],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
  })
  const { open, fill, request, requestSeries, cancel, lookAhead } = await import(pathToFileURL(bundle).href)
  const store = open(join(folder, 'store'))
  const rooms = { small: 'mailto:small@example.com', full: 'mailto:full@example.com' }
  await fill(store, rooms.small, 100, fewEndless)
  const start = performance.now()
  await fill(store, rooms.full, full, manyEndless)
  console.log(`${full} bookings, 500 a transaction: ${((performance.now() - start) / 1000).toFixed(1)} s`)

  // Slots in the year behind the bookings of the small room, where the full one is full.
  const slot = (number) => 150 + ((number * 37) % 4000)
  const time = async (work) => {
    const begin = performance.now()
    await work()
    return performance.now() - begin
  }
  const compare = async (what, run, most = limit) => {
    let number = 0
    const tasks = {
      full: () => time(() => run(store, rooms.full, number)),
      small: () => time(() => run(store, rooms.small, number++)),
    }
    const times = await measure(tasks, 200)
    showRatio(`${what}: ${full} bookings against 100`, times.full, times.small, most ?? undefined)
  }
  await compare('a request', (to, room, number) => request(to, room, `single-${number}`, slot(number)))
  await compare('a series of 52', (to, room, number) => requestSeries(to, room, `series-${number}`, slot(number)))
  await compare('a cancel', (to, room, number) => cancel(to, room, `single-${number}`))
  // Reads what is there: two thousand bookings here, none there.
  await compare('90 days ahead', (to, room, number) => lookAhead(to, room, slot(number)), null)
  await store.close()
} finally {
  rmSync(bundle, { force: true })
  rmSync(folder, { recursive: true })
}
