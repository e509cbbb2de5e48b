// The way of answers to other calendar users: by SMTP to the mail system that the configuration names.
import type { Configuration } from '../config/options.ts'
import { TemporaryFailure } from '../failure.ts'
import { parseServerAddress } from '../mail/transport/server-address.ts'
import { makeSmtpTransport } from '../mail/transport/smtp.ts'
import type { Transport } from '../mail/transport/transport.ts'

/** The server is looked at when the first mail goes: what sends none must not fail for the want of it. */
export function makeOutward(configuration: Configuration): Transport {
  return { open: async (mail) => makeTransport(configuration).open(mail) }
}

function makeTransport(configuration: Configuration): Transport {
  const { smtp, connectTimeout, replyTimeout, dataTimeout, deliveryTimeout } = configuration
  const server = parseServerAddress(smtp)
  if (server === undefined) throw new TemporaryFailure(`setting smtp: ${smtp} is neither a path nor host:port`)
  const timeouts = {
    connect: connectTimeout * 1000,
    reply: replyTimeout * 1000,
    data: dataTimeout * 1000,
    overall: deliveryTimeout * 1000,
  }
  return makeSmtpTransport({ server, timeouts })
}
