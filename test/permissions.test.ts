// Who may write where: what everybody may write to is refused with its name, and what the programs make has the permissions of the settings.
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { AdminWorld } from '../src/admin/admin-world.ts'
import { checkOpenPlaces } from '../src/admin/checks/check-open-places.ts'
import { readConfig } from '../src/config/load-config.ts'
import { readKeyFile } from '../src/pipeline/answer-key.ts'
import { makeDaemonFolder } from './daemon/daemon-program.ts'
import { connectClient } from './daemon/lmtp-client.ts'
import { buildPrograms, type Ending, type ProgramFolder, runProgram } from './support/built-programs.ts'
import { makeArrivingMail } from './support/case-mail.ts'
import { type Receiver, startReceiver } from './support/lmtp-receiver.ts'

let programs: ProgramFolder
let mailbox: Receiver
let mailSystem: Receiver
beforeAll(async () => {
  programs = await buildPrograms()
  mailbox = await startReceiver({})
  mailSystem = await startReceiver({ protocol: 'smtp' })
}, 60_000)
afterAll(async () => {
  programs?.remove()
  await mailbox?.close()
  await mailSystem?.close()
})

let place = ''
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'permissions-'))
  for (const name of ['store', 'journal', 'publish', 'preferences', 'preferences/mailto:room@example.com', 'etc'])
    mkdirSync(join(place, name), { mode: 0o750 })
  writeFileSync(join(place, 'preferences/mailto:room@example.com/freebusy_sharing'), 'share\n', { mode: 0o640 })
  writeConfiguration([])
  return () => rmSync(place, { recursive: true, force: true })
})

function writeConfiguration(more: readonly string[]): void {
  const lines = [
    ...['store', 'journal', 'publish', 'preferences'].map((name) => `${name}_dir = "${join(place, name)}"`),
    'resource_organizers = "anyone"',
    `lmtp = "${mailbox.address}"`,
    `smtp = "${mailSystem.address}"`,
    ...more,
  ]
  writeFileSync(join(place, 'etc/config.toml'), lines.map((line) => `${line}\n`).join(''), { mode: 0o640 })
}

const room = 'room@example.com'

function run(program: string, args: readonly string[], input?: Uint8Array): Promise<Ending> {
  const all = ['-c', join(place, 'etc/config.toml'), '--set', `log=${join(place, 'agent.log')}`]
  // The umask of whoever runs us must not open anything.
  const shell = ['-c', 'umask 0; exec "$@"', 'sh', programs.bin(program)]
  return runProgram('/bin/sh', [...shell, ...args, ...all], input ? { input } : {})
}

function makeRequest(uid: string): Uint8Array {
  const lines = ['METHOD:REQUEST', 'BEGIN:VEVENT', `UID:${uid}`, 'DTSTAMP:20260302T080000Z', 'DTSTART:20260310T100000Z']
  const people = ['ORGANIZER:mailto:pat@example.org', `ATTENDEE:mailto:${room}`, 'ATTENDEE:mailto:kim@example.com']
  const now = Date.parse('2026-03-02T09:00:00Z') / 1000
  const event = [...lines, 'DTEND:20260310T110000Z', ...people, 'SUMMARY:Planning', 'END:VEVENT']
  return makeArrivingMail({ from: 'pat@example.org', to: [room], lines: event, header: [], now, number: 1 })
}

const book = () =>
  run(
    'imip-resource',
    ['-s', 'pat@example.org', '-o', room, '--now', '2026-03-02T09:00:00Z'],
    makeRequest('a@example.org'),
  )

test.each([
  ['the store', 'store', 0o777],
  ['the journal', 'journal', 0o777],
  ['the preferences', 'preferences', 0o777],
  ["a user's preferences", 'preferences/mailto:room@example.com', 0o777],
  ['one preference', 'preferences/mailto:room@example.com/freebusy_sharing', 0o666],
  ['the configuration', 'etc/config.toml', 0o666],
  ['the folder of the configuration', 'etc', 0o777],
])('%s that everybody may write to: kept, with the reason', async (_, name, mode) => {
  const path = join(place, name)
  chmodSync(path, mode)
  expect(await book()).toMatchObject({ code: 75, stdout: '', stderr: '' })
  expect(readFileSync(join(place, 'agent.log'), 'utf8')).toContain(
    `${path}: everybody may write to it; chmod o-w ${path}`,
  )
  expect(readdirSync(join(place, 'store')).filter((entry) => entry.startsWith('mailto'))).toEqual([])
  chmodSync(path, 0o750)
  expect(await book()).toMatchObject({ code: 0 })
})

