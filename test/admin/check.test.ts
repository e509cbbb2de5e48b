// imip-admin check through its program: what is well, and each thing that is wrong, with where and why.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { buildPrograms, type Ending, type ProgramFolder, runProgram } from '../support/built-programs.ts'

let programs: ProgramFolder
let folder: string
let servers: Server[] = []

beforeAll(async () => {
  programs = await buildPrograms()
}, 60_000)
afterAll(() => programs.remove())
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'check-'))
  await greet('mailbox', '220 mailbox.example.com LMTP\r\n')
  await greet('smtp', '220 mail.example.com ESMTP\r\n')
  expect(await run(['init'])).toMatchObject({ code: 0 })
})
afterEach(async () => {
  for (const server of servers) await new Promise((resolve) => server.close(resolve))
  servers = []
  rmSync(folder, { recursive: true, force: true })
})

async function greet(name: string, greeting: string): Promise<void> {
  const server = createServer((socket) => {
    socket.on('error', () => {}).resume()
    socket.end(greeting)
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(join(folder, name), resolve))
}

function run(args: readonly string[]): Promise<Ending> {
  const env = {
    ...Object.fromEntries(
      ['store', 'journal', 'preferences', 'publish'].map((name) => [
        `IMIP_AGENT_${name.toUpperCase()}_DIR`,
        join(folder, name),
      ]),
    ),
    IMIP_AGENT_LOG: join(folder, 'log', 'agent.log'),
    IMIP_AGENT_LMTP: join(folder, 'mailbox'),
    IMIP_AGENT_SMTP: join(folder, 'smtp'),
    IMIP_AGENT_TZID: 'UTC',
    // No mail system of this machine is looked at.
    PATH: join(folder, 'nothing'),
  }
  return runProgram(programs.bin('imip-admin'), args, { env: { ...env, IMIP_AGENT_NODE: process.execPath } })
}

function preference(owner: string, name: string, text: string): string {
  mkdirSync(join(folder, 'preferences', owner), { recursive: true })
  writeFileSync(join(folder, 'preferences', owner, name), text)
  return join(folder, 'preferences', owner, name)
}

test('all is well after init', async () => {
  preference('mailto:room@example.com', 'scheduling_function', 'schedule_in_freebusy 2\n')
  preference('@example.com', 'TZID', 'Europe/Oslo\n')
  const ending = await run(['check'])
  expect(ending.stdout).not.toContain('WRONG')
  expect(ending).toMatchObject({ code: 0, stderr: '' })
  for (const what of [
    'configuration',
    'node',
    'code cache',
    'zones',
    'store',
    'outbox',
    'preferences',
    'mailbox',
    'mail system',
  ])
    expect(ending.stdout).toMatch(new RegExp(`^ok +${what}: `, 'm'))
})

describe('what is wrong', () => {
  async function expectWrong(...texts: readonly string[]): Promise<void> {
    const ending = await run(['check'])
    expect(ending.code).toBe(1)
    const wrong = ending.stdout.split('\n').filter((line) => line.startsWith('WRONG'))
    expect(wrong).toHaveLength(texts.length)
    for (const text of texts) expect(wrong.join('\n')).toContain(text)
  }

  test('a setting', async () => {
    const file = join(folder, 'config.toml')
    writeFileSync(file, '\nmode = "off"\n')
    const ending = await run(['check', '-c', file])
    expect(ending.code).toBe(1)
    expect(ending.stdout).toContain(`WRONG  configuration: ${file}, line 2: setting mode: must be one of`)
  })

  test('a store that everybody may write to', async () => {
    chmodSync(join(folder, 'store'), 0o777)
    await expectWrong(`store: ${join(folder, 'store')}: everybody may write to it`)
  })

  test('a directory that is not there', async () => {
    rmSync(join(folder, 'publish'), { recursive: true })
    await expectWrong(`publish: ${join(folder, 'publish')}: there is no such file or directory`)
  })

  test('preferences', async () => {
    const unknown = preference('mailto:room@example.com', 'scheduling_function', '# rooms\nschedule_by_dice\n')
    const misspelt = preference('mailto:room@example.com', 'participates', 'no\n')
    const zone = preference('mailto:kim@example.com', 'TZID', 'Nowhere/Land\n')
    const quota = preference(
      'mailto:car@example.com',
      'scheduling_function',
      'schedule_in_freebusy\ncheck_quota cars\n',
    )
    const nobody = preference('room', 'CN', 'Room\n')
    await expectWrong(
      `${unknown}, line 2: scheduling_function`,
      `${misspelt}: participates is not a preference`,
      `${zone}, line 1: TZID Nowhere/Land`,
      `${quota}, line 2: scheduling_function names the quota cars`,
      `${join(nobody, '..')}: is named after no user`,
    )
  })

  test('a store of another make', async () => {
    writeFileSync(join(folder, 'store', 'FORMAT'), 'format 99\n')
    const ending = await run(['check'])
    expect(ending.stdout).toMatch(/^WRONG +store: .*format 99/m)
  })

  test('a mailbox where nobody listens, a mail system that has no time', async () => {
    for (const server of servers) await new Promise((resolve) => server.close(resolve))
    servers = []
    await greet('smtp', '421 mail.example.com come back later\r\n')
    await expectWrong('mailbox: setting lmtp:', '421 mail.example.com come back later')
  })
})

test('as JSON', async () => {
  const ending = await run(['check', '--json'])
  const findings = JSON.parse(ending.stdout) as readonly { what: string; state: string }[]
  expect(findings.find(({ what }) => what === 'store')).toEqual({
    what: 'store',
    state: 'ok',
    text: join(folder, 'store'),
  })
})
