// Delivery into the mailbox by LMTP, each recipient answered for itself. RFC 2033.
import { makeServerTransport, type ServerTransportOptions } from './server-transport.ts'
import type { Transport } from './transport.ts'

export function makeLmtpTransport(options: ServerTransportOptions): Transport {
  return makeServerTransport('lmtp', options)
}
