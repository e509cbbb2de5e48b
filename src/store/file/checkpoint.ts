// Checkpoint: when a log has grown, all files it made are synced, and a new one begins.
import { listTouched } from './apply.ts'
import { readFile, syncFile } from './file-access.ts'
import { type RoomLog, readLog, startLog } from './log.ts'
import type { PlacedEntry } from './log-text.ts'
import { readEntries, readOperations } from './recover.ts'
import { findRoomPath, logPath, type Room, type StoreFiles } from './store-files.ts'

/**
 * Bytes of a log. A larger one costs the first reader after a power loss more (everything in it is applied again), a
 * smaller one syncs files that change often more often; this one holds some eighty answered invitations.
 */
export const defaultLongestLog = 256 * 1024

/** A busy room's files are written by the system itself before its log has so many bytes, so that syncing them costs little. */
export const longestLogMeanwhile = 1024 * 1024

/**
 * Under the room's lock, with a log that the files have followed. The log that is open afterwards. `synced`: up to this record
 * of this very log, what it touched is durable already.
 */
export async function makeCheckpoint(files: StoreFiles, room: Room, log: RoomLog, synced = 0): Promise<RoomLog> {
  const { entries } = readEntries(room.path, readLog(files, log))
  if (!entries.every((placed) => isSettled(files, placed))) return log
  const touched = listTouchedSince(room, entries, synced)
  await files.system.syncAll(touched.filter((path) => files.system.stat(path)))
  const started = await startLog(files, room, log.sequence)
  files.system.close(log.file)
  return started
}

/** What the records behind this one have made, changed or removed, and the directories it stands in. */
export function listTouchedSince(room: Room, entries: readonly PlacedEntry[], sequence: number): readonly string[] {
  const touched = new Set<string>()
  for (const { entry, start } of entries) {
    if (entry.kind === 'done' || entry.kind === 'outcome' || entry.sequence <= sequence) continue
    for (const operation of readOperations(room, entry, start)) {
      for (const path of listTouched(room, operation)) touched.add(path)
    }
  }
  return [...touched]
}

/**
 * May this entry be forgotten? A commit that other rooms prepared is asked for by them until the outcome is durable in
 * their own logs. Read without their locks: an outcome that is there does not go away.
 */
function isSettled(files: StoreFiles, { entry }: PlacedEntry): boolean {
  if (entry.kind !== 'commit' || entry.about === '-') return true
  return entry.about.split(',').every((id) => {
    const path = findRoomPath(files, id)
    const bytes = readFile(files, logPath(path))
    if (!bytes) return true
    const { entries } = readEntries(path, bytes)
    const own = entries.filter((other) => other.entry.kind !== 'done' && other.entry.transaction === entry.transaction)
    if (own.some((other) => other.entry.kind === 'prepare') && !own.some((other) => other.entry.kind === 'outcome')) {
      return false
    }
    syncFile(files, logPath(path))
    return true
  })
}
