// The main job through real mail servers: mail in through Postfix, people's mail to Dovecot, rooms' answers to the organizers.

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { mailboxPassword } from './support/mail-servers/dovecot.ts'
import type { Invitation, ReadAnswer } from './support/mail-servers/invitation.ts'
import {
  findProperty,
  makeFutureHour,
  makeInvitationMail,
  readAnswerMail,
  serializeUtc,
} from './support/mail-servers/invitation.ts'
import { makeMailsOfAllKinds } from './support/mail-servers/mail-kinds.ts'
import type { MailSystem } from './support/mail-servers/mail-system.ts'
import { startLimit, startMailSystem } from './support/mail-servers/mail-system.ts'
import { sendMail } from './support/mail-servers/send-mail.ts'
import { waitUntil } from './support/mail-servers/wait-until.ts'

let system: MailSystem

beforeAll(async () => {
  system = await startMailSystem({
    // The organizers of this conversation live outside.
    settings: { resource_organizers: 'anyone' },
    mailboxes: ['pat@example.com', 'kim@example.com', 'lee@example.com', 'owner@example.com', 'direct@example.com'],
    people: ['pat@example.com', 'kim@example.com', 'lee@example.com', 'gone@example.com'],
    resources: ['room@example.com', 'car@example.com', 'hall@example.com'],
    senders: ['kim@example.com'],
  })
}, startLimit)

afterAll(async () => {
  await system?.stop()
}, startLimit)

beforeEach(({ onTestFailed }) => {
  onTestFailed(() => {
    process.stderr.write(system?.readLogTails() ?? '')
  })
})

const explain = () => system.readLogTails()

// What stands above a mail in a mailbox: Dovecot's three fields, then Delivered-To if an agent was on the way, then Postfix's Received.
const traceFields =
  /^Return-Path: .*\r\nDelivered-To: .*\r\nReceived: .*\r\n(?:[ \t].*\r\n)*(?:Delivered-To: .*\r\n)?Received: .*\r\n(?:[ \t].*\r\n)*/

const cameThroughAgent = /^Return-Path: .*\r\nDelivered-To: .*\r\nReceived: .*\r\n(?:[ \t].*\r\n)*Delivered-To: /

const cutTrace = (mail: Buffer): string => mail.toString('latin1').replace(traceFields, '')

