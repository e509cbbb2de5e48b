// Buckets that were read before, for as long as nobody else has changed the room: a long-running program need not read them again.
import type { Bucket } from './bucket.ts'
import type { BucketName } from './buckets.ts'
import type { RoomLog } from './log.ts'
import type { Room } from './store-files.ts'

export interface BucketCache {
  /** What is known of a room, if it still is as it was when it was kept; the map is the caller's to fill. */
  open(room: Room, log: RoomLog): Map<BucketName, Bucket>
  /** The room is now at this place of its log, and these buckets are what its files hold. */
  keep(room: Room, log: RoomLog, buckets: Map<BucketName, Bucket>): void
  forget(room: Room): void
}

/** Bookings and empty buckets that are kept, some 500 bytes each: 50 MB at most. */
const mostKept = 100_000

interface KeptRoom {
  readonly version: string
  readonly buckets: Map<BucketName, Bucket>
  readonly weight: number
}

export function makeBucketCache(): BucketCache {
  const rooms = new Map<string, KeptRoom>()
  let total = 0
  const forget = (id: string): void => {
    total -= rooms.get(id)?.weight ?? 0
    rooms.delete(id)
  }
  return {
    open(room, log) {
      const kept = rooms.get(room.id)
      return kept?.version === nameVersion(log) ? kept.buckets : new Map()
    },
    keep(room, log, buckets) {
      forget(room.id)
      let weight = weigh(buckets)
      for (const [name, bucket] of buckets) {
        if (weight <= mostKept) break
        buckets.delete(name)
        weight -= weighBucket(bucket)
      }
      rooms.set(room.id, { version: nameVersion(log), buckets, weight })
      total += weight
      // Those that were used longest ago stand first.
      for (const id of rooms.keys()) {
        if (total <= mostKept) break
        forget(id)
      }
    },
    forget: (room) => forget(room.id),
  }
}

/** Every change of a room is a record of its log. */
function nameVersion(log: RoomLog): string {
  return `${log.header.nonce} ${log.sequence}`
}

function weigh(buckets: ReadonlyMap<BucketName, Bucket>): number {
  let weight = 0
  for (const bucket of buckets.values()) weight += weighBucket(bucket)
  return weight
}

function weighBucket(bucket: Bucket): number {
  return bucket.entries.length + 1
}
