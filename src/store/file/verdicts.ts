// Verdicts: a line each in a file a month, in the user's room, or beside the rooms for users who have none.
import { join } from 'node:path'
import type { Verdict } from '../../agents/verdict.ts'
import { type Instant, serializeInstant } from '../../calendar/time.ts'
import { appendLine } from './append-line.ts'
import { listFiles, readFile, removeFile } from './file-access.ts'
import type { Operation } from './operation.ts'
import type { Room, StoreFiles } from './store-files.ts'

/** With a transaction: the line is named after its record, so that it stands there once. */
export function planVerdict(verdict: Verdict, sequence: number, index: number): Operation {
  const path = `verdicts/${nameMonth(verdict.at)}`
  return { kind: 'line', path, name: `${sequence}.${index}`, bytes: Buffer.from(JSON.stringify(verdict)) }
}

/** By itself: one append, without lock, not synced. `noteFirst`: it begins a month, which will be too old one day. */
export function appendVerdict(
  files: StoreFiles,
  room: Room | undefined,
  verdict: Verdict,
  noteFirst: (room: Room) => void,
): void {
  const path = join(verdictsPath(files, room), nameMonth(verdict.at))
  if (room && !files.system.stat(path)) noteFirst(room)
  appendLine(files, path, Buffer.from(`- ${JSON.stringify(verdict)}\n`))
}

/** From a time on, oldest first; of one room, or of those who have none. A line that a crash has torn is left out. */
export function readVerdictFiles(files: StoreFiles, room: Room | undefined, since: Instant): readonly Verdict[] {
  const path = verdictsPath(files, room)
  const first = nameMonth(since)
  return listFiles(files, path)
    .filter((month) => /^\d{4}-\d{2}$/.test(month) && month >= first)
    .flatMap((month) => (readFile(files, join(path, month))?.toString('utf8') ?? '').split('\n').flatMap(parseLine))
    .filter((verdict) => verdict.at >= since)
}

function parseLine(line: string): readonly Verdict[] {
  const blank = line.indexOf(' ')
  if (blank === -1) return []
  try {
    return [JSON.parse(line.slice(blank + 1)) as Verdict]
  } catch {
    return []
  }
}

export function verdictsPath(files: StoreFiles, room: Room | undefined): string {
  return room ? join(room.path, 'verdicts') : join(files.root, '.verdicts')
}

/** Of users who have no room. */
export function removeOldVerdicts(files: StoreFiles, isOld: (month: string) => boolean): number {
  const path = verdictsPath(files, undefined)
  const months = listFiles(files, path).filter((month) => /^\d{4}-\d{2}$/.test(month) && isOld(month))
  for (const month of months) removeFile(files, join(path, month))
  return months.length
}

/** `2026-03`. */
function nameMonth(instant: Instant): string {
  const text = serializeInstant(Math.max(instant, 0))
  return `${text.slice(0, 4)}-${text.slice(4, 6)}`
}
