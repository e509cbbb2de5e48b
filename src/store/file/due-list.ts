// What of a room is to be looked at, and when: `due/new` names what has changed since the last night, `due/2026-06-10` what will be
// too old then. A line is the name of its record, a blank, and JSON.
import { join } from 'node:path'
import type { CalendarAddress } from '../../calendar/calendar-address.ts'
import type { Day } from '../expired.ts'
import { appendLine } from './append-line.ts'
import { listFiles, readFile } from './file-access.ts'
import type { Operation } from './operation.ts'
import { readAllOthers } from './others-files.ts'
import { makeDamage, type Room, type StoreFiles } from './store-files.ts'
import { listStoredUids } from './uid-files.ts'

type LineOperation = Extract<Operation, { readonly kind: 'line' }>

export interface DueNames {
  readonly uids: readonly string[]
  readonly others: readonly CalendarAddress[]
}

const directory = 'due'
const newName = 'new'

/** With the record of this number. Nothing where there is nothing to name. */
export function planChanged(names: DueNames, sequence: number): readonly LineOperation[] {
  return planLine(newName, names, `${sequence}.due`)
}

export function planDueOn(day: Day, names: DueNames, sequence: number): readonly Operation[] {
  return planLine(day, names, `${sequence}.due`)
}

/** All that is in the room is looked at again; what is listed for later stays. */
export function appendAllDue(files: StoreFiles, room: Room): void {
  const uids = listStoredUids(files, room)
  const others = readAllOthers(files, room).map(({ sender }) => sender)
  for (const { path, name, bytes } of planChanged({ uids, others }, 0))
    appendLine(files, join(room.path, path), Buffer.concat([Buffer.from(`${name} `), bytes, Buffer.from('\n')]))
}

export interface TakenNames extends DueNames {
  /** What forgets that they are due. */
  readonly operations: readonly Operation[]
  /** More are due than were taken. */
  readonly isLeft: boolean
}

/** What is due by a day, so many at most. */
export function takeDue(files: StoreFiles, room: Room, today: Day, most: number): TakenNames {
  const uids = new Set<string>()
  const others = new Set<CalendarAddress>()
  const operations: Operation[] = []
  for (const name of listLists(files, room).filter((each) => each === newName || each <= today)) {
    if (uids.size + others.size >= most) return { uids: [...uids], others: [...others], operations, isLeft: true }
    const path = `${directory}/${name}`
    const names = readNames(files, join(room.path, path))
    for (const sender of names.others) others.add(sender)
    const left: string[] = []
    for (const uid of names.uids) {
      if (uids.has(uid)) continue
      if (uids.size < most) uids.add(uid)
      else left.push(uid)
    }
    if (left.length === 0) operations.push({ kind: 'drop', path })
    else {
      const line = JSON.stringify({ uids: left, others: [] })
      operations.push({ kind: 'put', path, bytes: Buffer.from(`left ${line}\n`) })
      return { uids: [...uids], others: [...others], operations, isLeft: true }
    }
  }
  return { uids: [...uids], others: [...others], operations, isLeft: false }
}

/** The first day on which something is due. */
export function findNextDay(files: StoreFiles, room: Room): Day | undefined {
  return listLists(files, room).find((name) => name !== newName)
}

function planLine(name: string, names: DueNames, line: string): readonly LineOperation[] {
  if (names.uids.length + names.others.length === 0) return []
  return [{ kind: 'line', path: `${directory}/${name}`, name: line, bytes: Buffer.from(JSON.stringify(names)) }]
}

function readNames(files: StoreFiles, path: string): DueNames {
  const lines = (readFile(files, path)?.toString('utf8') ?? '').split('\n').filter((line) => line !== '')
  const read = lines.flatMap((line) => parseNames(line.slice(line.indexOf(' ') + 1), path))
  return { uids: read.flatMap(({ uids }) => uids), others: read.flatMap(({ others }) => others) }
}

/** A line that a crash has torn stands in the log, and behind it once more. */
function parseNames(text: string, path: string): readonly DueNames[] {
  try {
    const { uids, others } = JSON.parse(text) as Partial<DueNames>
    if (Array.isArray(uids) && Array.isArray(others)) return [{ uids, others }]
  } catch {
    return []
  }
  throw makeDamage(path, 'a line names nothing that is due')
}

/** Days first, `new` last. */
function listLists(files: StoreFiles, room: Room): readonly string[] {
  return listFiles(files, join(room.path, directory)).filter(
    (name) => name === newName || /^\d{4}-\d\d-\d\d$/.test(name),
  )
}
