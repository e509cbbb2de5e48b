// The index of who is due: `.due/DATE/USER`, an empty file for each user with something to do from that day on.
//
// Made before a commit and removed under the user's lock: too many entries are harmless, one too few is not. A task that is done
// with an entry leaves it to the other task as `.due/TASK/USER`. Not synced: after a boot everybody is due once.
import { join } from 'node:path'
import type { Day } from '../expired.ts'
import type { NightlyTask } from '../store.ts'
import { appendToFile, listFiles, readFile, removeFile, replaceFile } from './file-access.ts'
import type { Room, StoreFiles } from './store-files.ts'

export const nightlyTasks: readonly NightlyTask[] = ['make-freebusy', 'expire']

export function addToDue(files: StoreFiles, day: Day, room: Room): void {
  addEntry(files, join(duePath(files), day, room.id))
}

/** Rooms with work for the task up to a day, empty days before it taken away. */
export function listDueRooms(files: StoreFiles, task: NightlyTask, today: Day): readonly string[] {
  const found = new Set(listNames(files, join(duePath(files), task)))
  for (const day of listDays(files, today)) {
    const rooms = listNames(files, join(duePath(files), day))
    for (const id of rooms) found.add(id)
    if (rooms.length === 0 && day < today) removeDay(files, day)
  }
  return [...found]
}

/** Under the room's lock, once the task's work is done. */
export function settleDue(files: StoreFiles, task: NightlyTask, room: Room, today: Day, next: Day | undefined): void {
  if (next !== undefined) addToDue(files, next, room)
  const entries = listDays(files, today)
    .map((day) => join(duePath(files), day, room.id))
    .filter((path) => files.system.stat(path))
  if (entries.length > 0)
    for (const other of nightlyTasks) if (other !== task) addEntry(files, join(duePath(files), other, room.id))
  for (const path of entries) removeFile(files, path)
  removeFile(files, join(duePath(files), task, room.id))
}

/** What the index was made for: the boot, and the zone data. Nothing where there is none. */
export function readDueState(files: StoreFiles): { readonly boot: string; readonly zones: string } | undefined {
  const [boot, zones] =
    readFile(files, join(duePath(files), stateName))
      ?.toString('utf8')
      .split('\n') ?? []
  return boot === undefined || zones === undefined ? undefined : { boot, zones }
}

/** Of two programs that write it at once, one may put in place what the other has written: both say the same. */
export function writeDueState(files: StoreFiles, zones: string): void {
  tryAgain(() => replaceFile(files, join(duePath(files), stateName), Buffer.from(`${files.boot}\n${zones}\n`), 'later'))
}

/** Of this room it is not known which UIDs are due, since it could not be used. */
export function addToDueAgain(files: StoreFiles, today: Day, room: Room): void {
  addEntry(files, join(duePath(files), againName, room.id))
  addToDue(files, today, room)
}

export function listDueAgain(files: StoreFiles): readonly string[] {
  return listNames(files, join(duePath(files), againName))
}

export function settleDueAgain(files: StoreFiles, room: Room): void {
  removeFile(files, join(duePath(files), againName, room.id))
}

const againName = '.again'
const stateName = '.state'

function addEntry(files: StoreFiles, path: string): void {
  if (files.system.stat(path)) return
  // Somebody may take the empty day away at this moment.
  tryAgain(() => appendToFile(files, path, Buffer.alloc(0)))
}

/** What another program takes away between two calls of ours is there the next time. */
function tryAgain(write: () => void): void {
  for (let tries = 1; ; tries++) {
    try {
      write()
      return
    } catch (error) {
      if (tries === 3 || (error as { code?: unknown }).code !== 'ENOENT') throw error
    }
  }
}

function removeDay(files: StoreFiles, day: Day): void {
  try {
    files.system.removeDirectory(join(duePath(files), day))
  } catch (error) {
    // Somebody else has, or has put an entry there.
    if (!['ENOENT', 'ENOTEMPTY', 'EEXIST'].includes(String((error as { code?: unknown }).code))) throw error
  }
}

function listDays(files: StoreFiles, today: Day): readonly Day[] {
  return listNames(files, duePath(files)).filter((name) => /^\d{4}-\d\d-\d\d$/.test(name) && name <= today)
}

function listNames(files: StoreFiles, path: string): readonly string[] {
  return listFiles(files, path).filter((name) => !name.startsWith('.'))
}

function duePath(files: StoreFiles): string {
  return join(files.root, '.due')
}
