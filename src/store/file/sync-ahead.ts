// What a checkpoint would wait for, synced before without the room's lock, so that under the lock hardly anything is left.
import { listTouchedSince } from './checkpoint.ts'
import { readFile } from './file-access.ts'
import type { RoomLog } from './log.ts'
import { readEntries } from './recover.ts'
import { logPath, type Room, type StoreFiles } from './store-files.ts'

export interface SyncAhead {
  /**
   * Up to which record of this log all touched files are durable; `under way` while they are being synced. The first question
   * about a log begins it.
   */
  ask(files: StoreFiles, room: Room, log: RoomLog): number | 'under way'
}

interface Round {
  readonly nonce: string
  synced: number | undefined
}

export function makeSyncAhead(): SyncAhead {
  const rounds = new Map<string, Round>()

  async function begin(files: StoreFiles, room: Room, log: RoomLog): Promise<void> {
    const round: Round = { nonce: log.header.nonce, synced: undefined }
    rounds.set(room.id, round)
    try {
      await syncTouched(files, room, log)
      round.synced = log.sequence
    } catch (error) {
      // Begun again with the next change; nobody waits for this one who could be told.
      rounds.delete(room.id)
      const reason = error instanceof Error ? error.message : String(error)
      files.warn(`the log of ${room.name} could not be started anew: ${reason}`)
    }
  }

  return {
    ask(files, room, log) {
      const round = rounds.get(room.id)
      if (round?.nonce !== log.header.nonce) {
        void begin(files, room, log)
        return 'under way'
      }
      if (round.synced === undefined) return 'under way'
      // Each answer is used once: the log that follows has a nonce of its own.
      rounds.delete(room.id)
      return round.synced
    },
  }
}

/** The files have followed the log so far; what others append meanwhile is synced under the lock. */
async function syncTouched(files: StoreFiles, room: Room, log: RoomLog): Promise<void> {
  const bytes = readFile(files, logPath(room.path))?.subarray(0, log.size) ?? Buffer.alloc(0)
  const touched = listTouchedSince(room, readEntries(room.path, bytes).entries, 0)
  await files.system.syncAll(touched.filter((path) => files.system.stat(path)))
}
