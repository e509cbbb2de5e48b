// One atomic commit of what a transaction changes in its rooms.
import { applyOperations } from './apply.ts'
import { removeFile } from './file-access.ts'
import { appendDone, appendDurably, cutLog, type NewRecord, type RoomLog } from './log.ts'
import { type Operation, serializeOperations } from './operation.ts'
import { makeOutcome } from './recover.ts'
import { logPath, type Room, type StoreFiles } from './store-files.ts'

export interface RoomChange {
  readonly room: Room
  /** Nothing where the room is to be made. */
  readonly log: RoomLog | undefined
  readonly operations: readonly Operation[]
}

/** The logs of the rooms, in their order, once the files have followed. Rooms come in the order of their locks. */
export async function commitChanges(files: StoreFiles, changes: readonly RoomChange[]): Promise<readonly RoomLog[]> {
  const logs = await appendAll(files, changes)
  try {
    for (const { room, operations } of changes) applyOperations(files, room, operations, 'first')
    const settled = logs.map(({ log, outcome }) => appendDone(files, log, ...outcome))
    // The one that holds the commit was first; it is told last, for until then the others may ask it.
    return settled.reverse()
  } catch (error) {
    closeMade(files, changes, logs.map(({ log }) => log).reverse())
    throw error
  }
}

interface AppendedLog {
  readonly log: RoomLog
  readonly outcome: readonly NewRecord[]
}

/** The records of all rooms, durable; the first room's comes last, and with it all has happened. */
async function appendAll(files: StoreFiles, changes: readonly RoomChange[]): Promise<readonly AppendedLog[]> {
  const [first, ...others] = changes
  if (!first) return []
  const transaction = others.length === 0 ? '-' : files.makeNonce()
  const about = others.map(({ room }) => room.id).join(',') || '-'
  const appended: AppendedLog[] = []
  try {
    for (const change of others.reverse()) {
      const log = await append(files, change, 'prepare', transaction, first.room.id)
      appended.push({ log, outcome: [makeOutcome(transaction, 'committed')] })
    }
    appended.push({ log: await append(files, first, 'commit', transaction, about), outcome: [] })
    return appended
  } catch (error) {
    takeBack(files, others, appended)
    throw error
  }
}

/** What need not be waited for: done first, written down afterwards. A power loss may undo the last seconds of it. */
export function commitNote(files: StoreFiles, room: Room, log: RoomLog, operations: readonly Operation[]): RoomLog {
  applyOperations(files, room, operations, 'first')
  const body = serializeOperations(operations)
  return appendDone(files, log, { kind: 'note', transaction: '-', about: '-', body })
}

function append(
  files: StoreFiles,
  { room, log, operations }: RoomChange,
  kind: 'commit' | 'prepare',
  transaction: string,
  about: string,
): Promise<RoomLog> {
  return appendDurably(files, room, log, { kind, transaction, about, body: serializeOperations(operations) })
}

function takeBack(files: StoreFiles, changes: readonly RoomChange[], appended: readonly AppendedLog[]): void {
  for (const [index, { log }] of appended.entries()) {
    const change = changes[index]
    if (change?.log) cutLog(files, change.log)
    else if (change) removeFile(files, logPath(change.room.path))
    if (change && !change.log) files.system.close(log.file)
  }
}

/** Logs that were there before belong to whoever opened them. */
function closeMade(files: StoreFiles, changes: readonly RoomChange[], logs: readonly RoomLog[]): void {
  for (const [index, log] of logs.entries()) {
    if (!changes[index]?.log) files.system.close(log.file)
  }
}
