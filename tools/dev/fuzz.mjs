// Fuzzing: mails, calendars, preferences, configurations and LMTP dialogues, changed at random, played in processes of their own.
// `npm run fuzz -- --minutes N [--seed S] [--inputs N] [--processes N] [--limit MS] [--out FOLDER]`, `npm run fuzz -- --replay FILE`.
// What it finds stands in the folder, each as one input that was cut down as far as it goes.
import { fork } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildBundles, bundleEntry } from './build.mjs'
import { minimize } from './fuzz/minimize.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
const me = fileURLToPath(import.meta.url)

/** Megabytes that a process may take, and its heap: what one mail needs is bounded, whatever stands in it. */
const memoryLimit = 900
const heapLimit = 500
/** Seconds of CPU, and of all time, after which an input is taken for one that never ends. */
const hangLimit = 10
const deadlockLimit = 120
/** Of the same fault so many are kept. */
const mostAlike = 2

async function beWorker({ bundle, one, ...options }) {
  const { playBatches, openCorpus, findFault } = createRequire(import.meta.url)(bundle)
  const tell = (message) => new Promise((resolve) => process.send(message, resolve))
  process.on('disconnect', () => process.exit(0))
  if (one) {
    const known = openCorpus(options.root, options.folder)
    await tell({ kind: 'ready' })
    process.on('message', async (input) => {
      const begun = process.cpuUsage()
      const what = await findFault(input, known, options.folder, options.limit)
      const { user, system } = process.cpuUsage(begun)
      await tell({ kind: 'played', what, spent: (user + system) / 1000 })
    })
    return
  }
  const progress = openSync(options.progress, 'w')
  await playBatches({ ...options, progress }, tell)
}

async function run() {
  const replay = readText('--replay')
  const seed = readNumber('--seed', Math.floor(Math.random() * 2 ** 31))
  const minutes = readNumber('--minutes', 10)
  const most = readNumber('--inputs', Number.POSITIVE_INFINITY)
  const processes = readNumber('--processes', 1)
  const limit = readNumber('--limit', 1000)
  const out = readText('--out') ?? join(root, 'fuzz-findings')
  const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'imip-fuzz-'))
  // Beside what it loads when an input wants it: mailparser, ical.js.
  await buildBundles()
  const bundle = join(root, 'dist', `fuzz-${process.pid}.cjs`)
  writeFileSync(bundle, await bundleEntry('tools/dev/fuzz/worker-entry.ts'))
  // What it begins with stays the same for the whole run, whoever works on the cases meanwhile.
  for (const name of ['cases', 'mails'])
    cpSync(join(root, 'test', name), join(folder, 'test', name), { recursive: true })
  const site = { bundle, root: folder, folder, seed, limit, step: processes }
  const state = {
    inputs: 0,
    byKind: {},
    findings: new Map(),
    peak: 0,
    restarts: 0,
    begun: performance.now(),
    isOver: false,
  }
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => (state.isOver = true))
  const end = () => {
    rmSync(bundle, { force: true })
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    if (replay !== undefined) {
      const { input, conversation } = JSON.parse(readFileSync(replay, 'utf8'))
      // Cases come and go: the name is what stays.
      const { openCorpus } = createRequire(import.meta.url)(bundle)
      const known = openCorpus(site.root, join(folder, 'parent')).conversations.findIndex(
        ({ name }) => name === conversation,
      )
      const what = await playOne(site, known < 0 ? input : { ...input, seed: known })
      console.log(what ?? 'nothing wrong')
      process.exitCode = what === undefined ? 0 : 1
      return
    }
    console.log(`seed ${seed}, ${processes} process(es), ${minutes} minutes, at most ${most} inputs`)
    const workers = Array.from({ length: processes }, (_, index) => keepWorking(site, index, state, out))
    const deadline = performance.now() + minutes * 60_000
    let told = performance.now()
    while (performance.now() < deadline && state.inputs < most && !state.isOver) {
      await new Promise((resolve) => setTimeout(resolve, 500))
      if (performance.now() - told > 60_000) {
        told = performance.now()
        tellState(state)
      }
    }
    state.isOver = true
    for (const worker of await Promise.all(workers)) worker?.kill('SIGKILL')
    tellState(state)
    console.log(`seed ${seed}; findings: ${state.findings.size}`)
    for (const [key, { count, what, file }] of state.findings)
      console.log(`  ${count} × ${what.slice(0, 300)}\n     ${file ?? key}`)
    process.exitCode = state.findings.size > 0 ? 1 : 0
  } finally {
    end()
  }
}

