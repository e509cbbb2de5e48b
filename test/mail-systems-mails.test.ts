// Odd mails through both mail systems, by pipe and by daemon: many recipients, aliases to several, a catch-all, and what mails may look like.

import { createHash } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { cutTrace, isWholly } from './support/mail-servers/arrived-mail.ts'
import type { Invitation } from './support/mail-servers/invitation.ts'
import { findProperty, makeFutureHour, makeInvitationMail, readAnswerMail } from './support/mail-servers/invitation.ts'
import { startLimit } from './support/mail-servers/mail-system.ts'
import { sendMail } from './support/mail-servers/send-mail.ts'
import type { Site, Surroundings, Way } from './support/mail-servers/site.ts'
import { makeSurroundings, startSite } from './support/mail-servers/site.ts'
import type { SunkMail } from './support/mail-servers/smtp-sink.ts'
import { waitUntil } from './support/mail-servers/wait-until.ts'

let around: Surroundings

/** One a way, for reading a mailbox is reading all of it. */
const large = ['zoe0@example.com', 'zoe1@example.com', 'zoe2@example.com', 'zoe3@example.com']

beforeAll(async () => {
  around = await makeSurroundings({
    people: ['pat@example.com', 'kim@example.com', ...large],
    resources: ['room@example.com', 'hall@example.com'],
    // No agent handles lee's mail: what the mail system alone makes of it.
    mailboxes: ['pat@example.com', 'kim@example.com', 'lee@example.com', ...large],
    aliases: [
      ['team@example.com', 'pat@example.com, kim@example.com'],
      ['floor@example.com', 'room@example.com, hall@example.com'],
      ['@example.com', 'kim@example.com'],
    ],
  })
}, startLimit)

afterAll(() => around?.remove(), startLimit)

const ways: readonly Way[] = [
  { system: 'postfix', who: 'lists', by: 'pipe', onward: 'lmtp' },
  { system: 'postfix', who: 'lists', by: 'daemon', onward: 'lmtp' },
  { system: 'exim', who: 'lists', by: 'pipe', onward: 'lmtp' },
  { system: 'exim', who: 'lists', by: 'daemon', onward: 'lmtp' },
  { system: 'postfix', who: 'lists', by: 'pipe', onward: 'local-smtp' },
  { system: 'exim', who: 'lists', by: 'pipe', onward: 'local-smtp' },
]

const rows = ways.map((way, number) => [`${way.system}, ${way.by}, ${way.onward}`, way, number] as const)

const organizer = 'ann@example.net'

