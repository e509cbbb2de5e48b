// Bucket: the bookings of one file of the schedule, a line each, in the order they came.
//
// A line begins with `+`, or with `-` once its booking is released: so a change is a few bytes at a known place,
// whatever else the bucket holds. When half of it is released it is written anew.
import type { Period } from '../../calendar/period.ts'
import { serializeInstant } from '../../calendar/time.ts'
import type { Booking } from '../../freebusy/record.ts'
import { earliestInstant, latestInstant } from '../booking-span.ts'
import { parseBooking, spanWidth } from '../booking-text.ts'
import { compareText } from '../stored-uid.ts'

export interface Bucket {
  /** By their lines, so earliest first; released ones are not among them. */
  readonly entries: readonly BucketEntry[]
  /** Bytes of the file. */
  readonly size: number
  /** Lines that are released. */
  readonly released: number
}

export interface BucketEntry {
  readonly line: string
  /** Where its sign stands. */
  readonly offset: number
  /** Reaches into other days, so other buckets may hold it too. */
  readonly isShared: boolean
  /** Read when it is first wanted. */
  booking: Booking | undefined
}

export const emptyBucket: Bucket = { entries: [], size: 0, released: 0 }

/** Nothing where a line is none of ours. */
export function parseBucket(bytes: Buffer): Bucket | undefined {
  // One character a byte, so that places in the text are places in the file.
  const text = bytes.toString('latin1')
  const entries: BucketEntry[] = []
  let released = 0
  for (let offset = 0; offset < text.length; ) {
    const end = text.indexOf('\n', offset)
    if (end === -1) return undefined
    const sign = text[offset]
    if (sign === '+') entries.push(makeEntry(decodeLine(text.slice(offset + 1, end)), offset))
    else if (sign === '-') released++
    else return undefined
    offset = end + 1
  }
  return { entries: entries.sort(compareEntries), size: text.length, released }
}

export function makeEntry(line: string, offset: number): BucketEntry {
  const isShared = line.slice(0, dateWidth) !== line.slice(spanWidth + 1, spanWidth + 1 + dateWidth)
  return { line, offset, isShared, booking: undefined }
}

export function readEntry(entry: BucketEntry): Booking | undefined {
  entry.booking ??= parseBooking(entry.line)
  return entry.booking
}

export function compareEntries(a: BucketEntry, b: BucketEntry): number {
  return compareText(a.line, b.line)
}

/** Periods as the lines write their times: sorted, disjoint. */
export interface WindowText {
  readonly starts: readonly string[]
  readonly ends: readonly string[]
}

export function makeWindowText(periods: readonly Period[]): WindowText {
  const starts: string[] = []
  const ends: string[] = []
  for (const { start, end } of periods.filter((period) => period.start < period.end).toSorted(compareStarts)) {
    const [from, to] = [serializeBound(start), serializeBound(end)]
    const last = ends.at(-1)
    if (last === undefined || from > last) {
      starts.push(from)
      ends.push(to)
    } else if (to > last) ends[ends.length - 1] = to
  }
  return { starts, ends }
}

/**
 * The entries whose spans share time with one of the periods, each once, earliest first. Only those near a period are looked
 * at: what is earlier than its end lies in front, and how far the ones in front reach is known.
 */
export function findInWindow({ entries }: Bucket, window: WindowText): readonly BucketEntry[] {
  const found = new Set<number>()
  const { starts, reaches } = listBounds(entries)
  const reach = reaches.at(-1) ?? ''
  const first = readFrom(entries[0])
  for (
    let at = countUntil(window.ends.length, (index) => (window.ends[index] ?? '') <= first);
    at < window.ends.length && found.size < entries.length;
    at++
  ) {
    const [start, end] = [window.starts[at] ?? '', window.ends[at] ?? '']
    if (start >= reach) break
    let index = countUntil(entries.length, (place) => (starts[place] ?? '') < end) - 1
    for (; index >= 0 && (reaches[index] ?? '') > start; index--)
      if (!found.has(index) && readTo(entries[index]) > start) found.add(index)
  }
  return [...found].sort((a, b) => a - b).flatMap((index) => entries[index] ?? [])
}

/** How many of the first places fulfil what all later ones, once one does not, do not either. */
function countUntil(length: number, isBefore: (index: number) => boolean): number {
  let [low, high] = [0, length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (isBefore(middle)) low = middle + 1
    else high = middle
  }
  return low
}

/** Of each entry when it begins, and the latest end up to it; worked out when the bucket is first searched. */
interface Bounds {
  readonly starts: readonly string[]
  readonly reaches: readonly string[]
}

function listBounds(entries: readonly BucketEntry[]): Bounds {
  const known = boundsOf.get(entries)
  if (known) return known
  let latest = ''
  const reaches = entries.map((entry) => {
    const to = readTo(entry)
    if (to > latest) latest = to
    return latest
  })
  const bounds = { starts: entries.map(readFrom), reaches }
  boundsOf.set(entries, bounds)
  return bounds
}

const boundsOf = new WeakMap<readonly BucketEntry[], Bounds>()

function readFrom(entry: BucketEntry | undefined): string {
  return entry?.line.slice(0, spanWidth) ?? ''
}

function readTo(entry: BucketEntry | undefined): string {
  return entry?.line.slice(spanWidth + 1, 2 * spanWidth + 1) ?? ''
}

const dateWidth = 8

function serializeBound(instant: number): string {
  return serializeInstant(Math.min(Math.max(instant, earliestInstant), latestInstant))
}

function compareStarts(a: Period, b: Period): number {
  return a.start - b.start
}

function decodeLine(line: string): string {
  return /[\x80-\xff]/.test(line) ? Buffer.from(line, 'latin1').toString('utf8') : line
}
