import { describe, expect, test } from 'vitest'
import type { Envelope } from '../../src/itip/mail-facts.ts'
import { parseMailFacts } from '../../src/mail/parse-mail-facts.ts'
import { parseSpamHeader } from '../../src/mail/spam-header.ts'

const envelope: Envelope = {
  sender: 'pat@example.com',
  recipient: 'room@example.com',
  originalRecipient: undefined,
  login: undefined,
  client: undefined,
  queueId: undefined,
}
const digest = 'd'.repeat(64)
const patterns = ['X-Spam-Flag: YES', 'X-Spam: Yes', 'X-Spam-Status: Yes'].flatMap(
  (pattern) => parseSpamHeader(pattern) ?? [],
)

const factsOf = (...lines: readonly string[]) =>
  parseMailFacts(Buffer.from(lines.join('\r\n')), envelope, digest, patterns)

describe('what a header says', () => {
  test('all of it', () => {
    expect(
      factsOf(
        'Return-Path: <bounce@example.com>',
        'Delivered-To: room@example.com',
        'X-Original-To: first-floor@example.com',
        'Delivered-To: older@example.com',
        'From: "Doe, Pat" <pat@example.com>',
        'Sender: office@example.com',
        'Reply-To: Kim <kim@example.com>',
        'To: room@example.com, "Other" <other@example.net>',
        'Cc: copy@example.org',
        'Message-ID: <1@example.com> (comment)',
        'References: <a@example.com>',
        ' <b@example.com>',
        'In-Reply-To: <c@example.com>',
        'Subject: =?UTF-8?Q?Gr=C3=BC=C3=9Fe?=',
        '',
        'Subject: not this',
      ),
    ).toEqual({
      envelope,
      messageId: '<1@example.com>',
      references: ['<a@example.com>', '<b@example.com>'],
      subject: 'Grüße',
      from: ['pat@example.com'],
      sender: ['office@example.com'],
      replyTo: ['kim@example.com'],
      to: ['room@example.com', 'other@example.net', 'copy@example.org'],
      deliveredTo: ['room@example.com', 'first-floor@example.com', 'older@example.com'],
      autoSubmitted: 'no',
      isReport: false,
      isSpam: false,
      authentication: { dmarc: [], dkim: [], spf: [], login: [] },
      digest,
    })
  })

  test('nothing', () => {
    expect(factsOf('')).toMatchObject({
      messageId: `<${'d'.repeat(40)}@digest.invalid>`,
      references: [],
      from: [],
      subject: '',
    })
  })

  test.each([
    ['Message-ID: nothing', `<${'d'.repeat(40)}@digest.invalid>`],
    ['Message-ID: <a b@example.com>', `<${'d'.repeat(40)}@digest.invalid>`],
    [`Message-ID: <${'x'.repeat(2000)}@example.com>`, `<${'d'.repeat(40)}@digest.invalid>`],
    ['Message-ID:\r\n <1@example.com>', '<1@example.com>'],
    ['MESSAGE-ID: <1@example.com>\r\nMessage-ID: <2@example.com>', '<1@example.com>'],
  ])('%s', (line, messageId) => expect(factsOf(line).messageId).toBe(messageId))

  test('In-Reply-To stands for References that are absent, if it names one mail', () => {
    expect(factsOf('In-Reply-To: <a@example.com>').references).toEqual(['<a@example.com>'])
    expect(factsOf('In-Reply-To: <a@example.com> <b@example.com>').references).toEqual([])
  })

  test('a long thread keeps its first and last mails', () => {
    const ids = Array.from({ length: 500 }, (_, index) => `<${index}@example.com>`)
    const { references } = factsOf(`References: ${ids.join('\r\n ')}`)
    expect(references.length).toBe(100)
    expect([references[0], references[1], references.at(-1)]).toEqual([ids[0], ids[401], ids[499]])
  })

  test.each([
    ['auto-replied', 'auto-replied'],
    ['Auto-Generated; owner=x', 'auto-generated'],
    ['(by hand) no', 'no'],
    ['', 'no'],
    ['auto-replied (vacation)', 'auto-replied'],
  ])('Auto-Submitted: %s', (value, word) => expect(factsOf(`Auto-Submitted: ${value}`).autoSubmitted).toBe(word))

  test.each([
    ['Content-Type: multipart/report; report-type=delivery-status', true],
    ['content-type: Multipart/Report', true],
    ['Content-Type: multipart/reporting', false],
    ['Content-Type: multipart/mixed; x=multipart/report', false],
  ])('%s', (line, isReport) => expect(factsOf(line).isReport).toBe(isReport))

  test.each([
    ['X-Spam-Flag: YES', true],
    ['x-spam-flag: yes', true],
    ['X-Spam-Flag: NO', false],
    ['X-Spam-Status: Yes, score=9.1 required=5.0', true],
    ['X-Spam-Status: No, score=1', false],
    ['X-Spam: Yes', true],
    ['X-Spam-Level: Yes', false],
    ['Subject: X-Spam: Yes', false],
  ])('%s', (line, isSpam) => expect(factsOf(line).isSpam).toBe(isSpam))

  test.each(['nothing', ': Yes', ''])('%j is no pattern for spam', (pattern) =>
    expect(parseSpamHeader(pattern)).toBeUndefined(),
  )

  test.each(['X-Spam: Yes…', 'X-Spam: Yes...', 'x-spam : yes *'])('%j is one', (pattern) =>
    expect(parseSpamHeader(pattern)).toEqual({ name: 'x-spam', start: 'yes' }),
  )
})
