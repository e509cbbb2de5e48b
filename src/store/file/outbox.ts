// The outbox of a room: one file a mail, oldest first by name; and the index of rooms that have any.
import { join } from 'node:path'
import type { Instant } from '../../calendar/time.ts'
import type { OutgoingMail } from '../../mail/outgoing-mail.ts'
import type { OutboxEntry } from '../store.ts'
import { appendToFile, listFiles, readFile, removeFile } from './file-access.ts'
import type { Operation } from './operation.ts'
import { makeDamage, type Room, type StoreFiles, type UserRoom } from './store-files.ts'

/** An entry and the name of its file. */
export interface StoredEntry {
  readonly name: string
  readonly entry: OutboxEntry
}

/** `sequence` of the record that commits it, `index` inside that record. */
export function planOutgoing(mail: OutgoingMail, committedAt: Instant, sequence: number, index: number): Operation {
  const { bytes, ...words } = mail
  const head = `${attemptsWord}${pad(0)}\n${JSON.stringify({ ...words, committedAt })}\n\n`
  const name = `${String(sequence).padStart(12, '0')}-${String(index).padStart(4, '0')}`
  return { kind: 'put', path: `outbox/${name}`, bytes: Buffer.concat([Buffer.from(head), bytes]) }
}

export function planSent(name: string): Operation {
  return { kind: 'drop', path: `outbox/${name}` }
}

export function planAttempt({ name, entry }: StoredEntry): Operation {
  const bytes = Buffer.from(pad(entry.attempts + 1))
  return { kind: 'patch', path: `outbox/${name}`, position: attemptsWord.length, bytes }
}

export function listOutbox(files: StoreFiles, room: Room): readonly string[] {
  return listFiles(files, join(room.path, 'outbox')).filter((name) => !name.startsWith('.'))
}

/** Nothing where it has been sent meanwhile. */
export function readOutboxEntry(files: StoreFiles, room: UserRoom, name: string): OutboxEntry | undefined {
  const path = join(room.path, 'outbox', name)
  const bytes = readFile(files, path)
  if (!bytes) return undefined
  const head = bytes.indexOf('\n\n')
  const found = /^attempts (\d{6})\n(\{.*\})$/.exec(bytes.toString('utf8', 0, Math.max(head, 0)))
  if (!found?.[2]) throw makeDamage(path, 'it is no mail as we write them')
  const { committedAt, ...words } = JSON.parse(found[2]) as Omit<OutgoingMail, 'bytes'> & { committedAt: Instant }
  const mail = { ...words, bytes: new Uint8Array(bytes.subarray(head + 2)) }
  return { user: room.user, mail, committedAt, attempts: Number(found[1]) }
}

/** Before the commit: a room in the index without mails is harmless, one with mails outside of it is forgotten. */
export function addToIndex(files: StoreFiles, room: Room): void {
  const path = join(indexPath(files), room.id)
  if (!files.system.stat(path)) appendToFile(files, path, Buffer.alloc(0))
}

/** Under the room's lock, when its outbox is empty. */
export function removeFromIndex(files: StoreFiles, room: Room): void {
  removeFile(files, join(indexPath(files), room.id))
}

export function listIndex(files: StoreFiles): readonly string[] {
  return listFiles(files, indexPath(files)).filter((name) => !name.startsWith('.'))
}

/** The index is not synced: after a boot it is complete again once all rooms have been looked through. */
export function isIndexComplete(files: StoreFiles): boolean {
  return readFile(files, join(indexPath(files), bootName))?.toString('latin1') === files.boot
}

export function setIndexComplete(files: StoreFiles): void {
  const path = join(indexPath(files), bootName)
  removeFile(files, path)
  appendToFile(files, path, Buffer.from(files.boot))
}

const bootName = '.boot'
const attemptsWord = 'attempts '

function indexPath(files: StoreFiles): string {
  return join(files.root, '.outbox')
}

function pad(attempts: number): string {
  return String(Math.min(attempts, 999_999)).padStart(6, '0')
}
