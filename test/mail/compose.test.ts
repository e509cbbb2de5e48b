import { describe, expect, test } from 'vitest'
import { makeProperty } from '../../src/calendar/properties.ts'
import { makePublishedFreeBusy } from '../../src/freebusy/vfreebusy.ts'
import type { SchedulingMessage } from '../../src/itip/scheduling-message.ts'
import { findCalendarParts } from '../../src/mail/calendar-parts.ts'
import { type AnswerDraft, composeAnswer } from '../../src/mail/compose.ts'
import { makeMessageId } from '../../src/mail/message-id.ts'
import { walkParts } from '../../src/mail/walk-parts.ts'

const message: SchedulingMessage = {
  method: 'REPLY',
  uid: 'planning@example.com',
  component: 'VEVENT',
  components: [
    {
      name: 'VEVENT',
      properties: [
        makeProperty('UID', 'planning@example.com'),
        makeProperty('SUMMARY', 'Planning — Größe'),
        makeProperty('ATTENDEE', 'mailto:room@example.com', { PARTSTAT: 'ACCEPTED' }),
      ],
      components: [],
    },
  ],
  timeZones: new Map(),
  calendarProperties: [makeProperty('METHOD', 'REQUEST'), makeProperty('X-WR-CALNAME', 'somebody')],
  prodId: '-//Somebody//EN',
  notes: [],
}

const draft: AnswerDraft = {
  message,
  facts: {
    kind: 'accepted',
    language: 'en',
    name: 'Meeting room',
    summary: 'Planning',
    when: '2026-03-10 10:00–11:00 (Europe/Oslo)',
    location: undefined,
    because: [],
  },
  from: { address: 'room@example.com', name: 'Meeting room' },
  to: ['pat@example.com'],
  replyTo: undefined,
  sender: 'calendar@example.com',
  messageId: '<answer-1@example.com>',
  date: Date.UTC(2026, 2, 2, 9, 0, 0) / 1000,
  inReplyTo: { messageId: '<request-1@example.com>', references: ['<thread@example.com>'] },
}

function textOf(changes: Partial<AnswerDraft> = {}): string {
  return Buffer.from(composeAnswer({ ...draft, ...changes }).bytes).toString('latin1')
}

function headerOf(changes: Partial<AnswerDraft> = {}): readonly string[] {
  const text = textOf(changes)
  return text
    .slice(0, text.indexOf('\r\n\r\n'))
    .replace(/\r\n(?=[ \t])/g, '')
    .split('\r\n')
}

