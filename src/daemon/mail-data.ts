// The bytes between DATA and the final dot: dots taken back, the end found, the memory bounded. RFC 5321, 4.5.2.

export interface MailData {
  /** Takes what it needs of the bytes and says how many; fewer than all only at the end. */
  take(bytes: Uint8Array): number
  isWhole(): boolean
  /** Why it is not kept, if so: its bytes are read, and dropped. */
  readFault(): 'too-large' | 'no-room' | undefined
  /** The mail, alone in its memory, so that it can be handed to another thread as it is. */
  finish(): Uint8Array<ArrayBuffer>
}

export interface MailDataOptions {
  /** As the client declared it. */
  readonly size: number | undefined
  readonly greatest: number
  /** Asks for more memory than was asked for before; false where there is none. */
  readonly grow: (bytes: number) => boolean
}

/** What a mail is given that did not say how large it is, and what is added to one that did: it may be wrong by its line ends. */
export const firstRoom = 64 * 1024
const margin = 1024

/** How much is asked for before anything has come. */
export function makeFirstRoom({ size, greatest }: Pick<MailDataOptions, 'size' | 'greatest'>): number {
  return size === undefined ? firstRoom : Math.min(size, greatest) + margin
}

/** Where in a line the next byte stands. */
const inside = 0
const afterReturn = 1
const lineStart = 2
const afterDot = 3
const afterDotReturn = 4

/** Only CRLF ends a line: `LF . LF` and `CR . CR` end no mail, and a dot behind them is not taken away. */
export function makeMailData(options: MailDataOptions): MailData {
  const { greatest, grow } = options
  let kept = Buffer.allocUnsafeSlow(makeFirstRoom(options))
  let length = 0
  let place: number = lineStart
  let isWhole = false
  let fault: 'too-large' | 'no-room' | undefined

  /** Room for this many more; false where they are dropped. */
  function makeRoom(more: number): boolean {
    const needed = length + more
    if (fault !== undefined) return false
    if (needed <= kept.length) return true
    const size = Math.max(needed, Math.min(kept.length * 2, greatest + margin))
    if (length >= greatest + margin) fault = 'too-large'
    else if (!grow(size - kept.length)) fault = 'no-room'
    if (fault !== undefined) {
      kept = Buffer.alloc(0)
      length = 0
      return false
    }
    const larger = Buffer.allocUnsafeSlow(size)
    kept.copy(larger, 0, 0, length)
    kept = larger
    return true
  }

  return {
    take(bytes) {
      // At most two bytes are written that came before: the end of a line with nothing but a dot.
      const source = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      const isKept = makeRoom(bytes.length + 2)
      const target = kept
      let at = 0
      let end = length
      let slowUntil = 0
      while (at < bytes.length) {
        if (place === inside && at >= slowUntil) {
          // What holds no line with a dot in front is copied at once; where they are many, byte by byte is quicker.
          const found = source.indexOf('\r\n.', at, 'latin1')
          const stop = found < 0 ? Math.max(at, bytes.length - 2) : found
          if (stop - at < shortRun) slowUntil = stop + slowRun
          if (isKept) {
            source.copy(target, end, at, stop)
            end += stop - at
          }
          at = stop
          if (at === bytes.length) break
        }
        const byte = bytes[at++] as number
        if (place === lineStart && byte === dot) {
          place = afterDot
          continue
        }
        if (place === afterDot && byte === carriageReturn) {
          place = afterDotReturn
          continue
        }
        if (place === afterDotReturn) {
          if (byte === lineFeed) {
            isWhole = true
            break
          }
          if (isKept) target[end++] = carriageReturn
          place = afterReturn
        }
        if (isKept) target[end++] = byte
        if (byte === carriageReturn) place = afterReturn
        else place = byte === lineFeed && place === afterReturn ? lineStart : inside
      }
      if (isKept) length = end
      if (isWhole && length > greatest) fault ??= 'too-large'
      return at
    },
    isWhole: () => isWhole,
    readFault: () => fault,
    finish: () => new Uint8Array(kept.buffer as ArrayBuffer, 0, length),
  }
}

const shortRun = 64
const slowRun = 1024

const dot = 0x2e
const carriageReturn = 0x0d
const lineFeed = 0x0a
