// The programs in bin: whatever becomes of node, the mail system hears 0, 69 or 75, and not a word that is not meant for it.
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeProgramFolder, type ProgramFolder, runProgram } from '../support/built-programs.ts'

const agents = ['imip-person', 'imip-person-outgoing', 'imip-resource']

/** Stands for the built program: does what its first argument says. */
const misbehaving = `
const { writeSync, readFileSync } = require('node:fs')
const [what] = process.argv.slice(2)
const deeds = {
  echo: () => { writeSync(1, JSON.stringify(process.argv.slice(3)) + readFileSync(0)) },
  throw: () => { throw new Error('5.7.1 no') },
  reject: () => Promise.reject(new Error('5.7.1 no')),
  loop: () => { for (;;); },
  stop: () => process.kill(process.pid, 'SIGSTOP'),
  memory: () => { const all = []; for (;;) all.push(new Array(1e5).fill(all.length + 0.5)) },
  kill: () => process.kill(process.pid, 'SIGKILL'),
  terminate: () => process.kill(process.pid, 'SIGTERM'),
  abort: () => process.abort(),
  refuse: () => { writeSync(1, '5.1.1 <a@example.com> no such user\\n'); process.exit(69) },
  speak: () => { writeSync(2, '5.7.1 to standard error\\n'); process.exit(75) },
  environment: () => { writeSync(1, String(process.env.NODE_EXTRA_CA_CERTS)) },
}
if (deeds[what]) deeds[what]()
else process.exit(Number(what))
`

let folder: ProgramFolder
beforeAll(() => {
  folder = makeProgramFolder()
  for (const agent of agents) writeFileSync(join(folder.path, 'dist', `${agent}.cjs`), misbehaving)
})
afterAll(() => folder.remove())

describe.each(agents)('%s', (agent) => {
  test.each([
    ['0', 0],
    ['69', 69],
    ['75', 75],
    ['1', 75],
    ['64', 75],
    ['70', 75],
    ['255', 75],
    ['throw', 75],
    ['reject', 75],
    ['kill', 75],
    ['terminate', 75],
    ['abort', 75],
    ['speak', 75],
  ])('%s ends with %i and without a word', async (deed, code) => {
    expect(await runProgram(folder.bin(agent), [deed])).toEqual({ code, signal: null, stdout: '', stderr: '' })
  })
})

const agent = 'imip-person'
const silent = { stdout: '', stderr: '' }

test('out of memory', async () => {
  const env = { NODE_OPTIONS: '--max-old-space-size=30' }
  expect(await runProgram(folder.bin(agent), ['memory'], { env })).toMatchObject({ code: 75, stdout: '', stderr: '' })
})

test('an endless loop ends with the time limit', async () => {
  const env = { IMIP_AGENT_TIME_LIMIT: '1' }
  expect(await runProgram(folder.bin(agent), ['loop'], { env })).toMatchObject({ code: 75, stdout: '', stderr: '' })
})

test('what does not even run any more is ended from outside, where that is asked for', async () => {
  const env = { IMIP_AGENT_TIME_LIMIT: '1' }
  expect(await runProgram(folder.bin(agent), ['stop'], { env })).toMatchObject({ code: 75, stdout: '', stderr: '' })
}, 20_000)

test.each(['', '0', '08', '-1', '1.5', 'ten', '1; echo', '$(echo 5)', '99999999999999999999'])(
  'a time limit of %j keeps no mail from going',
  async (limit) => {
    const env = { IMIP_AGENT_TIME_LIMIT: limit }
    expect(await runProgram(folder.bin(agent), ['0'], { env })).toEqual({ code: 0, signal: null, ...silent })
    expect(await runProgram(folder.bin(agent), ['1'], { env })).toEqual({ code: 75, signal: null, ...silent })
  },
)

test("the mailbox's words come through", async () => {
  const ending = await runProgram(folder.bin(agent), ['refuse'])
  expect(ending).toEqual({ code: 69, signal: null, stdout: '5.1.1 <a@example.com> no such user\n', stderr: '' })
})

test('arguments and mail come through as they are', async () => {
  const args = ['-o', "it's@example.com", '', '*', 'a b\n"$HOME"']
  const ending = await runProgram(folder.bin(agent), ['echo', ...args], { input: 'one\r\ntwo' })
  expect(ending).toMatchObject({ code: 0, stdout: `${JSON.stringify(args)}one\r\ntwo` })
})

test('certificates that nobody needs are not read', async () => {
  const env = { NODE_EXTRA_CA_CERTS: '/etc/hostname' }
  expect(await runProgram(folder.bin(agent), ['environment'], { env })).toMatchObject({ stdout: 'undefined' })
})

test('found through links, as npm makes them', async () => {
  const link = join(folder.path, 'link')
  symlinkSync('bin/imip-person', link)
  symlinkSync(link, `${link}-to-link`)
  expect(await runProgram(`${link}-to-link`, ['0'])).toMatchObject({ code: 0 })
  expect(await runProgram(`${link}-to-link`, ['throw'])).toMatchObject({ code: 75 })
})

