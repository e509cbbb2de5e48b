import { describe, expect, test } from 'vitest'
import { parseDeliveryReport } from '../../src/mail/delivery-report.ts'

const report = (lineEnd: string, ...lines: readonly string[]) => parseDeliveryReport(Buffer.from(lines.join(lineEnd)))

const bounce = [
  'From: MAILER-DAEMON@example.net',
  'To: imip-bounces@example.com',
  'Subject: Undelivered Mail Returned to Sender',
  'MIME-Version: 1.0',
  'Content-Type: multipart/report; report-type=delivery-status;',
  '\tboundary="B1"',
  '',
  'This is a MIME-encapsulated message.',
  '',
  '--B1',
  'Content-Type: text/plain',
  '',
  'Action: failed is what this text says',
  '',
  '--B1',
  'Content-Type: message/delivery-status',
  '',
  'Reporting-MTA: dns; mx.example.com',
  '',
  'Final-Recipient: rfc822; pat@example.net',
  'Original-Recipient: rfc822;Pat@example.net',
  'Action: failed',
  'Status: 5.1.1',
  'Diagnostic-Code: smtp; 550 5.1.1 <pat@example.net>: no such',
  ' user here',
  '',
  'Final-Recipient: rfc822; kim@example.net',
  'Action: delayed',
  'Status: 4.4.1',
  '',
  '--B1',
  'Content-Type: message/rfc822',
  '',
  'From: Room <room@example.com>',
  'To: pat@example.net',
  'Message-ID: <0123.imip-agent@example.com>',
  'Subject: Accepted: Planning',
  '',
  'Accepted.',
  '',
  '--B1--',
  '',
]

describe('RFC 3464, 2', () => {
  test.each([['\r\n'], ['\n']])('who failed, why, and which mail it was, with %j', (lineEnd) => {
    expect(report(lineEnd, ...bounce)).toEqual({
      failed: [
        { address: 'Pat@example.net', status: '5.1.1', diagnostic: '550 5.1.1 <pat@example.net>: no such user here' },
      ],
      messageId: '<0123.imip-agent@example.com>',
      from: 'room@example.com',
    })
  })

  test('headers alone may come back, or nothing', () => {
    const headers = bounce.map((line) => line.replace('message/rfc822', 'text/rfc822-headers'))
    expect(report('\r\n', ...headers)?.messageId).toBe('<0123.imip-agent@example.com>')
    const nothing = [...bounce.slice(0, bounce.indexOf('Content-Type: message/rfc822') - 1), '--B1--', '']
    expect(report('\r\n', ...nothing)).toMatchObject({
      failed: [{ status: '5.1.1' }],
      messageId: undefined,
      from: undefined,
    })
  })

  test.each([
    ['an ordinary mail', ['From: pat@example.net', '', 'Action: failed']],
    [
      'a report about something else',
      bounce.map((line) => line.replace('message/delivery-status', 'message/feedback-report')),
    ],
    ['no boundary', bounce.map((line) => line.replace('\tboundary="B1"', '\tcharset=x'))],
    ['nothing', ['']],
  ])('%s is none', (_, lines) => expect(report('\r\n', ...lines)).toBeUndefined())
})
