// An answer as a finished mail: readable text, then the calendar part. RFC 6047, 2.4; RFC 3834, 5; behaviour.md, 0.6.
import { makeProperty } from '../calendar/properties.ts'
import { serializeCalendar, type WritableCalendar } from '../calendar/serialize.ts'
import type { Instant } from '../calendar/time.ts'
import type { SchedulingMessage } from '../itip/scheduling-message.ts'
import type { AnswerFacts } from '../text/answer-facts.ts'
import { makeAnswerSubject, makeAnswerText } from '../text/answer-text.ts'
import { type AnswerKey, makeSignatureField } from './answer-signature.ts'
import { composeFreeBusyPart } from './free-busy-part.ts'
import {
  type Mailbox,
  serializeAddressField,
  serializePlainField,
  serializeReferenceField,
  serializeTextField,
} from './header-text.ts'
import { serializeMailDate } from './mail-date.ts'
import { isMadeMessageId } from './message-id.ts'
import type { OutgoingMail } from './outgoing-mail.ts'
import { encodeBase64Lines, encodeQuotedPrintable } from './transfer-encoding.ts'

export interface AnswerDraft {
  readonly message: SchedulingMessage
  readonly facts: AnswerFacts
  /** Free/busy, in a part of its own. */
  readonly beside?: WritableCalendar | undefined
  /** Spelled as invited. */
  readonly from: Mailbox
  readonly to: readonly string[]
  /** The resource's owner, if set. */
  readonly replyTo: string | undefined
  /** Envelope sender: `bounce_address` or `message_sender`. */
  readonly sender: string
  /** With angle brackets. */
  readonly messageId: string
  readonly date: Instant
  /** The mail that is answered, as its facts say. */
  readonly inReplyTo: { readonly messageId: string; readonly references: readonly string[] }
  /** The site's, by which its agents know each other; without it the answer is not signed. */
  readonly key?: AnswerKey | undefined
}

// RFC 5545, 3.7.3: whoever writes an object names itself, also where it echoes another's.
const productId = '-//imip-agent//imip-agent//EN'

/** The same draft gives the same bytes, so that a repetition after a crash is recognisable. */
export function composeAnswer(draft: AnswerDraft): OutgoingMail {
  const { message, facts, messageId, inReplyTo } = draft
  const answered = isMadeMessageId(inReplyTo.messageId) ? [] : [inReplyTo.messageId]
  const boundary = makeBoundary(messageId)
  const around = `=_around${boundary.slice(1)}`
  const calendar = serializeCalendar({
    properties: [
      makeProperty('PRODID', productId),
      makeProperty('VERSION', '2.0'),
      makeProperty('METHOD', message.method),
    ],
    timeZones: message.timeZones,
    components: message.components,
  })
  const text = [
    serializePlainField('Date', serializeMailDate(draft.date)),
    serializeAddressField('From', [draft.from]),
    serializeAddressField(
      'To',
      draft.to.map((address) => ({ address })),
    ),
    draft.replyTo === undefined ? '' : serializeAddressField('Reply-To', [{ address: draft.replyTo }]),
    serializeTextField('Subject', makeAnswerSubject(facts)),
    serializePlainField('Message-ID', messageId),
    serializeReferenceField('In-Reply-To', answered),
    serializeReferenceField('References', [...inReplyTo.references, ...answered]),
    // RFC 3834, 5: written by a program, in answer to a mail. A REFRESH asks, and whoever never answers answers shall answer it.
    `Auto-Submitted: ${message.method === 'REFRESH' ? 'auto-generated' : 'auto-replied'}\r\n`,
    'MIME-Version: 1.0\r\n',
    draft.beside ? `Content-Type: multipart/mixed; boundary="${around}"\r\n\r\n--${around}\r\n` : '',
    `Content-Type: multipart/alternative; boundary="${boundary}"\r\n`,
    `\r\n--${boundary}\r\n`,
    'Content-Type: text/plain; charset=UTF-8\r\n',
    'Content-Transfer-Encoding: quoted-printable\r\n\r\n',
    encodeQuotedPrintable(makeAnswerText(facts)),
    `\r\n--${boundary}\r\n`,
    // RFC 6047, 2.4: method and charset must stand here, and the method must be the one inside.
    `Content-Type: text/calendar; charset=UTF-8; method=${message.method};\r\n component=${message.component}\r\n`,
    'Content-Transfer-Encoding: base64\r\n\r\n',
    encodeBase64Lines(calendar),
    `\r\n--${boundary}--\r\n`,
    draft.beside ? `\r\n--${around}\r\n${composeFreeBusyPart(draft.beside)}\r\n--${around}--\r\n` : '',
  ].join('')
  const bytes = Buffer.from(text, 'utf8')
  const calendars = [calendar, ...(draft.beside ? [serializeCalendar(draft.beside)] : [])]
  return {
    messageId,
    kind: 'answer',
    envelope: { sender: draft.sender, recipients: draft.to },
    bytes: draft.key ? Buffer.concat([Buffer.from(makeSignatureField(bytes, calendars, draft.key)), bytes]) : bytes,
  }
}

/** RFC 2045, 6.7: `=_` occurs neither in quoted-printable nor in base64, so no line of a part can be the boundary. */
function makeBoundary(messageId: string): string {
  return `=_${messageId.replace(/[^A-Za-z0-9]/g, '').slice(0, 40)}_=`
}
