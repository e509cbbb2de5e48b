// A transport that keeps what it is given, with answers for each recipient as told.
import type { OutgoingMail } from '../../src/mail/outgoing-mail.ts'
import type { DeliveryResult, Transport } from '../../src/mail/transport/transport.ts'

export interface RecordedMail extends Pick<OutgoingMail, 'kind' | 'envelope'> {
  readonly bytes: Uint8Array
  readonly results: readonly DeliveryResult[]
}

export interface RecordingTransport extends Transport {
  /** What was finished, in order. */
  readonly mails: readonly RecordedMail[]
  /** How many were opened and given up. */
  readonly abandoned: number
}

export interface RecordingOptions {
  readonly atRecipient?: (recipient: string) => DeliveryResult | undefined
  readonly atData?: (recipient: string) => DeliveryResult | undefined
}

const delivered: DeliveryResult = { kind: 'delivered', reply: '250 2.0.0 recorded' }

export function makeRecordingTransport({ atRecipient, atData }: RecordingOptions = {}): RecordingTransport {
  const mails: RecordedMail[] = []
  let abandoned = 0
  return {
    mails,
    get abandoned() {
      return abandoned
    },
    async open({ kind, envelope }) {
      const recipients = envelope.recipients.map((recipient) => atRecipient?.(recipient) ?? delivered)
      return {
        recipients,
        async finish(bytes) {
          const results = recipients.map((result, index) =>
            result.kind === 'delivered' ? (atData?.(envelope.recipients[index] ?? '') ?? delivered) : result,
          )
          if (recipients.some((result) => result.kind === 'delivered')) mails.push({ kind, envelope, bytes, results })
          return results
        },
        async abandon() {
          abandoned++
        },
      }
    },
  }
}
