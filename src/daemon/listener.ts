// A listener: one address on which clients of one role are served.
import { chmodSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { TemporaryFailure } from '../failure.ts'
import { type ServerAddress, serializeServerAddress } from '../mail/transport/server-address.ts'
import { serializeAnswer } from './answer.ts'
import { type ServeOptions, serveClient } from './serve-client.ts'
import { removeStaleSocket } from './stale-socket.ts'

export interface Listener {
  readonly address: ServerAddress
  countClients(): number
  /** Takes no more clients, ends idle conversations, and resolves when the last one is over. */
  stop(): Promise<void>
  /** Cuts every conversation. */
  cut(): void
}

export interface ListenOptions extends ServeOptions {
  readonly address: ServerAddress
  /** Of a UNIX socket: who may connect. */
  readonly permissions: number
  /** Asked at each client. */
  readonly readMostClients: () => number
  readonly noteFault: (error: unknown) => void
}

/** Resolves when clients can connect; a TemporaryFailure says why they cannot. */
export async function startListener(options: ListenOptions): Promise<Listener> {
  const { address, permissions, readMostClients, noteRefusal, noteFault } = options
  const clients = new Map<Socket, { stop(): void }>()
  let ended: (() => void) | undefined

  // A client may close its half after QUIT and still read.
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    socket.on('error', () => socket.destroy())
    if (clients.size >= readMostClients()) {
      noteRefusal('too-many-clients')
      socket.end(serializeAnswer({ code: 421, enhanced: '4.3.2', text: 'Too many clients; come again' }))
      socket.resume()
      return
    }
    const client = serveClient(socket, options)
    clients.set(socket, client)
    client.ended
      .catch((error: unknown) => {
        noteFault(error)
        socket.destroy()
      })
      .finally(() => {
        clients.delete(socket)
        if (clients.size === 0) ended?.()
      })
  })
  await listen()

  async function listen(): Promise<void> {
    if (address.kind === 'socket') await removeStaleSocket(address.path)
    await new Promise<void>((resolve, reject) => {
      const fail = (error: NodeJS.ErrnoException): void => {
        reject(
          new TemporaryFailure(`cannot listen on ${serializeServerAddress(address)}: ${error.code ?? error.message}`),
        )
      }
      server.once('error', fail)
      const begin = (): void => {
        server.off('error', fail)
        server.on('error', noteFault)
        resolve()
      }
      if (address.kind === 'socket') server.listen(address.path, begin)
      else server.listen(address.port, address.host, begin)
    })
    if (address.kind === 'socket') chmodSync(address.path, permissions)
  }

  return {
    address,
    countClients: () => clients.size,
    async stop() {
      server.close()
      for (const client of clients.values()) client.stop()
      if (clients.size > 0) await new Promise<void>((resolve) => (ended = resolve))
    },
    cut() {
      for (const socket of clients.keys()) socket.destroy()
    },
  }
}
