// What a client says: lines of bounded length, then the bytes of a mail; no faster than it is read.
import type { Socket } from 'node:net'
import type { MailData } from './mail-data.ts'

export type Heard =
  | { readonly kind: 'line'; readonly bytes: Uint8Array }
  /** It has been read to its end, and dropped. */
  | { readonly kind: 'too-long' }
  | { readonly kind: 'gone' }
  | { readonly kind: 'silent' }
  /** It was interrupted from our side. */
  | { readonly kind: 'interrupted' }

export interface ClientInput {
  readLine(milliseconds: number): Promise<Heard>
  /** Gives the mail what has come and what comes, until it is whole; `silent` also where the whole of it takes too long. */
  readData(data: MailData, limits: DataLimits): Promise<'whole' | 'gone' | 'silent'>
  /** Has something been said that was not read? */
  hasMore(): boolean
  /** Has a whole line been said that was not read? */
  hasLine(): boolean
  /** Ends the wait for a line, now or at the next one. */
  interrupt(): void
}

export interface DataLimits {
  /** Milliseconds between two pieces. */
  readonly silence: number
  /** Milliseconds for all of it. */
  readonly overall: number
}

/** RFC 5321, 4.5.3.1.4: 512 octets, and more where extensions want it. */
export const longestLine = 4096

/** So much is kept of what a client says ahead; then it is not read any more. */
const mostAhead = 64 * 1024

export function makeClientInput(socket: Socket): ClientInput {
  let chunks: Buffer[] = []
  let ahead = 0
  let isGone = false
  let isInterrupted = false
  let wake: (() => void) | undefined

  const notify = (): void => {
    const waiting = wake
    wake = undefined
    waiting?.()
  }
  socket.on('data', (chunk: Buffer) => {
    chunks.push(chunk)
    ahead += chunk.length
    if (ahead > mostAhead) socket.pause()
    notify()
  })
  // A client that has said all it wants to say may still want to hear: QUIT and the end of its half come together.
  socket.on('end', () => {
    isGone = true
    notify()
  })
  socket.on('close', () => {
    isGone = true
    notify()
  })

  function drop(count: number): void {
    ahead -= count
    let left = count
    while (left > 0) {
      const [first] = chunks
      if (first === undefined) break
      if (first.length <= left) {
        chunks.shift()
        left -= first.length
      } else {
        chunks[0] = first.subarray(left)
        left = 0
      }
    }
    if (ahead <= mostAhead && socket.isPaused()) socket.resume()
  }

  /** Resolves when something has come, or false after the time. */
  function waitForMore(milliseconds: number): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        wake = undefined
        resolve(false)
      }, milliseconds)
      wake = () => {
        clearTimeout(timer)
        resolve(true)
      }
    })
  }

  function joinChunks(): Buffer {
    if (chunks.length > 1) chunks = [Buffer.concat(chunks)]
    return chunks[0] ?? Buffer.alloc(0)
  }

  return {
    async readLine(milliseconds) {
      const until = performance.now() + milliseconds
      let isTooLong = false
      for (;;) {
        const said = joinChunks()
        const end = said.indexOf(lineFeed)
        if (end >= 0) {
          drop(end + 1)
          if (isTooLong || end > longestLine) return { kind: 'too-long' }
          const length = end > 0 && said[end - 1] === carriageReturn ? end - 1 : end
          return { kind: 'line', bytes: said.subarray(0, length) }
        }
        if (said.length > longestLine) {
          isTooLong = true
          drop(said.length)
        }
        if (isInterrupted) return { kind: 'interrupted' }
        if (isGone) return { kind: 'gone' }
        const left = until - performance.now()
        if (left <= 0 || !(await waitForMore(left))) return { kind: 'silent' }
      }
    },
    async readData(data, { silence, overall }) {
      const until = performance.now() + overall
      for (;;) {
        for (let chunk = chunks[0]; chunk !== undefined; chunk = chunks[0]) {
          drop(data.take(chunk))
          if (data.isWhole()) return 'whole'
        }
        if (isGone) return 'gone'
        const left = Math.min(silence, until - performance.now())
        if (left <= 0 || !(await waitForMore(left))) return 'silent'
      }
    },
    hasMore: () => ahead > 0,
    hasLine: () => chunks.some((chunk) => chunk.includes(lineFeed)),
    interrupt() {
      isInterrupted = true
      notify()
    },
  }
}

const lineFeed = 0x0a
const carriageReturn = 0x0d