describe('a room', () => {
  const send = async (invitation: Invitation): Promise<void> => {
    const queueId = await sendMail({
      port: system.postfix.outerPort,
      from: invitation.organizer,
      to: [invitation.attendee],
      mail: makeInvitationMail(invitation),
    })
    const outcome = await system.postfix.waitForOutcome(queueId, invitation.attendee)
    expect(outcome).toMatchObject({ status: 'sent', relay: 'imip-resource' })
  }

  const waitForAnswer = async (organizer: string): Promise<ReadAnswer> => {
    const sunk = await system.sink.waitForMail(
      `an answer to ${organizer}`,
      (mail) => mail.recipients.includes(organizer),
      explain,
    )
    expect(sunk.sender).not.toBe('')
    return readAnswerMail(sunk.mail)
  }

  test('accepts a free slot, declines it to the next and says why, and accepts again when it was cancelled', async () => {
    const slot = { attendee: 'room@example.com', start: makeFutureHour(40, 10), end: makeFutureHour(40, 11) }
    const first = { ...slot, method: 'REQUEST', uid: 'first@example.net', organizer: 'ann@example.net' } as const

    await send(first)
    const accepted = await waitForAnswer('ann@example.net')
    expect(accepted.from).toBe('room@example.com')
    expect(accepted.calendar).toContain('METHOD:REPLY')
    expect(accepted.calendar).toContain('UID:first@example.net')
    expect(findProperty(accepted, 'ATTENDEE')).toMatch(/;PARTSTAT=ACCEPTED[;:].*mailto:room@example\.com$/)

    await send({ ...slot, method: 'REQUEST', uid: 'second@example.org', organizer: 'bob@example.org' })
    const declined = await waitForAnswer('bob@example.org')
    expect(findProperty(declined, 'ATTENDEE')).toMatch(/;PARTSTAT=DECLINED[;:].*mailto:room@example\.com$/)
    const reason = findProperty(declined, 'COMMENT')
    expect(reason).toMatch(/^[;:].+/)

    await send({ ...first, method: 'CANCEL', sequence: 1 })
    await send({ ...slot, method: 'REQUEST', uid: 'third@example.net', organizer: 'cat@example.net' })
    const third = await waitForAnswer('cat@example.net')
    expect(findProperty(third, 'ATTENDEE')).toMatch(/;PARTSTAT=ACCEPTED[;:]/)

    const shown = JSON.parse(await system.agents.runAdmin('show-store', 'room@example.com', '--json')) as {
      readonly freebusy: readonly { readonly uid: string; readonly start: string }[]
    }
    expect(shown.freebusy).toMatchObject([{ uid: 'third@example.net', start: serializeUtc(slot.start) }])
  })

  test('answers a person of the site into the mailbox, through the person’s own agent', async () => {
    const invitation: Invitation = {
      method: 'REQUEST',
      uid: 'drive@example.com',
      organizer: 'kim@example.com',
      attendee: 'car@example.com',
      start: makeFutureHour(41, 10),
      end: makeFutureHour(41, 12),
    }
    const queueId = await sendMail({
      port: system.postfix.submissionPort,
      from: 'kim@example.com',
      to: ['car@example.com'],
      mail: makeInvitationMail(invitation),
      login: { user: 'kim@example.com', password: mailboxPassword },
    })
    const copy = await system.postfix.waitForOutcome(queueId, 'kim@people-outgoing.example.com')
    expect(copy).toMatchObject({ status: 'sent', relay: 'imip-person-outgoing' })
    await waitUntil(
      'the answer in the mailbox',
      async () => (await system.dovecot.countMails('kim@example.com')) === 1,
      { explain },
    )
    const [mail] = await system.dovecot.readMails('kim@example.com')
    const answer = await readAnswerMail(mail ?? Buffer.alloc(0))
    expect(answer.from).toBe('car@example.com')
    expect(findProperty(answer, 'ATTENDEE')).toMatch(/;PARTSTAT=ACCEPTED[;:].*mailto:car@example\.com$/)
  })

  test('hands mail without a calendar on to its owner, whole and marked as handed on', async () => {
    system.agents.writePreference('hall@example.com', 'owner', 'owner@example.com')
    const queueId = await sendMail({
      port: system.postfix.outerPort,
      from: 'ann@example.net',
      to: ['hall@example.com'],
      mail: plain,
    })
    expect(await system.postfix.waitForOutcome(queueId, 'hall@example.com')).toMatchObject({ status: 'sent' })
    await waitUntil(
      'the mail in the mailbox of the owner',
      async () => (await system.dovecot.countMails('owner@example.com')) === 1,
      { explain },
    )
    const [mail = Buffer.alloc(0)] = await system.dovecot.readMails('owner@example.com')
    expect(mail.toString()).toMatch(/^Resent-From: hall@example\.com\r$/m)
    expect(mail.toString().endsWith(plain)).toBe(true)
  })
})

const plain =
  'From: ann@example.net\r\nTo: lee@example.com\r\nSubject: Lunch\r\nMessage-ID: <lunch@example.net>\r\n\r\nAt noon.\r\n'

