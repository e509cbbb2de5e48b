// The daemon between a real Postfix and a real Dovecot, by the files we ship.
import { type ChildProcess, spawn } from 'node:child_process'
import { appendFileSync, chmodSync, chownSync, mkdtempSync, openSync, rmSync, statSync } from 'node:fs'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Invitation } from '../support/mail-servers/invitation.ts'
import { findProperty, makeFutureHour, makeInvitationMail, readAnswerMail } from '../support/mail-servers/invitation.ts'
import { makeMailsOfAllKinds } from '../support/mail-servers/mail-kinds.ts'
import { type MailSystem, startLimit, startMailSystem } from '../support/mail-servers/mail-system.ts'
import { sendMail } from '../support/mail-servers/send-mail.ts'
import { waitUntil } from '../support/mail-servers/wait-until.ts'
import { poll } from './poll.ts'

let system: MailSystem
let place: string
let daemon: ChildProcess | undefined

// As Debian has it; nobody runs the daemon, and the directory of the sockets has the group of the mail system.
const nobody = { uid: 65_534, gid: 65_534 }

beforeAll(async () => {
  // Known before the mail system is, and short, as the path of a socket must be.
  place = mkdtempSync(join(tmpdir(), 'lmtpd-'))
  const people = ['pat@example.com', 'kim@example.com', 'lee@example.com', 'gone@example.com']
  system = await startMailSystem({
    mailboxes: ['pat@example.com', 'kim@example.com', 'lee@example.com', 'direct@example.com'],
    settings: { resource_organizers: 'anyone' },
    routes: [
      ...people.map((address) => [address, `imip-lmtp:unix:${place}/person`] as const),
      ['room@example.com', `imip-lmtp:unix:${place}/resource`],
    ],
    aliases: [['saal@example.com', 'room@example.com']],
  })
  chownSync(place, nobody.uid, statSync(join(system.scratch.path, 'postfix/data')).gid)
  chmodSync(place, 0o2750)
  appendFileSync(
    system.agents.configuration,
    `lmtp = "${system.dovecot.lmtpSocket}"\nsmtp = "127.0.0.1:${system.postfix.innerPort}"\n`,
  )
  await startDaemon()
}, startLimit)

afterAll(async () => {
  await stopDaemon()
  await system?.stop()
  rmSync(place, { recursive: true, force: true })
}, startLimit)

beforeEach(({ onTestFailed }) => {
  onTestFailed(() => {
    process.stderr.write(system?.readLogTails() ?? '')
  })
})

async function startDaemon(): Promise<void> {
  const output = openSync(join(system.scratch.path, 'daemon.output'), 'a')
  const child = spawn(
    join(system.agents.programs, 'imip-lmtpd'),
    ['-c', system.agents.configuration, '--person', `${place}/person`, '--resource', `${place}/resource`],
    {
      cwd: '/',
      ...nobody,
      env: { PATH: '/usr/bin:/bin', ...system.agents.environment },
      stdio: ['ignore', output, output],
    },
  )
  if (child.pid !== undefined) system.scratch.keepProcess(child.pid)
  daemon = child
  await waitUntil('the daemon to be ready', () => canConnect(`${place}/resource`))
}

async function stopDaemon(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  const child = daemon
  daemon = undefined
  if (!child) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill(signal)
  await ended
  if (child.pid !== undefined) system.scratch.forgetProcess(child.pid)
}

function canConnect(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(path)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}

const cutTrace = (mail: Buffer): string =>
  mail
    .toString('latin1')
    .replace(
      /^Return-Path: .*\r\nDelivered-To: .*\r\nReceived: .*\r\n(?:[ \t].*\r\n)*(?:X-Original-To: .*\r\n)?(?:Delivered-To: .*\r\n)?Received: .*\r\n(?:[ \t].*\r\n)*/,
      '',
    )

test('the sockets have the group of the mail system, and no others may connect', () => {
  const socket = statSync(`${place}/person`)
  expect(socket.mode & 0o777).toBe(0o660)
  expect(socket.gid).toBe(statSync(place).gid)
})

