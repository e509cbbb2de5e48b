// The schedule of a room in its buckets: windows are read from it, bookings added and released.
import { join } from 'node:path'
import type { Period } from '../../calendar/period.ts'
import type { Instant } from '../../calendar/time.ts'
import type { Booking } from '../../freebusy/record.ts'
import type { FreeBusyWindow } from '../../freebusy/window.ts'
import { earliestInstant, findSpan } from '../booking-span.ts'
import { parseBooking } from '../booking-text.ts'
import {
  type Bucket,
  type BucketEntry,
  compareEntries,
  emptyBucket,
  findInWindow,
  makeEntry,
  makeWindowText,
  parseBucket,
  readEntry,
} from './bucket.ts'
import { type BucketName, listBucketsNear, listBucketsOf } from './buckets.ts'
import { listFiles, readFile } from './file-access.ts'
import type { Operation } from './operation.ts'
import { makeDamage, type Room, type StoreFiles } from './store-files.ts'

/** The buckets read so far; what is not among them is read when it is wanted. */
export interface Schedule {
  readonly files: StoreFiles
  readonly room: Room
  readonly buckets: Map<BucketName, Bucket>
}

export function readScheduleWindow(schedule: Schedule, periods: readonly Period[]): FreeBusyWindow {
  const window = makeWindowText(periods)
  const found: BucketEntry[] = []
  const shared = new Set<string>()
  for (const name of listBucketsNear(periods, makeBucketList(schedule))) {
    for (const entry of findInWindow(readBucket(schedule, name), window)) {
      if (entry.isShared && shared.has(entry.line)) continue
      if (entry.isShared) shared.add(entry.line)
      found.push(entry)
    }
  }
  forgetBuckets(schedule.buckets)
  const single: Booking[] = []
  const recurring: Booking[] = []
  for (const entry of found.sort(compareEntries)) {
    const booking = readEntry(entry)
    if (!booking) throw makeDamage(join(schedule.room.path, 'freebusy'), `no booking: ${entry.line.slice(0, 200)}`)
    if (booking.recurrence) recurring.push(booking)
    else single.push(booking)
  }
  return { covers: periods, single, recurring }
}

/** Behind the last bucket there are series without end alone; what lasts for many years lies in a bucket of its own. */
export function readScheduleEnd(schedule: Schedule): Instant {
  const years = makeBucketList(schedule).listYears()
  const ends = years.map((year) => Date.parse(`${year}-12-31T24:00:00Z`) / 1000)
  const long = readBucket(schedule, 'always').entries.flatMap((entry) => {
    const booking = readEntry(entry)
    return booking && !booking.recurrence ? [findSpan(booking).end] : []
  })
  return Math.max(earliestInstant, ...ends, ...long)
}

/** Days that are held while a schedule is looked through: with a hundred bookings each, some 100 MB. */
const mostBuckets = 2500

/** Those that were read first; what every window reads is kept. */
function forgetBuckets(buckets: Map<BucketName, Bucket>): void {
  for (const name of buckets.size > mostBuckets ? [...buckets.keys()] : []) {
    if (buckets.size <= mostBuckets * 0.8) break
    if (name !== 'always') buckets.delete(name)
  }
}

export interface ScheduleChange {
  readonly operations: readonly Operation[]
  /** As they are once the operations are done. */
  readonly buckets: ReadonlyMap<BucketName, Bucket>
}

/** What must be written so that these lines are released and those booked. */
export function planScheduleChange(
  schedule: Schedule,
  released: readonly string[],
  booked: readonly string[],
): ScheduleChange {
  const operations: Operation[] = []
  const buckets = new Map<BucketName, Bucket>()
  const releasedIn = groupByBucket(released)
  const bookedIn = groupByBucket(booked)
  for (const name of new Set([...releasedIn.keys(), ...bookedIn.keys()])) {
    const before = readBucket(schedule, name)
    const change = changeBucket(`freebusy/${name}`, before, releasedIn.get(name) ?? [], bookedIn.get(name) ?? [])
    operations.push(...change.operations)
    buckets.set(name, change.bucket)
  }
  return { operations, buckets }
}

