// The ways of mail: whether the mailbox and the mail system answer where the settings say.
import { createConnection, type Socket } from 'node:net'
import { parseServerAddress, type ServerAddress } from '../../mail/transport/server-address.ts'
import type { AdminWorld } from '../admin-world.ts'
import { type Finding, makeOk, makeUnseen, makeWrong } from './finding.ts'

export async function checkWays({ configuration }: AdminWorld): Promise<readonly Finding[]> {
  const { lmtp, smtp, localSmtp } = configuration
  return [
    lmtp === ''
      ? makeUnseen(
          'mailbox',
          localSmtp ? 'originals go to the mail system (local_smtp)' : 'lmtp is not set; people need it, or option -l',
        )
      : await checkServer('mailbox', 'lmtp', lmtp),
    await checkServer('mail system', 'smtp', smtp),
  ]
}

async function checkServer(what: string, setting: string, text: string): Promise<Finding> {
  const address = parseServerAddress(text)
  if (address === undefined) return makeWrong(what, `setting ${setting}: ${text} is neither a path nor host:port`)
  const greeting = await readGreeting(address)
  return greeting.startsWith('220')
    ? makeOk(what, `${text}: ${greeting}`)
    : makeWrong(what, `setting ${setting}: ${text}: ${greeting}`)
}

/** Milliseconds: it is near, and somebody is waiting. */
const patience = 5000

/** The first line, or why there is none. RFC 5321, 3.1. */
function readGreeting(address: ServerAddress): Promise<string> {
  return new Promise((resolve) => {
    const socket: Socket =
      address.kind === 'socket' ? createConnection(address.path) : createConnection(address.port, address.host)
    const end = (text: string): void => {
      socket.destroy()
      resolve(text)
    }
    socket.setTimeout(patience, () => end(`says nothing within ${patience / 1000} seconds`))
    socket.on('error', (error: NodeJS.ErrnoException) => end(`nobody answers: ${error.code ?? error.message}`))
    socket.on('data', (data: Buffer) => {
      const line = data.toString('latin1').split(/\r?\n/)[0] ?? ''
      if (/^\d{3}/.test(line)) socket.write('QUIT\r\n')
      end(line.slice(0, 200))
    })
    socket.on('close', () => resolve('closes without a word'))
  })
}
