// What the programs are given by Postfix through the files in conf/postfix, shown by stand-ins that write down all they get.

import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Dovecot } from '../support/mail-servers/dovecot.ts'
import { mailboxPassword, startDovecot } from '../support/mail-servers/dovecot.ts'
import type { Postfix } from '../support/mail-servers/postfix.ts'
import { startPostfix } from '../support/mail-servers/postfix.ts'
import type { ScratchFolder } from '../support/mail-servers/scratch.ts'
import { makeScratchFolder } from '../support/mail-servers/scratch.ts'
import { MailRefused, sendMail } from '../support/mail-servers/send-mail.ts'
import type { SmtpSink } from '../support/mail-servers/smtp-sink.ts'
import { startSmtpSink } from '../support/mail-servers/smtp-sink.ts'
import { waitUntil } from '../support/mail-servers/wait-until.ts'

interface Run {
  readonly program: string
  readonly args: readonly string[]
  readonly environment: string
  readonly folder: string
  readonly input: string
}

// Writes arguments (each ended by NUL), environment and input beside each other; the last file's new name says that all are there.
const standIn = (records: string): string => `#!/bin/sh
record=${records}/$(basename "$0").$$
cat > "$record.input"
for argument; do printf '%s\\0' "$argument"; done > "$record.args"
env > "$record.environment"
pwd > "$record.folder.part"
mv "$record.folder.part" "$record.folder"
`

const startLimit = 60_000

let scratch: ScratchFolder
let sink: SmtpSink
let dovecot: Dovecot
let postfix: Postfix
let records: string

beforeAll(async () => {
  scratch = makeScratchFolder()
  records = join(scratch.path, 'records')
  mkdirSync(records)
  chmodSync(records, 0o777)
  const programs = join(scratch.path, 'programs')
  mkdirSync(programs)
  for (const name of ['imip-person', 'imip-person-outgoing', 'imip-resource']) {
    writeFileSync(join(programs, name), standIn(records))
    chmodSync(join(programs, name), 0o755)
  }
  sink = await startSmtpSink()
  dovecot = await startDovecot(scratch, {
    mailboxes: ['pat@example.com', 'kim@example.com', 'lee@example.com'],
    group: 'nogroup',
  })
  postfix = await startPostfix(scratch, {
    domain: 'example.com',
    mailboxes: ['pat@example.com', 'kim@example.com'],
    people: ['pat@example.com', '"odd name"@example.com'],
    resources: ['room@example.com'],
    routes: [['lee@example.com', `lmtp:unix:${dovecot.lmtpSocket}`]],
    aliases: [['lunch@example.com', 'pat@example.com']],
    senders: ['pat@example.com'],
    programs,
    configuration: '/etc/imip-agent/config.toml',
    user: 'nobody',
    lmtpSocket: dovecot.lmtpSocket,
    loginSocket: dovecot.loginSocket,
    sinkPort: sink.port,
  })
}, startLimit)

afterAll(async () => {
  await scratch?.remove()
  await sink?.stop()
}, startLimit)

beforeEach(({ onTestFailed }) => {
  onTestFailed(() => {
    process.stderr.write(`${postfix?.readLogTail()}${dovecot?.readLogTail()}`)
  })
})

const readRun = (name: string): Run => ({
  program: name.slice(0, name.indexOf('.')),
  args: readFileSync(join(records, `${name}.args`), 'utf8')
    .split('\0')
    .slice(0, -1),
  environment: readFileSync(join(records, `${name}.environment`), 'utf8'),
  folder: readFileSync(join(records, `${name}.folder`), 'utf8').trim(),
  input: readFileSync(join(records, `${name}.input`), 'latin1'),
})

const findRuns = (queueId: string, program: string): readonly Run[] =>
  readdirSync(records)
    .filter((name) => name.startsWith(`${program}.`) && name.endsWith('.folder'))
    .map((name) => readRun(name.replace(/\.folder$/, '')))
    .filter((one) => one.args.includes(queueId))

const waitForRun = (queueId: string, program: string): Promise<Run> =>
  waitUntil(`a run of ${program} for ${queueId}`, () => findRuns(queueId, program)[0], {
    explain: () => postfix.readLogTail(),
  })

const mail = 'From: kim@example.net\nTo: pat@example.com\nSubject: Lunch\n\nFrom here on\n.dot\n'

