// The log of a room: one record a transaction, appended and synced; the files follow it.
import { basename, dirname, join } from 'node:path'
import { isDigestName, trueNameFile } from '../../file-names.ts'
import {
  makeDirectories,
  openForWriting,
  readOpenFile,
  removeFile,
  syncFile,
  syncOpenFile,
  writeAll,
} from './file-access.ts'
import {
  doneSize,
  headerSize,
  isDurable,
  type LogHeader,
  type LogRecord,
  parseDone,
  parseHeader,
  serializeDone,
  serializeHeader,
  serializeRecord,
} from './log-text.ts'
import { logPath, makeDamage, type Room, type StoreFiles } from './store-files.ts'

/** A log that is open under the room's lock. */
export interface RoomLog {
  readonly file: number
  readonly header: LogHeader
  readonly size: number
  /** Of the last record. */
  readonly sequence: number
  /** Of the last record that had to be synced. */
  readonly durable: number
}

export interface OpenedLog {
  readonly log: RoomLog
  /** Have the files followed all of it? If not, it must be recovered before anything is read. */
  readonly isClean: boolean
}

/** Nothing where there is no room. */
export function openLog(files: StoreFiles, room: Room): OpenedLog | undefined {
  const { system } = files
  const path = logPath(room.path)
  if (!system.stat(path)) {
    // Without its log nobody can say which of the files count.
    for (const content of ['objects', 'reservations'])
      if (system.stat(join(room.path, content))) throw makeDamage(room.path, `it has ${content} but no log`)
    return undefined
  }
  const file = system.open(path, 'change', 0)
  try {
    const size = system.sizeOf(file)
    const header = parseHeader(readAt(files, file, headerSize, 0))
    if (!header) throw makeDamage(path, 'no header of a log at offset 0')
    if (size === headerSize) {
      return { log: { file, header, size, sequence: header.base, durable: header.base }, isClean: true }
    }
    const mark = parseDone(header.nonce, readAt(files, file, doneSize, size - doneSize))
    const { sequence, durable } = mark ?? { sequence: header.base, durable: header.base }
    return { log: { file, header, size, sequence, durable }, isClean: mark?.boot === files.boot }
  } catch (error) {
    system.close(file)
    throw error
  }
}

export function readLog({ system }: StoreFiles, log: RoomLog): Buffer {
  return readOpenFile(system, log.file, log.size)
}

export type NewRecord = Omit<LogRecord, 'sequence'>

/** Appends a record and waits for the disk. If that fails, the record is cut off again. */
export async function appendDurably(
  files: StoreFiles,
  room: Room,
  log: RoomLog | undefined,
  record: NewRecord,
): Promise<RoomLog> {
  if (!log) return createLog(files, room, record)
  const appended = withRecord(log, record)
  try {
    writeAll(files.system, log.file, appended.bytes, log.size)
    await syncOpenFile(files, log.file)
  } catch (error) {
    cutLog(files, log)
    throw error
  }
  return appended.log
}

/** Says that the files have followed, after records that need not be waited for. */
export function appendDone(files: StoreFiles, log: RoomLog, ...records: readonly NewRecord[]): RoomLog {
  let last = log
  const parts: Buffer[] = []
  for (const record of records) {
    const appended = withRecord(last, record)
    parts.push(appended.bytes)
    last = appended.log
  }
  const { sequence, durable } = last
  parts.push(serializeDone(log.header.nonce, { sequence, durable, boot: files.boot }))
  writeAll(files.system, log.file, Buffer.concat(parts), log.size)
  return { ...last, size: last.size + doneSize }
}

/** Takes back what was appended after this. What cannot be cut, the next one who locks finds torn, or finds whole. */
export function cutLog({ system }: StoreFiles, log: RoomLog): void {
  try {
    system.truncate(log.file, log.size)
  } catch {
    // The failure that led here is the one to tell of.
  }
}

/** Makes a room, with its first record or without one; the room is there when its log is. */
export async function createLog(files: StoreFiles, room: Room, record?: NewRecord): Promise<RoomLog> {
  makeParent(files, dirname(room.path))
  makeDirectories(files, room.path)
  if (isDigestName(basename(room.path))) writeTrueName(files, room)
  return startLog(files, room, 0, record)
}

/** A new log in place of the old one, durable. */
export async function startLog(files: StoreFiles, room: Room, base: number, record?: NewRecord): Promise<RoomLog> {
  const { system, permissions } = files
  const path = logPath(room.path)
  const header = { nonce: files.makeNonce(), base }
  const empty = { file: 0, header, size: headerSize, sequence: base, durable: base }
  const { log, bytes } = record ? withRecord(empty, record) : { log: empty, bytes: Buffer.alloc(0) }
  const beside = join(room.path, '.log')
  const wasThere = system.stat(path) !== undefined
  const file = system.open(beside, 'replace', permissions.file)
  try {
    system.setFileMode(file, permissions.file)
    writeAll(system, file, Buffer.concat([serializeHeader(header), bytes]), 0)
    await syncOpenFile(files, file)
  } finally {
    system.close(file)
  }
  system.rename(beside, path)
  try {
    await system.syncAll(wasThere ? [room.path] : [room.path, dirname(room.path)])
    return { ...log, file: system.open(path, 'change', 0) }
  } catch (error) {
    // A room that may be gone after a power loss must not hold a commit.
    if (!wasThere) removeFile(files, path)
    throw error
  }
}

/** The journal is made with its first quota, and its name must outlive what it holds. */
function makeParent(files: StoreFiles, parent: string): void {
  if (files.system.stat(parent)) return
  makeDirectories(files, parent)
  syncFile(files, dirname(parent))
}

function writeTrueName(files: StoreFiles, room: Room): void {
  const file = openForWriting(files, join(room.path, trueNameFile), 'create')
  try {
    writeAll(files.system, file, Buffer.from(room.name), 0)
    files.system.sync(file)
  } finally {
    files.system.close(file)
  }
}

function withRecord(log: RoomLog, record: NewRecord): { readonly log: RoomLog; readonly bytes: Buffer } {
  const sequence = log.sequence + 1
  const numbered = { ...record, sequence }
  const bytes = serializeRecord(log.header.nonce, numbered)
  const durable = isDurable(numbered) ? sequence : log.durable
  return { log: { ...log, size: log.size + bytes.length, sequence, durable }, bytes }
}

function readAt({ system }: StoreFiles, file: number, size: number, position: number): Buffer {
  const bytes = Buffer.alloc(size)
  if (position >= 0) system.read(file, bytes, size, position)
  return bytes
}
