// What the mail system is told about an invitation when something is wrong around it: the real programs, a mailbox and a mail system
// that say no, a store that cannot be used.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { loadConfig } from '../../src/config/load-config.ts'
import { buildPrograms, type Ending, type ProgramFolder, runProgram } from '../support/built-programs.ts'
import { findField, makeArrivingMail, readAnswerMail } from '../support/case-mail.ts'
import { listAll, openCaseStore } from '../support/case-world.ts'
import { makeFixedClock } from '../support/fixed-clock.ts'
import { type Receiver, type ReceiverOptions, startReceiver } from '../support/lmtp-receiver.ts'

let programs: ProgramFolder
beforeAll(async () => {
  programs = await buildPrograms()
})
afterAll(() => programs?.remove())

let place = ''
const receivers: Receiver[] = []
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'exit-codes-'))
  return async () => {
    await Promise.all(receivers.splice(0).map((receiver) => receiver.close()))
    rmSync(place, { recursive: true, force: true })
  }
})

const noon = '2026-03-02T12:00:00Z'
const quarterPast = '2026-03-02T12:15:00Z'
const person = 'pat@example.com'
const other = 'lee@example.com'
const room = 'room@example.com'
const silent = { stdout: '', stderr: '' }

test('no recipient: kept, since headers come from the sender', async () => {
  const mailbox = await start({})
  expect(await runPerson(mailbox, [])).toMatchObject({ code: 75, ...silent })
  expect(mailbox.mails).toEqual([])
  expect(await listUsers()).toEqual([])
})

test('the mailbox says 550 at RCPT: refused in its words, and nothing is recorded', async () => {
  const mailbox = await start({ atRecipient: () => '550 5.1.1 No such user here' })
  const ending = await runPerson(mailbox, [person])
  expect(ending).toMatchObject({ code: 69, stdout: '5.1.1 No such user here\n', stderr: '' })
  expect(mailbox.mails).toEqual([])
  expect(await listUsers()).toEqual([])
})

test('the mailbox says 450 at RCPT: kept, and nothing is recorded', async () => {
  const mailbox = await start({ atRecipient: () => '450 4.2.1 Mailbox busy' })
  expect(await runPerson(mailbox, [person])).toMatchObject({ code: 75, ...silent })
  expect(mailbox.mails).toEqual([])
  expect(await listUsers()).toEqual([])
})

test('the mailbox says 452 after the mail: kept; at the next try it is delivered once, and recorded once', async () => {
  let isFull = true
  const mailbox = await start({ atData: () => (isFull ? '452 4.2.2 Mailbox full' : undefined) })
  expect(await runPerson(mailbox, [person])).toMatchObject({ code: 75, ...silent })
  isFull = false
  expect(await runPerson(mailbox, [person])).toMatchObject({ code: 0, ...silent })
  expect(await listUsers()).toEqual([`mailto:${person}`])
  expect(readVerdicts()).toEqual(['applied recorded', 'ignored already-known'])
})

test('the mailbox says 550 after the mail: refused in its words', async () => {
  const mailbox = await start({ atData: () => '550 5.7.1 Not this mail' })
  expect(await runPerson(mailbox, [person])).toMatchObject({ code: 69, stdout: '5.7.1 Not this mail\n', stderr: '' })
})

test('of two recipients one is deferred: kept; at the next try the other does not get it again', async () => {
  let isBusy = true
  const mailbox = await start({
    atRecipient: (recipient) => (recipient === other && isBusy ? '450 4.2.1 Mailbox busy' : undefined),
  })
  expect(await runPerson(mailbox, [person, other])).toMatchObject({ code: 75, ...silent })
  expect(mailbox.mails.flatMap((mail) => mail.recipients)).toEqual([person])
  isBusy = false
  expect(await runPerson(mailbox, [person, other])).toMatchObject({ code: 0, ...silent })
  expect(mailbox.mails.flatMap((mail) => mail.recipients)).toEqual([person, other])
})

test('of two recipients one is refused: done for the other; refused only if both are', async () => {
  const isRefused = new Set([other])
  const mailbox = await start({
    atRecipient: (recipient) => (isRefused.has(recipient) ? '550 5.1.1 No such user here' : undefined),
  })
  expect(await runPerson(mailbox, [other, person])).toMatchObject({ code: 0, ...silent })
  expect(mailbox.mails.flatMap((mail) => mail.recipients)).toEqual([person])
  isRefused.add(person)
  expect(await runPerson(mailbox, [other, person])).toMatchObject({ code: 69, stdout: '5.1.1 No such user here\n' })
})

