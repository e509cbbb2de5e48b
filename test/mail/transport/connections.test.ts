import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { connectBare } from '../../../src/mail/transport/bare-connection.ts'
import { type Connect, type Connection, connect } from '../../../src/mail/transport/connection.ts'
import type { ServerAddress } from '../../../src/mail/transport/server-address.ts'

let folder = ''
const servers: Server[] = []
const sockets: Socket[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'imip-connections-'))
})
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve))
  rmSync(folder, { recursive: true, force: true })
})

async function listen(kind: 'socket' | '127.0.0.1' | 'localhost', serve: (socket: Socket) => void) {
  const server = createServer((socket) => {
    sockets.push(socket)
    socket.on('error', () => undefined)
    serve(socket)
  })
  servers.push(server)
  const path = join(folder, 'socket')
  await new Promise<void>((resolve) => {
    if (kind === 'socket') server.listen(path, resolve)
    else server.listen(0, kind, resolve)
  })
  const place = server.address()
  return (
    typeof place === 'string' ? { kind: 'socket', path } : { kind: 'host', host: kind, port: place?.port ?? 0 }
  ) satisfies ServerAddress
}

/** A connection and all that happens on it. */
function open(way: Connect, address: ServerAddress) {
  const happened: string[] = []
  let received = ''
  const waiting: { readonly isThere: () => boolean; resolve(): void }[] = []
  const look = () => {
    for (const one of [...waiting]) if (one.isThere()) waiting.splice(waiting.indexOf(one), 1)[0]?.resolve()
  }
  const note = (what: string) => () => {
    happened.push(what)
    look()
  }
  const connection: Connection = way(address, {
    connected: note('connected'),
    drained: note('drained'),
    closed: note('closed'),
    failed: (code) => note(`failed ${code}`)(),
    received: (bytes) => {
      received += bytes.toString('latin1')
      look()
    },
  })
  const wait = (isThere: () => boolean) =>
    new Promise<void>((resolve) => {
      waiting.push({ isThere, resolve })
      look()
    })
  return {
    connection,
    happened,
    received: (text: string) => wait(() => received.includes(text)),
    happens: (what: string) => wait(() => happened.includes(what)),
  }
}

const binding = Object.getOwnPropertyDescriptor(process, 'binding')
const hideBinding = (instead: unknown) =>
  Object.defineProperty(process, 'binding', { value: instead, configurable: true, writable: true })
afterEach(() => {
  if (binding) Object.defineProperty(process, 'binding', binding)
})

describe.each([
  ['node:net', connect],
  ['bare', connectBare],
])('a connection, %s', (_, way) => {
  test.each(['socket', '127.0.0.1', 'localhost'] as const)('there and back, %s', async (kind) => {
    const address = await listen(kind, (socket) => socket.on('data', (bytes) => socket.write(`heard ${bytes}`)))
    const { connection, happens, received } = open(way, address)
    await happens('connected')
    expect(connection.write(Buffer.from('hel'))).toBe(true)
    connection.write(Buffer.from('lo'))
    await received('lo')
    connection.cut()
  })

  test('what the other side closes is closed', async () => {
    const address = await listen('socket', (socket) => socket.end('bye'))
    const { happens, received, happened } = open(way, address)
    await received('bye')
    await happens('closed')
    expect(happened).toEqual(['connected', 'closed'])
  })

  test('nobody there has the name the system gives it', async () => {
    const { happens, happened } = open(way, { kind: 'socket', path: join(folder, 'nobody') })
    await happens('failed ENOENT')
    expect(happened).not.toContain('connected')
    const address = await listen('127.0.0.1', () => undefined)
    for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve))
    await open(way, address).happens('failed ECONNREFUSED')
  })

  test('who takes nothing is waited for', async () => {
    let reader: Socket | undefined
    const address = await listen('socket', (socket) => {
      reader = socket
      socket.pause()
    })
    const { connection, happens, happened, received } = open(way, address)
    await happens('connected')
    const piece = Buffer.alloc(1024 * 1024, 'x')
    let written = 0
    do written += piece.length
    while (connection.write(piece))
    expect(happened).toEqual(['connected'])
    let taken = 0
    reader?.on('data', (bytes) => {
      taken += bytes.length
      if (taken === written) reader?.write('all')
    })
    reader?.resume()
    await happens('drained')
    await received('all')
    connection.cut()
  })

  test('what was cut says nothing more', async () => {
    const address = await listen('socket', (socket) => socket.write('hello'))
    const { connection, happens, happened } = open(way, address)
    await happens('connected')
    connection.cut()
    connection.cut()
    connection.write(Buffer.from('more'))
    // Another connection is made and heard meanwhile.
    await open(way, address).received('hello')
    expect(happened.filter((what) => what !== 'connected' && what !== 'closed')).toEqual([])
  })

  test('the last bytes arrive', async () => {
    let heard = ''
    const end = makeResolvers()
    const address = await listen('socket', (socket) =>
      socket.on('data', (bytes) => {
        heard += String(bytes)
        if (heard.includes('QUIT')) end.resolve(undefined)
      }),
    )
    const { connection, happens } = open(way, address)
    await happens('connected')
    connection.end(Buffer.from('QUIT\r\n'))
    await end.promise
    connection.cut()
  })
})

describe('where Node has no such parts any more node:net does the work', () => {
  test.each([
    ['none at all', undefined],
    ['it throws', () => assertNever()],
    ['other parts', () => ({})],
  ])('%s', async (_, instead) => {
    const address = await listen('socket', (socket) => socket.write('hello'))
    hideBinding(instead)
    const { connection, received } = open(connectBare, address)
    await received('hello')
    connection.cut()
  })
})

function assertNever(): never {
  throw new Error('No such binding')
}

function makeResolvers() {
  let resolve: (value: unknown) => void = () => undefined
  const promise = new Promise((done) => {
    resolve = done
  })
  return { promise, resolve }
}