describe('a person', () => {
  const count = 300
  test(`gets ${count} mails of all kinds, each once and with every byte as it was sent`, {
    timeout: 300_000,
  }, async () => {
    const sent = makeMailsOfAllKinds(count)
    for (const { mail } of sent) {
      await sendMail({
        port: system.postfix.outerPort,
        from: 'kim@example.net',
        to: ['pat@example.com', 'direct@example.com'],
        mail,
      })
    }
    expect(await system.postfix.waitForRest(240_000)).toEqual([])
    const arrived = await system.dovecot.readMails('pat@example.com')
    const direct = await system.dovecot.readMails('direct@example.com')
    expect(arrived).toHaveLength(count)
    expect(arrived.filter((mail) => !cameThroughAgent.test(mail.toString('latin1')))).toEqual([])
    const faults = sent.flatMap(({ name, mail }) => {
      const here = arrived.filter((one) => one.includes(name))
      // The same mail for somebody without an agent: what Postfix and Dovecot themselves do to it.
      const there = direct.filter((one) => one.includes(name))
      if (here.length !== 1 || there.length !== 1)
        return [`${name} arrived ${here.length} times, without agent ${there.length} times`]
      const [withAgent = '', withoutAgent = ''] = [...here, ...there].map(cutTrace)
      const original = mail.toString('latin1')
      const same = withAgent === withoutAgent && (withAgent === original || withAgent === `${original}\r\n`)
      return same || (changedByServers.some((kind) => name.startsWith(kind)) && withAgent === withoutAgent)
        ? []
        : [`${name} was changed`]
    })
    expect(faults).toEqual([])
  })

  test('has the invitation in the mailbox unchanged and in the store', async () => {
    const invitation: Invitation = {
      method: 'REQUEST',
      uid: 'walk@example.net',
      organizer: 'ann@example.net',
      attendee: 'lee@example.com',
      start: makeFutureHour(42, 10),
      end: makeFutureHour(42, 11),
    }
    const mail = makeInvitationMail(invitation)
    const before = await system.dovecot.countMails('lee@example.com')
    const queueId = await sendMail({
      port: system.postfix.outerPort,
      from: 'ann@example.net',
      to: ['lee@example.com'],
      mail,
    })
    expect(await system.postfix.waitForOutcome(queueId, 'lee@example.com')).toMatchObject({
      status: 'sent',
      relay: 'imip-person',
    })
    const arrived = (await system.dovecot.readMails('lee@example.com')).slice(before)
    expect(arrived.map(cutTrace)).toEqual([mail.toString('latin1')])
    const shown = JSON.parse(await system.agents.runAdmin('show-store', 'lee@example.com', '--json')) as {
      readonly objects: readonly { readonly uid: string }[]
    }
    expect(shown.objects.map((object) => object.uid)).toEqual(['walk@example.net'])
  })

  test('without a mailbox: the sender is told in Dovecot’s words', async () => {
    const queueId = await sendMail({
      port: system.postfix.outerPort,
      from: 'dan@example.org',
      to: ['gone@example.com'],
      mail: plain,
    })
    const outcome = await system.postfix.waitForOutcome(queueId, 'gone@example.com')
    expect(outcome).toMatchObject({ status: 'bounced', dsn: '5.1.1', relay: 'imip-person' })
    const bounce = await system.sink.waitForMail(
      'the bounce',
      (one) => one.recipients.includes('dan@example.org'),
      explain,
    )
    expect(bounce.sender).toBe('')
    expect(bounce.mail.toString()).toContain("<gone@example.com> User doesn't exist: gone@example.com")
  })

  test('gets a mail that came while the mailboxes were away as soon as they are back', async () => {
    const before = await system.dovecot.countMails('lee@example.com')
    await system.dovecot.stop()
    const queueId = await sendMail({
      port: system.postfix.outerPort,
      from: 'ann@example.net',
      to: ['lee@example.com'],
      mail: plain,
    })
    expect(await system.postfix.waitForOutcome(queueId, 'lee@example.com')).toMatchObject({ status: 'deferred' })
    expect((await system.postfix.readQueue()).map((queued) => queued.queueId)).toContain(queueId)
    await system.dovecot.start()
    await system.postfix.flush()
    expect(await system.postfix.waitForOutcomeNumber(2, queueId, 'lee@example.com')).toMatchObject({ status: 'sent' })
    const arrived = (await system.dovecot.readMails('lee@example.com')).slice(before)
    expect(arrived.map(cutTrace)).toEqual([plain])
  })
})

// Postfix puts an empty line above a body without header and makes a lone CR a space; IMAP cannot carry NUL.
const changedByServers = ['not-even-an-empty-line.', 'lone-cr.', 'nul-bytes.']
