// The part of a socket that a conversation with a mail server needs, and the way of all connections that are kept: node:net.
import { createConnection } from 'node:net'
import type { ServerAddress } from './server-address.ts'

/** What happens on a connection; `failed` and `closed` end it. */
export interface ConnectionEvents {
  connected(): void
  received(bytes: Buffer): void
  /** Room again, after `write` has said that there is none. */
  drained(): void
  /** `ECONNREFUSED` and the like. */
  failed(code: string): void
  closed(): void
}

export interface Connection {
  /** All is taken; false where more should wait for `drained`. */
  write(bytes: Uint8Array): boolean
  /** The last bytes; the end of the process does not wait for them. */
  end(bytes: Uint8Array): void
  /** At once; nothing more happens. */
  cut(): void
}

/** Never throws; events come later, never during the call. */
export type Connect = (address: ServerAddress, events: ConnectionEvents) => Connection

export const connect: Connect = (address, events) => {
  const socket =
    address.kind === 'socket'
      ? createConnection({ path: address.path })
      : createConnection({ host: address.host, port: address.port })
  socket.setNoDelay(true)
  socket.on('connect', events.connected)
  socket.on('data', events.received)
  socket.on('drain', events.drained)
  socket.on('error', (error: NodeJS.ErrnoException) => events.failed(error.code ?? error.message))
  socket.on('close', events.closed)
  return {
    write: (bytes) => socket.write(bytes),
    end: (bytes) => {
      socket.end(bytes)
      socket.unref()
    },
    cut: () => socket.destroy(),
  }
}
