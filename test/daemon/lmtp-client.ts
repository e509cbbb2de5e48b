// A client that says exactly what it is told, whenever it is told, and reads reply by reply.
import { createConnection, type Socket } from 'node:net'

export interface LmtpClient {
  readonly socket: Socket
  /** As it stands, nothing added. */
  write(bytes: string | Uint8Array): void
  /** A command line, and the whole reply to it. */
  ask(line: string): Promise<string>
  /** One reply, all its lines, without the last line end; `''` at the end of the conversation. */
  readReply(): Promise<string>
  readReplies(count: number): Promise<readonly string[]>
  /** Resolves when the server has closed. */
  readonly closed: Promise<void>
  close(): void
}

/** Connects; the greeting is the first reply. */
export function connectClient(address: string): LmtpClient {
  const [, host, port] = /^([^/]+):(\d+)$/.exec(address) ?? []
  const socket = host === undefined ? createConnection(address) : createConnection(Number(port), host)
  socket.on('error', () => undefined)
  const replies: string[] = []
  let waiting: ((reply: string) => void)[] = []
  let lines: string[] = []
  let unread = ''
  let isOver = false
  socket.on('data', (chunk) => {
    unread += chunk.toString('latin1')
    for (let end = unread.indexOf('\r\n'); end >= 0; end = unread.indexOf('\r\n')) {
      lines.push(unread.slice(0, end))
      unread = unread.slice(end + 2)
      if (lines.at(-1)?.[3] === '-') continue
      const reply = lines.join('\n')
      lines = []
      const next = waiting.shift()
      if (next) next(reply)
      else replies.push(reply)
    }
  })
  const closed = new Promise<void>((resolve) => {
    const end = (): void => {
      isOver = true
      for (const next of waiting) next('')
      waiting = []
      resolve()
    }
    socket.on('end', end).on('close', end)
  })
  const readReply = (): Promise<string> => {
    const reply = replies.shift()
    if (reply !== undefined) return Promise.resolve(reply)
    return isOver ? Promise.resolve('') : new Promise((resolve) => waiting.push(resolve))
  }
  return {
    socket,
    closed,
    readReply,
    write: (bytes) => void socket.write(bytes),
    ask(line) {
      socket.write(`${line}\r\n`)
      return readReply()
    },
    async readReplies(count) {
      const all: string[] = []
      while (all.length < count) all.push(await readReply())
      return all
    },
    close: () => void socket.destroy(),
  }
}

/** Greeted, and said hello. */
export async function openClient(address: string): Promise<LmtpClient> {
  const client = connectClient(address)
  await client.readReply()
  await client.ask('LHLO client.example.org')
  return client
}
