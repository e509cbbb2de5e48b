// A UID's files in a room: `objects/UID` holds its series and bookings, `requests/UID` what waits for the user.
import { join } from 'node:path'
import { decodeFileName, encodeFileName } from '../../file-names.ts'
import { escapeColumn, unescapeColumn } from '../booking-text.ts'
import { parseSeries, parseSeriesHead, type SeriesHead, type SeriesText, serializeSeries } from '../series-text.ts'
import type { PendingRequest, TellDamage } from '../store.ts'
import { makeStoredUid, type StoredUid } from '../stored-uid.ts'
import { listFiles, readFile } from './file-access.ts'
import type { Operation } from './operation.ts'
import { makeDamage, type Room, type StoreFiles } from './store-files.ts'
import { readOrTell } from './tell-damage.ts'

export function readStoredUid(files: StoreFiles, room: Room, uid: string): StoredUid {
  const name = encodeFileName(uid)
  const text = readSeriesFile(files, join(room.path, 'objects', name))
  const requests = readRequestFile(files, join(room.path, 'requests', name))
  for (const found of [text?.uid, requests[0]?.uid]) {
    if (found !== undefined && found !== uid) throw makeDamage(join(room.path, 'objects', name), 'it is of another UID')
  }
  return { ...makeStoredUid(uid), series: text?.series, bookings: text?.bookings ?? [], requests }
}

/** All UIDs of a room: those with a series or bookings, and those with requests. */
export function readStoredUids(files: StoreFiles, room: Room, tell?: TellDamage): readonly StoredUid[] {
  const all = new Map<string, StoredUid>()
  const list = (directory: string): readonly string[] =>
    readOrTell(tell, () => listNames(files, join(room.path, directory))) ?? []
  for (const name of list('objects')) {
    const text = readOrTell(tell, () => readSeriesFile(files, join(room.path, 'objects', name)))
    if (text) all.set(text.uid, { ...makeStoredUid(text.uid), series: text.series, bookings: text.bookings })
  }
  for (const name of list('requests')) {
    const requests = readOrTell(tell, () => readRequestFile(files, join(room.path, 'requests', name))) ?? []
    const [first] = requests
    if (first) all.set(first.uid, { ...(all.get(first.uid) ?? makeStoredUid(first.uid)), requests })
  }
  return [...all.values()]
}

/** As `readStoredUids`, and reads no more than names where those say it. */
export function listStoredUids(files: StoreFiles, room: Room): readonly string[] {
  const uids = new Set<string>()
  for (const directory of ['objects', 'requests'])
    for (const name of listNames(files, join(room.path, directory))) {
      const path = join(room.path, directory, name)
      const known = decodeFileName(name)
      if (known !== undefined) uids.add(known)
      else if (directory === 'requests') for (const { uid } of readRequestFile(files, path)) uids.add(uid)
      else uids.add(readHead(files, path).uid)
    }
  return [...uids]
}

/** The lines of each UID's bookings; calendars are not read. */
export function listBookedLines(files: StoreFiles, room: Room): readonly string[] {
  return listNames(files, join(room.path, 'objects')).flatMap(
    (name) => readHead(files, join(room.path, 'objects', name)).lines,
  )
}

function readHead(files: StoreFiles, path: string): SeriesHead {
  const head = parseSeriesHead(readFile(files, path)?.toString('utf8') ?? '')
  if (!head) throw makeDamage(path, 'it is no series as we write them')
  return head
}

export function planUidChange(before: StoredUid, after: StoredUid): readonly Operation[] {
  const name = encodeFileName(after.uid)
  const operations: Operation[] = []
  if (before.series !== after.series || before.bookings !== after.bookings) {
    const isKept = after.series !== undefined || after.bookings.length > 0
    const wasKept = before.series !== undefined || before.bookings.length > 0
    const path = `objects/${name}`
    if (isKept) operations.push({ kind: 'put', path, bytes: Buffer.from(serializeSeries(after)) })
    else if (wasKept) operations.push({ kind: 'drop', path })
  }
  if (before.requests !== after.requests) {
    const path = `requests/${name}`
    if (after.requests.length > 0) operations.push({ kind: 'put', path, bytes: serializeRequests(after.requests) })
    else if (before.requests.length > 0) operations.push({ kind: 'drop', path })
  }
  return operations
}

function readSeriesFile(files: StoreFiles, path: string): SeriesText | undefined {
  const bytes = readFile(files, path)
  if (!bytes) return undefined
  const text = parseSeries(bytes.toString('utf8'))
  if (!text) throw makeDamage(path, 'it is no series as we write them')
  return text
}

/** A line each: type, UID, instance. */
function serializeRequests(requests: readonly PendingRequest[]): Buffer {
  const lines = requests.map(({ uid, recurrenceId, type }) =>
    [type, escapeColumn(uid), ...(recurrenceId === null ? [] : [escapeColumn(recurrenceId)])].join('\t'),
  )
  return Buffer.from(`${lines.join('\n')}\n`)
}

function readRequestFile(files: StoreFiles, path: string): readonly PendingRequest[] {
  const text = readFile(files, path)?.toString('utf8') ?? ''
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [type, uid, recurrenceId] = line.split('\t')
      if ((type !== 'REQUEST' && type !== 'COUNTER') || uid === undefined)
        throw makeDamage(path, 'a line is no request')
      return {
        uid: unescapeColumn(uid),
        recurrenceId: recurrenceId === undefined ? null : unescapeColumn(recurrenceId),
        type,
      }
    })
}

function listNames(files: StoreFiles, path: string): readonly string[] {
  return listFiles(files, path).filter((name) => !name.startsWith('.'))
}
