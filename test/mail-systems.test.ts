// Every shipped configuration through a real mail system: Postfix or Exim, lists or LDAP, pipe or daemon, onward by LMTP or local SMTP.

import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Agents } from './support/mail-servers/agents.ts'
import { installAgents } from './support/mail-servers/agents.ts'
import { makeSocketFolder, startDaemon } from './support/mail-servers/daemon.ts'
import type { Dovecot } from './support/mail-servers/dovecot.ts'
import { mailboxPassword, startDovecot } from './support/mail-servers/dovecot.ts'
import { startExim } from './support/mail-servers/exim.ts'
import type { Invitation } from './support/mail-servers/invitation.ts'
import { findProperty, makeFutureHour, makeInvitationMail, readAnswerMail } from './support/mail-servers/invitation.ts'
import { makeMailsOfAllKinds } from './support/mail-servers/mail-kinds.ts'
import { startLimit } from './support/mail-servers/mail-system.ts'
import { startPostfix } from './support/mail-servers/postfix.ts'
import type { ScratchFolder } from './support/mail-servers/scratch.ts'
import { makeScratchFolder } from './support/mail-servers/scratch.ts'
import { MailRefused, type MailToSend, sendMail as sendOnce } from './support/mail-servers/send-mail.ts'
import type { ServerProcess } from './support/mail-servers/server-process.ts'
import { findFreePort } from './support/mail-servers/server-process.ts'
import type { Slapd } from './support/mail-servers/slapd.ts'
import { startSlapd } from './support/mail-servers/slapd.ts'
import type { SmtpSink } from './support/mail-servers/smtp-sink.ts'
import { startSmtpSink } from './support/mail-servers/smtp-sink.ts'
import { waitUntil } from './support/mail-servers/wait-until.ts'

/** As a mail client does it: what is refused for now (a directory that has just come back) is handed in again. RFC 5321, 4.2.1. */
const sendMail = (mail: MailToSend): Promise<string> =>
  waitUntil('the mail system to take the mail', async () =>
    sendOnce(mail).catch((error: unknown) => {
      if (error instanceof MailRefused && error.reply.startsWith('4')) return false as const
      throw error
    }),
  )

interface Way {
  readonly system: 'postfix' | 'exim'
  readonly who: 'lists' | 'ldap'
  readonly by: 'pipe' | 'daemon'
  readonly onward: 'lmtp' | 'local-smtp'
}

const ways: readonly Way[] = (['postfix', 'exim'] as const).flatMap((system) =>
  (['lists', 'ldap'] as const).flatMap((who) =>
    (['pipe', 'daemon'] as const).flatMap((by) =>
      (['lmtp', 'local-smtp'] as const).map((onward): Way => ({ system, who, by, onward })),
    ),
  ),
)

// What stands around the mail systems is the same for all of them.
let scratch: ScratchFolder
let sink: SmtpSink
let dovecot: Dovecot
let slapd: Slapd
let agents: Agents

const people = ['pat@example.com', 'kim@example.com']
const resources = ['room@example.com']
const mailboxes = [...people, 'lee@example.com']

beforeAll(async () => {
  scratch = makeScratchFolder()
  sink = await startSmtpSink()
  agents = installAgents(scratch, { local_domains: ['example.com'], resource_organizers: 'anyone' })
  dovecot = await startDovecot(scratch, { mailboxes, group: agents.group })
  slapd = await startSlapd(scratch, { people, resources })
}, startLimit)

afterAll(async () => {
  await scratch?.remove()
  await sink?.stop()
}, startLimit)

interface Running {
  readonly outerPort: number
  readonly submissionPort: number
  flush(): Promise<void>
  readLogTail(): string
  stop(): Promise<void>
}

const start = async (way: Way, name: string): Promise<Running> => {
  const hasLocalSmtp = way.onward === 'local-smtp'
  const daemonFolder = way.by === 'daemon' ? join(scratch.path, `${name}.d`) : undefined
  if (daemonFolder !== undefined)
    await makeSocketFolder(daemonFolder, way.system === 'postfix' ? 'postfix' : 'Debian-exim')
  const agentsPort = await findFreePort()
  const options = {
    name,
    domain: 'example.com',
    mailboxes,
    people,
    resources,
    senders: people,
    aliases: [['saal@example.com', 'room@example.com']] as const,
    programs: agents.programs,
    configuration: agents.configuration,
    user: agents.user,
    environment: agents.environment,
    lmtpSocket: dovecot.lmtpSocket,
    loginSocket: dovecot.loginSocket,
    sinkPort: sink.port,
    ...(way.who === 'ldap' ? { directory: slapd.words } : {}),
    ...(daemonFolder === undefined ? {} : { daemon: daemonFolder }),
  }
  let smtpPort = agentsPort
  const startSystem = async () => {
    if (way.system === 'exim') return startExim(scratch, { ...options, group: agents.group, agentsPort, hasLocalSmtp })
    const postfix = await startPostfix(scratch, { ...options, ...(hasLocalSmtp ? { agentsPort } : {}) })
    if (!hasLocalSmtp) smtpPort = postfix.innerPort
    return postfix
  }
  const system = await startSystem()
  let daemon: ServerProcess | undefined
  if (daemonFolder !== undefined)
    daemon = await startDaemon(scratch, {
      folder: daemonFolder,
      agents,
      options: [
        ...['--smtp', `127.0.0.1:${smtpPort}`, '--set', 'outgoing_authority=envelope'],
        ...(hasLocalSmtp ? ['-L'] : ['-l', dovecot.lmtpSocket]),
      ],
    })
  return {
    outerPort: system.outerPort,
    submissionPort: system.submissionPort,
    flush: () => system.flush(),
    readLogTail: () => system.readLogTail(),
    stop: async () => {
      await daemon?.stop()
      await system.stop()
    },
  }
}