/** What must be written so that all buckets together hold exactly these lines; a damaged bucket is written anew. */
export function planScheduleAnew(
  schedule: Schedule,
  lines: readonly string[],
): ScheduleChange & { readonly differences: readonly string[] } {
  const operations: Operation[] = []
  const buckets = new Map<BucketName, Bucket>()
  const differences = new Set<string>()
  const wanted = groupByBucket(lines)
  const list = makeBucketList(schedule)
  const there = [...list.listYears().flatMap((year) => list.listYear(year).map((name) => `${year}/${name}`)), 'always']
  for (const name of [...new Set([...wanted.keys(), ...there])].sort()) {
    const path = `freebusy/${name}`
    const bytes = readFile(schedule.files, join(schedule.room.path, path))
    const before = bytes && parseBucket(bytes)
    const held = before?.entries.map(({ line }) => line) ?? []
    const own = [...new Set(wanted.get(name) ?? [])].sort()
    const isDamaged = bytes !== undefined && before === undefined
    if (!isDamaged && held.length === own.length && held.every((line, index) => line === own[index])) continue
    if (isDamaged) differences.add(`! ${join(schedule.room.path, path)} cannot be read`)
    for (const line of own) if (!held.includes(line)) differences.add(`+ ${line}`)
    for (const line of held) if (!own.includes(line)) differences.add(`- ${line}`)
    const entries = own.map((line) => makeEntry(line, 0))
    const change = entries.length === 0 ? undefined : rewriteBucket(path, entries)
    operations.push(...(change?.operations ?? [{ kind: 'drop', path } as const]))
    buckets.set(name, change?.bucket ?? emptyBucket)
  }
  return { operations, buckets, differences: [...differences] }
}

/** Fewer released lines than this are not worth a new file. */
const fewReleased = 16

function changeBucket(
  path: string,
  before: Bucket,
  released: readonly string[],
  booked: readonly string[],
): { readonly operations: readonly Operation[]; readonly bucket: Bucket } {
  const leaving = new Set(released)
  const marks = before.entries
    .filter((entry) => leaving.has(entry.line))
    .map(({ offset }): Operation => ({ kind: 'patch', path, position: offset, bytes: releasedSign }))
  const staying = marks.length === 0 ? before.entries : before.entries.filter((entry) => !leaving.has(entry.line))
  const there = new Set(staying.map((entry) => entry.line))
  const { added, bytes } = makeEntries(
    booked.filter((line) => !there.has(line)),
    before.size,
  )
  const entries = added.length === 0 ? staying : [...staying, ...added].sort(compareEntries)
  const releasedCount = before.released + marks.length
  if (entries.length === 0)
    return { operations: before.size === 0 ? [] : [{ kind: 'drop', path }], bucket: emptyBucket }
  if (releasedCount > fewReleased && releasedCount > entries.length) return rewriteBucket(path, entries)
  const appended: readonly Operation[] =
    added.length === 0 ? [] : [{ kind: 'patch', path, position: before.size, bytes }]
  return {
    operations: [...marks, ...appended],
    bucket: { entries, size: before.size + (added.length === 0 ? 0 : bytes.length), released: releasedCount },
  }
}

const releasedSign = Buffer.from('-')

function rewriteBucket(
  path: string,
  entries: readonly BucketEntry[],
): { readonly operations: readonly Operation[]; readonly bucket: Bucket } {
  const { added, bytes } = makeEntries(
    entries.map((entry) => entry.line),
    0,
  )
  return {
    operations: [{ kind: 'put', path, bytes }],
    bucket: { entries: added, size: bytes.length, released: 0 },
  }
}

function makeEntries(
  lines: readonly string[],
  start: number,
): { readonly added: readonly BucketEntry[]; readonly bytes: Buffer } {
  const parts = lines.map((line) => Buffer.from(`+${line}\n`))
  let offset = start
  const added = lines.map((line, index) => {
    const entry = makeEntry(line, offset)
    offset += parts[index]?.length ?? 0
    return entry
  })
  return { added, bytes: Buffer.concat(parts) }
}

function groupByBucket(lines: readonly string[]): ReadonlyMap<BucketName, readonly string[]> {
  const groups = new Map<BucketName, string[]>()
  for (const line of lines) {
    const booking = parseBooking(line)
    for (const name of booking ? listBucketsOf(findSpan(booking)) : []) {
      const group = groups.get(name)
      if (group) group.push(line)
      else groups.set(name, [line])
    }
  }
  return groups
}

function readBucket({ files, room, buckets }: Schedule, name: BucketName): Bucket {
  const known = buckets.get(name)
  if (known) return known
  const path = join(room.path, 'freebusy', name)
  const bytes = readFile(files, path)
  const bucket = bytes ? parseBucket(bytes) : emptyBucket
  if (!bucket) throw makeDamage(path, 'a line is no booking')
  buckets.set(name, bucket)
  return bucket
}

function makeBucketList({ files, room }: Schedule): {
  listYears(): readonly string[]
  listYear(year: string): readonly string[]
} {
  const path = join(room.path, 'freebusy')
  return {
    listYears: () => listFiles(files, path).filter((name) => /^\d{4}$/.test(name)),
    listYear: (year) => listFiles(files, join(path, year)).filter((name) => /^(?:\d\d(?:-\d\d)?|year)$/.test(name)),
  }
}
