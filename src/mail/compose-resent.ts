// Mail that is handed on to somebody else unchanged, with the fields that say so above it. RFC 5322, 3.6.6; behaviour.md, 0.10.
import type { Instant } from '../calendar/time.ts'
import { serializeAddressField, serializePlainField } from './header-text.ts'
import { serializeMailDate } from './mail-date.ts'
import type { OutgoingMail } from './outgoing-mail.ts'

export interface Resending {
  /** The mail as it came. */
  readonly bytes: Uint8Array
  /** Who hands it on: the resource. */
  readonly from: string
  readonly to: string
  /** Envelope sender. */
  readonly sender: string
  /** With angle brackets; of this resending, the original keeps its own. */
  readonly messageId: string
  readonly date: Instant
}

export function composeResent({ bytes, from, to, sender, messageId, date }: Resending): OutgoingMail {
  const fields = [
    serializePlainField('Resent-Date', serializeMailDate(date)),
    serializeAddressField('Resent-From', [{ address: from }]),
    serializeAddressField('Resent-To', [{ address: to }]),
    serializePlainField('Resent-Message-ID', messageId),
  ]
  return {
    messageId,
    kind: 'original',
    envelope: { sender, recipients: [to] },
    bytes: Buffer.concat([Buffer.from(fields.join(''), 'utf8'), bytes]),
  }
}
