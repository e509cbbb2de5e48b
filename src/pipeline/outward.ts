// The way of answers to other calendar users: by SMTP to the mail system that the configuration names.
import type { Configuration } from '../config/options.ts'
import { TemporaryFailure } from '../failure.ts'
import { parseServerAddress, type ServerAddress } from '../mail/transport/server-address.ts'
import { makeSmtpTransport } from '../mail/transport/smtp.ts'
import type { Timeouts } from '../mail/transport/timeouts.ts'
import type { Transport } from '../mail/transport/transport.ts'

/** The server is looked at when the first mail goes: what sends none must not fail for the want of it. */
export function makeOutward(configuration: Configuration): Transport {
  return { open: async (mail) => makeTransport(configuration).open(mail) }
}

function makeTransport(configuration: Configuration): Transport {
  return makeSmtpTransport({ server: readServer('smtp', configuration.smtp), timeouts: readTimeouts(configuration) })
}

export function readServer(setting: string, text: string): ServerAddress {
  const server = parseServerAddress(text)
  if (server === undefined) throw new TemporaryFailure(`setting ${setting}: ${text} is neither a path nor host:port`)
  return server
}

/** In milliseconds. */
export function readTimeouts(configuration: Configuration): Timeouts {
  const { connectTimeout, replyTimeout, dataTimeout, deliveryTimeout } = configuration
  return {
    connect: connectTimeout * 1000,
    reply: replyTimeout * 1000,
    data: dataTimeout * 1000,
    overall: deliveryTimeout * 1000,
  }
}