test("the store cannot be used: kept; a quarter of an hour later a person's mail goes on unprocessed, with its verdict", async () => {
  const mailbox = await start({})
  const store = breakStore()
  expect(await runPerson(mailbox, [person], { store })).toMatchObject({ code: 75, ...silent })
  expect(await runPerson(mailbox, [person], { store, now: '2026-03-02T12:14:59Z' })).toMatchObject({ code: 75 })
  expect(mailbox.mails).toEqual([])
  expect(await runPerson(mailbox, [person], { store, now: quarterPast })).toMatchObject({ code: 0, ...silent })
  expect(mailbox.mails.map((mail) => mail.bytes.toString())).toEqual([onTheWire(makeInvitation(person))])
  expect(readVerdicts()).toEqual(['passed fault'])
})

test('the store cannot be used: mail without a calendar is delivered all the same', async () => {
  const mailbox = await start({})
  const mail = Buffer.from('Subject: Hello\n\nHello.\n')
  expect(await runPerson(mailbox, [person], { store: breakStore(), mail })).toMatchObject({ code: 0, ...silent })
  expect(mailbox.mails).toHaveLength(1)
})

test('the store cannot be used: an invitation of a room stays with the mail system for as long as it takes', async () => {
  const mailSystem = await start({ protocol: 'smtp', listen: 'port' })
  const store = breakStore()
  expect(await runResource(mailSystem, { store })).toMatchObject({ code: 75, ...silent })
  expect(await runResource(mailSystem, { store, now: '2026-03-03T12:00:00Z' })).toMatchObject({ code: 75, ...silent })
  expect(mailSystem.mails).toEqual([])
})

test('mode = pass: delivered without the store being opened', async () => {
  const mailbox = await start({})
  const more = ['--set', 'mode=pass']
  expect(await runPerson(mailbox, [person], { store: breakStore(), more })).toMatchObject({ code: 0, ...silent })
  expect(mailbox.mails.map((mail) => mail.bytes.toString())).toEqual([onTheWire(makeInvitation(person))])
})

test("a bad configuration: kept; a quarter of an hour later a person's mail goes on unprocessed", async () => {
  const mailbox = await start({})
  const more = ['--set', 'sender_check=perhaps']
  expect(await runPerson(mailbox, [person], { more })).toMatchObject({ code: 75, ...silent })
  expect(await runPerson(mailbox, [person], { more, now: quarterPast })).toMatchObject({ code: 0, ...silent })
  expect(mailbox.mails).toHaveLength(1)
  expect(readVerdicts()).toEqual(['passed fault'])
})

test('a preference that cannot be used: kept, and the log names file, line and reason', async () => {
  const mailSystem = await start({ protocol: 'smtp', listen: 'port' })
  const file = join(place, 'preferences', `mailto:${room}`, 'scheduling_function')
  mkdirSync(join(place, 'preferences', `mailto:${room}`), { recursive: true })
  writeFileSync(file, 'schedule_in_freebusy many\n')
  expect(await runResource(mailSystem, {})).toMatchObject({ code: 75, ...silent })
  expect(mailSystem.mails).toEqual([])
  expect(readLog().at(-1)).toMatchObject({ level: 'error', error: expect.stringContaining(`${file}, line 1:`) })
})

test('a zone of a resource that nobody knows: kept, and the log names the file', async () => {
  const mailSystem = await start({ protocol: 'smtp', listen: 'port' })
  const file = join(place, 'preferences', `mailto:${room}`, 'TZID')
  mkdirSync(join(place, 'preferences', `mailto:${room}`), { recursive: true })
  writeFileSync(file, 'Europe/Nowhere\n')
  expect(await runResource(mailSystem, {})).toMatchObject({ code: 75, ...silent })
  expect(mailSystem.mails).toEqual([])
  expect(readLog().at(-1)).toMatchObject({
    level: 'error',
    error: expect.stringContaining(`${file}, line 1: TZID Europe/Nowhere is not known`),
  })
})

test('the mail system defers the answer of a room: kept; at the next try the very same answer goes out, nothing is decided again', async () => {
  let isBusy = true
  const mailSystem = await start({
    protocol: 'smtp',
    listen: 'port',
    atRecipient: () => (isBusy ? '450 4.3.2 Come back later' : undefined),
  })
  expect(await runResource(mailSystem, {})).toMatchObject({ code: 75, ...silent })
  expect(mailSystem.mails).toEqual([])
  isBusy = false
  expect(await runResource(mailSystem, { now: quarterPast })).toMatchObject({ code: 0, ...silent })
  expect(readVerdicts()).toEqual(['applied free', 'ignored already-decided'])
  const [answer] = mailSystem.mails.map((mail) => readAnswerMail(mail.bytes))
  expect(mailSystem.mails).toHaveLength(1)
  expect(answer?.lines).toContain('DTSTAMP:20260302T120000Z')
  expect(findField(answer?.header ?? [], 'Date')).toBe('Mon, 02 Mar 2026 12:00:00 +0000')
})

