// A summary as a mail: its form, its envelope, and the original inside it.
import { describe, expect, test } from 'vitest'
import { makeMessageId } from '../../src/mail/message-id.ts'
import { readMail } from '../../src/mail/read-mail.ts'
import { composeSummary, composeWrapping, type SummaryDraft } from '../../src/mail/summary-mail.ts'
import type { SummaryFacts } from '../../src/text/summary-facts.ts'

const none = { shown: [], more: 0 }
const facts: SummaryFacts = {
  kind: 'publication',
  language: 'en',
  component: 'VEVENT',
  uid: 'planning@example.com',
  standing: { verdict: 'applied', code: 'published', detail: '', notes: [] },
  original: 'beside',
  title: 'Grüße',
  when: [],
  repeats: undefined,
  instance: undefined,
  dates: none,
  where: '',
  links: [],
  description: '',
  organizer: { name: '', address: 'kim@example.com' },
  attendees: none,
  speakers: none,
  from: [],
  comment: '',
  changes: [],
  conflicts: undefined,
  ownAnswer: undefined,
  next: 'nothing',
}

const digest = '0123456789abcdef'.repeat(4)
const draft: SummaryDraft = {
  messages: { shown: [facts], more: 0 },
  managerUrl: undefined,
  sender: 'calendar@example.com',
  to: 'pat@example.com',
  messageId: '<summary.1@example.com>',
  date: Date.UTC(2026, 2, 2, 9) / 1000,
  original: { messageId: '<request@example.org>', references: ['<thread@example.org>'], digest },
}

const boundary = '=_text_0123456789abcdef0123456789abcdef01234567_='

function textOf(mail: { readonly bytes: Uint8Array }): string {
  return Buffer.from(mail.bytes).toString('latin1')
}

describe('a mail of its own', () => {
  test('has exactly this form', () => {
    expect(textOf(composeSummary(draft)).split('\r\n')).toEqual([
      'Date: Mon, 02 Mar 2026 09:00:00 +0000',
      'From: calendar@example.com',
      'To: pat@example.com',
      'Subject: =?UTF-8?B?UHVibGlzaGVkOiBHcsO8w59l?=',
      'Message-ID: <summary.1@example.com>',
      'References: <thread@example.org>',
      ' <request@example.org>',
      'Auto-Submitted: auto-generated',
      'MIME-Version: 1.0',
      `Content-Type: multipart/alternative; boundary="${boundary}"`,
      '',
      `--${boundary}`,
      'Content-Type: text/plain; charset=UTF-8',
      'Content-Transfer-Encoding: quoted-printable',
      '',
      'kim@example.com has published this event.',
      '',
      'What:      Gr=C3=BC=C3=9Fe',
      'Organizer: kim@example.com',
      '',
      'You need not do anything.',
      `--${boundary}`,
      'Content-Type: text/html; charset=UTF-8',
      'Content-Transfer-Encoding: quoted-printable',
      '',
      '<!DOCTYPE html>',
      '<html lang=3D"en"><head><meta charset=3D"utf-8"><title>Published: Gr=C3=BC=',
      '=C3=9Fe</title></head><body>',
      '<h2>kim@example.com has published this event.</h2>',
      '<table cellpadding=3D"4">',
      '<tr><th align=3D"left" valign=3D"top">What:</th><td>Gr=C3=BC=C3=9Fe</td></t=',
      'r>',
      '<tr><th align=3D"left" valign=3D"top">Organizer:</th><td>kim@example.com</t=',
      'd></tr>',
      '</table>',
      '<p>You need not do anything.</p>',
      '</body></html>',
      `--${boundary}--`,
      '',
    ])
  })

  test('carries its envelope, and is the same each time', () => {
    expect(composeSummary(draft)).toMatchObject({
      kind: 'summary',
      messageId: '<summary.1@example.com>',
      envelope: { sender: 'calendar@example.com', recipients: ['pat@example.com'] },
    })
    expect(textOf(composeSummary(draft))).toBe(textOf(composeSummary(draft)))
  })

  test('does not refer to a mail that has no Message-ID', () => {
    const original = { messageId: makeMessageId(digest), references: [], digest }
    expect(textOf(composeSummary({ ...draft, original }))).not.toContain('References')
  })
})

describe('a mail around the original', () => {
  const wrap = (original: Uint8Array) => Buffer.from(composeWrapping(draft, original).bytes)

  /** What stands between the header of the inner mail's part and the last delimiter. */
  function findInside(bytes: Buffer): Buffer {
    const start = /Content-Type: message\/rfc822\r\nContent-Transfer-Encoding: \dbit\r\n\r\n/.exec(
      bytes.toString('latin1'),
    )
    if (!start) throw new Error('no mail inside')
    return bytes.subarray(start.index + start[0].length, bytes.lastIndexOf('\r\n--=_mail_'))
  }

  test.each([
    ['LF', 'Subject: x\n\nbody\n'],
    ['CRLF', 'Subject: x\r\n\r\nbody\r\n'],
    ['no line end', 'Subject: x\n\nbody'],
    ['nothing at all', ''],
    ['bytes of no charset', 'Subject: \xff\n\n\x00\x80 .\n.\n'],
    ['lines that look like delimiters', `Subject: x\n\n--${boundary}\n--=_mail__=--\n`],
  ])('leaves every byte of it: %s', (_, text) => {
    const original = Buffer.from(text, 'latin1')
    expect(findInside(wrap(original))).toEqual(original)
  })

  test('says how it is encoded, outside and inside', () => {
    expect(
      wrap(Buffer.from('plain'))
        .toString('latin1')
        .match(/Content-Transfer-Encoding: [78]bit/g),
    ).toEqual(['Content-Transfer-Encoding: 7bit', 'Content-Transfer-Encoding: 7bit'])
    expect(
      wrap(Buffer.from('größer'))
        .toString('latin1')
        .match(/Content-Transfer-Encoding: [78]bit/g),
    ).toEqual(['Content-Transfer-Encoding: 8bit', 'Content-Transfer-Encoding: 8bit'])
  })

  test('is from the calendar, never from the author', () => {
    const outer = wrap(Buffer.from('From: kim@example.com\n\n')).toString('latin1').split('\r\n\r\n')[0]
    expect(outer).toContain('From: calendar@example.com')
    expect(outer).not.toContain('kim@')
  })

  test('hides the invitation from programs like us: nothing inside is applied again', async () => {
    const original = 'Content-Type: text/calendar\n\nBEGIN:VCALENDAR\nEND:VCALENDAR\n'
    const envelope = {
      sender: '',
      recipient: '',
      originalRecipient: undefined,
      login: undefined,
      client: undefined,
      queueId: undefined,
    }
    const { parts, fault } = await readMail(wrap(Buffer.from(original)), { envelope, spamHeaders: [] })
    expect({ parts, fault }).toEqual({ parts: [], fault: undefined })
  })
})
