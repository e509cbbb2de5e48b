// Standard input, whole, as bytes.
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

/** A pipe gives 64 KiB at most; most mails are smaller. */
const firstRoom = 64 * 1024
/** Room for the mail grows by doubling up to this, then by as much each time. */
const greatestRoom = 16 * 1024 * 1024

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
