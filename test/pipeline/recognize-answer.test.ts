// The signature of our own answers: what the agents of the site make, those of the same site believe, as it is and for whom it is.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import type { CalendarAddress } from '../../src/calendar/calendar-address.ts'
import { noAuthentication } from '../../src/itip/mail-facts.ts'
import { findSpeaker } from '../../src/itip/speaker.ts'
import { readMail } from '../../src/mail/read-mail.ts'
import { findKeyPath, makeAnswerKey, readKeyFile } from '../../src/pipeline/answer-key.ts'
import { recognizeAnswer } from '../../src/pipeline/recognize-answer.ts'
import { type CaseWorld, makeCaseWorld } from '../support/case-world.ts'
import { makeFixedClock } from '../support/fixed-clock.ts'

const secret = 'a key of the site, forty signs long, no less'
const folder = mkdtempSync(join(tmpdir(), 'answer-key-'))
const keyFile = join(folder, 'answer.key')
writeFileSync(keyFile, `${secret}\n`, { mode: 0o640 })
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const clock = makeFixedClock('2026-03-02T09:00:00Z')
const configuration = { answerKey: keyFile, preferencesDir: '/nowhere/preferences' }
const rules = {
  addresses: { recipientDelimiter: '+', localPartCase: 'fold' as const },
  senderCheck: 'strict' as const,
  trustedNetworks: [],
  schedulerServices: new Map(),
}

const request = `From: kim@example.com
To: room@example.com
Message-ID: <request@example.com>
Content-Type: text/calendar; method=REQUEST

BEGIN:VCALENDAR
METHOD:REQUEST
BEGIN:VEVENT
UID:team@example.com
DTSTAMP:20260302T080000Z
DTSTART:20260310T100000Z
DTEND:20260310T110000Z
ORGANIZER:mailto:kim@example.com
ATTENDEE:mailto:room@example.com
SUMMARY:Planning
END:VEVENT
END:VCALENDAR
`

/** What the room answers, with the key or without. */
async function makeAnswer(key: string): Promise<string> {
  const world: CaseWorld = makeCaseWorld('memory', clock)
  try {
    world.configure({ name: 'answer_key', value: key })
    world.writePreferences('mailto:room@example.com', [
      { name: 'scheduling_function', value: 'schedule_in_freebusy' },
      { name: 'freebusy_sharing', value: 'share' },
      { name: 'freebusy_bundling', value: 'always' },
    ])
    const route = { agent: 'resource', sender: 'kim@example.com', recipients: ['room@example.com'] } as const
    const { sent } = await world.receive({ ...route, options: new Map() }, Buffer.from(request))
    return Buffer.from(sent[0]?.bytes ?? '').toString('latin1')
  } finally {
    await world.close()
  }
}

interface Received {
  readonly recipient?: string
  readonly original?: string
  readonly key?: string
  readonly now?: string
}

/** Whose mail it is, and by what it is proven. */
async function findProof(text: string, { recipient, original, key, now }: Received = {}): Promise<string | undefined> {
  const envelope = {
    sender: 'room@example.com',
    recipient: recipient ?? 'kim@example.com',
    originalRecipient: original,
    login: undefined,
    client: undefined,
    queueId: undefined,
  }
  const mail = await readMail(Buffer.from(text, 'latin1'), { envelope, spamHeaders: [] })
  expect(mail.facts.authentication).toEqual(noAuthentication)
  const site = {
    configuration: { ...configuration, answerKey: key ?? keyFile },
    now: makeFixedClock(now ?? '2026-03-02T10:00:00Z').now,
  }
  const { facts } = recognizeAnswer(mail, site as never)
  const speaker = findSpeaker(facts, rules)
  return speaker && `${speaker.address satisfies CalendarAddress} ${speaker.proof}`
}

