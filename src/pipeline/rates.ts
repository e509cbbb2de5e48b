// Rates: how much one organizer asks of the rooms of the site within an hour, and how much is asked of one room; counted together by
// all programs of the host. One byte at the end of a file is one message, so nobody locks, waits for the disk, or loses count.
import { createHash } from 'node:crypto'
import { closeSync, existsSync, fchmodSync, fstatSync, openSync, readdirSync, rmSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Instant } from '../calendar/time.ts'
import { encodeFileName } from '../file-names.ts'
import { makeDirectory } from '../make-directory.ts'

export interface Rates {
  /** How many messages of this kind there were in this hour before these; never throws: a mail must not fail because it cannot be counted. */
  count(what: CountedKind, name: string, messages: number): number
}

export type CountedKind = 'organizer' | 'resource'

const hour = 3600

/** Those of the store: programs of several users count together. */
export interface RatePermissions {
  readonly file: number
  readonly directory: number
}

const groupShares: RatePermissions = { file: 0o660, directory: 0o2770 }

export function makeRates(directory: string, now: () => Instant, permissions = groupShares): Rates {
  return {
    count(what, name, messages) {
      try {
        const current = Math.floor(now() / hour)
        const file = `${directory}/${current}/${what}-${what === 'organizer' ? nameBucket(name) : encodeFileName(name)}`
        return (
          appendBytes(file, messages, permissions.file, () => beginHour(directory, current, permissions)) - messages
        )
      } catch {
        return 0
      }
    },
  }
}

/** Organizers may be invented without end, files not: of 4096 buckets two seldom meet, and what they share is far below a limit. */
function nameBucket(name: string): string {
  return createHash('sha256').update(name).digest('hex').slice(0, 3)
}

/** The size afterwards; what others have added meanwhile counts for both, so two never take the same place. */
function appendBytes(file: string, count: number, mode: number, makeFolder: () => void): number {
  const handle = openForAppending(file, mode, makeFolder)
  try {
    writeSync(handle, Buffer.alloc(count, '.'))
    const { size } = fstatSync(handle)
    // Whatever the umask is.
    if (size === count) fchmodSync(handle, mode)
    return size
  } finally {
    closeSync(handle)
  }
}

function openForAppending(file: string, mode: number, makeFolder: () => void): number {
  try {
    return openSync(file, 'a', mode)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
    makeFolder()
    return openSync(file, 'a', mode)
  }
}

/** Whoever begins an hour takes those before the last one away. */
function beginHour(directory: string, current: number, permissions: RatePermissions): void {
  // Nothing is begun in place of a store that is away.
  if (!existsSync(dirname(directory))) throw new Error(`${dirname(directory)} is not there`)
  makeDirectory(`${directory}/${current}`, permissions.directory)
  for (const name of readdirSync(directory))
    if (/^\d+$/.test(name) && Number(name) < current - 1)
      rmSync(`${directory}/${name}`, { recursive: true, force: true })
}
