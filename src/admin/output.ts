// Writing to standard output or standard error, all of it before the program ends, whatever is at the other end.
import { writeSync } from 'node:fs'

/** A reader that went away is no error: `imip-admin … | head`. What comes after is dropped. */
export function makeOutput(descriptor: number): (text: string) => void {
  let isClosed = false
  return (text) => {
    if (isClosed) return
    const bytes = Buffer.from(text, 'utf8')
    let offset = 0
    while (offset < bytes.length) {
      try {
        offset += writeSync(descriptor, bytes, offset)
      } catch (error) {
        const code = error instanceof Error && 'code' in error ? error.code : undefined
        // Somebody left the other end in non-blocking mode, and it is full.
        if (code === 'EAGAIN') pause()
        else if (code === 'EPIPE' || code === 'EBADF') {
          isClosed = true
          return
        } else throw error
      }
    }
  }
}

function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5)
}
