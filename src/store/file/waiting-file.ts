// The messages that wait in a user's series, a line each: `waiting` in a user's room, so that they are counted without opening all of them.
import { join } from 'node:path'
import { listWaiting, type WaitingMessage } from '../../itip/waiting.ts'
import type { StoredUid } from '../stored-uid.ts'
import { readFile } from './file-access.ts'
import type { Operation } from './operation.ts'
import { makeDamage, type Room, type StoreFiles } from './store-files.ts'

const name = 'waiting'
const firstLine = 'imip-agent waiting 1'

export function readStoredWaiting(files: StoreFiles, room: Room): readonly WaitingMessage[] {
  const path = join(room.path, name)
  const bytes = readFile(files, path)
  if (!bytes) return []
  const [first, ...lines] = bytes.toString('utf8').split('\n')
  if (first !== firstLine) throw makeDamage(path, `it does not begin with ${firstLine}`)
  return lines.filter((line) => line !== '').map((line) => parseWaiting(line, path))
}

/** Read only where what waits has changed: most changes of a store are about nothing that waits. */
export function planWaitingChange(
  readBefore: () => readonly WaitingMessage[],
  changed: readonly { readonly before: StoredUid; readonly after: StoredUid }[],
): readonly Operation[] {
  const moved = changed.filter(({ before, after }) => writeAll(listOf(before)) !== writeAll(listOf(after)))
  if (moved.length === 0) return []
  const uids = new Set(moved.map(({ after }) => after.uid))
  const kept = readBefore().filter(({ uid }) => !uids.has(uid))
  const all = [...kept, ...moved.flatMap(({ after }) => listOf(after))]
  if (all.length === 0) return [{ kind: 'drop', path: name }]
  return [{ kind: 'put', path: name, bytes: Buffer.from(`${firstLine}\n${writeAll(all)}`) }]
}

function listOf({ series }: StoredUid): readonly WaitingMessage[] {
  return series === undefined ? [] : listWaiting(series)
}

function writeAll(waiting: readonly WaitingMessage[]): string {
  return waiting
    .map(({ at, domain, uid, isUnproven }) => `${JSON.stringify({ at, domain, uid, isUnproven })}\n`)
    .join('')
}

function parseWaiting(line: string, path: string): WaitingMessage {
  const { at, domain, uid, isUnproven } = readObject(line)
  if (typeof at !== 'number' || typeof domain !== 'string' || typeof uid !== 'string')
    throw makeDamage(path, 'a line is no waiting message')
  return { at, domain, uid, ...(isUnproven === true ? { isUnproven } : {}) }
}

function readObject(line: string): Partial<Record<keyof WaitingMessage, unknown>> {
  try {
    return Object(JSON.parse(line))
  } catch {
    return {}
  }
}
