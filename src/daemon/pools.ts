// The connections the daemon keeps open: to the mailboxes, and to the mail system that takes answers.
import type { Configuration } from '../config/options.ts'
import { makePool, type SessionPool } from '../mail/transport/pool.ts'
import type { Transport } from '../mail/transport/transport.ts'
import { readServer, readTimeouts } from '../pipeline/outward.ts'

/** Shared by so many threads; nothing where no way to the mailbox is configured. */
export function makeOnwardPool(configuration: Configuration, threads = 1): SessionPool | undefined {
  const { localSmtp, lmtp, smtp, mailboxConnections } = configuration
  if (!localSmtp && lmtp === '') return undefined
  return makePool({
    protocol: localSmtp ? 'smtp' : 'lmtp',
    server: localSmtp ? readServer('smtp', smtp) : readServer('lmtp', lmtp),
    timeouts: readTimeouts(configuration),
    most: Math.max(1, Math.ceil(mailboxConnections / threads)),
    idle: configuration.connectionIdle * 1000,
  })
}

export function makeOutwardPool(configuration: Configuration, threads = 1): SessionPool {
  return makePool({
    protocol: 'smtp',
    server: readServer('smtp', configuration.smtp),
    timeouts: readTimeouts(configuration),
    most: Math.max(1, Math.ceil(configuration.answerConnections / threads)),
    idle: configuration.connectionIdle * 1000,
  })
}

const noWay = {
  kind: 'deferred',
  reply: 'no way to the mailbox: set lmtp (option -l), or local_smtp (option -L)',
} as const

/** Stands where no way is configured: a role that hands nothing on must not fail for the want of it. */
export const noWayOnward: Transport = {
  async open({ envelope }) {
    const recipients = envelope.recipients.map(() => noWay)
    return { recipients, finish: async () => recipients, abandon: async () => undefined }
  },
}