test('the mail system refuses the answer of a room for good: done, and the log says so', async () => {
  const mailSystem = await start({ protocol: 'smtp', listen: 'port', atRecipient: () => '550 5.1.1 Unknown' })
  expect(await runResource(mailSystem, {})).toMatchObject({ code: 0, ...silent })
  expect(await runResource(mailSystem, {})).toMatchObject({ code: 0, ...silent })
  const failures = readLog().filter((line) => line.level === 'error')
  expect(failures).toMatchObject([{ error: expect.stringMatching(/kim@example\.org.*5\.1\.1 Unknown/) }])
})

test('no mail system listens: the answer of a room waits with the mail', async () => {
  const mailSystem = await start({ protocol: 'smtp', listen: 'socket' })
  const address = mailSystem.address
  await mailSystem.close()
  receivers.splice(0)
  expect(await runResource({ address }, {})).toMatchObject({ code: 75, ...silent })
})

interface RunSettings {
  readonly store?: string
  readonly now?: string
  readonly mail?: Uint8Array
  readonly more?: readonly string[]
}

function runPerson(mailbox: Pick<Receiver, 'address'>, recipients: readonly string[], settings: RunSettings = {}) {
  const to = recipients.flatMap((recipient) => ['-o', recipient])
  return run('imip-person', ['-l', mailbox.address, ...to], { mail: makeInvitation(person), ...settings })
}

function runResource(mailSystem: Pick<Receiver, 'address'>, settings: RunSettings) {
  return run('imip-resource', ['--smtp', mailSystem.address, '-o', room], { mail: makeInvitation(room), ...settings })
}

function run(program: string, args: readonly string[], { store, now, mail, more }: RunSettings): Promise<Ending> {
  const places = ['-c', '/dev/null', '-S', store ?? join(place, 'store'), '-p', join(place, 'preferences')]
  const others = [
    '--set',
    `log=${join(place, 'agent.log')}`,
    '--set',
    'tzid=UTC',
    '--now',
    now ?? noon,
    ...(more ?? []),
  ]
  return runProgram(programs.bin(program), [...places, ...others, '-s', 'kim@example.org', ...args], {
    input: mail ?? '',
    cwd: '/',
    env: { IMIP_AGENT_NODE: process.execPath, IMIP_AGENT_RESOURCE_ORGANIZERS: 'anyone', TMPDIR: place },
  })
}

function makeInvitation(recipient: string): Uint8Array {
  const lines = [
    'METHOD:REQUEST',
    'BEGIN:VEVENT',
    'UID:planning@example.org',
    'DTSTAMP:20260302T115900Z',
    'DTSTART:20260310T100000Z',
    'DTEND:20260310T110000Z',
    'ORGANIZER:mailto:kim@example.org',
    `ATTENDEE;RSVP=TRUE:mailto:${recipient}`,
    'SUMMARY:Planning',
    'END:VEVENT',
  ]
  return makeArrivingMail({
    from: 'kim@example.org',
    to: [recipient],
    lines,
    header: [],
    now: 1_772_452_800,
    number: 1,
  })
}

function onTheWire(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString().replaceAll('\n', '\r\n')
}

/** No directory can be made below a file, not even by root. */
function breakStore(): string {
  const file = join(place, 'not-a-directory')
  writeFileSync(file, '')
  return join(file, 'store')
}

async function start(options: ReceiverOptions): Promise<Receiver> {
  const receiver = await startReceiver(options)
  receivers.push(receiver)
  return receiver
}

async function listUsers(): Promise<readonly string[]> {
  if (!existsSync(join(place, 'store'))) return []
  const overrides = [{ name: 'store_dir', value: join(place, 'store'), from: 'test' }]
  const store = openCaseStore(loadConfig({ file: '/dev/null', environment: {}, overrides }), makeFixedClock(noon))
  try {
    return await listAll(store)
  } finally {
    await store.close()
  }
}

function readLog(): readonly Record<string, unknown>[] {
  const lines = readFileSync(join(place, 'agent.log'), 'utf8').trim().split('\n')
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>)
}

function readVerdicts(): readonly string[] {
  return readLog().flatMap(({ verdict, reason }) => (verdict === undefined ? [] : [`${verdict} ${reason}`]))
}
