// bin/imip-admin as administrators and scripts call it, over a store in files.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { openStore } from '../../src/store/open-store.ts'
import { buildPrograms, type Ending, type ProgramFolder, runProgram } from '../support/built-programs.ts'
import { makeCalendar, makeInvitation } from './admin-room.ts'

const user = 'room@example.com'
let programs: ProgramFolder
let folder: string
let env: Readonly<Record<string, string>>

beforeAll(async () => {
  programs = await buildPrograms()
}, 60_000)
afterAll(() => programs.remove())
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'admin-'))
  const places = ['store', 'journal', 'preferences', 'publish'].map((name) => [
    `IMIP_AGENT_${name.toUpperCase()}_DIR`,
    join(folder, name),
  ])
  env = { ...Object.fromEntries(places), IMIP_AGENT_LOG: join(folder, 'log', 'agent.log'), IMIP_AGENT_TZID: 'UTC' }
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function run(args: readonly string[], input = ''): Promise<Ending> {
  return runProgram(programs.bin('imip-admin'), ['--now', '2026-03-02T09:00:00Z', ...args], { env, input })
}

/** Several hundred kilobytes to show: more than a pipe holds. */
function makeLargeCalendar(): string {
  const events = Array.from({ length: 1500 }, (_, index) => [
    `UID:event-${index}@example.com`,
    `DTSTART:20270${1 + (index % 9)}${10 + (index % 18)}T100000Z`,
    'DURATION:PT30M',
    `SUMMARY:Event ${index} ${'x'.repeat(100)}`,
  ])
  return makeCalendar(...events)
}

test('check asks the mail system that is there', async () => {
  // A stand-in: what Postfix says of its services, and of its maps.
  const postconf =
    '#!/bin/sh\n[ "$1" = -M ] && echo "imip-resource unix - n n - 4 pipe user=x argv=imip-resource" || echo map\n'
  writeFileSync(join(folder, 'postconf'), postconf, { mode: 0o755 })
  const check = await runProgram(programs.bin('imip-admin'), ['check'], {
    env: { ...env, PATH: `${folder}:${process.env.PATH}` },
  })
  expect(check.stdout).toContain('ok     mail maps: master.cf runs imip-resource\n')
})

test('sets up, imports, is asked by an agent, shows, cancels', async () => {
  const init = await run(['init'])
  expect(init).toMatchObject({ code: 0 })
  expect(init.stdout).toContain(`store        ${join(folder, 'store')}\n`)
  // A third of the start of an agent: compiled by the very program that was built with it.
  expect(init.stdout.match(/^code cache +.*\.cache$/gm)).toHaveLength(2)
  const imported = await run(
    ['import', user, '-'],
    makeCalendar(['UID:a@example.com', 'DTSTART:20260310T103000Z', 'DURATION:PT1H']),
  )
  expect(imported).toMatchObject({ code: 0, stdout: `${user}: 1 new, 0 updated, 0 unchanged\n`, stderr: '' })
  const mail = join(folder, 'mail.eml')
  writeFileSync(mail, makeInvitation('planning@example.com'))
  const explained = await run(['explain', mail, '--agent', 'resource'])
  expect(explained.stdout).toContain('answer DECLINED')
  const answered = await runProgram(
    programs.bin('imip-resource'),
    ['-o', user, '-s', 'pat@example.com', '--print', 'json', '--now', '2026-03-02T09:00:00Z'],
    {
      env,
      input: makeInvitation('planning@example.com'),
    },
  )
  expect(answered).toMatchObject({ code: 0 })
  expect(answered.stdout).toContain('"answer":"DECLINED"')
  const cancelled = await run(['cancel', user, 'a@example.com'])
  expect(cancelled).toMatchObject({ code: 0, stderr: 'imip-admin: cancelled; there is nobody to tell\n' })
  const shown = await run(['show-store', user, '--json'])
  expect(JSON.parse(shown.stdout)).toMatchObject({ user: `mailto:${user}`, freebusy: [] })
  expect((await run(['export', user])).stdout).toContain('UID:a@example.com\r\n')
  expect((await run(['verdicts', '--since', '20200101T000000Z', '--json'])).stdout).toContain('"reason":"overlaps"')
})

test('the tools under the names administrators know', async () => {
  const tool = (name: string, ...args: readonly string[]): Promise<Ending> =>
    runProgram(join(programs.path, 'tools', name), args, { env })
  expect(await tool('init.sh')).toMatchObject({ code: 0 })
  expect(await tool('init_user.sh', 'mailto:pat@example.com')).toMatchObject({ code: 0 })
  expect(readdirSync(join(folder, 'store'))).toContain('mailto:pat@example.com')
  expect(await tool('make_freebusy.sh')).toMatchObject({
    code: 0,
    stdout: 'free/busy: 0 published, 0 unchanged, 1 not shared\n',
  })
})