describe('what may be missing', () => {
  test('the build', async () => {
    const empty = makeProgramFolder()
    try {
      expect(await runProgram(empty.bin(agent), ['0'])).toMatchObject({ code: 75, stdout: '', stderr: '' })
    } finally {
      empty.remove()
    }
  })

  test('node', async () => {
    const env = { IMIP_AGENT_NODE: '/nonexistent/node' }
    expect(await runProgram(folder.bin(agent), ['0'], { env })).toMatchObject({ code: 75, stdout: '', stderr: '' })
  })

  test('every program there is', async () => {
    const env = { PATH: '/nonexistent', IMIP_AGENT_NODE: 'no-node' }
    expect(await runProgram(folder.bin(agent), ['0'], { env })).toMatchObject({ code: 75, stdout: '', stderr: '' })
  })

  test('the right to run the build', async () => {
    const program = join(folder.path, 'dist', 'imip-resource.cjs')
    rmSync(program)
    try {
      symlinkSync('/nonexistent', program)
      expect(await runProgram(folder.bin('imip-resource'), ['0'])).toMatchObject({ code: 75, stdout: '', stderr: '' })
    } finally {
      rmSync(program)
      writeFileSync(program, misbehaving)
    }
  })

  test('standard input, output or error', async () => {
    for (const closed of ['<&-', '>&-', '2>&-', '<&- >&- 2>&-']) {
      const ending = await runProgram('/bin/sh', ['-c', `"$0" throw ${closed}`, folder.bin(agent)])
      expect(ending, closed).toMatchObject({ code: 75, stdout: '', stderr: '' })
    }
  })
})

describe('on a terminal (where script(1) makes terminals)', () => {
  // `script` makes a terminal of its own for what it runs; it belongs to Debian's base.
  const hasScript = existsSync('/usr/bin/script')
  const run = (words: string, env: Readonly<Record<string, string>> = {}) =>
    runProgram('/usr/bin/script', ['-qec', words, '/dev/null'], { env })

  test.skipIf(!hasScript).each([
    ['64', 64],
    ['0', 0],
    ['69', 69],
    ['75', 75],
    ['1', 75],
    ['kill', 75],
  ])('%s ends with %i', async (deed, code) => {
    expect((await run(`'${folder.bin(agent)}' ${deed}`)).code).toBe(code)
  })

  test.skipIf(!hasScript)('says what is missing', async () => {
    const empty = makeProgramFolder()
    try {
      const build = await run(`'${empty.bin(agent)}' 0`)
      expect(build.code).toBe(75)
      expect(build.stdout).toContain('imip-person: is not built: npm run build. The mail is kept (75).')
    } finally {
      empty.remove()
    }
    const node = await run(`'${folder.bin(agent)}' 0`, { IMIP_AGENT_NODE: 'no-node' })
    expect(node.code).toBe(75)
    expect(node.stdout).toContain('imip-person: there is no no-node. The mail is kept (75).')
  })
})

test('an unexpected end is told to syslog', async () => {
  const place = join(folder.path, 'programs')
  const told = join(folder.path, 'told')
  // Stands for logger.
  mkdirSync(place)
  writeFileSync(join(place, 'logger'), `#!/bin/sh\nprintf '%s|' "$@" > '${told}'\n`)
  chmodSync(join(place, 'logger'), 0o755)
  const env = { PATH: `${place}:${process.env.PATH}` }

  await runProgram(folder.bin(agent), ['throw'], { env })
  expect(readFileSync(told, 'utf8')).toMatch(
    /^-t\|imip-person\|-p\|mail.err\|--\|ended with 1\. The mail is kept \(75\)\. /,
  )
  expect(readFileSync(told, 'utf8')).toContain('Error: 5.7.1 no')
  await runProgram(folder.bin(agent), ['loop'], { env: { ...env, IMIP_AGENT_TIME_LIMIT: '1' } })
  expect(readFileSync(told, 'utf8')).toContain('|was killed, or took longer than 1 seconds. The mail is kept (75).')
  rmSync(told)
  await runProgram(folder.bin(agent), ['75'], { env })
  expect(existsSync(told)).toBe(false)
})

test('the three are one but for their names', () => {
  const texts = agents.map((name) =>
    readFileSync(folder.bin(name), 'utf8')
      .replace(/^# .*\n/m, '')
      .replaceAll(name, 'NAME'),
  )
  expect(new Set(texts).size).toBe(1)
})

test.each([
  ['init.sh', 'init'],
  ['init_user.sh', 'init-user'],
  ['make_freebusy.sh', 'make-freebusy'],
  ['update_quotas.sh', 'update-quotas'],
])('tools/%s is imip-admin %s', async (tool, subcommand) => {
  const program = join(folder.path, 'dist', 'imip-admin.cjs')
  writeFileSync(program, 'process.stdout.write(JSON.stringify(process.argv.slice(2))); process.exitCode = 3')
  const link = join(folder.path, `link-to-${tool}`)
  symlinkSync(`tools/${tool}`, link)
  for (const path of [join(folder.path, 'tools', tool), link])
    expect(await runProgram(path, ['mailto:kim@example.com', 'a b'])).toMatchObject({
      code: 3,
      stdout: JSON.stringify([subcommand, 'mailto:kim@example.com', 'a b']),
    })
  rmSync(program)
})

test('imip-admin says when it is not built', async () => {
  const ending = await runProgram(folder.bin('imip-admin'), [])
  expect(ending).toMatchObject({ code: 1, stdout: '', stderr: 'imip-admin: is not built (npm run build)\n' })
})
