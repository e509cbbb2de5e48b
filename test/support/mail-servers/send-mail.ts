// Hands a mail to a server by SMTP, byte for byte, as somebody outside or as a user who is logged in.

import type { SocketReader } from './socket-reader.ts'
import { openSocketReader } from './socket-reader.ts'

export interface MailToSend {
  readonly port: number
  /** Empty for the null sender of a bounce. */
  readonly from: string
  readonly to: readonly string[]
  /** Line ends may be LF or CRLF; every other byte is sent as it is. */
  readonly mail: Buffer | string
  readonly login?: { readonly user: string; readonly password: string }
}

/** What the server answered when it would not take the mail. */
export class MailRefused extends Error {
  readonly reply: string
  constructor(reply: string) {
    super(`The mail was refused: ${reply}`)
    this.reply = reply
  }
}

const readReply = async (reader: SocketReader): Promise<string> => {
  const lines: string[] = []
  for (;;) {
    const line = await reader.readLine()
    lines.push(line)
    if (line[3] !== '-') return lines.join('\n')
  }
}

const ask = async (reader: SocketReader, command: string | Buffer, expected: RegExp): Promise<string> => {
  reader.socket.write(command)
  const reply = await readReply(reader)
  if (!expected.test(reply)) {
    reader.socket.end('QUIT\r\n')
    throw new MailRefused(reply)
  }
  return reply
}

// RFC 5321, 4.5.2: a dot at the start of a line is doubled, a lone dot ends the mail.
const serializeData = (mail: Buffer): Buffer => {
  const text = mail.toString('latin1').replace(/\r?\n/g, '\r\n').replace(/^\./gm, '..')
  return Buffer.from(`${text.endsWith('\r\n') || text === '' ? text : `${text}\r\n`}.\r\n`, 'latin1')
}

/** Answers the queue identifier that Postfix gives, or the whole reply of another server. */
export const sendMail = async ({ port, from, to, mail, login }: MailToSend): Promise<string> => {
  const reader = await openSocketReader(port)
  await readReply(reader)
  await ask(reader, 'EHLO client.example.net\r\n', /^250/)
  if (login !== undefined) {
    const proof = Buffer.from(`\0${login.user}\0${login.password}`).toString('base64')
    await ask(reader, `AUTH PLAIN ${proof}\r\n`, /^235/)
  }
  // RFC 6531, 3.4
  const parameters = [from, ...to].every((address) => /^[\x20-\x7e]*$/.test(address)) ? '' : ' SMTPUTF8'
  await ask(reader, `MAIL FROM:<${from}> BODY=8BITMIME${parameters}\r\n`, /^250/)
  for (const recipient of to) await ask(reader, `RCPT TO:<${recipient}>\r\n`, /^250/)
  await ask(reader, 'DATA\r\n', /^354/)
  const reply = await ask(reader, serializeData(Buffer.from(mail)), /^250/)
  reader.socket.end('QUIT\r\n')
  return / queued as (\S+)/.exec(reply)?.[1] ?? reply
}
