// Reads a mailbox back over IMAP: the bytes of every mail, exactly as the server gives them.

import type { SocketReader } from './socket-reader.ts'
import { openSocketReader } from './socket-reader.ts'

export interface ImapAccess {
  readonly port: number
  readonly user: string
  readonly password: string
}

interface ImapLine {
  readonly text: string
  readonly literals: readonly Buffer[]
}

// RFC 3501, 4.3: a line that ends in {N} goes on after N bytes of anything.
const readImapLine = async (reader: SocketReader): Promise<ImapLine> => {
  let text = await reader.readLine()
  const literals: Buffer[] = []
  for (let size = /\{(\d+)\}$/.exec(text); size !== null; size = /\{(\d+)\}$/.exec(text)) {
    literals.push(await reader.readBytes(Number(size[1])))
    text = `${text.slice(0, size.index)}${await reader.readLine()}`
  }
  return { text, literals }
}

const runCommand = async (reader: SocketReader, tag: string, command: string): Promise<readonly ImapLine[]> => {
  reader.socket.write(`${tag} ${command}\r\n`)
  const lines: ImapLine[] = []
  for (;;) {
    const line = await readImapLine(reader)
    if (!line.text.startsWith(`${tag} `)) lines.push(line)
    else if (line.text.startsWith(`${tag} OK`)) return lines
    else throw new Error(`IMAP refused ${command.split(' ')[0]}: ${line.text}`)
  }
}

const openInbox = async (access: ImapAccess): Promise<{ readonly reader: SocketReader; readonly count: number }> => {
  const reader = await openSocketReader(access.port)
  await reader.readLine()
  await runCommand(reader, 'a1', `LOGIN "${access.user}" "${access.password}"`)
  const lines = await runCommand(reader, 'a2', 'EXAMINE INBOX')
  const exists = lines.map((line) => /^\* (\d+) EXISTS$/.exec(line.text)?.[1]).find((count) => count !== undefined)
  return { reader, count: Number(exists) }
}

export const countMailbox = async (access: ImapAccess): Promise<number> => {
  const { reader, count } = await openInbox(access)
  reader.socket.end('a3 LOGOUT\r\n')
  return count
}

/** The mails of the inbox in the order of their arrival, line ends CRLF. A NUL byte comes as 0x80: IMAP knows no NUL. */
export const readMailbox = async (access: ImapAccess): Promise<readonly Buffer[]> => {
  const { reader, count } = await openInbox(access)
  const lines = count === 0 ? [] : await runCommand(reader, 'a3', 'FETCH 1:* (BODY.PEEK[])')
  reader.socket.end('a4 LOGOUT\r\n')
  return lines.flatMap((line) => (/^\* \d+ FETCH /.test(line.text) ? line.literals : []))
}