function tellState({ inputs, byKind, findings, peak, restarts, begun }) {
  const seconds = (performance.now() - begun) / 1000
  const kinds = Object.entries(byKind).map(([kind, count]) => `${kind} ${count}`)
  console.log(
    `${inputs} inputs in ${Math.round(seconds)} s, ${Math.round(inputs / seconds)} a second (${kinds.join(', ')}); ${findings.size} findings; ${Math.round(peak)} MB at most; ${restarts} restarts`,
  )
}

/** One process after the other, each going on behind what the last one could not end. */
async function keepWorking(site, index, state, out) {
  let next = { first: index, from: 0 }
  for (;;) {
    const ended = await work(site, index, next, state, out)
    if (state.isOver) return undefined
    state.restarts += 1
    const { batch, place, what } = ended
    if (place < 0) {
      // The fuzzer's own fault, not that of an input: nothing was played yet.
      if (what !== undefined) console.log(`batch ${batch} could not be made: ${what}`)
      next = { first: batch + site.step, from: 0 }
      continue
    }
    if (what !== undefined) {
      const { makeInput } = await openInputs(site)
      const input = makeInput(batch, place)
      if (input) await note(site, state, out, what, input)
    }
    next = place + 1 < 100 ? { first: batch, from: place + 1 } : { first: batch + site.step, from: 0 }
  }
}

function work(site, index, next, state, out) {
  return new Promise((resolve) => {
    const progress = join(site.folder, `progress-${index}`)
    writeFileSync(progress, `${next.first} -1`.padEnd(40))
    const folder = join(site.folder, `worker-${index}-${state.restarts}`)
    mkdirSync(folder)
    const child = startWorker({ ...site, ...next, folder, progress })
    let seen = { text: '', cpu: 0, at: performance.now() }
    let what
    const pending = []
    child.on('message', (message) => {
      if (message.kind === 'finding') pending.push(note(site, state, out, message.what, message.input))
      else {
        state.inputs += message.inputs
        for (const [kind, count] of Object.entries(message.byKind))
          state.byKind[kind] = (state.byKind[kind] ?? 0) + count
      }
    })
    const timer = setInterval(() => {
      if (state.isOver) return void child.kill('SIGKILL')
      const text = readAt(progress)
      const used = readUsage(child.pid)
      if (used === undefined) return
      state.peak = Math.max(state.peak, used.memory)
      const now = performance.now()
      if (text !== seen.text) seen = { text, cpu: used.cpu, at: now }
      else if (used.cpu - seen.cpu > hangLimit) what = `hang: more than ${hangLimit} s of CPU`
      else if (now - seen.at > deadlockLimit * 1000) what = `hang: nothing happens for ${deadlockLimit} s`
      if (used.memory > memoryLimit) what = `memory: ${Math.round(used.memory)} MB`
      if (what !== undefined) child.kill('SIGKILL')
    }, 250)
    child.on('exit', async (code, signal) => {
      clearInterval(timer)
      await Promise.all(pending)
      const [batch, place] = readAt(progress).trim().split(' ').map(Number)
      rmSync(folder, { recursive: true, force: true })
      resolve({ batch, place, what: what ?? (state.isOver ? undefined : `the process ended with ${code ?? signal}`) })
    })
  })
}

