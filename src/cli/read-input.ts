// Standard input, whole, as bytes.
import { readSync } from 'node:fs'
import { TemporaryFailure } from '../failure.ts'

/** Everything up to the end; a TemporaryFailure above `greatest` bytes. */
export function readInput(descriptor: number, greatest: number): Uint8Array {
  let room: Buffer = Buffer.allocUnsafe(firstRoom)
  let grow: ((size: number) => Buffer) | undefined
  let filled = 0
  for (;;) {
    const count = readPiece(descriptor, room, filled)
    if (count === 0) return room.subarray(0, filled)
    filled += count
    if (filled > greatest) throw new TemporaryFailure(`the mail is greater than greatest_mail (${greatest} bytes)`)
    if (filled < room.length) continue
    grow ??= makeGrowth(room, greatest)
    room = grow(Math.min(room.length * 2, room.length + greatestStep, greatest + 1))
  }
}

/** A pipe gives 64 KiB at most; most mails are smaller. */
const firstRoom = 64 * 1024
/** Room grows by doubling up to this, then by as much each time. */
const greatestStep = 16 * 1024 * 1024

/** The same memory made longer: copied to a larger place a great mail would be there twice. */
function makeGrowth(first: Buffer, greatest: number): (size: number) => Buffer {
  const memory = reserve(first.length, greatest + 1)
  let room: Buffer = memory ? Buffer.from(memory) : first
  if (memory) first.copy(room)
  return (size) => {
    if (memory) {
      memory.resize(size)
      room = Buffer.from(memory, 0, size)
    } else room = Buffer.concat([room], size)
    return room
  }
}

/** As ECMAScript 2024 has it; nothing where so much may not even be reserved. */
interface GrowingMemory extends ArrayBuffer {
  resize(size: number): void
}

function reserve(size: number, most: number): GrowingMemory | undefined {
  const Memory = ArrayBuffer as unknown as new (size: number, options: { maxByteLength: number }) => GrowingMemory
  try {
    return new Memory(size, { maxByteLength: most })
  } catch {
    return undefined
  }
}

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