const sendFromOutside = (to: readonly string[], from = 'kim@example.net', text = mail) =>
  sendMail({ port: postfix.outerPort, from, to, mail: text })

const loggedIn = { user: 'pat@example.com', password: mailboxPassword }

describe('imip-person', () => {
  test('is told the envelope, the client and the queue identifier', async () => {
    const queueId = await sendFromOutside(['pat@example.com'])
    const run = await waitForRun(queueId, 'imip-person')
    expect(run.args).toEqual([
      ...['-c', '/etc/imip-agent/config.toml', '-l', dovecot.lmtpSocket, '-o', 'pat@example.com'],
      ...['--original-recipient', 'pat@example.com', '-s', 'kim@example.net'],
      ...['--login', '', '--client', '127.0.0.1', '--queue-id', queueId],
    ])
  })

  test('gets the mail with Delivered-To and Received above it, line ends LF, in a bare environment', async () => {
    const run = await waitForRun(await sendFromOutside(['pat@example.com']), 'imip-person')
    expect(run.input).toMatch(
      /^Delivered-To: pat@example\.com\nReceived: from client\.example\.net (?:[^\n]+\n[ \t])*[^\n]+\n/,
    )
    expect(run.input.endsWith(`\n${mail}`)).toBe(true)
    expect(run.environment).toContain('PATH=/usr/bin:/bin\n')
    expect(run.environment).toContain('MAIL_CONFIG=')
    expect(run.environment).not.toContain('HOME=')
    expect(run.folder).toBe(join(scratch.path, 'postfix', 'queue'))
  })

  test('is given the null sender as an empty argument', async () => {
    const run = await waitForRun(await sendFromOutside(['pat@example.com'], ''), 'imip-person')
    expect(run.args.slice(8, 12)).toEqual(['-s', '', '--login', ''])
  })

  test('keeps the spelling and the extension of the recipient', async () => {
    const run = await waitForRun(await sendFromOutside(['Pat+news@Example.com']), 'imip-person')
    expect(run.args.slice(4, 8)).toEqual(['-o', 'Pat+news@Example.com', '--original-recipient', 'Pat+news@Example.com'])
  })

  test('is given the final address of an alias, and the alias beside it', async () => {
    const run = await waitForRun(await sendFromOutside(['lunch@example.com']), 'imip-person')
    expect(run.args.slice(4, 8)).toEqual(['-o', 'pat@example.com', '--original-recipient', 'lunch@example.com'])
  })

  test('is given odd local parts in their quotes', async () => {
    const queueId = await sendFromOutside(['"odd name"@example.com'], '"a b"@example.net')
    const run = await waitForRun(queueId, 'imip-person')
    expect(run.args.slice(4, 10)).toEqual([
      ...['-o', '"odd name"@example.com', '--original-recipient', '"odd name"@example.com', '-s', '"a b"@example.net'],
    ])
  })

  test('runs once a recipient', async () => {
    const queueId = await sendFromOutside([
      'pat@example.com',
      '"odd name"@example.com',
      'kim@example.com',
      'room@example.com',
    ])
    await postfix.waitForOutcome(queueId, 'pat@example.com')
    await postfix.waitForOutcome(queueId, '"odd name"@example.com')
    const recipients = findRuns(queueId, 'imip-person').map((run) => run.args[5])
    expect(recipients.toSorted()).toEqual(['"odd name"@example.com', 'pat@example.com'])
    expect((await postfix.waitForOutcome(queueId, 'room@example.com')).relay).toBe('imip-resource')
  })

  test('does not see mail for somebody who is not listed', async () => {
    const queueId = await sendFromOutside(['kim@example.com'])
    const outcome = await postfix.waitForOutcome(queueId, 'kim@example.com')
    expect(outcome).toMatchObject({ status: 'sent', relay: expect.stringContaining('/dovecot/lmtp') })
    expect(findRuns(queueId, 'imip-person')).toEqual([])
  })

  test('is not given the same mail twice by a loop', async () => {
    const queueId = await sendFromOutside(
      ['pat@example.com'],
      'kim@example.net',
      `Delivered-To: pat@example.com\n${mail}`,
    )
    const outcome = await postfix.waitForOutcome(queueId, 'pat@example.com')
    expect(outcome).toMatchObject({ status: 'bounced', dsn: '5.4.6' })
    expect(findRuns(queueId, 'imip-person')).toEqual([])
  })

  test('is never given an address that looks like an option', async () => {
    await expect(sendFromOutside(['-d@example.com'])).rejects.toThrow(MailRefused)
    await expect(sendFromOutside(['pat@example.com'], '-d@example.net')).rejects.toThrow(MailRefused)
  })
})