// What mailbox, mail system and agent put above a mail.
const trace = /^(?:(?:Return-Path|Delivered-To|X-Original-To|Received): .*\r\n(?:[ \t].*\r\n)*)+$/i

const isWholly = (arrived: string, sent: string): boolean =>
  arrived.endsWith(sent) && trace.test(arrived.slice(0, -sent.length))

const plain = 'From: ann@example.net\r\nSubject: Lunch\r\nMessage-ID: <lunch@example.net>\r\n\r\nAt noon.\r\n'

const rows = ways.map((way, number) => [`${way.system}, ${way.who}, ${way.by}, ${way.onward}`, way, number] as const)

describe.each(rows)('%s', (_title, way, number) => {
  let running: Running
  const site = `way${number}`
  const slot = (hour: number) => ({
    start: makeFutureHour(40 + number, hour),
    end: makeFutureHour(40 + number, hour + 1),
  })

  beforeAll(async () => {
    running = await start(way, site)
  }, startLimit)

  afterAll(async () => {
    await running?.stop()
  }, startLimit)

  beforeEach(({ onTestFailed }) => {
    onTestFailed(() => {
      process.stderr.write(`${running?.readLogTail() ?? ''}${agents.readLogTail()}${dovecot.readLogTail()}`)
    })
  })

  const explain = () => `${running.readLogTail()}${agents.readLogTail()}`
  const waitForMails = (address: string, count: number) =>
    waitUntil(`${count} mails in the mailbox of ${address}`, async () => (await dovecot.countMails(address)) >= count, {
      explain,
    })
  const readNewMails = async (address: string, before: number) => (await dovecot.readMails(address)).slice(before)
  const askRoom = async (invitation: Invitation): Promise<string> => {
    await sendMail({
      port: running.outerPort,
      from: invitation.organizer,
      to: [invitation.attendee],
      mail: makeInvitationMail(invitation),
    })
    const { sender, mail } = await sink.waitForMail(
      `an answer to ${invitation.organizer}`,
      ({ recipients }) => recipients.includes(invitation.organizer),
      explain,
    )
    expect(sender).not.toBe('')
    return findProperty(await readAnswerMail(mail), 'ATTENDEE') ?? ''
  }
  const readUids = async (address: string): Promise<readonly string[]> => {
    const shown = JSON.parse(await agents.runAdmin('show-store', address, '--json')) as {
      readonly objects: readonly { readonly uid: string }[]
    }
    return shown.objects.map((object) => object.uid)
  }

  test('a room accepts and answers the organizer', async () => {
    const organizer = `ann-${site}@example.net`
    const uid = `room-${site}@example.net`
    const answer = await askRoom({ method: 'REQUEST', uid, organizer, attendee: 'room@example.com', ...slot(10) })
    expect(answer).toMatch(/PARTSTAT=ACCEPTED.*mailto:room@example\.com$/)
    expect(await readUids('room@example.com')).toContain(uid)
  })

  // Exim has no way to tell the daemon the address before aliasing.
  if (way.system !== 'exim' || way.by !== 'daemon')
    test('an alias of a room is answered for as invited', async () => {
      const organizer = `bob-${site}@example.net`
      const uid = `alias-${site}@example.net`
      const answer = await askRoom({ method: 'REQUEST', uid, organizer, attendee: 'saal@example.com', ...slot(14) })
      expect(answer).toMatch(/PARTSTAT=ACCEPTED.*mailto:saal@example\.com$/)
    })

  test('a person gets each mail once, byte for byte, and the invitation is in the store', {
    timeout: 90_000,
  }, async () => {
    const before = await dovecot.countMails('pat@example.com')
    const uid = `walk-${site}@example.net`
    const organizer = 'ann@example.net'
    const invitation = makeInvitationMail({
      method: 'REQUEST',
      uid,
      organizer,
      attendee: 'pat@example.com',
      ...slot(12),
    })
    const sent = [
      invitation,
      Buffer.from(plain),
      ...makeMailsOfAllKinds(way.who === 'lists' && way.onward === 'lmtp' ? 30 : 6)
        .filter(({ name }) => !changedByServers.some((kind) => name.startsWith(kind)))
        .map(({ mail }) => mail),
    ].map((mail) => mail.toString('latin1'))
    for (const mail of sent)
      await sendMail({
        port: running.outerPort,
        from: organizer,
        to: ['pat@example.com'],
        mail: Buffer.from(mail, 'latin1'),
      })
    await waitForMails('pat@example.com', before + sent.length)
    const arrived = (await readNewMails('pat@example.com', before)).map((mail) => mail.toString('latin1'))
    expect(arrived).toHaveLength(sent.length)
    const faults = sent.filter((mail) => {
      // The mailbox ends each mail with the end of a line.
      const whole = mail.replace(/\r?\n/g, '\r\n').replace(/(?<!\r\n)$/, '\r\n')
      return arrived.filter((one) => isWholly(one, whole)).length !== 1
    })
    expect(faults).toEqual([])
    expect(await readUids('pat@example.com')).toContain(uid)
  })

  test('an extension of the address comes as far as the mailbox', async () => {
    const before = await dovecot.countMails('kim@example.com')
    await sendMail({ port: running.outerPort, from: 'ann@example.net', to: ['kim+team@example.com'], mail: plain })
    await waitForMails('kim@example.com', before + 1)
    const [mail = Buffer.alloc(0)] = await readNewMails('kim@example.com', before)
    expect(mail.toString()).toMatch(/^Delivered-To: kim\+team@example\.com\r$/m)
  })

  test('what a person sends is recorded, once, and goes out', async () => {
    const uid = `sent-${site}@example.com`
    const invitation: Invitation = {
      method: 'REQUEST',
      uid,
      organizer: 'kim@example.com',
      attendee: `guest-${site}@example.net`,
      ...slot(16),
    }
    await sendMail({
      port: running.submissionPort,
      from: 'kim@example.com',
      to: [invitation.attendee, `other-${site}@example.net`],
      mail: makeInvitationMail(invitation),
      login: { user: 'kim@example.com', password: mailboxPassword },
    })
    await sink.waitForMail('the invitation', ({ recipients }) => recipients.includes(invitation.attendee), explain)
    await waitUntil('the store to know it', async () => (await readUids('kim@example.com')).includes(uid), {
      explain,
    })
  })

  test('who is not listed gets mail as if there were no agents', async () => {
    const before = await dovecot.countMails('lee@example.com')
    await sendMail({ port: running.outerPort, from: 'ann@example.net', to: ['lee@example.com'], mail: plain })
    await waitForMails('lee@example.com', before + 1)
    expect(agents.readLogTail()).not.toContain('lee@example.com')
  })

  // Exim counts Received fields and stops at 30; it has nothing sharper.
  if (way.system === 'postfix')
    test('a mail that has passed here already is bounced, not sent round again', async () => {
      const sender = `loop-${site}@example.net`
      const before = await dovecot.countMails('kim@example.com')
      const mail = `Delivered-To: kim@example.com\r\n${plain}`
      await sendMail({ port: running.outerPort, from: sender, to: ['kim@example.com'], mail })
      const bounce = await sink.waitForMail('the bounce', ({ recipients }) => recipients.includes(sender), explain)
      expect(bounce.sender).toBe('')
      expect(bounce.mail.toString()).toContain('mail forwarding loop')
      expect(await dovecot.countMails('kim@example.com')).toBe(before)
    })

  test('addresses of the agents’ own are refused, to strangers and to who is logged in', async () => {
    const own = [
      'kim@people-outgoing.example.com',
      ...(way.onward === 'local-smtp'
        ? ['local+pat@example.com', 'LOCAL+pat@example.com', 'local+local+pat@example.com']
        : []),
    ]
    for (const address of own) {
      const mail = { from: 'ann@example.net', to: [address], mail: plain }
      await expect(sendMail({ ...mail, port: running.outerPort })).rejects.toThrow(/: 55\d /)
      const login = { user: 'kim@example.com', password: mailboxPassword }
      await expect(sendMail({ ...mail, from: 'kim@example.com', port: running.submissionPort, login })).rejects.toThrow(
        /: 55\d .*own use/,
      )
    }
  })

  // Once for each mail system.
  if (way.who === 'ldap' && way.by === 'pipe' && way.onward === 'lmtp')
    test('while the directory is away mail waits, with the sender or in the queue, and goes its right way', {
      timeout: 90_000,
    }, async () => {
      const before = await dovecot.countMails('pat@example.com')
      const mail = { port: running.outerPort, from: 'ann@example.net', to: ['pat@example.com'], mail: plain }
      await slapd.stop()
      const answer = await sendOnce(mail).catch((error: unknown) => error)
      await slapd.start()
      if (answer instanceof MailRefused) {
        expect(answer.reply).toMatch(/^451 /)
        await waitUntil('the directory to be asked again', () => sendMail(mail).catch(() => false as const), {
          every: 300,
        })
      }
      await waitUntil(
        'the mail in the mailbox',
        async () => {
          await running.flush()
          return (await dovecot.countMails('pat@example.com')) > before
        },
        { deadline: 60_000, every: 300, explain },
      )
      expect(await readNewMails('pat@example.com', before)).toHaveLength(1)
    })
})

// Mail systems put an empty line above a body without header and below a header without body, and make a lone CR a space; IMAP cannot carry NUL.
const changedByServers = ['no-body-and-no-empty-line.', 'not-even-an-empty-line.', 'lone-cr.', 'nul-bytes.']
