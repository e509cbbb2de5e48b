// What a room's size costs: the same requests to a room with 100 and to one with 100,000 bookings, in one warm process.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildBundles, bundleEntry } from '../build.mjs'
import { makeCalendar, makeCancel, makeRequest } from './mails.mjs'
import { measure, showRatio } from './measure.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..')
const rounds = 200
const folder = mkdtempSync(join(tmpdir(), 'imip-bench-'))

// A booking of ten minutes every quarter of an hour, or spread over the same three years; five minutes are free between two.
const small = { name: 'small@example.com', count: 100, step: 900 * 1000 }
const large = { name: 'large@example.com', count: 100_000, step: 900 }

try {
  await buildBundles()
  for (const { name, count, step } of [small, large]) {
    writeFileSync(join(folder, `${count}.ics`), makeCalendar(count, step, 600))
    const start = performance.now()
    const places = [
      '-S',
      join(folder, 'store'),
      '-p',
      join(folder, 'preferences'),
      '--set',
      `log=${join(folder, 'log')}`,
    ]
    const { status, stderr } = spawnSync(
      join(root, 'bin/imip-admin'),
      [...places, 'import', name, join(folder, `${count}.ics`)],
      {
        encoding: 'utf8',
      },
    )
    if (status !== 0) throw new Error(`imip-admin import ended with ${status}: ${stderr}`)
    console.log(`imported ${count} bookings in ${((performance.now() - start) / 1000).toFixed(1)} s`)
  }

  mkdirSync(join(folder, 'code'))
  const bundle = join(root, 'dist', 'bench-growth.cjs')
  writeFileSync(bundle, await bundleEntry('tools/dev/bench/growth-entry.ts'))
  const { openRoom } = createRequire(import.meta.url)(bundle)
  rmSync(bundle)
  const reached = []
  const answer = { small: await openRoom(folder, small.name), large: await openRoom(folder, large.name) }
  for (const [what, makeMails] of Object.entries(kinds())) {
    const times = await measure(
      {
        small: (round) => makeMails(answer.small, small.name, round),
        large: (round) => makeMails(answer.large, large.name, round),
      },
      rounds,
      20,
    )
    reached.push(showRatio(`${what}: 100,000 bookings against 100`, times.large, times.small, 1.3))
  }
  process.exitCode = reached.every(Boolean) ? 0 : 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}

/** Each answers with the milliseconds that the last of its mails took. */
function kinds() {
  const day = 86_400
  const gap = 600
  return {
    'a request': (answer, room, round) =>
      answer(makeRequest({ uid: `single-${round}`, start: (round + 40) * day + gap, length: 300, room }), 'ACCEPTED'),
    'a series of 52': async (answer, room, round) => {
      const start = (round + 40) * 900 + 300 * day + gap
      const spent = await answer(
        makeRequest({ uid: `series-${round}`, start, length: 300, rule: 'FREQ=WEEKLY;COUNT=52', room }),
        'ACCEPTED',
      )
      // Taken back, so that the two hundredth meets what the first met.
      await answer(makeCancel({ uid: `series-${round}`, room }), null)
      return spent
    },
    'a cancel': async (answer, room, round) => {
      await answer(
        makeRequest({ uid: `cancelled-${round}`, start: (round + 40) * 900 + 340 * day + gap, length: 300, room }),
        'ACCEPTED',
      )
      return answer(makeCancel({ uid: `cancelled-${round}`, room }), null)
    },
  }
}