describe.each(rows)('%s', (_title, way, number) => {
  const name = `odd${number}`
  let site: Site

  beforeAll(async () => {
    site = await startSite(way, name, around)
  }, startLimit)

  afterAll(() => site?.stop(), startLimit)

  const explain = () => `${site?.readLogTail() ?? ''}${around.agents.readLogTail()}${around.dovecot.readLogTail()}`

  beforeEach(({ onTestFailed }) => {
    onTestFailed(() => {
      process.stderr.write(explain())
    })
  })

  const slot = (hour: number) => ({
    start: makeFutureHour(40 + number, hour),
    end: makeFutureHour(40 + number, hour + 1),
  })

  const send = (to: readonly string[], mail: Buffer | string, from = organizer) =>
    sendMail({ port: site.outerPort, from, to, mail })

  const countAll = async (addresses: readonly string[]) =>
    Object.fromEntries(
      await Promise.all(addresses.map(async (one) => [one, await around.dovecot.countMails(one)] as const)),
    )

  /** What has come to each of them since they were counted: as many as expected, and no more. */
  const waitForNew = async (before: Readonly<Record<string, number>>, expected = 1) => {
    await waitUntil(
      'the mails in the mailboxes',
      async () => {
        const now = await countAll(Object.keys(before))
        return Object.entries(before).every(([one, count]) => (now[one] ?? 0) >= count + expected)
      },
      { explain, every: 50 },
    )
    const arrived: Record<string, readonly string[]> = {}
    for (const [one, count] of Object.entries(before))
      arrived[one] = (await around.dovecot.readMails(one)).slice(count).map((mail) => mail.toString('latin1'))
    return arrived
  }

  const readUids = async (address: string): Promise<readonly string[]> => {
    const shown = JSON.parse(await around.agents.runAdmin('show-store', address, '--json')) as {
      readonly objects: readonly { readonly uid: string }[]
    }
    return shown.objects.map((object) => object.uid)
  }

  const waitForAnswers = async (address: string, count: number): Promise<readonly string[]> => {
    const find = () => around.sink.mails.filter(({ recipients }) => recipients.includes(address))
    await waitUntil(`${count} answers to ${address}`, () => find().length >= count, { explain })
    const answers = await Promise.all(find().map(({ mail }) => readAnswerMail(mail)))
    return answers.map((answer) => findProperty(answer, 'ATTENDEE') ?? '')
  }

  test('one mail to people, a room and a stranger to us: each gets it once, and the room answers', async () => {
    const uid = `many-${name}@example.net`
    const asker = `many-${name}@example.net`
    const invitation = { method: 'REQUEST', uid, organizer: asker, attendee: 'room@example.com', ...slot(9) } as const
    const mail = makeInvitationMail(invitation)
    const before = await countAll(['pat@example.com', 'kim@example.com', 'lee@example.com'])
    await send([...Object.keys(before), 'room@example.com', 'pat@example.com'], mail, asker)
    for (const arrived of Object.values(await waitForNew(before)))
      expect(arrived.map((one) => isWholly(one, mail.toString('latin1')))).toEqual([true])
    expect(await waitForAnswers(asker, 1)).toEqual([
      expect.stringMatching(/PARTSTAT=ACCEPTED.*:mailto:room@example\.com$/),
    ])
  })

  test('an alias to two people: both get it, and it is in both schedules', async () => {
    const uid = `team-${name}@example.net`
    const mail = makeInvitationMail({ method: 'REQUEST', uid, organizer, attendee: 'team@example.com', ...slot(10) })
    const before = await countAll(['pat@example.com', 'kim@example.com'])
    await send(['team@example.com'], mail)
    for (const [address, arrived] of Object.entries(await waitForNew(before))) {
      expect(arrived.map((one) => isWholly(one, mail.toString('latin1')))).toEqual([true])
      expect(await readUids(address)).toContain(uid)
    }
  })

  test('an alias to two rooms: both are booked, and each answers as it was invited', async () => {
    const asker = `floor-${name}@example.net`
    const uid = `floor-${name}@example.net`
    const attendee = 'floor@example.com'
    await send(
      [attendee],
      makeInvitationMail({ method: 'REQUEST', uid, organizer: asker, attendee, ...slot(11) }),
      asker,
    )
    const accepted = expect.stringMatching(/PARTSTAT=ACCEPTED.*:mailto:floor@example\.com$/)
    expect(await waitForAnswers(asker, 2)).toEqual([accepted, accepted])
    for (const room of ['room@example.com', 'hall@example.com']) expect(await readUids(room)).toContain(uid)
  })

  test('a catch-all: who is nobody is kim, and knows as whom kim was invited', async () => {
    const uid = `anybody-${name}@example.net`
    const attendee = 'anybody@example.com'
    const mail = makeInvitationMail({ method: 'REQUEST', uid, organizer, attendee, ...slot(12) })
    const before = await countAll(['kim@example.com'])
    await send([attendee], mail)
    const { 'kim@example.com': arrived = [] } = await waitForNew(before)
    expect(arrived.map((one) => isWholly(one, mail.toString('latin1')))).toEqual([true])
    expect(await readUids('kim@example.com')).toContain(uid)
  })

  // Beyond this, how mail is handed on makes no difference.
  if (way.onward === 'local-smtp') return

  test('eight extensions of one address: eight mails, each with its own', async () => {
    const before = await countAll(['kim@example.com'])
    const extended = Array.from({ length: 8 }, (_, i) => `kim+${i}@example.com`)
    await send(extended, plain)
    const { 'kim@example.com': arrived = [] } = await waitForNew(before, extended.length)
    const names = arrived.map((one) => /^Delivered-To: (.*)\r$/m.exec(one)?.[1] ?? '')
    expect(names.toSorted()).toEqual(extended)
  })

  test('the null sender: comes as it is, and a room answers the organizer', async () => {
    const asker = `null-${name}@example.net`
    const uid = `null-${name}@example.net`
    const invitation: Invitation = {
      method: 'REQUEST',
      uid,
      organizer: asker,
      attendee: 'hall@example.com',
      ...slot(13),
    }
    const before = await countAll(['pat@example.com'])
    await send(['pat@example.com', 'hall@example.com'], makeInvitationMail(invitation), '')
    const { 'pat@example.com': [arrived = ''] = [] } = await waitForNew(before)
    expect(arrived).toMatch(/^Return-Path: <>\r$/m)
    expect(await waitForAnswers(asker, 1)).toEqual([
      expect.stringMatching(/PARTSTAT=ACCEPTED.*:mailto:hall@example\.com$/),
    ])
  })

  test.each(Object.entries(forms))('%s: as it came, or as the mail system alone would have it', async (kind, text) => {
    const mail = Buffer.from(text(`${kind}.${name}@example.net`.replaceAll(' ', '-')), 'latin1')
    const before = await countAll(['pat@example.com', 'lee@example.com'])
    await send(Object.keys(before), mail)
    const { 'pat@example.com': here = [], 'lee@example.com': there = [] } = await waitForNew(before)
    expect(here.map(cutTrace)).toEqual(there.map(cutTrace))
    // Both mail systems make something of a lone CR.
    if (!kind.includes('lone CR')) expect(here.map((one) => isWholly(one, mail.toString('latin1')))).toEqual([true])
  })

  test('an organizer outside ASCII: the room answers there; mailboxes take such senders as without us', async () => {
    const asker = `jørgen-${name}@example.net`
    const uid = `utf8-${name}@example.net`
    const attendee = 'room@example.com'
    await send(
      [attendee],
      makeInvitationMail({ method: 'REQUEST', uid, organizer: asker, attendee, ...slot(14) }),
      asker,
    )
    expect(await waitForAnswers(asker, 1)).toEqual([expect.stringContaining('PARTSTAT=ACCEPTED')])
    // This mailbox takes no such sender (Dovecot 2.3 offers no SMTPUTF8): what Postfix alone would say, too.
    await send(['pat@example.com'], plain, asker)
    const isBounce = ({ sender, recipients }: SunkMail) => sender === '' && recipients.includes(asker)
    const { mail } = await around.sink.waitForMail('the bounce', isBounce, explain)
    expect(mail.toString()).toContain('pat@example.com')
  })

  test('fifty megabytes: every byte', { timeout: 60_000 }, async () => {
    const to = large[number] ?? ''
    const before = await countAll([to])
    const line = `${Buffer.from(`${name} `.repeat(12)).toString('base64').slice(0, 76)}\r\n`
    const mail = `Subject: large\r\nContent-Transfer-Encoding: base64\r\n\r\n${line.repeat(Math.ceil((50 * 2 ** 20) / line.length))}`
    await send([to], mail)
    const [[arrived = ''] = []] = Object.values(await waitForNew(before))
    expect(makeDigest(cutTrace(arrived))).toBe(makeDigest(mail))
  })
})

