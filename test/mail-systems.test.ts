// Every shipped configuration through a real mail system, as imip-admin mta prints it: Postfix or Exim, lists or LDAP, pipe or daemon, onward by
// LMTP or local SMTP.

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Agents } from './support/mail-servers/agents.ts'
import { isWholly } from './support/mail-servers/arrived-mail.ts'
import type { Dovecot } from './support/mail-servers/dovecot.ts'
import { mailboxPassword } from './support/mail-servers/dovecot.ts'
import type { Invitation } from './support/mail-servers/invitation.ts'
import { findProperty, makeFutureHour, makeInvitationMail, readAnswerMail } from './support/mail-servers/invitation.ts'
import { makeMailsOfAllKinds } from './support/mail-servers/mail-kinds.ts'
import { startLimit } from './support/mail-servers/mail-system.ts'
import { MailRefused, type MailToSend, sendMail as sendOnce } from './support/mail-servers/send-mail.ts'
import type { Site, Surroundings, Way } from './support/mail-servers/site.ts'
import { makeSurroundings, startSite } from './support/mail-servers/site.ts'
import type { Slapd } from './support/mail-servers/slapd.ts'
import type { SmtpSink } from './support/mail-servers/smtp-sink.ts'
import { waitUntil } from './support/mail-servers/wait-until.ts'

/** As a mail client does it: what is refused for now (a directory that has just come back) is handed in again. RFC 5321, 4.2.1. */
const sendMail = (mail: MailToSend): Promise<string> =>
  waitUntil('the mail system to take the mail', async () =>
    sendOnce(mail).catch((error: unknown) => {
      if (error instanceof MailRefused && error.reply.startsWith('4')) return false as const
      throw error
    }),
  )

const ways: readonly Way[] = (['postfix', 'exim'] as const).flatMap((system) =>
  (['lists', 'ldap'] as const).flatMap((who) =>
    (['pipe', 'daemon'] as const).flatMap((by) =>
      (['lmtp', 'local-smtp'] as const).map((onward): Way => ({ system, who, by, onward })),
    ),
  ),
)

// What stands around the mail systems is the same for all of them.
let around: Surroundings
let sink: SmtpSink
let dovecot: Dovecot
let slapd: Slapd
let agents: Agents

const people = ['pat@example.com', 'kim@example.com']

beforeAll(async () => {
  around = await makeSurroundings({
    people,
    resources: ['room@example.com'],
    mailboxes: [...people, 'lee@example.com'],
    aliases: [['saal@example.com', 'room@example.com']],
    hasDirectory: true,
    hasPrintedLists: true,
  })
  sink = around.sink
  dovecot = around.dovecot
  agents = around.agents
  if (around.slapd === undefined) throw new Error('There is no directory.')
  slapd = around.slapd
}, startLimit)

afterAll(() => around?.remove(), startLimit)

const plain = 'From: ann@example.net\r\nSubject: Lunch\r\nMessage-ID: <lunch@example.net>\r\n\r\nAt noon.\r\n'

const rows = ways.map((way, number) => [`${way.system}, ${way.who}, ${way.by}, ${way.onward}`, way, number] as const)

describe.each(rows)('%s', (_title, way, number) => {
  let running: Site
  const site = `way${number}`
  const slot = (hour: number) => ({
    start: makeFutureHour(40 + number, hour),
    end: makeFutureHour(40 + number, hour + 1),
  })

  beforeAll(async () => {
    running = await startSite(way, site, around)
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

  test('the mail system has nothing to say against what imip-admin mta has printed', async () => {
    expect(await running.check()).toBe('')
    const taker = `transport = imip_resource${way.by === 'daemon' ? '_daemon' : ''}\n`
    if (way.system === 'exim') expect(await running.route('room@example.com')).toContain(taker)
  })

  test('a room accepts and answers the organizer', async () => {
    const organizer = `ann-${site}@example.net`
    const uid = `room-${site}@example.net`
    const answer = await askRoom({ method: 'REQUEST', uid, organizer, attendee: 'room@example.com', ...slot(10) })
    expect(answer).toMatch(/PARTSTAT=ACCEPTED.*mailto:room@example\.com$/)
    expect(await readUids('room@example.com')).toContain(uid)
  })

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
      const whole = mail.replace(/\r?\n/g, '\r\n')
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

  test('what a stranger sends under a person’s name is not recorded as sent by that person', async () => {
    const uid = `forged-${site}@example.com`
    const mail = makeInvitationMail({
      method: 'REQUEST',
      uid,
      organizer: 'kim@example.com',
      attendee: 'room@example.com',
      ...slot(18),
    })
    const before = await dovecot.countMails('kim@example.com')
    await sendMail({ port: running.outerPort, from: 'kim@example.com', to: ['room@example.com'], mail })
    // The answer of the room: by then a copy would have been seen.
    await waitForMails('kim@example.com', before + 1)
    expect(await readUids('kim@example.com')).not.toContain(uid)
  })

  test('who is not listed gets mail as if there were no agents', async () => {
    const before = await dovecot.countMails('lee@example.com')
    await sendMail({ port: running.outerPort, from: 'ann@example.net', to: ['lee@example.com'], mail: plain })
    await waitForMails('lee@example.com', before + 1)
    expect(agents.readLogTail()).not.toContain('lee@example.com')
  })

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
    const login = { user: 'kim@example.com', password: mailboxPassword }
    const offer = (address: string) =>
      sendMail({ port: running.outerPort, from: 'ann@example.net', to: [address], mail: plain })
    const handIn = (address: string) =>
      sendMail({ port: running.submissionPort, from: 'kim@example.com', to: [address], mail: plain, login })
    const copies = 'kim@people-outgoing.example.com'
    await expect(offer(copies)).rejects.toThrow(/: 55\d /)
    await expect(handIn(copies)).rejects.toThrow(/: 55\d .*own use/)
    for (const address of ['local+pat@example.com', 'LOCAL+pat@example.com', 'local+local+pat@example.com']) {
      await expect(offer(address)).rejects.toThrow(/: 55\d /)
      // Where mail is handed on by LMTP nobody has such an address.
      if (way.onward === 'local-smtp') await expect(handIn(address)).rejects.toThrow(/: 55\d .*own use/)
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
