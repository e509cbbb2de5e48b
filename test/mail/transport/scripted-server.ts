// A raw server that says exactly what a script tells it, and keeps what it hears.
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ServerAddress } from '../../../src/mail/transport/server-address.ts'

export const silence = Symbol('silence')
export const hangUp = Symbol('hang up')

/** Text is sent as it stands, line end added; several replies, or bytes, one after the other. */
export type Said = string | Buffer | typeof silence | typeof hangUp | readonly (string | Buffer | typeof hangUp)[]

export interface Script {
  readonly greeting?: Said
  readonly hello?: Said
  readonly mail?: Said
  readonly rcpt?: (recipient: string) => Said
  readonly data?: Said
  /** After the final dot; for LMTP one reply for each recipient that was accepted. */
  readonly dot?: (accepted: readonly string[]) => Said
  /** Hangs up after so many bytes of the mail. */
  readonly dieAfter?: number
  readonly stopReadingAtData?: boolean
}

export interface ScriptedServer {
  readonly server: ServerAddress
  /** Command lines in order. */
  readonly heard: readonly string[]
  /** The bytes between DATA and the final dot, as they came. */
  readonly mails: readonly Buffer[]
  close(): Promise<void>
}

export async function startScriptedServer(script: Script): Promise<ScriptedServer> {
  const heard: string[] = []
  const mails: Buffer[] = []
  const sockets = new Set<Socket>()
  const folder = mkdtempSync(join(tmpdir(), 'scripted-'))
  const path = join(folder, 'socket')

  const server: Server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    const accepted: string[] = []
    let rest: Buffer = Buffer.alloc(0)
    let inMail = false
    say(socket, script.greeting ?? '220 ready')
    socket.on('data', (chunk) => {
      rest = Buffer.concat([rest, chunk])
      for (;;) {
        if (inMail) {
          if (script.dieAfter !== undefined && rest.length >= script.dieAfter) socket.destroy()
          const end = rest.indexOf('\r\n.\r\n')
          const isEmpty = rest.subarray(0, 3).equals(Buffer.from('.\r\n'))
          if (end < 0 && !isEmpty) return
          mails.push(isEmpty ? Buffer.alloc(0) : Buffer.from(rest.subarray(0, end + 2)))
          rest = rest.subarray(isEmpty ? 3 : end + 5)
          inMail = false
          // LMTP: one for each.
          say(socket, script.dot?.(accepted) ?? accepted.map(() => '250 2.0.0 taken'))
          accepted.length = 0
          continue
        }
        const end = rest.indexOf('\r\n')
        if (end < 0) return
        const command = rest.toString('utf8', 0, end)
        rest = rest.subarray(end + 2)
        heard.push(command)
        answer(command)
      }
    })

    function answer(command: string): void {
      const recipient = /^RCPT TO:<(.*)>$/.exec(command)?.[1]
      if (/^(EHLO|LHLO|HELO)/.test(command))
        say(socket, script.hello ?? ['250-there', '250-PIPELINING', '250 8BITMIME'])
      else if (command.startsWith('MAIL')) say(socket, script.mail ?? '250 2.1.0 ok')
      else if (recipient !== undefined) {
        const said = script.rcpt?.(recipient) ?? '250 2.1.5 ok'
        if (typeof said === 'string' && said.startsWith('250')) accepted.push(recipient)
        say(socket, said)
      } else if (command === 'DATA') {
        const said = script.data ?? '354 go on'
        if (typeof said === 'string' && said.startsWith('354')) inMail = true
        if (script.stopReadingAtData) socket.pause()
        say(socket, said)
      } else if (command === 'RSET') {
        accepted.length = 0
        say(socket, '250 2.0.0 taken back')
      } else if (command === 'QUIT') socket.end('221 bye\r\n')
      else say(socket, '500 what?')
    }
  })
  await new Promise<void>((resolve) => server.listen(path, resolve))
  return {
    server: { kind: 'socket', path },
    heard,
    mails,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy()
        server.close(() => {
          rmSync(folder, { recursive: true, force: true })
          resolve()
        })
      }),
  }
}

function say(socket: Socket, said: Said): void {
  if (said === silence) return
  for (const one of Array.isArray(said) ? said : [said]) {
    if (one === hangUp) socket.destroy()
    else socket.write(typeof one === 'string' ? `${one}\r\n` : one)
  }
}
