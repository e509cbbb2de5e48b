// Delivery to other calendar users through the mail system, by SMTP on a connection that needs neither TLS nor login. RFC 5321.
import { makeServerTransport, type ServerTransportOptions } from './server-transport.ts'
import type { Transport } from './transport.ts'

export function makeSmtpTransport(options: ServerTransportOptions): Transport {
  return makeServerTransport('smtp', options)
}
