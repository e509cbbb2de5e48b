// A private Dovecot: mailboxes that take mail by LMTP on a UNIX socket and are read over IMAP, and logins for Postfix.

import { chownSync, mkdirSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import type { ImapAccess } from './imap.ts'
import { countMailbox, readMailbox } from './imap.ts'
import type { ScratchFolder } from './scratch.ts'
import { readTail } from './scratch.ts'
import type { ServerProcess } from './server-process.ts'
import { findFreePort, requireMailServers, startServer } from './server-process.ts'
import { fillShippedFile } from './shipped-file.ts'

export interface Dovecot {
  /** Where mail for the mailboxes goes. */
  readonly lmtpSocket: string
  /** Where Postfix asks about logins. */
  readonly loginSocket: string
  readonly imapPort: number
  countMails(address: string): Promise<number>
  /** The bytes of all mails of a mailbox in the order of arrival, line ends CRLF. */
  readMails(address: string): Promise<readonly Buffer[]>
  readLogTail(): string
  stop(): Promise<void>
  /** Starts it again, with the same mailboxes, port and sockets. */
  start(): Promise<void>
}

export interface DovecotOptions {
  /** Each has a mailbox and the password `mailboxPassword`; mail for anybody else is refused at RCPT with 550. */
  readonly mailboxes: readonly string[]
  /** The group of those who may hand in mail, besides Postfix. */
  readonly group: string
  /** Bytes a mailbox may hold, by address; the others may hold all. */
  readonly quotas?: Readonly<Record<string, number>>
}

export const mailboxPassword = 'only-for-tests'

const program = '/usr/sbin/dovecot'

const serializeConfiguration = (folder: string, imapPort: number, lmtpSocket: string, group: string): string => `
base_dir = ${folder}/run
state_dir = ${folder}/state
log_path = ${folder}/dovecot.log
protocols = imap lmtp
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
auth_username_format = %Lu
recipient_delimiter = +
postmaster_address = postmaster@example.com
first_valid_uid = 1
mail_location = maildir:~/Maildir
# Nothing here outlives the test.
mail_fsync = never
default_vsz_limit = 1G
mail_max_userip_connections = 100
mail_plugins = quota
plugin {
  quota = maildir
  quota_grace = 0
}
passdb {
  driver = passwd-file
  args = ${folder}/users
}
userdb {
  driver = passwd-file
  args = ${folder}/quotas
  result_success = continue-ok
}
userdb {
  driver = static
  args = uid=mail gid=mail home=${folder}/mail/%Lu
}
service imap-login {
  inet_listener imap {
    port = ${imapPort}
  }
  inet_listener imaps {
    port = 0
  }
}
service auth {
  unix_listener ${folder}/login {
    mode = 0666
  }
}
${fillShippedFile('dovecot/imip-agent.conf', { LMTP_SOCKET: lmtpSocket, GROUP: group })}
`

const isListening = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(path)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })

export const startDovecot = async (scratch: ScratchFolder, options: DovecotOptions): Promise<Dovecot> => {
  requireMailServers(program, '/usr/lib/dovecot/imap', '/usr/lib/dovecot/lmtp')
  const folder = join(scratch.path, 'dovecot')
  for (const name of ['', 'run', 'state', 'mail']) mkdirSync(join(folder, name), { mode: 0o755 })
  const mail = { uid: 8, gid: 8 }
  chownSync(join(folder, 'mail'), mail.uid, mail.gid)
  const lmtpSocket = join(folder, 'lmtp')
  const imapPort = await findFreePort()
  const configuration = join(folder, 'dovecot.conf')
  const log = join(folder, 'dovecot.log')
  writeFileSync(configuration, serializeConfiguration(folder, imapPort, lmtpSocket, options.group))
  const users = options.mailboxes.map((address) => `${address}:{PLAIN}${mailboxPassword}::::::\n`)
  writeFileSync(join(folder, 'users'), users.join(''))
  const quotas = Object.entries(options.quotas ?? {}).map(
    ([address, bytes]) => `${address}:::::::userdb_quota_rule=*:bytes=${bytes}\n`,
  )
  writeFileSync(join(folder, 'quotas'), quotas.join(''))

  const start = (): Promise<ServerProcess> =>
    startServer(scratch, {
      name: 'dovecot',
      program,
      args: ['-F', '-c', configuration],
      isReady: () => isListening(lmtpSocket),
      logs: [log],
    })

  let server: ServerProcess | undefined = await start()
  const access = (address: string): ImapAccess => ({ port: imapPort, user: address, password: mailboxPassword })
  return {
    lmtpSocket,
    loginSocket: join(folder, 'login'),
    imapPort,
    countMails: (address) => countMailbox(access(address)),
    readMails: (address) => readMailbox(access(address)),
    readLogTail: () => readTail(log),
    stop: async () => {
      await server?.stop()
      server = undefined
    },
    start: async () => {
      server ??= await start()
    },
  }
}
