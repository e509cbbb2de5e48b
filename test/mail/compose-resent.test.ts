import { expect, test } from 'vitest'
import { composeResent } from '../../src/mail/compose-resent.ts'

test('a mail goes to the owner unchanged, with fields above it that say who sent it on', () => {
  const original = Buffer.from('Subject: hello\nX: \xff\n\nbody\r', 'latin1')
  const mail = composeResent({
    bytes: original,
    from: 'room@example.com',
    to: 'owner@example.com',
    sender: 'calendar@example.com',
    messageId: '<resent-1@example.com>',
    date: Date.UTC(2026, 11, 31, 23, 59, 59) / 1000,
  })
  expect(mail.envelope).toEqual({ sender: 'calendar@example.com', recipients: ['owner@example.com'] })
  expect(Buffer.from(mail.bytes).toString('latin1')).toBe(
    [
      'Resent-Date: Thu, 31 Dec 2026 23:59:59 +0000',
      'Resent-From: room@example.com',
      'Resent-To: owner@example.com',
      'Resent-Message-ID: <resent-1@example.com>',
      original.toString('latin1'),
    ].join('\r\n'),
  )
})
