// A notice: a short mail of our own to the responsible person. RFC 3834, 5.
import type { Instant } from '../calendar/time.ts'
import type { NoticeText } from '../text/notice-text.ts'
import {
  serializeAddressField,
  serializePlainField,
  serializeReferenceField,
  serializeTextField,
} from './header-text.ts'
import { serializeMailDate } from './mail-date.ts'
import type { OutgoingMail } from './outgoing-mail.ts'
import { encodeQuotedPrintable } from './transfer-encoding.ts'

export interface NoticeDraft {
  readonly text: NoticeText
  /** The calendar's own address, for From and for the envelope. */
  readonly sender: string
  readonly to: string
  /** With angle brackets. */
  readonly messageId: string
  readonly date: Instant
  /** Of the mail it is about; none where there is none. */
  readonly references: readonly string[]
}

/** The same draft gives the same bytes. */
export function composeNotice({ text, sender, to, messageId, date, references }: NoticeDraft): OutgoingMail {
  const mail = [
    serializePlainField('Date', serializeMailDate(date)),
    serializeAddressField('From', [{ address: sender }]),
    serializeAddressField('To', [{ address: to }]),
    serializeTextField('Subject', text.subject),
    serializePlainField('Message-ID', messageId),
    serializeReferenceField('References', references),
    'Auto-Submitted: auto-generated\r\n',
    'MIME-Version: 1.0\r\n',
    'Content-Type: text/plain; charset=UTF-8\r\n',
    'Content-Transfer-Encoding: quoted-printable\r\n\r\n',
    encodeQuotedPrintable(text.text),
    '\r\n',
  ].join('')
  return {
    messageId,
    kind: 'summary',
    envelope: { sender, recipients: [to] },
    bytes: Buffer.from(mail, 'utf8'),
  }
}
