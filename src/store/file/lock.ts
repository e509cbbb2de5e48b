// Locks of the file store: one byte of the file `.lock` for each name, so that a room need not be there to be locked.
//
// The kernel gives a byte to one open file at a time, of whatever program, and takes it back when the program ends.
// Inside one program a queue comes first, so that those who wait go in the order they came.
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { TemporaryFailure } from '../../failure.ts'
import { makeLockQueue, type QueuePlace } from '../lock-queue.ts'
import { closeQuietly, openForWriting } from './file-access.ts'
import { onDisk } from './on-disk.ts'
import type { StoreFiles } from './store-files.ts'

export interface LockOptions {
  /** Seconds after which a lock that others have is a failure. */
  readonly timeout: number
  readonly wait: Wait
}

/** Resolves after so many milliseconds; rejects when the signal says that nobody waits any more. */
export type Wait = (milliseconds: number, signal?: AbortSignal) => Promise<void>

export interface Locks {
  /** Takes the locks one after the other, in the order given. */
  withLocks<Result>(names: readonly string[], work: () => Promise<Result>): Promise<Result>
}

/** With the store, once. */
export function makeLockFile(files: StoreFiles): void {
  if (!files.system.stat(lockPath(files))) files.system.close(openForWriting(files, lockPath(files), 'create'))
}

function lockPath(files: StoreFiles): string {
  return join(files.root, '.lock')
}

export function makeLocks(files: StoreFiles, { timeout, wait }: LockOptions): Locks {
  const queue = makeLockQueue()

  async function take(name: string, file: number, byte: number, place: QueuePlace): Promise<void> {
    if (!place.isFirst()) await waitForTurn(name, place)
    let waited = 0
    let pause = shortestPause
    while (!onDisk(() => files.system.tryLock(file, byte))) {
      if (waited >= timeout * 1000) throw makeBusy(name)
      await wait(pause)
      waited += pause
      pause = Math.min(pause * 1.5, longestPause)
    }
  }

  async function waitForTurn(name: string, place: QueuePlace): Promise<void> {
    const leaving = new AbortController()
    const late = wait(timeout * 1000, leaving.signal).then(
      () => 'late',
      () => 'left',
    )
    const outcome = await Promise.race([place.turn, late])
    leaving.abort()
    if (outcome === 'late') throw makeBusy(name)
  }

  function makeBusy(name: string): TemporaryFailure {
    return new TemporaryFailure(`the store is busy: ${name} has been locked by others for ${timeout} seconds`)
  }

  return {
    async withLocks(names, work) {
      const places: QueuePlace[] = []
      // A file of its own: closing it gives all locks back, whatever else fails.
      // It was there when the store was looked at: a store that has gone since is away, and must not be begun anew.
      const file = onDisk(() => files.system.open(lockPath(files), 'change', 0))
      try {
        for (const [byte, name] of listBytes(names)) {
          const place = queue.enter(String(byte))
          places.push(place)
          await take(name, file, byte, place)
        }
        return await work()
      } finally {
        closeQuietly(files.system, file)
        for (const place of places.reverse()) place.leave()
      }
    },
  }
}

/** A message takes a millisecond or two under the lock, so it is worth looking again soon, but not for long. */
const shortestPause = 1
/** Milliseconds between two looks, however long it has taken already. */
const longestPause = 25

/** 48 bits of a digest: two names on one byte only wait for each other. */
function listBytes(names: readonly string[]): ReadonlyMap<number, string> {
  const bytes = new Map<number, string>()
  for (const name of names) {
    const byte = createHash('sha256').update(name).digest().readUIntBE(0, 6)
    if (!bytes.has(byte)) bytes.set(byte, name)
  }
  return bytes
}
