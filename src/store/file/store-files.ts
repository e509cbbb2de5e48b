// StoreFiles: where a file store lies and how its files are made; and the rooms in it, those of quotas included.
import { join } from 'node:path'
import type { CalendarAddress } from '../../calendar/calendar-address.ts'
import { TemporaryFailure } from '../../failure.ts'
import { decodeFileName, encodeFileName, isDigestName, trueNameFile } from '../../file-names.ts'
import type { QuotaGroup } from '../../freebusy/quota.ts'
import { type FileAccess, readFile } from './file-access.ts'

export interface StoreFiles extends FileAccess {
  readonly root: string
  /** Where the rooms of quotas lie. */
  readonly journal: string
  /** Digest of the machine's boot; after another one, files that were not synced may be lost. */
  readonly boot: string
  /** Sixteen hexadecimal characters that nobody can guess. */
  readonly makeNonce: () => string
  /** Bytes after which a log is started anew. */
  readonly longestLog: number
  /** What the administrator should know though nothing failed. */
  readonly warn: (text: string) => void
}

/** A directory with a log: that of a user, or of a quota. */
export interface Room {
  /** Whose it is: an address or a quota. */
  readonly name: string
  /** What the logs of other rooms call it. */
  readonly id: string
  readonly path: string
}

export interface UserRoom extends Room {
  readonly user: CalendarAddress
}

export interface QuotaRoom extends Room {
  readonly group: QuotaGroup
}

export function findRoom(files: StoreFiles, user: CalendarAddress): UserRoom {
  const id = encodeFileName(user)
  return { user, name: user, id, path: findRoomPath(files, id) }
}

export function findQuotaRoom(files: StoreFiles, group: QuotaGroup): QuotaRoom {
  const id = `${quotaPrefix}${encodeFileName(group)}`
  return { group, name: group, id, path: findRoomPath(files, id) }
}

/** No name of a user's directory holds a slash. */
const quotaPrefix = 'journal/'

export function findRoomPath(files: StoreFiles, id: string): string {
  return id.startsWith(quotaPrefix) ? join(files.journal, id.slice(quotaPrefix.length)) : join(files.root, id)
}

/** The user of a directory; nothing where it is no room of ours. */
export function readRoomUser(files: StoreFiles, id: string): CalendarAddress | undefined {
  const user = isDigestName(id)
    ? readFile(files, join(files.root, id, trueNameFile))?.toString('utf8')
    : decodeFileName(id)
  return user?.startsWith('mailto:') ? (user as CalendarAddress) : undefined
}

/** The quota of a directory of the journal; nothing where it is none of ours. */
export function readRoomQuota(files: StoreFiles, name: string): QuotaGroup | undefined {
  return isDigestName(name)
    ? readFile(files, join(files.journal, name, trueNameFile))?.toString('utf8')
    : decodeFileName(name)
}

export function logPath(path: string): string {
  return join(path, 'log')
}

/** Something on the disk is not what we wrote. Never a guess: the administrator must look. */
export function makeDamage(path: string, what: string): TemporaryFailure {
  return new TemporaryFailure(`the store is damaged: ${path}: ${what}`)
}
