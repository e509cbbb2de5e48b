// Reads lines and counted bytes from a socket, each with a time limit.

import type { Socket } from 'node:net'
import { connect } from 'node:net'

export interface SocketReader {
  readonly socket: Socket
  /** One line without its line end, as Latin-1 so that every byte is kept. */
  readLine(): Promise<string>
  readBytes(count: number): Promise<Buffer>
}

/** Longer than a server needs in any test, so that a silent one fails the test with its own words. */
const silenceLimit = 30_000

export const openSocketReader = async (port: number): Promise<SocketReader> => {
  const socket = connect({ host: '127.0.0.1', port })
  socket.setTimeout(silenceLimit, () => socket.destroy(new Error(`Port ${port} was silent for ${silenceLimit} ms`)))
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', () => resolve())
    socket.once('error', reject)
  })
  const chunks: AsyncIterator<Buffer> = socket[Symbol.asyncIterator]()
  let pending: Buffer = Buffer.alloc(0)

  const readChunk = async (): Promise<Buffer> => {
    const next = await chunks.next()
    if (next.done === true) throw new Error(`Port ${port} closed the connection`)
    return next.value
  }

  return {
    socket,
    readLine: async () => {
      let end = pending.indexOf(0x0a)
      while (end < 0) {
        const searched = pending.length
        pending = Buffer.concat([pending, await readChunk()])
        end = pending.indexOf(0x0a, searched)
      }
      const line = pending.toString('latin1', 0, end)
      pending = pending.subarray(end + 1)
      return line.replace(/\r$/, '')
    },
    readBytes: async (count) => {
      const parts = [pending]
      let length = pending.length
      while (length < count) {
        const chunk = await readChunk()
        parts.push(chunk)
        length += chunk.length
      }
      const all = Buffer.concat(parts)
      pending = all.subarray(count)
      return all.subarray(0, count)
    },
  }
}
