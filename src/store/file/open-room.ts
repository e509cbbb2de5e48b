// A room under its lock: its log sound, its files what the log says, ready to be read and changed.
import type { Instant } from '../../calendar/time.ts'
import type { WaitingMessage } from '../../itip/waiting.ts'
import type { StoreChange } from '../store.ts'
import { applyEffect, listUids, type StoredBooking, type StoredUid } from '../stored-uid.ts'
import type { Bucket } from './bucket.ts'
import type { BucketCache } from './bucket-cache.ts'
import type { BucketName } from './buckets.ts'
import { planChanged } from './due-list.ts'
import { openLog, type RoomLog } from './log.ts'
import { planOffersChange, readStoredOffers } from './offers-file.ts'
import type { Operation } from './operation.ts'
import { listTellers, planOthersChange } from './others-files.ts'
import { planOutgoing } from './outbox.ts'
import { recoverRoom } from './recover.ts'
import { planScheduleChange } from './schedule.ts'
import type { Room, StoreFiles, UserRoom } from './store-files.ts'
import { planUidChange, readStoredUid } from './uid-files.ts'
import { planVerdict } from './verdicts.ts'
import { planWaitingChange, readStoredWaiting } from './waiting-file.ts'

/** Of a user or of a quota. */
export interface AnyOpenRoom {
  readonly room: Room
  /** Nothing where there is no room yet. */
  readonly log: RoomLog | undefined
  readonly buckets: Map<BucketName, Bucket>
}

export interface OpenRoom extends AnyOpenRoom {
  readonly room: UserRoom
  /** What was read of it so far under this lock. */
  readonly uids: Map<string, StoredUid>
}

export function openUserRoom(files: StoreFiles, cache: BucketCache, room: UserRoom): OpenRoom {
  return { ...openRoom(files, cache, room), room, uids: new Map() }
}

export function openRoom(files: StoreFiles, cache: BucketCache, room: Room): AnyOpenRoom {
  const opened = openLog(files, room)
  if (!opened) return { room, log: undefined, buckets: new Map() }
  try {
    const log = opened.isClean ? opened.log : recoverRoom(files, room, opened.log)
    return { room, log, buckets: cache.open(room, log) }
  } catch (error) {
    files.system.close(opened.log.file)
    throw error
  }
}

export function readUid(files: StoreFiles, { room, log, uids }: OpenRoom, uid: string): StoredUid {
  const known = uids.get(uid)
  if (known) return known
  const stored = log ? readStoredUid(files, room, uid) : { uid, series: undefined, bookings: [], requests: [] }
  uids.set(uid, stored)
  return stored
}

export function readRoomOffers(files: StoreFiles, { room, log }: OpenRoom): readonly StoredBooking[] {
  return log ? readStoredOffers(files, room) : []
}

export function readRoomWaiting(files: StoreFiles, { room, log }: OpenRoom): readonly WaitingMessage[] {
  return log ? readStoredWaiting(files, room) : []
}

export interface PlannedChange {
  readonly operations: readonly Operation[]
  /** As they are once the operations are done. */
  readonly buckets: ReadonlyMap<BucketName, Bucket>
}

/** What a transaction's changes mean for the files of one room. Verdicts alone are no change of a room. */
export function planChange(
  files: StoreFiles,
  open: OpenRoom,
  changes: readonly StoreChange[],
  now: Instant,
): PlannedChange {
  const after = new Map<string, StoredUid>()
  for (const change of changes) {
    if (!('effect' in change)) continue
    for (const uid of listUids(change.effect)) {
      after.set(uid, applyEffect(after.get(uid) ?? readUid(files, open, uid), change.effect))
    }
  }
  const planned = planUids(files, open, after)
  const operations: Operation[] = [...planned.operations]
  operations.push(...planOthersChange(changes))
  if (changes.some((change) => 'effect' in change))
    operations.push(...planOffersChange(readRoomOffers(files, open), changes, now))
  const sequence = (open.log?.sequence ?? 0) + 1
  // What will be too old one day; when, is worked out at night.
  operations.push(...planChanged({ uids: planned.changed, others: listTellers(changes) }, sequence))
  for (const [index, change] of changes.entries()) {
    if ('outgoing' in change) operations.push(planOutgoing(change.outgoing, now, sequence, index))
  }
  if (operations.length > 0) {
    for (const [index, change] of changes.entries()) {
      if ('verdict' in change) operations.push(planVerdict(change.verdict, sequence, index))
    }
  }
  return { operations, buckets: planned.buckets }
}

interface PlannedUids extends PlannedChange {
  readonly changed: readonly string[]
}

/** What must be written so that these UIDs are as given. */
export function planUids(files: StoreFiles, open: OpenRoom, after: ReadonlyMap<string, StoredUid>): PlannedUids {
  const operations: Operation[] = []
  const changedUids: string[] = []
  const released: string[] = []
  const booked: string[] = []
  for (const stored of after.values()) {
    const before = readUid(files, open, stored.uid)
    const own = planUidChange(before, stored)
    if (own.length > 0) changedUids.push(stored.uid)
    operations.push(...own)
    released.push(...listLinesOnlyIn(before, stored))
    booked.push(...listLinesOnlyIn(stored, before))
  }
  const changed = [...after.values()].map((stored) => ({ before: readUid(files, open, stored.uid), after: stored }))
  operations.push(...planWaitingChange(() => readRoomWaiting(files, open), changed))
  const schedule = planScheduleChange({ files, room: open.room, buckets: open.buckets }, released, booked)
  return { operations: [...operations, ...schedule.operations], buckets: schedule.buckets, changed: changedUids }
}

function listLinesOnlyIn(stored: StoredUid, other: StoredUid): readonly string[] {
  if (stored.bookings === other.bookings) return []
  const lines = new Set(other.bookings.map(({ line }) => line))
  return stored.bookings.flatMap(({ line }) => (lines.has(line) ? [] : [line]))
}