function startWorker(options) {
  return fork(me, [], {
    env: { ...process.env, IMIP_FUZZ_WORKER: JSON.stringify(options), IMIP_TEST_SEED: 'random' },
    execArgv: [`--max-old-space-size=${heapLimit}`],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
}

/** Megabytes and seconds of CPU. */
function readUsage(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')
    const [, kilobytes] = /^VmRSS:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
    return { cpu: (Number(fields[11]) + Number(fields[12])) / 100, memory: Number(kilobytes ?? 0) / 1024 }
  } catch {
    return undefined
  }
}

function readAt(file) {
  const handle = openSync(file, 'r')
  const bytes = Buffer.alloc(40)
  const length = readSync(handle, bytes, 0, 40, 0)
  closeSync(handle)
  return bytes.toString('latin1', 0, length)
}

let inputs
async function openInputs({ bundle, root: project, folder, seed }) {
  if (inputs === undefined) {
    process.env.IMIP_TEST_SEED = 'random'
    const { openCorpus, makeInput } = createRequire(import.meta.url)(bundle)
    const corpus = openCorpus(project, join(folder, 'parent'))
    inputs = { makeInput: (batch, place) => makeInput(corpus, seed, batch, place) }
  }
  return inputs
}

let minimizing = Promise.resolve()

/** Cut down one at a time, and written beside the others. */
async function note(site, state, out, what, input) {
  const key = `${input.kind} ${what
    .replace(/\d+/g, 'N')
    .replace(/(?:mailto:)?\S+@\S+/g, 'A')
    .slice(0, 160)}`
  const before = state.findings.get(key)
  if (before) {
    before.count += 1
    if (before.count > mostAlike) return
  } else state.findings.set(key, { count: 1, what })
  const kept = state.findings.get(key)
  const number = kept.count
  minimizing = minimizing.then(async () => {
    const smallest = await minimize(input, (candidate) => playAlike(site, candidate, key), 60_000).catch(() => input)
    const name = createHash('sha256').update(key).digest('hex').slice(0, 12)
    mkdirSync(out, { recursive: true })
    kept.file = join(out, `${input.kind}-${name}-${number}.json`)
    const { conversation } = await openNames(site, smallest)
    writeFileSync(
      kept.file,
      `${JSON.stringify({ what, conversation, seed: site.seed, input: smallest }, undefined, 1)}\n`,
    )
    console.log(`FOUND ${what.slice(0, 300)}\n  ${kept.file}`)
  })
  await minimizing
}

async function openNames(site, { seed }) {
  const { openCorpus } = createRequire(import.meta.url)(site.bundle)
  return { conversation: openCorpus(site.root, join(site.folder, 'parent')).conversations[seed]?.name }
}

let single

/** Does it show the same fault? In a process of its own, which is ended where it takes too long. */
async function playAlike(site, input, key) {
  const what = await playOne(site, input)
  return (
    what !== undefined &&
    `${input.kind} ${what
      .replace(/\d+/g, 'N')
      .replace(/(?:mailto:)?\S+@\S+/g, 'A')
      .slice(0, 160)}` === key
  )
}

async function playOne(site, input) {
  single ??= await startSingle(site)
  const { child } = single
  return new Promise((resolve) => {
    const begun = readUsage(child.pid)?.cpu ?? 0
    const since = performance.now()
    const finish = (what) => {
      clearInterval(timer)
      child.off('message', heard).off('exit', ended)
      resolve(what)
    }
    const heard = (message) => finish(message.what)
    const ended = (code, signal) => {
      single = undefined
      finish(`the process ended with ${code ?? signal}`)
    }
    const timer = setInterval(() => {
      const used = readUsage(child.pid)
      if (used === undefined) return
      const isHanging = used.cpu - begun > hangLimit
      if (!isHanging && performance.now() - since < deadlockLimit * 1000) return
      child.off('exit', ended).kill('SIGKILL')
      single = undefined
      finish(isHanging ? `hang: more than ${hangLimit} s of CPU` : `hang: nothing happens for ${deadlockLimit} s`)
    }, 250)
    child.on('message', heard).on('exit', ended)
    child.send(input)
  })
}

async function startSingle(site) {
  const folder = mkdtempSync(join(site.folder, 'single-'))
  const child = startWorker({ ...site, one: true, folder })
  process.once('exit', () => child.kill('SIGKILL'))
  await new Promise((resolve) => child.once('message', resolve))
  child.unref()
  child.channel?.unref()
  return { child }
}

function readText(name) {
  const at = process.argv.indexOf(name)
  return at < 0 ? undefined : process.argv[at + 1]
}

function readNumber(name, fallback) {
  const text = readText(name)
  return text === undefined ? fallback : Number(text)
}

if (process.env.IMIP_FUZZ_WORKER !== undefined) await beWorker(JSON.parse(process.env.IMIP_FUZZ_WORKER))
else await run()
