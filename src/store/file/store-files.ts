// StoreFiles: where a file store lies and how its files are made; and the rooms in it.
import { join } from 'node:path'
import type { CalendarAddress } from '../../calendar/calendar-address.ts'
import { TemporaryFailure } from '../../failure.ts'
import { decodeFileName, encodeFileName, isDigestName, trueNameFile } from '../../file-names.ts'
import { type FileAccess, readFile } from './file-access.ts'

export interface StoreFiles extends FileAccess {
  readonly root: string
  /** Digest of the machine's boot; after another one, files that were not synced may be lost. */
  readonly boot: string
  /** Sixteen hexadecimal characters that nobody can guess. */
  readonly makeNonce: () => string
  /** Bytes after which a log is started anew. */
  readonly longestLog: number
  /** What the administrator should know though nothing failed. */
  readonly warn: (text: string) => void
}

/** One user's directory. */
export interface Room {
  readonly user: CalendarAddress
  /** Its name in the store. */
  readonly id: string
  readonly path: string
}

export function findRoom(files: StoreFiles, user: CalendarAddress): Room {
  const id = encodeFileName(user)
  return { user, id, path: join(files.root, id) }
}

/** The user of a directory; nothing where it is no room of ours. */
export function readRoomUser(files: StoreFiles, id: string): CalendarAddress | undefined {
  const user = isDigestName(id)
    ? readFile(files, join(files.root, id, trueNameFile))?.toString('utf8')
    : decodeFileName(id)
  return user?.startsWith('mailto:') ? (user as CalendarAddress) : undefined
}

export function logPath(path: string): string {
  return join(path, 'log')
}

/** Something on the disk is not what we wrote. Never a guess: the administrator must look. */
export function makeDamage(path: string, what: string): TemporaryFailure {
  return new TemporaryFailure(`the store is damaged: ${path}: ${what}`)
}