test('who only looks makes no store', async () => {
  for (const args of [
    ['show-store', user],
    ['bookings', user],
    ['verdicts'],
    ['outbox', 'flush'],
    ['import', user, '-', '--dry-run'],
  ]) {
    const { code, stderr } = await run(args, makeCalendar())
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringContaining(`imip-admin: note: there is no store in ${join(folder, 'store')} yet`),
    })
  }
  expect(existsSync(join(folder, 'store'))).toBe(false)
})

test('all of a large output, also to a reader that is slow or leaves', async () => {
  await run(['import', user, '-'], makeLargeCalendar())
  const whole = await run(['show-store', user, '--json'])
  expect(JSON.parse(whole.stdout)).toMatchObject({ freebusy: { length: 1500 } })

  const shell = (line: string): Promise<Ending> => runProgram('/bin/sh', ['-c', line], { env })
  const admin = programs.bin('imip-admin')
  const cut = await shell(`{ ${admin} show-store ${user} --json; echo "ended with $?" >&2; } | head -n 1`)
  expect(cut).toMatchObject({ code: 0, stdout: '{\n', stderr: 'ended with 0\n' })
  const closed = await shell(`${admin} show-store ${user} >&-`)
  expect(closed).toMatchObject({ code: 0, stderr: '' })
  // A pipe whose other end was left in non-blocking mode, and is full before anybody reads.
  const nonBlocking = [
    'import os, fcntl, subprocess, sys',
    'reader, writer = os.pipe()',
    'fcntl.fcntl(writer, fcntl.F_SETFL, os.O_NONBLOCK)',
    'child = subprocess.Popen(sys.argv[1:], stdout=writer)',
    'os.close(writer)',
    'while True:',
    '    piece = os.read(reader, 4096)',
    '    if not piece: break',
    '    sys.stdout.buffer.write(piece)',
    'sys.exit(child.wait())',
  ].join('\n')
  const slow = await runProgram('python3', ['-c', nonBlocking, admin, 'show-store', user, '--json'], { env })
  expect({ code: slow.code, length: slow.stdout.length }).toEqual({ code: 0, length: whole.stdout.length })
}, 60_000)

test('a store that is locked is a reason to try again, said clearly', async () => {
  await run(['init-user', user])
  const store = openStore({ type: 'file', directory: join(folder, 'store') })
  const ended = await store.transact(['mailto:room@example.com'], [], async () => ({
    changes: [],
    result: await run(['--set', 'lock_timeout=1s', 'show-store', user]),
  }))
  await store.close()
  expect(ended).toMatchObject({ code: 75, stdout: '' })
  expect(ended.stderr).toMatch(/^imip-admin: .*mailto:room@example\.com/)
})

test('what may not be read or written is named, with what to do', async () => {
  // Root may everything; as nobody, nothing of root's.
  const asNobody = async (...args: readonly string[]): Promise<Ending> =>
    runProgram(
      process.getuid?.() === 0 ? 'setpriv' : 'env',
      [
        ...(process.getuid?.() === 0 ? ['--reuid=65534', '--regid=65534', '--clear-groups'] : []),
        process.execPath,
        join(programs.path, 'dist', 'imip-admin.cjs'),
        ...args,
      ],
      { env },
    )
  mkdirSync(join(folder, 'store'), { mode: 0o000 })
  mkdirSync(join(folder, 'preferences'), { mode: 0o000 })
  const runs = [
    { args: ['show-store', user], code: 75 },
    { args: ['bookings', user], code: 75 },
    { args: ['init-user', user], code: 75 },
    { args: ['preferences', user, 'TZID', 'UTC'], code: 1 },
    { args: ['occurrences', join(folder, 'store', 'x.ics')], code: 1 },
  ]
  await runProgram('chmod', ['755', folder, programs.path])
  for (const { args, code } of runs) {
    const ended = await asNobody(...args)
    expect({ args, code: ended.code, stdout: ended.stdout }).toEqual({ args, code, stdout: '' })
    expect(ended.stderr).toMatch(/^imip-admin: .*\/(store|preferences)\b.*\n$/)
  }
})

test('a mail system in front, a terminal behind: nothing hangs on standard input', async () => {
  const child = spawn(programs.bin('imip-admin'), ['occurrences'], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  expect(await once(child, 'close')).toEqual([1, null])
})