describe('imip-resource', () => {
  test('is told where answers go', async () => {
    const queueId = await sendFromOutside(['room@example.com'])
    const run = await waitForRun(queueId, 'imip-resource')
    expect(run.args).toEqual([
      ...['-c', '/etc/imip-agent/config.toml', '--smtp', `127.0.0.1:${postfix.innerPort}`, '-o', 'room@example.com'],
      ...['--original-recipient', 'room@example.com', '-s', 'kim@example.net'],
      ...['--login', '', '--client', '127.0.0.1', '--queue-id', queueId],
    ])
  })

  test('runs for a room although the room has no mailbox, and nobody else does', async () => {
    await expect(sendFromOutside(['cellar@example.com'])).rejects.toThrow(/550 5\.1\.1/)
  })
})

describe('imip-person-outgoing', () => {
  test('gets one copy of a mail that a person who is logged in sends, however many recipients it has', async () => {
    const queueId = await sendMail({
      port: postfix.submissionPort,
      from: 'pat@example.com',
      to: ['kim@example.com', 'ann@example.net', 'bob@example.net'],
      mail,
      login: loggedIn,
    })
    const run = await waitForRun(queueId, 'imip-person-outgoing')
    expect(run.args).toEqual([
      ...['-c', '/etc/imip-agent/config.toml', '-o', 'pat@example.com', '-s', 'pat@example.com'],
      ...['--login', 'pat@example.com', '--client', '127.0.0.1', '--queue-id', queueId],
    ])
    expect(run.input).not.toContain('Delivered-To')
    for (const recipient of ['kim@example.com', 'ann@example.net', 'bob@example.net']) {
      expect(await postfix.waitForOutcome(queueId, recipient)).toMatchObject({ status: 'sent' })
    }
    expect(findRuns(queueId, 'imip-person-outgoing')).toHaveLength(1)
  })

  test.for(['outerPort', 'innerPort'] as const)(
    'gets no copy of a mail that came in by the %s under a person’s name',
    async (port) => {
      const queueId = await sendMail({ port: postfix[port], from: 'pat@example.com', to: ['room@example.com'], mail })
      await waitForRun(queueId, 'imip-resource')
      expect(postfix.readLog()).toMatch(new RegExp(`${queueId}: from=<pat@example.com>, .* nrcpt=1 `))
    },
  )

  test.for(['outerPort', 'innerPort', 'submissionPort'] as const)('cannot be addressed by the %s', async (port) => {
    const sending = sendMail({
      port: postfix[port],
      from: 'pat@example.com',
      to: ['pat@people-outgoing.example.com'],
      mail,
      ...(port === 'submissionPort' ? { login: loggedIn } : {}),
    })
    await expect(sending).rejects.toThrow(/^The mail was refused: 554 5\.7\.1 /)
  })
})

describe('the private mail system', () => {
  test('takes mail for an address that is only routed, and brings it where the route leads', async () => {
    const queueId = await sendFromOutside(['lee@example.com'])
    expect(await postfix.waitForOutcome(queueId, 'lee@example.com')).toMatchObject({ status: 'sent' })
    expect(await dovecot.countMails('lee@example.com')).toBe(1)
  })

  test('takes mail for others only from inside, and it ends in the sink', async () => {
    await expect(sendFromOutside(['ann@example.org'])).rejects.toThrow(/Relay access denied/)
    await sendMail({ port: postfix.innerPort, from: 'room@example.com', to: ['ann@example.org'], mail })
    const sunk = await sink.waitForMail(
      'for ann',
      (one) => one.recipients.includes('ann@example.org'),
      postfix.readLogTail,
    )
    expect(sunk.sender).toBe('room@example.com')
    expect(sunk.mail.toString()).toMatch(/\r\nFrom here on\r\n\.dot\r\n$/)
  })
})
