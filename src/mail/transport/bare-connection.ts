// A connection without node:net, for programs that live for one mail: to load and first use node:net costs a fifth of a Node start.
//
// Here is what node:net itself stands on, reached by process.binding. That is deprecated and may go one day: where anything of it
// is not as expected node:net does the work, as it does for names that must be looked up.
import { getSystemErrorName } from 'node:util'
import { type Connect, type Connection, type ConnectionEvents, connect } from './connection.ts'
import type { ServerAddress } from './server-address.ts'

/** As `connect`. */
export const connectBare: Connect = (address, events) => openBare(address, events) ?? connect(address, events)

interface Handle {
  onread?: (bytes: ArrayBuffer | undefined) => void
  readStart(): number
  writeBuffer(request: Request, bytes: Uint8Array): number
  connect(request: Request, place: string, port?: number): number | undefined
  connect6(request: Request, place: string, port: number): number
  setNoDelay(on: boolean): void
  unref(): void
  close(): void
}

interface Request {
  oncomplete?: (status: number) => void
  /** Kept until it is written. */
  bytes?: Uint8Array
}

type Kind = new (purpose: number) => Handle
type RequestKind = new () => Request

interface Parts {
  readonly stream_wrap: {
    readonly WriteWrap: RequestKind
    readonly streamBaseState: Int32Array
    readonly kReadBytesOrError: number
    readonly kArrayBufferOffset: number
    readonly kLastWriteWasAsync: number
  }
  readonly pipe_wrap: {
    readonly Pipe: Kind
    readonly PipeConnectWrap: RequestKind
    readonly constants: { readonly SOCKET: number }
  }
  readonly tcp_wrap: {
    readonly TCP: Kind
    readonly TCPConnectWrap: RequestKind
    readonly constants: { readonly SOCKET: number }
  }
}

type Binding = (name: keyof Parts) => unknown

// What libuv calls the end of a stream.
const endOfStream = -4095

/** Nothing where it cannot be done without node:net. */
function openBare(address: ServerAddress, events: ConnectionEvents): Connection | undefined {
  try {
    const begun = begin(address)
    return begun && makeConnection(begun, events)
  } catch {
    // No such binding any more, or another one.
    return undefined
  }
}

interface Begun {
  readonly handle: Handle
  readonly request: Request
  readonly stream: Parts['stream_wrap']
}

function begin(address: ServerAddress): Begun | undefined {
  const { binding } = process as { readonly binding?: Binding }
  if (binding === undefined) return undefined
  const stream = binding('stream_wrap') as Parts['stream_wrap']
  const { kReadBytesOrError, kArrayBufferOffset, kLastWriteWasAsync } = stream
  if (
    [kReadBytesOrError, kArrayBufferOffset, kLastWriteWasAsync].some((at) => stream.streamBaseState[at] === undefined)
  )
    return undefined
  if (address.kind === 'socket') {
    const { Pipe, PipeConnectWrap, constants } = binding('pipe_wrap') as Parts['pipe_wrap']
    const handle = new Pipe(constants.SOCKET)
    const request = new PipeConnectWrap()
    return accept(handle.connect(request, address.path), { handle, request, stream })
  }
  const isFourth = /^\d{1,3}(?:\.\d{1,3}){3}$/.test(address.host)
  if (!isFourth && !/^[0-9a-f:.]*:[0-9a-f:.]*$/i.test(address.host)) return undefined
  const { TCP, TCPConnectWrap, constants } = binding('tcp_wrap') as Parts['tcp_wrap']
  const handle = new TCP(constants.SOCKET)
  handle.setNoDelay(true)
  const request = new TCPConnectWrap()
  const status = isFourth
    ? handle.connect(request, address.host, address.port)
    : handle.connect6(request, address.host, address.port)
  return accept(status, { handle, request, stream })
}

/** What is refused at once node:net may refuse again, in its own words. */
function accept(status: number | undefined, begun: Begun): Begun | undefined {
  if (status === undefined || status === 0) return begun
  begun.handle.close()
  return undefined
}

function makeConnection({ handle, request, stream }: Begun, events: ConnectionEvents): Connection {
  const { streamBaseState, kReadBytesOrError, kArrayBufferOffset, kLastWriteWasAsync, WriteWrap } = stream
  let isOver = false
  let unwritten = 0

  function cut(): void {
    if (isOver) return
    isOver = true
    handle.close()
  }

  function stop(status: number): void {
    if (isOver) return
    cut()
    if (status === endOfStream) events.closed()
    else events.failed(getSystemErrorName(status))
  }

  request.oncomplete = (status) => {
    if (isOver) return
    if (status < 0) return stop(status)
    handle.onread = (bytes) => {
      const count = streamBaseState[kReadBytesOrError] ?? endOfStream
      if (isOver || count === 0) return
      if (count < 0 || bytes === undefined) stop(count)
      else events.received(Buffer.from(bytes, streamBaseState[kArrayBufferOffset], count))
    }
    const started = handle.readStart()
    if (started < 0) stop(started)
    else events.connected()
  }

  function write(bytes: Uint8Array): boolean {
    if (isOver) return true
    const writing: Request = new WriteWrap()
    writing.bytes = bytes
    writing.oncomplete = (status) => {
      unwritten -= 1
      if (status < 0) stop(status)
      else if (unwritten === 0 && !isOver) events.drained()
    }
    const status = handle.writeBuffer(writing, bytes)
    if (status < 0) {
      queueMicrotask(() => stop(status))
      return true
    }
    if (streamBaseState[kLastWriteWasAsync] === 0) return true
    unwritten += 1
    return false
  }

  return {
    write,
    end: (bytes) => {
      write(bytes)
      if (!isOver) handle.unref()
    },
    cut,
  }
}
