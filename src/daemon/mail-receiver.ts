// MailReceiver: what stands behind a listener. The protocol in front of it knows nothing else of what becomes of a mail.
import type { Answer } from './answer.ts'

export interface MailReceiver {
  /** What LHLO offers now. */
  readOffer(): Promise<Offer>
  /** A mail begins; nothing is asked yet. */
  begin(envelope: ReceivedEnvelope): Reception
}

export interface Offer {
  /** Bytes; a greater mail is refused. */
  readonly greatestMail: number
  readonly has8bit: boolean
  readonly hasUtf8: boolean
}

export interface ReceivedEnvelope {
  /** Empty for the null sender. */
  readonly sender: string
  /** As declared. */
  readonly size: number | undefined
  readonly is8bit: boolean
  readonly isUtf8: boolean
  readonly client: string | undefined
  readonly queueId: string | undefined
}

/** None of these rejects. */
export interface Reception {
  /** Each address once. An answer of the class 2 means that it is accepted. */
  addRecipient(address: string): Promise<Answer>
  /** The whole mail, once: one answer for each accepted recipient, in their order. The bytes are the receiver's from now on. */
  receive(bytes: Uint8Array<ArrayBuffer>): Promise<readonly Answer[]>
  /** There will be no mail; does nothing after `receive`. */
  abandon(): void
}
