// node tools/dev/trial-copy-store.mjs [USERS [BOOKINGS]]: copies a store of 10,000 users with 200,000 bookings there and back with the
// real program on a terminal of its own (script(1)), kills it once and calls it again, and compares what show-store prints.
import { spawn } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { buildBundles } from './build.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const root = join(here, '..', '..')
const users = Number(process.argv[2] ?? 10_000)
const bookings = Number(process.argv[3] ?? 20 * users)
// Beside the packages, so that the lock's native module is found.
const bundle = join(root, 'node_modules', `.trial-copy-store-${process.pid}.mjs`)
const folder = mkdtempSync(join(tmpdir(), 'imip-agent-trial-'))
try {
  cpSync(join(root, 'bin'), join(folder, 'bin'), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  mkdirSync(join(folder, 'dist'))
  await buildBundles(join(folder, 'dist'))
  await build({
    entryPoints: [join(here, 'bench', 'copy-entry.ts')],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    format: 'esm',
    // The lock's package is looked for by `require`.
    banner: {
      js: "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url)",
    },
    logLevel: 'error',
  })
  const { fill, show } = await import(pathToFileURL(bundle).href)
  const store = (name) => join(folder, name, 'store')
  const timed = async (what, work) => {
    const start = performance.now()
    const result = await work()
    console.log(`${what}: ${((performance.now() - start) / 1000).toFixed(1)} s`)
    return result
  }
  await timed(`${users} users with ${bookings} bookings made`, () => fill(store('one'), users, bookings))
  const killed = await timed('copied until half of it', () => copy(store('one'), store('two'), users / 2))
  console.log(`killed by ${killed.signal} when the line said: ${killed.line}`)
  const resumed = await timed('called again', () => copy(store('one'), store('two')))
  console.log(`exit ${resumed.code}\n${resumed.said}`)
  const again = await timed('once more, with nothing to do', () => copy(store('one'), store('two')))
  console.log(`exit ${again.code}\n${again.said}`)
  const back = await timed('and back into a third', () => copy(store('two'), store('three')))
  console.log(`exit ${back.code}\n${back.said}`)
  const texts = []
  for (const name of ['one', 'two', 'three']) texts.push(await show(store(name)))
  const isSame = texts.every(({ digest }) => digest === texts[0].digest)
  console.log(
    `${texts[0].bookings} bookings; what show-store prints is ${isSame ? 'identical' : 'NOT identical'} in all three`,
  )
  process.exitCode = isSame && [resumed, again, back].every(({ code }) => code === 0) ? 0 : 1
} finally {
  rmSync(bundle, { force: true })
  rmSync(folder, { recursive: true, force: true })
}

/** On a terminal; killed, with all it has started, when so many users are done. */
function copy(from, to, killAt) {
  const command = `exec ${join(folder, 'bin', 'imip-admin')} copy-store ${from} ${to}`
  const child = spawn('script', ['-qec', `echo $$; ${command}`, '/dev/null'], { stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  let line = ''
  let signal
  return new Promise((resolve, reject) => {
    child.stdout.on('data', (piece) => {
      said += piece
      const done = /.*\] (\d+) of \d+ users/s.exec(said)
      if (done) line = /\[[#.]+\] \d+ of \d+ users/.exec(said.slice(said.lastIndexOf('\r[')))?.[0] ?? line
      if (killAt !== undefined && signal === undefined && Number(done?.[1]) >= killAt) {
        signal = 'SIGKILL'
        process.kill(Number(/^\d+/.exec(said)?.[0]), signal)
      }
      if (said.length > 1_000_000) said = said.slice(0, 20) + said.slice(-1000)
    })
    child.on('error', reject)
    child.on('close', (code) => {
      const lines = said.split(/[\r\n]+/).filter((text) => text.trim() !== '' && !/^\[|^\d+$/.test(text))
      resolve({ code, signal, line, said: lines.map((text) => `  ${text}\n`).join('') })
    })
  })
}
