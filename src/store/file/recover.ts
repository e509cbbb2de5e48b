// Recovery: a program ended between commit and files, or the machine did; whoever locks the room next does the rest.
import { dirname } from 'node:path'
import { applyOperations } from './apply.ts'
import { readFile, syncFile, writeAll } from './file-access.ts'
import { appendDone, type NewRecord, type RoomLog, readLog } from './log.ts'
import { type LogRecord, type PlacedEntry, readLogText } from './log-text.ts'
import { type Operation, parseOperations } from './operation.ts'
import { findRoomPath, logPath, makeDamage, type Room, type StoreFiles } from './store-files.ts'

/** Under the room's lock. Afterwards the files are what the log says. */
export function recoverRoom(files: StoreFiles, room: Room, log: RoomLog): RoomLog {
  const { system } = files
  const bytes = readLog(files, log)
  const { entries, end } = readEntries(room.path, bytes)
  // The torn tail of a record never became durable, so it has not happened.
  if (end < log.size) system.truncate(log.file, end)
  // Written again because a write-back that failed unseen leaves pages that only look clean; then believed.
  const from = findFollowed(entries, undefined)
  writeAll(system, log.file, bytes.subarray(from, end), from)
  system.sync(log.file)
  syncFile(files, room.path)
  syncFile(files, dirname(room.path))

  const outcomes = findOutcomes(files, entries)
  const start = findFollowed(entries, files.boot)
  for (const { entry, start: offset } of entries) {
    if (entry.kind === 'done' || entry.kind === 'outcome' || offset < start) continue
    if (entry.kind === 'prepare' && outcomes.get(entry.transaction) !== 'committed') continue
    applyOperations(files, room, readOperations(room, entry, offset), 'again')
  }
  return appendDone(files, lastOf(log, entries, end), ...makeOutcomes(entries, outcomes))
}

/** The entries of a log up to what never became durable. */
export function readEntries(
  path: string,
  bytes: Buffer,
): { readonly entries: readonly PlacedEntry[]; readonly end: number } {
  const reading = readLogText(bytes)
  if (reading.kind === 'damaged') {
    throw makeDamage(logPath(path), `no sound record at offset ${reading.offset}, but sound ones behind it`)
  }
  return reading
}

export function readOperations(room: Room, record: LogRecord, offset: number): readonly Operation[] {
  const operations = parseOperations(record.body)
  if (!operations) throw makeDamage(logPath(room.path), `the record at offset ${offset} cannot be read`)
  return operations
}

/** What became of the transactions that this log only prepared. */
export function findOutcomes(files: StoreFiles, entries: readonly PlacedEntry[]): ReadonlyMap<string, string> {
  const outcomes = new Map<string, string>()
  for (const { entry } of entries) {
    if (entry.kind === 'outcome') outcomes.set(entry.transaction, entry.about)
  }
  for (const { entry } of entries) {
    if (entry.kind !== 'prepare' || outcomes.has(entry.transaction)) continue
    outcomes.set(entry.transaction, isCommitted(files, entry.about, entry.transaction) ? 'committed' : 'aborted')
  }
  return outcomes
}

/**
 * Does the log of the room that commits hold the commit? Read without its lock: whoever could still have been writing it
 * held the lock that we have now, and it stays in that log until we have said what became of it (checkpoint.ts).
 */
function isCommitted(files: StoreFiles, id: string, transaction: string): boolean {
  const path = findRoomPath(files, id)
  const bytes = readFile(files, logPath(path))
  const { entries } = bytes ? readEntries(path, bytes) : { entries: [] }
  const isThere = entries.some(({ entry }) => entry.kind === 'commit' && entry.transaction === transaction)
  if (isThere) {
    for (const durable of [logPath(path), path, dirname(path)]) syncFile(files, durable)
  }
  return isThere
}

function makeOutcomes(entries: readonly PlacedEntry[], outcomes: ReadonlyMap<string, string>): readonly NewRecord[] {
  const known = new Set(entries.flatMap(({ entry }) => (entry.kind === 'outcome' ? [entry.transaction] : [])))
  return entries.flatMap(({ entry }) =>
    entry.kind === 'prepare' && !known.has(entry.transaction)
      ? [makeOutcome(entry.transaction, outcomes.get(entry.transaction) ?? 'aborted')]
      : [],
  )
}

export function makeOutcome(transaction: string, word: string): NewRecord {
  return { kind: 'outcome', transaction, about: word, body: Buffer.alloc(0) }
}

/** Where the last mark ends up to which the files have followed: in this boot, or in any. */
function findFollowed(entries: readonly PlacedEntry[], boot: string | undefined): number {
  const mark = entries.findLast(({ entry }) => entry.kind === 'done' && (boot === undefined || entry.boot === boot))
  return mark?.end ?? entries[0]?.start ?? 0
}

function lastOf(log: RoomLog, entries: readonly PlacedEntry[], end: number): RoomLog {
  let { base: sequence, base: durable } = log.header
  for (const { entry } of entries) {
    if (entry.kind === 'done') continue
    sequence = entry.sequence
    if (entry.kind === 'commit' || entry.kind === 'prepare') durable = entry.sequence
  }
  return { ...log, size: end, sequence, durable }
}
