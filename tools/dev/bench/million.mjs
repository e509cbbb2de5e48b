// What a full room costs: whole mails to a room with 1,000,000 bookings, 200 of them endless series, and to one with 100, 20 of
// them endless, in one warm process. The full room is made once and kept in the folder IMIP_BENCH_ROOMS, if that is set.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundleEntry } from '../build.mjs'
import { makeCancel, makeRequest } from './mails.mjs'
import { measure, showRatio } from './measure.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..')
const rounds = 200
const kept = process.env.IMIP_BENCH_ROOMS
const folder = kept ?? mkdtempSync(join(tmpdir(), 'imip-bench-'))
const full = { name: 'full@example.com', bookings: 1_000_000, endless: 200, step: 1 }
const small = { name: 'small@example.com', bookings: 100, endless: 20, step: 3132 }

const began = Date.UTC(2020, 0, 6) / 1000
const now = Date.UTC(2026, 2, 2, 9) / 1000

const bundle = join(root, 'dist', `bench-million-${process.pid}.cjs`)
try {
  writeFileSync(bundle, await bundleEntry('tools/dev/bench/million-entry.ts'))
  const { openRoom, fillRoom } = createRequire(import.meta.url)(bundle)
  rmSync(bundle)
  for (const room of [small, full]) await makeRoom(fillRoom, room)
  // Warm is not only the process: of a directory with a million names the machine holds the blocks that it has looked into.
  for (const { name } of [small, full]) readdirSync(join(folder, 'store', `mailto:${name}`, 'objects'))
  const answer = { full: await openRoom(folder, full.name), small: await openRoom(folder, small.name) }

  // Another stretch of UIDs in each run, since a room that is kept knows those of the run before.
  const run = Date.now().toString(36)
  const reached = []
  for (const [what, { ask, most, count = rounds, prepare }] of Object.entries(kinds(run))) {
    prepare?.()
    const times = await measure(
      {
        full: (round) => ask(answer.full, full, round),
        small: (round) => ask(answer.small, small, round),
      },
      count,
      count === rounds ? 60 : 1,
    )
    if (most !== undefined)
      reached.push(showRatio(`${what}: 1,000,000 bookings against 100`, times.full, times.small, most))
    else for (const room of [full, small]) showEach(what, times[room === full ? 'full' : 'small'], room)
  }
  process.exitCode = reached.every(Boolean) ? 0 : 1
} finally {
  rmSync(bundle, { force: true })
  if (kept === undefined) rmSync(folder, { recursive: true, force: true })
}

async function makeRoom(fillRoom, room) {
  prefer(room, 'scheduling_function', 'schedule_next_available_in_freebusy')
  prefer(room, 'booking_window', 'P365D')
  const mark = join(folder, `made-${room.bookings}`)
  if (existsSync(mark)) return
  const start = performance.now()
  await fillRoom(join(folder, 'store'), `mailto:${room.name}`, room)
  writeFileSync(mark, '')
  console.log(`wrote ${room.bookings} bookings in ${((performance.now() - start) / 1000).toFixed(1)} s`)
}

function prefer(room, name, value) {
  const place = join(folder, 'preferences', `mailto:${room.name}`)
  mkdirSync(place, { recursive: true })
  writeFileSync(join(place, name), `${value}\n`)
}

/** Every third quarter of the week is left to the endless series. */
function findLastStart({ bookings, endless, step }) {
  let place = -1
  for (let number = endless; number < bookings; number++)
    do place += step
    while ((place % 672) % 3 === 0)
  return began + place * 900
}

/** What both rooms have booked within the next year, in seconds after the mails' beginning. */
function listTaken() {
  const taken = []
  for (let place = -1, number = small.endless; number < small.bookings; number++) {
    do place += small.step
    while ((place % 672) % 3 === 0)
    const start = began + place * 900 - now
    if (start > 0 && start < 270 * 86_400) taken.push(start)
  }
  return taken
}

/** A weekly series: what each of its dates up to the last single booking costs; the first thousand are looked up in any case. */
function showEach(what, spent, room) {
  const dates = Math.max(1000, Math.ceil((findLastStart(room) - now) / (7 * 86_400)))
  const each = `${((spent * 1000) / dates).toFixed(0)} µs for each of ${dates} dates`
  console.log(`${`${what}: ${room.bookings} bookings`.padEnd(58)} ${spent.toFixed(0).padStart(8)} ms  (${each})`)
}

/** Each answers with the milliseconds of the one mail that counts; what it booked is taken back, so that each round meets the same. */
function kinds(run) {
  const day = 86_400
  // Five minutes are free behind the ten of each quarter of an hour; mails count from the full hour.
  const gap = 600
  const taken = listTaken()
  const timed = (what, makeMail, expected, most) => ({
    most,
    ask: async (answer, { name }, round) => {
      const uid = `${what}-${run}-${round + 60}`
      const spent = await answer(makeRequest({ uid, room: name, ...makeMail(round + 60) }), expected)
      await answer(makeCancel({ uid, room: name }), null)
      return spent
    },
  })
  return {
    'a single request': timed('single', (round) => ({ start: round * day + gap, length: 300 }), 'ACCEPTED', 1.5),
    'a series of 52': timed(
      'series',
      (round) => ({ start: round * 900 + gap, length: 300, rule: 'FREQ=WEEKLY;COUNT=52' }),
      'ACCEPTED',
      1.5,
    ),
    'a cancel': {
      most: 1.5,
      ask: async (answer, { name }, round) => {
        const uid = `cancelled-${run}-${round + 60}`
        await answer(makeRequest({ uid, start: (round + 60) * day + gap, length: 300, room: name }), 'ACCEPTED')
        return answer(makeCancel({ uid, room: name }), null)
      },
    },
    'next free within 90 days': {
      most: 1.5,
      ask: async (answer, { name }, round) => {
        // On a booking of this room: the next five minutes that are free are proposed.
        const uid = `next-${run}-${round + 60}`
        const spent = await answer(
          makeRequest({ uid, start: taken[(round + 60) % taken.length], length: 300, room: name }),
          'DECLINED',
        )
        await answer(makeCancel({ uid, room: name }), null)
        return spent
      },
    },
    'an endless request': {
      ...timed('endless', (round) => ({ start: round * 900 + gap, length: 300, rule: 'FREQ=WEEKLY' }), 'ACCEPTED'),
      count: 9,
      prepare: () => {
        for (const room of [small, full]) prefer(room, 'booking_window', '')
      },
    },
  }
}