describe('an answer of our own', () => {
  test('is believed by the one it was written to', async () => {
    const answer = await makeAnswer(keyFile)
    expect(answer).toMatch(/^X-Imip-Agent-Signature: v=1; b=[A-Za-z0-9+/]{43}=\r\n/)
    expect(answer.match(/^X-Imip-Agent-Signature:/gm)).toHaveLength(1)
    expect(await findProof(answer)).toBe('mailto:room@example.com own')
    expect(await findProof(answer, { recipient: 'Kim+rooms@example.com' })).toBe('mailto:room@example.com own')
    expect(await findProof(answer, { recipient: 'kim.smith@example.com', original: 'kim@example.com' })).toBe(
      'mailto:room@example.com own',
    )
  })

  test('stays ours through what mail systems do to mails', async () => {
    const answer = await makeAnswer(keyFile)
    const ways: readonly string[] = [
      answer.replaceAll('\r\n', '\n'),
      `Return-Path: <calendar@example.com>\r\nReceived: from a by b; x\r\n${answer}`,
      answer.replace('From: ', 'From:\r\n '),
      answer.replace('X-Imip-Agent-Signature: v=1; ', 'X-Imip-Agent-Signature: v=1;\r\n\t'),
    ]
    for (const way of ways) expect(await findProof(way)).toBe('mailto:room@example.com own')
  })

  test('changed in any way it covers it is anybody’s', async () => {
    const answer = await makeAnswer(keyFile)
    const calendar = /base64\r\n\r\n([\s\S]*?)\r\n--/.exec(answer)?.[1] ?? ''
    const declined = Buffer.from(calendar, 'base64').toString().replace('ACCEPTED', 'DECLINED')
    const signature = /b=(\S+)\r\n/.exec(answer)?.[1] ?? ''
    const forged: readonly string[] = [
      answer.replace(calendar, Buffer.from(declined).toString('base64')),
      answer.replace(/^From: .*$/m, 'From: other@example.com'),
      answer.replace(/^From: /m, 'From: other@example.com\r\nFrom: '),
      answer.replace(/^To: .*$/m, 'To: pat@example.com'),
      answer.replace(/^To: /m, 'Cc: pat@example.com\r\nTo: '),
      answer.replace(/^Message-ID: </m, 'Message-ID: <x'),
      answer.replace(/^Message-ID: /m, 'Message-ID: <x@example.com>\r\nMessage-ID: '),
      answer.replace(/^Date: .*$/m, 'Date: Tue, 03 Mar 2026 09:00:00 +0000'),
      answer.replace(signature, `${signature.slice(0, 10)}${signature[10] === 'A' ? 'B' : 'A'}${signature.slice(11)}`),
      answer.replace(/^X-Imip/m, `X-Imip-Agent-Signature: v=1; b=${signature}\r\nX-Imip`),
      answer.replace('v=1; b=', 'v=2; b='),
      // One calendar less, and one more.
      answer.replace(/Content-Type: text\/calendar; charset=UTF-8; method=PUBLISH/, 'Content-Type: text/plain'),
      answer.replace(/\r\n--(=_around\S+)--\r\n/, '\r\n--$1\r\nContent-Type: text/calendar\r\n\r\nx\r\n--$1--\r\n'),
    ]
    for (const [index, mail] of forged.entries()) {
      expect(mail).not.toBe(answer)
      expect(await findProof(mail), `forgery ${index}`).toBeUndefined()
    }
  })

  test('sent on to somebody else, or kept for weeks, it proves nothing', async () => {
    const answer = await makeAnswer(keyFile)
    expect(await findProof(answer, { recipient: 'pat@example.com' })).toBeUndefined()
    expect(await findProof(answer, { now: '2026-03-08T09:00:00Z' })).toBe('mailto:room@example.com own')
    expect(await findProof(answer, { now: '2026-03-10T09:00:00Z' })).toBeUndefined()
    expect(await findProof(answer, { now: '2026-02-01T09:00:00Z' })).toBeUndefined()
  })

  test('without a key that can be used nothing is signed, and nothing believed', async () => {
    const answer = await makeAnswer(keyFile)
    const other = join(folder, 'other.key')
    writeFileSync(other, 'another key that is just as long as ours', { mode: 0o640 })
    const short = join(folder, 'short.key')
    writeFileSync(short, 'secret', { mode: 0o640 })
    const open = join(folder, 'open.key')
    writeFileSync(open, secret)
    chmodSync(open, 0o644)
    const missing = join(folder, 'missing.key')
    for (const key of [other, short, open, missing]) expect(await findProof(answer, { key })).toBeUndefined()
    for (const key of [short, open, missing]) expect(await makeAnswer(key)).not.toContain('X-Imip-Agent-Signature')
    expect(readKeyFile(short)).toEqual({ kind: 'unusable', reason: 'it has less than 32 signs' })
    expect(readKeyFile(open)).toEqual({ kind: 'unusable', reason: 'everybody may read it' })
    expect(readKeyFile(folder)).toMatchObject({ kind: 'unusable' })
    expect(readKeyFile(missing)).toEqual({ kind: 'none' })
    expect(findKeyPath({ answerKey: '', preferencesDir: '/var/lib/x/preferences' })).toBe('/var/lib/x/answer.key')
    expect(makeAnswerKey(secret).isSigned('text', 'AAAA')).toBe(false)
  })
})