describe('an answer as a mail', () => {
  test('has exactly this form', () => {
    expect(textOf().split('\r\n')).toEqual([
      'Date: Mon, 02 Mar 2026 09:00:00 +0000',
      'From: Meeting room <room@example.com>',
      'To: pat@example.com',
      'Subject: Accepted: Planning',
      'Message-ID: <answer-1@example.com>',
      'In-Reply-To: <request-1@example.com>',
      'References: <thread@example.com>',
      ' <request-1@example.com>',
      'Auto-Submitted: auto-replied',
      'MIME-Version: 1.0',
      'Content-Type: multipart/alternative; boundary="=_answer1examplecom_="',
      '',
      '--=_answer1examplecom_=',
      'Content-Type: text/plain; charset=UTF-8',
      'Content-Transfer-Encoding: quoted-printable',
      '',
      'Meeting room has accepted this invitation.',
      '',
      'What: Planning',
      'When: 2026-03-10 10:00=E2=80=9311:00 (Europe/Oslo)',
      '--=_answer1examplecom_=',
      'Content-Type: text/calendar; charset=UTF-8; method=REPLY;',
      ' component=VEVENT',
      'Content-Transfer-Encoding: base64',
      '',
      'QkVHSU46VkNBTEVOREFSDQpQUk9ESUQ6LS8vaW1pcC1hZ2VudC8vaW1pcC1hZ2VudC8vRU4NClZF',
      'UlNJT046Mi4wDQpNRVRIT0Q6UkVQTFkNCkJFR0lOOlZFVkVOVA0KVUlEOnBsYW5uaW5nQGV4YW1w',
      'bGUuY29tDQpTVU1NQVJZOlBsYW5uaW5nIOKAlCBHcsO2w59lDQpBVFRFTkRFRTtQQVJUU1RBVD1B',
      'Q0NFUFRFRDptYWlsdG86cm9vbUBleGFtcGxlLmNvbQ0KRU5EOlZFVkVOVA0KRU5EOlZDQUxFTkRB',
      'Ug0K',
      '--=_answer1examplecom_=--',
      '',
    ])
  })

  test('carries its envelope', () => {
    expect(composeAnswer(draft)).toMatchObject({
      kind: 'answer',
      messageId: '<answer-1@example.com>',
      envelope: { sender: 'calendar@example.com', recipients: ['pat@example.com'] },
    })
  })

  test('the same draft gives the same bytes', () => expect(textOf()).toBe(textOf()))

  test('answers go to the owner where there is one', () => {
    expect(headerOf({ replyTo: 'owner@example.com' })).toContain('Reply-To: owner@example.com')
  })

  test('a subject outside ASCII is encoded in pieces that fit and break no character', () => {
    const summary = 'Grüße aus Tromsø — '.repeat(8)
    const text = textOf({ facts: { ...draft.facts, summary } })
    const lines = text.split('\r\n')
    expect(lines.filter((line) => line.includes('=?')).every((line) => line.length <= 76)).toBe(true)
    const subject = headerOf({ facts: { ...draft.facts, summary } }).find((line) => line.startsWith('Subject:'))
    const words = [...(subject ?? '').matchAll(/=\?UTF-8\?B\?([^?]+)\?=/g)].map(([, word = '']) =>
      new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(word, 'base64')),
    )
    expect(words.join('')).toBe(`Accepted: ${summary.trim()}`)
  })

  test.each([
    ['Room, first floor', '"Room, first floor" <room@example.com>'],
    ['The "big" room \\', '"The \\"big\\" room \\\\" <room@example.com>'],
    ['Møterom', '=?UTF-8?B?TcO4dGVyb20=?= <room@example.com>'],
    ['=?UTF-8?Q?trick?=', '=?UTF-8?B?PT9VVEYtOD9RP3RyaWNrPz0=?= <room@example.com>'],
    ['room@example.com', 'room@example.com'],
    ['', 'room@example.com'],
    ['a\r\nBcc: eve@example.net', '"a Bcc: eve@example.net" <room@example.com>'],
  ])('display name %j', (name, expected) => {
    expect(headerOf({ from: { address: 'room@example.com', name } })).toContain(`From: ${expected}`)
  })

  test.each([
    ['"a b"@example.com', '"a b"@example.com'],
    ['a..b@example.com', '"a..b"@example.com'],
    ['"pat"@example.com', 'pat@example.com'],
  ])('address %j', (address, expected) => expect(headerOf({ to: [address] })).toContain(`To: ${expected}`))

  test.each(['a\r\nBcc: eve@example.net', 'x>,<eve@example.net', 'eve,x@example.com', 'nobody', ''])(
    'no address: %j',
    (address) => {
      expect(headerOf({ to: [address] }).join()).not.toMatch(/eve|nobody|^To:/m)
    },
  )

  test('is 7-bit clean, in lines of CRLF below 998, and a value never makes a header line', () => {
    const evil = `x\r\nBcc: eve@example.net\r\n\r\n--=_answer1examplecom_=\r\nContent-Type: text/html\n\0 ü ${'y'.repeat(5000)}`
    const changes: Partial<AnswerDraft> = {
      facts: { ...draft.facts, summary: evil, name: evil, location: evil, when: evil, because: [evil] },
      from: { address: 'room@example.com', name: evil },
      replyTo: evil,
      inReplyTo: { messageId: evil, references: [evil, '<ok@example.com>', '<a b@example.com>'] },
    }
    const text = textOf(changes)
    expect(text).toMatch(/^[\t\r\n\x20-\x7e]*$/)
    expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/)
    expect(Math.max(...text.split('\r\n').map((line) => line.length))).toBeLessThan(998)
    expect(headerOf(changes).map((line) => line.split(':')[0])).toEqual([
      'Date',
      'From',
      'To',
      'Subject',
      'Message-ID',
      'References',
      'Auto-Submitted',
      'MIME-Version',
      'Content-Type',
    ])
    expect(text.split('--=_answer1examplecom_=').length).toBe(4)
  })

  test('a long thread is told by its first and last mails', () => {
    const references = Array.from({ length: 200 }, (_, index) => `<${index}@example.com>`)
    const line = headerOf({ inReplyTo: { messageId: '<last@example.com>', references } }).find((field) =>
      field.startsWith('References:'),
    )
    expect(line).toMatch(/^References: <0@example.com> <190@example.com> .* <199@example.com> <last@example.com>$/)
  })

  test('a mail without a Message-ID is not referred to', () => {
    const header = headerOf({ inReplyTo: { messageId: makeMessageId('0'.repeat(64)), references: [] } })
    expect(header.some((line) => /^(In-Reply-To|References)/.test(line))).toBe(false)
  })

  test('is small: at most 4 KB more than what it echoes', () => {
    const long = 'ü'.repeat(100_000)
    const size = (...because: readonly string[]): number =>
      composeAnswer({ ...draft, facts: { ...draft.facts, summary: long, because } }).bytes.length
    expect(size('Already taken.')).toBeLessThan(5_000)
    // What we say ourselves may name ten dates and what is there.
    expect(size(long, long, long)).toBeLessThan(24_000)
    expect(composeAnswer(draft).bytes.length).toBeLessThan(4_096)
  })

  test('has free/busy beside it as an attachment, with the answer in front as ever', () => {
    const free = makePublishedFreeBusy({
      user: 'mailto:room@example.com',
      stamp: 0,
      within: { start: 0, end: 86_400 },
      busy: [],
    })
    const text = textOf({ beside: free })
    const [, outer] = /^Content-Type: multipart\/mixed; boundary="([^"]+)"\r$/m.exec(text) ?? []
    const [, answer, beside, end] = text.split(`--${outer}`)
    expect(end).toBe('--\r\n')
    expect(answer?.trim()).toBe(textOf().slice(textOf().indexOf('Content-Type: multipart/alternative')).trim())
    expect(beside).toContain('Content-Disposition: attachment; filename="freebusy.ics"\r\n')
    const parts = findCalendarParts(walkParts(Buffer.from(text)) ?? [])
    expect(parts.map(({ method }) => method)).toEqual(['REPLY', 'PUBLISH'])
  })
})
