// Standard input, whole, as bytes, and without the mbox line that a pipe may put in front.
import { readSync } from 'node:fs'
import { TemporaryFailure } from '../failure.ts'

/** Everything up to the end; a TemporaryFailure above `greatest` bytes. */
export function readInput(descriptor: number, greatest: number): Uint8Array {
  const pieces: Buffer[] = []
  let sum = 0
  let room = Buffer.allocUnsafe(firstRoom)
  let filled = 0
  for (;;) {
    const count = readPiece(descriptor, room, filled)
    if (count === 0) break
    filled += count
    sum += count
    if (sum > greatest) throw new TemporaryFailure(`the mail is greater than greatest_mail (${greatest} bytes)`)
    if (filled < room.length) continue
    pieces.push(room)
    room = Buffer.allocUnsafe(Math.min(room.length * 2, greatestRoom))
    filled = 0
  }
  const last = room.subarray(0, filled)
  return pieces.length === 0 ? last : Buffer.concat([...pieces, last], sum)
}

/** Drops a first line `From …`, which is of the mbox format and no header. */
export function dropMboxLine(bytes: Uint8Array): Uint8Array {
  for (let index = 0; index < mboxMark.length; index += 1) if (bytes[index] !== mboxMark[index]) return bytes
  const end = bytes.indexOf(lineFeed)
  return end < 0 ? bytes.subarray(bytes.length) : bytes.subarray(end + 1)
}

/** A pipe gives 64 KiB at most; most mails are smaller. */
const firstRoom = 64 * 1024
const greatestRoom = 16 * 1024 * 1024

const mboxMark = Buffer.from('From ', 'latin1')
const lineFeed = 0x0a

function readPiece(descriptor: number, room: Buffer, offset: number): number {
  for (;;) {
    try {
      return readSync(descriptor, room, offset, room.length - offset, null)
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined
      // Someone left the other end in non-blocking mode.
      if (code === 'EAGAIN') pause()
      else if (code === 'EOF') return 0
      else throw new TemporaryFailure(`the mail cannot be read: ${String(code ?? error)}`)
    }
  }
}

function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5)
}
