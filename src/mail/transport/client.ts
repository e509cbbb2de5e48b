// A conversation with a mail server over a socket: commands out, replies in, every wait bounded. SMTP and LMTP share it.
import type { Connect } from './connection.ts'
import { longestReplyLine, makeReply, mostReplyLines, parseReplyLine, type Reply } from './reply.ts'
import { type ServerAddress, serializeServerAddress } from './server-address.ts'
import type { Timeouts } from './timeouts.ts'

/** The conversation cannot go on: no connection, silence, or something that is no reply. Always means "not now". */
export class LostConversation extends Error {
  override readonly name = 'LostConversation'
}

/** All of these reject with LostConversation and with nothing else. */
export interface Conversation {
  /** Sends command lines without waiting; several together where the server allows it. RFC 2920. */
  say(...commands: readonly string[]): void
  readReply(milliseconds: number): Promise<Reply>
  /** Resolves when the next piece may be written. */
  write(bytes: Uint8Array): Promise<void>
  /** Nothing is lost, and nothing was said that nobody has read: another delivery may begin. */
  isQuiet(): boolean
  isLost(): boolean
  /** The time for all of one delivery begins again. */
  renew(): void
  /** Between two deliveries no time runs. */
  rest(): void
  /** Says QUIT and does not wait for the answer; the end of the process is not held up. */
  quit(): void
  /** Cuts the connection, when there is no clean way to end it. */
  cut(): void
}

// Keeps a server that talks without being asked from filling our memory; above the recipients of any mail.
const mostUnreadReplies = 50_000
// How long a server may take to close after QUIT before we do.
const farewell = 5_000

/** Connects; the greeting is the first reply to read. */
export function openConversation(address: ServerAddress, timeouts: Timeouts, connect: Connect): Promise<Conversation> {
  return new Promise((resolve, reject) => {
    const where = serializeServerAddress(address)

    const replies: Reply[] = []
    let lines: string[] = []
    let unread: Buffer = Buffer.alloc(0)
    let failure: LostConversation | undefined
    // At most one of each: who waits for a reply, and who waits for room to write.
    let reader: Waiting<Reply> | undefined
    let writer: Waiting<void> | undefined

    let overall = startOverall()
    const connecting = setTimeout(
      () => fail(`no connection to ${where} within ${seconds(timeouts.connect)}`),
      timeouts.connect,
    )

    function startOverall(): NodeJS.Timeout {
      return setTimeout(() => fail(`${where} took longer than ${seconds(timeouts.overall)} in all`), timeouts.overall)
    }

    function fail(text: string): void {
      clearTimeout(connecting)
      clearTimeout(overall)
      connection.cut()
      if (failure) return
      failure = new LostConversation(text)
      reject(failure)
      reader?.reject(failure)
      writer?.reject(failure)
    }

    function wait<Result>(milliseconds: number, what: string): { promise: Promise<Result>; waiting: Waiting<Result> } {
      let waiting: Waiting<Result> | undefined
      const promise = new Promise<Result>((done, failed) => {
        const timer = setTimeout(() => fail(`${where} ${what} for ${seconds(milliseconds)}`), milliseconds)
        waiting = {
          resolve: (result) => {
            clearTimeout(timer)
            done(result)
          },
          reject: (error) => {
            clearTimeout(timer)
            failed(error)
          },
        }
      })
      return { promise, waiting: waiting as Waiting<Result> }
    }

    function receiveLine(line: string): void {
      const parsed = parseReplyLine(line)
      if (!parsed) {
        fail(`${where} sent what is no reply: ${JSON.stringify(line.slice(0, 80))}`)
        return
      }
      lines.push(parsed.text)
      if (lines.length > mostReplyLines) fail(`${where} sent a reply without end`)
      if (!parsed.isLast || failure) return
      const reply = makeReply(parsed.code, lines)
      lines = []
      if (reader) {
        const { resolve: answer } = reader
        reader = undefined
        answer(reply)
      } else if (replies.push(reply) > mostUnreadReplies) fail(`${where} sends replies nobody asked for`)
    }

    function receive(chunk: Buffer): void {
      let data = unread.length === 0 ? chunk : Buffer.concat([unread, chunk])
      for (let end = data.indexOf(0x0a); end >= 0 && !failure; end = data.indexOf(0x0a)) {
        if (end > longestReplyLine) break
        receiveLine(data.toString('utf8', 0, end).replace(/\r$/, ''))
        data = data.subarray(end + 1)
      }
      if (data.length > longestReplyLine) fail(`${where} sent a line without end`)
      unread = data
    }

    const connection = connect(address, {
      received: receive,
      drained: () => {
        writer?.resolve()
        writer = undefined
      },
      failed: (code) => fail(`${where}: ${code}`),
      closed: () => fail(`${where} closed the connection`),
      connected: () => {
        clearTimeout(connecting)
        resolve({
          say,
          readReply,
          write,
          isQuiet,
          isLost: () => failure !== undefined,
          renew,
          rest,
          quit,
          cut: () => fail('given up'),
        })
      },
    })

    function isQuiet(): boolean {
      return failure === undefined && replies.length === 0 && lines.length === 0 && unread.length === 0
    }

    function renew(): void {
      clearTimeout(overall)
      if (!failure) overall = startOverall()
    }

    function rest(): void {
      clearTimeout(overall)
    }

    function say(...commands: readonly string[]): void {
      // What is said is made of checked addresses; a line end in it would be a command of somebody else.
      if (commands.some((command) => /[\r\n\0]/.test(command))) fail('a command with a line end in it was not sent')
      else if (!failure) connection.write(Buffer.from(commands.map((command) => `${command}\r\n`).join('')))
    }

    function readReply(milliseconds: number): Promise<Reply> {
      const reply = replies.shift()
      if (reply) return Promise.resolve(reply)
      if (failure) return Promise.reject(failure)
      const { promise, waiting } = wait<Reply>(milliseconds, 'was silent')
      reader = waiting
      return promise
    }

    function write(bytes: Uint8Array): Promise<void> {
      if (failure) return Promise.reject(failure)
      if (connection.write(bytes)) return Promise.resolve()
      const { promise, waiting } = wait<void>(timeouts.reply, 'took nothing')
      writer = waiting
      return promise
    }

    function quit(): void {
      if (failure) return
      failure = new LostConversation('the conversation has ended')
      clearTimeout(overall)
      connection.end(Buffer.from('QUIT\r\n'))
      setTimeout(connection.cut, farewell).unref()
    }
  })
}

interface Waiting<Result> {
  resolve(result: Result): void
  reject(error: LostConversation): void
}

function seconds(milliseconds: number): string {
  return `${milliseconds / 1000} s`
}