test('the daemon says 451 while everybody may write to the store, and serves when that is over', async () => {
  const daemons = makeDaemonFolder(programs, { smtp: mailSystem.address })
  try {
    mkdirSync(join(daemons.path, 'store'))
    chmodSync(join(daemons.path, 'store'), 0o777)
    const daemon = await daemons.start()
    const client = connectClient(daemon.resource)
    await client.readReply()
    await client.ask('LHLO client.example.net')
    const deliver = async (uid: string): Promise<string> => {
      await client.ask('MAIL FROM:<pat@example.org>')
      await client.ask(`RCPT TO:<${room}>`)
      await client.ask('DATA')
      const mail = Buffer.from(makeRequest(uid)).toString('latin1').replace(/\n/g, '\r\n')
      return client.ask(`${mail}\r\n.`)
    }
    expect(await deliver('a@example.org')).toMatch(/^451 /)
    const tell = (): string =>
      daemons
        .readLog()
        .map(({ error }) => String(error))
        .join('\n')
    await expect.poll(tell, { timeout: 20_000 }).toContain('everybody may write to it')
    expect(tell()).not.toContain('thread was lost')
    chmodSync(join(daemons.path, 'store'), 0o750)
    expect(await deliver('a@example.org')).toMatch(/^250 /)
    client.close()
    await daemon.kill('SIGTERM')
  } finally {
    await daemons.remove()
  }
}, 60_000)

test('a folder of the configuration in which strangers may have files of their own is none of them', async () => {
  chmodSync(join(place, 'etc'), 0o1777)
  expect(await book()).toMatchObject({ code: 0 })
})

test('a key that everybody may read is none', () => {
  const path = join(place, 'answer.key')
  writeFileSync(path, `${'k'.repeat(44)}\n`, { mode: 0o640 })
  expect(readKeyFile(path).kind).toBe('key')
  for (const mode of [0o644, 0o642, 0o641]) {
    chmodSync(path, mode)
    expect(readKeyFile(path)).toEqual({ kind: 'unusable', reason: 'everybody may read it' })
  }
})

test('permissions that let everybody write are no setting', () => {
  const overrides = [{ name: 'default_permissions', value: '0666', from: 'test' }]
  expect(readConfig({ file: '/dev/null', environment: {}, overrides }).faults).toEqual([
    'test: setting default_permissions: must not let everybody write',
  ])
})

test('what is made has the permissions of the settings, whatever the umask', async () => {
  writeConfiguration([
    'default_permissions = "0640"',
    'default_dir_permissions = "0750"',
    'incoming_default = "summary-wraps-message"',
    'publishing_default = "publish"',
    'sharing_default = "share"',
  ])
  expect(await book()).toMatchObject({ code: 0 })
  const person = ['-s', 'pat@example.org', '-o', 'kim@example.com', '--now', '2026-03-02T09:00:00Z']
  expect(await run('imip-person', person, makeRequest('b@example.org'))).toMatchObject({ code: 0 })
  expect(await run('imip-admin', ['init-user', 'car@example.com'])).toMatchObject({ code: 0 })
  expect(await run('imip-admin', ['preferences', 'car@example.com', 'TZID', 'Europe/Oslo'])).toMatchObject({ code: 0 })
  for (const night of ['make-freebusy', 'expire', 'update-quotas'])
    expect(await run('imip-admin', [night])).toMatchObject({ code: 0 })

  const made = listAll(place)
  expect(made.filter(({ path }) => path.startsWith('store/mailto')).length).toBeGreaterThan(10)
  const tooOpen = made.filter(({ mode, isFolder }) => (mode & (isFolder ? 0o027 : 0o137)) !== 0)
  expect(tooOpen.map(({ path, mode }) => `${path} ${mode.toString(8)}`)).toEqual([])
}, 60_000)

test('check names rooms that everybody may write to', async () => {
  expect(await book()).toMatchObject({ code: 0 })
  const { configuration } = readConfig({ file: join(place, 'etc/config.toml'), environment: {}, overrides: [] })
  const world = { configuration } as AdminWorld
  expect(checkOpenPlaces(world)).toMatchObject([{ state: 'ok' }])
  chmodSync(join(place, 'store', `mailto:${room}`), 0o777)
  expect(checkOpenPlaces(world)).toMatchObject([
    { state: 'wrong', text: expect.stringContaining(`store/mailto:${room}: everybody may write to it`) },
  ])
})

function listAll(
  folder: string,
): readonly { readonly path: string; readonly mode: number; readonly isFolder: boolean }[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).map((entry) => {
    const path = join(entry.parentPath, entry.name)
    return { path: relative(place, path), mode: statSync(path).mode & 0o777, isFolder: entry.isDirectory() }
  })
}