test('mails of all kinds, each once and with every byte as Postfix gives it to Dovecot directly', {
  timeout: 240_000,
}, async () => {
  const sent = makeMailsOfAllKinds(120)
  for (const { mail } of sent)
    await sendMail({
      port: system.postfix.outerPort,
      from: 'ann@example.net',
      to: ['pat@example.com', 'direct@example.com'],
      mail,
    })
  expect(await system.postfix.waitForRest(200_000)).toEqual([])
  const arrived = await system.dovecot.readMails('pat@example.com')
  const direct = await system.dovecot.readMails('direct@example.com')
  expect(arrived).toHaveLength(sent.length)
  const faults = sent.flatMap(({ name }) => {
    const here = arrived.filter((one) => one.includes(name)).map(cutTrace)
    const there = direct.filter((one) => one.includes(name)).map(cutTrace)
    return here.length === 1 && here[0] === there[0] ? [] : [`${name} arrived ${here.length} times, or changed`]
  })
  expect(faults).toEqual([])
})

test('a room answers through the same Postfix; an alias of it is known as the address invited', async () => {
  const invite = async (invitation: Invitation): Promise<string> => {
    const queueId = await sendMail({
      port: system.postfix.outerPort,
      from: invitation.organizer,
      to: [invitation.attendee],
      mail: makeInvitationMail(invitation),
    })
    expect(await system.postfix.waitForOutcome(queueId, 'room@example.com')).toMatchObject({ status: 'sent' })
    const { mail } = await system.sink.waitForMail(
      `an answer to ${invitation.organizer}`,
      ({ recipients }) => recipients.includes(invitation.organizer),
      () => system.readLogTails(),
    )
    return findProperty(await readAnswerMail(mail), 'ATTENDEE') ?? ''
  }
  const slot = { start: makeFutureHour(40, 10), end: makeFutureHour(40, 11) }
  const first: Invitation = {
    method: 'REQUEST',
    uid: 'first@example.net',
    organizer: 'ann@example.net',
    attendee: 'room@example.com',
    ...slot,
  }
  expect(await invite(first)).toMatch(/PARTSTAT=ACCEPTED.*mailto:room@example\.com$/)
  const second = { ...first, uid: 'second@example.net', organizer: 'bob@example.net', attendee: 'saal@example.com' }
  expect(await invite(second)).toMatch(/PARTSTAT=DECLINED.*mailto:saal@example\.com$/)
})

test('what the mailbox refuses is bounced in its own words', async () => {
  const queueId = await sendMail({
    port: system.postfix.outerPort,
    from: 'dan@example.org',
    to: ['gone@example.com'],
    mail: 'Subject: x\r\n\r\n',
  })
  const outcome = await system.postfix.waitForOutcome(queueId, 'gone@example.com')
  expect(outcome).toMatchObject({ status: 'bounced', dsn: '5.1.1' })
  expect(outcome.text).toContain("User doesn't exist: gone@example.com")
})

test('daemon killed, then Dovecot stopped: mail waits with Postfix and comes once', { timeout: 120_000 }, async () => {
  const send = (name: string) =>
    sendMail({
      port: system.postfix.outerPort,
      from: 'ann@example.net',
      to: ['kim@example.com'],
      mail: `Subject: ${name}\r\n\r\n`,
    })
  await stopDaemon('SIGKILL')
  const first = await send('one')
  expect(await system.postfix.waitForOutcome(first, 'kim@example.com')).toMatchObject({ status: 'deferred' })
  await system.dovecot.stop()
  await startDaemon()
  const second = await send('two')
  expect(await system.postfix.waitForOutcome(second, 'kim@example.com')).toMatchObject({ status: 'deferred' })
  await system.dovecot.start()
  await system.postfix.flush()
  await poll(() => system.dovecot.countMails('kim@example.com'), { timeout: 60_000 }).toBe(2)
  expect(await system.postfix.waitForRest()).toEqual([])
  const subjects = (await system.dovecot.readMails('kim@example.com')).map(
    (mail) => /^Subject: (.*)\r$/m.exec(mail.toString())?.[1],
  )
  expect(subjects.toSorted()).toEqual(['one', 'two'])
})

test('the log names the queue identifier of Postfix', async () => {
  const queueId = await sendMail({
    port: system.postfix.outerPort,
    from: 'ann@example.net',
    to: ['lee@example.com'],
    mail: 'Subject: x\r\n\r\n',
  })
  await system.postfix.waitForOutcome(queueId, 'lee@example.com')
  await poll(() => system.agents.readLogTail()).toContain(`"queue":"${queueId}"`)
})
