// Whole-process cost of the agents, as a ratio to `node -e 0`.
import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildBundles } from '../build.mjs'
import { makeRequest } from './mails.mjs'
import { measure, showRatio } from './measure.mjs'
import { startSink } from './sink.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..')
const rounds = 25
const plainMail = `From: kim@example.com\nTo: pat@example.com\nSubject: Minutes\nMessage-ID: <plain@example.com>\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n${'A line of an ordinary mail, long enough.\n'.repeat(400)}`
const folder = mkdtempSync(join(tmpdir(), 'imip-bench-'))
const sink = await startSink(folder)

try {
  await buildBundles()
  for (const name of ['store', 'preferences', 'journal', 'published']) mkdirSync(join(folder, name))
  const places = ['-S', 'store', '-p', 'preferences', '-j', 'journal', '-P', 'published', '--set', 'log=log']
  // The code cache, as an administrator has it after `imip-admin init`.
  const made = spawnSync(join(root, 'bin/imip-admin'), [...places, 'init'], { cwd: folder, encoding: 'utf8' })
  if (made.status !== 0) throw new Error(`imip-admin init: ${made.stderr}`)
  let turn = 0
  const times = await measure(
    {
      node: () => run(process.execPath, ['-e', '0'], ''),
      plain: () =>
        run(
          join(root, 'bin/imip-person'),
          [...places, '-o', 'pat@example.com', '-s', 'kim@example.com', '-l', sink.path],
          plainMail,
        ),
      request: () =>
        run(
          join(root, 'bin/imip-resource'),
          [...places, '-o', 'room@example.com', '-s', 'pat@example.com', '--smtp', sink.address],
          makeRequest({ uid: `bench-${turn++}`, start: turn * 7200 }),
        ),
    },
    rounds,
  )
  const reached = [
    showRatio('a mail without a calendar handed on by LMTP', times.plain, times.node, 1.65),
    showRatio("a room's REQUEST, committed and answered", times.request, times.node, 4),
  ]
  process.exitCode = reached.every(Boolean) ? 0 : 1
} finally {
  await sink.stop()
  rmSync(folder, { recursive: true, force: true })
}

function run(command, args, input) {
  return new Promise((resolve, reject) => {
    const start = performance.now()
    const child = spawn(command, args, {
      cwd: folder,
      stdio: ['pipe', 'ignore', 'ignore'],
      env: { PATH: process.env.PATH },
    })
    child.stdin.end(input)
    child.on('error', reject)
    child.on('exit', (code) =>
      code === 0 ? resolve(performance.now() - start) : reject(new Error(`${command} ended with ${code}`)),
    )
  })
}