const makeDigest = (text: string): string => createHash('sha256').update(text, 'latin1').digest('hex')

const plain = 'From: ann@example.net\r\nSubject: Lunch\r\nMessage-ID: <lunch@example.net>\r\n\r\nAt noon.\r\n'

const utf8 = (text: string): string => Buffer.from(text, 'utf8').toString('latin1')

const makeCalendar = (uid: string, summary: string): string =>
  [
    'BEGIN:VCALENDAR',
    'PRODID:-//example//EN',
    'VERSION:2.0',
    'METHOD:REQUEST',
    'BEGIN:VEVENT',
    `UID:${uid}`,
    'DTSTAMP:20260302T090000Z',
    'DTSTART:20300310T100000Z',
    'DTEND:20300310T110000Z',
    'ORGANIZER:mailto:ann@example.net',
    'ATTENDEE;RSVP=TRUE:mailto:pat@example.com',
    `SUMMARY:${summary}`,
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ].join('\r\n')

const makeMail = (uid: string, field: string, body: string): string =>
  `From: ann@example.net\r\nTo: pat@example.com\r\nMessage-ID: <${uid}>\r\n${field}\r\n\r\n${body}`

/** Bytes, one a character. */
const forms: Readonly<Record<string, (uid: string) => string>> = {
  'an invitation in 8 bit': (uid) =>
    makeMail(
      uid,
      utf8(
        'Subject: Blåbærsyltetøy\r\nContent-Type: text/calendar; charset=UTF-8; method=REQUEST\r\nContent-Transfer-Encoding: 8bit',
      ),
      makeCalendar(uid, utf8('Blåbærsyltetøy 会議')),
    ),
  'every byte of 8 bit': (uid) =>
    makeMail(
      uid,
      'Content-Transfer-Encoding: 8bit',
      `${Array.from({ length: 255 }, (_, i) => String.fromCharCode(i + 1))
        .filter((character) => !/[\r\n]/.test(character))
        .join('')}\r\n`,
    ),
  'lines of 998 bytes': (uid) =>
    makeMail(uid, `X-Long: ${'v'.repeat(990)}`, `${`${'m'.repeat(998)}\r\n`.repeat(20)}.\r\n.${'d'.repeat(997)}\r\n`),
  'an invitation with a line of 998 bytes': (uid) =>
    makeMail(uid, 'Content-Type: text/calendar; method=REQUEST', makeCalendar(uid, 's'.repeat(990))),
  'a lone CR': (uid) => makeMail(uid, 'Subject: CR', 'one\rtwo\r three\n\rfour\r\n'),
  'an invitation with a lone CR': (uid) =>
    makeMail(uid, 'Content-Type: text/calendar; method=REQUEST', makeCalendar(uid, 'before\rafter')),
}
