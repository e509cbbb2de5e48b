// Transport: the way out for mail, and what came of it for each recipient.
import type { OutgoingMail } from '../outgoing-mail.ts'

export type DeliveryResult =
  | { readonly kind: 'delivered'; readonly reply: string }
  /** 4xx, no connection, a time-out, a reply that makes no sense: the mail is to be kept and tried again. */
  | { readonly kind: 'deferred'; readonly reply: string }
  /** 5xx: said for good. `code` is the enhanced status code (RFC 3463), made from the reply code where none was given. */
  | { readonly kind: 'refused'; readonly code: string; readonly reply: string }

/** A connection that has said MAIL and RCPT and waits; the recipient's answer is known before anything is stored. */
export interface OpenDelivery {
  /** Per recipient of the mail, in its order; `delivered` here means accepted at RCPT. */
  readonly recipients: readonly DeliveryResult[]
  /** Sends DATA; answers per recipient, refused ones of RCPT included. Never throws. */
  finish(bytes: Uint8Array): Promise<readonly DeliveryResult[]>
  /** Gives up without DATA. Never throws. */
  abandon(): Promise<void>
}

export interface Transport {
  /** Connects and says MAIL and RCPT. Never throws: what goes wrong is `deferred` for every recipient. */
  open(mail: Pick<OutgoingMail, 'kind' | 'envelope' | 'bytes'>): Promise<OpenDelivery>
}
