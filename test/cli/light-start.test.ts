// What a program for one mail may not load: each part of Node costs every mail a piece of its time. Counted, not timed.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeCachePath, makeCodeCache } from '../../src/cli/code-cache.ts'
import { rehearseMails } from '../../src/cli/rehearse-mails.ts'
import { buildPrograms, type ProgramFolder, runProgram } from '../support/built-programs.ts'

let folder: ProgramFolder
let places: readonly string[] = []
const mails: string[] = []
const server = createServer(takeMail)

beforeAll(async () => {
  folder = await buildPrograms()
  await new Promise<void>((resolve) => server.listen(join(folder.path, 'socket'), resolve))
  for (const name of ['store', 'preferences', 'journal', 'published']) mkdirSync(join(folder.path, name))
  const place = (name: string) => join(folder.path, name)
  places = ['-S', place('store'), '-p', place('preferences'), '-j', place('journal'), '-P', place('published')]
  // Told by the program itself: the parts of Node that it has at its end.
  writeFileSync(
    place('tell.cjs'),
    "process.on('exit', () => require('node:fs').writeFileSync(process.env.TOLD, process.moduleLoadList.join('\\n')))",
  )
}, 60_000)
afterAll(() => {
  server.close()
  folder.remove()
})

function takeMail(socket: Socket): void {
  let inMail = false
  let text = ''
  socket.on('error', () => undefined)
  socket.write('220 ready\r\n')
  socket.on('data', (bytes) => {
    text += String(bytes)
    for (let mark = inMail ? '\r\n.\r\n' : '\r\n'; text.includes(mark); mark = inMail ? '\r\n.\r\n' : '\r\n') {
      const line = text.slice(0, text.indexOf(mark))
      text = text.slice(line.length + mark.length)
      if (inMail) mails.push(line)
      inMail = !inMail && line === 'DATA'
      socket.write(inMail ? '354 go\r\n' : '250 ok\r\n')
    }
  })
}

async function run(program: string, args: readonly string[], input: string) {
  const told = join(folder.path, 'told')
  const ending = await runProgram(
    folder.bin(program),
    [...places, '--set', `log=${join(folder.path, 'log')}`, ...args],
    {
      input,
      env: { NODE_OPTIONS: `--require ${join(folder.path, 'tell.cjs')}`, TOLD: told },
    },
  )
  expect(ending).toMatchObject({ code: 0, stdout: '', stderr: '' })
  return readFileSync(told, 'utf8').split('\n')
}

const plain = 'From: kim@example.com\nTo: pat@example.com\nSubject: hello\n\nA line.\n'
const toMailbox = () => ['-o', 'pat@example.com', '-s', 'kim@example.com', '-l', join(folder.path, 'socket')]

test('a mail without a calendar is handed on without sockets, streams, cryptography and whatever else is dear', async () => {
  const parts = await run('imip-person', toMailbox(), plain)
  expect(mails.at(-1)).toContain('A line.')
  // What Node has of itself, with the same teller, is not counted.
  const bare = await runProgram(process.execPath, ['-p', "process.moduleLoadList.join('\\n')"])
  const added = parts.filter((part) => !bare.stdout.split('\n').includes(part))
  for (const name of ['net', 'stream', 'crypto', 'child_process', 'dns', 'os', 'timers/promises', 'tty'])
    expect(added).not.toContain(`NativeModule ${name}`)
  // The loader of programs, and what speaks to the mail server.
  expect(added.length).toBeLessThan(20)
}, 60_000)

test('`imip-admin init` rehearses ordinary mails with all three agents', async () => {
  const made = await runProgram(folder.bin('imip-admin'), [
    ...places,
    '--set',
    `log=${join(folder.path, 'log')}`,
    'init',
  ])
  expect(made.code).toBe(0)
  const caches = readdirSync(join(folder.path, 'dist')).filter((name) => name.endsWith('.cache'))
  expect(caches.map((name) => name.split('-')[0]).sort()).toEqual(['agent', 'front'])
  await run('imip-person', toMailbox(), plain)
  // Where the rehearsal fails all functions are compiled.
  const [, digest = ''] = /^agent-([0-9a-f]{64})-/m.exec(caches.join('\n')) ?? []
  const path = makeCachePath(join(folder.path, 'dist'), 'agent', digest)
  const rehearsed = readFileSync(path).length
  expect(makeCodeCache(join(folder.path, 'dist'), 'agent', digest)).toEqual({ kind: 'made', path })
  expect(rehearsed).toBeLessThan(0.75 * readFileSync(path).length)
}, 60_000)

test('a rehearsal that does not end well is none', async () => {
  const front = { keepSteps: () => undefined, rehearse: async () => 75 }
  await expect(rehearseMails((name) => (name === 'front' ? front : {}))).rejects.toThrow('imip-person ended with 75')
})
