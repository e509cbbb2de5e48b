// Reads a TZif file, as /usr/share/zoneinfo has them, into a clock. RFC 9636, 3.
import type { Instant } from '../calendar/time.ts'
import { makeZoneClock, type ZoneClock, type ZoneStretch } from '../calendar/zone-clock.ts'
import { parsePosixRule } from './posix-rule.ts'

/** The clock a TZif file describes; nothing where the bytes are none. */
export function parseTzif(bytes: Uint8Array): ZoneClock | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const first = readHeader(view, 0)
  if (first === undefined) return undefined
  // RFC 9636, 3.1: version 1 has 32-bit times only; all later ones repeat the data with 64 bits, and a footer.
  if (first.version === 0) return makeClock(view, first, 4, undefined)
  const second = readHeader(view, first.end(4))
  if (second === undefined) return undefined
  const footer = readFooter(bytes, second.end(8))
  return makeClock(view, second, 8, footer)
}

interface Header {
  readonly version: number
  readonly transitions: number
  readonly types: number
  /** Where the data begin, and where they end if times have this many bytes. */
  readonly start: number
  end(timeSize: 4 | 8): number
}

function readHeader(view: DataView, at: number): Header | undefined {
  const start = at + 44
  // "TZif"
  if (start > view.byteLength || view.getUint32(at) !== 0x545a6966) return undefined
  const version = view.getUint8(at + 4)
  const count = (index: number): number => view.getUint32(at + 20 + index * 4)
  const [utcFlags, standardFlags, leapSeconds, transitions, types, characters] = [0, 1, 2, 3, 4, 5].map(count) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  const end = (timeSize: 4 | 8): number =>
    start +
    transitions * (timeSize + 1) +
    types * 6 +
    characters +
    leapSeconds * (timeSize + 4) +
    standardFlags +
    utcFlags
  return { version, transitions, types, start, end }
}

function readFooter(bytes: Uint8Array, at: number): string | undefined {
  if (bytes[at] !== 0x0a) return undefined
  const end = bytes.indexOf(0x0a, at + 1)
  return end === -1 ? undefined : String.fromCharCode(...bytes.subarray(at + 1, end))
}

function makeClock(view: DataView, header: Header, timeSize: 4 | 8, footer: string | undefined): ZoneClock | undefined {
  const { transitions, types, start } = header
  if (types === 0 || header.end(timeSize) > view.byteLength) return undefined
  const typesStart = start + transitions * (timeSize + 1)
  const readOffset = (type: number): number => (type < types ? view.getInt32(typesStart + type * 6) : 0)

  const instants: Instant[] = []
  const offsets: number[] = []
  for (let at = 0; at < transitions; at++) {
    const position = start + at * timeSize
    const instant = timeSize === 4 ? view.getInt32(position) : Number(view.getBigInt64(position))
    const offset = readOffset(view.getUint8(start + transitions * timeSize + at))
    // Changes of the name or of the summer-time flag alone move no clock.
    if (offset === (offsets.at(-1) ?? readOffset(0)) && instants.length > 0) continue
    instants.push(instant)
    offsets.push(offset)
  }
  // RFC 9636, 3.2: type 0 is in force before the first change.
  const before = readOffset(0)
  const rule = footer === undefined || footer === '' ? undefined : parsePosixRule(footer)
  const lastInstant = instants.at(-1) ?? Number.NEGATIVE_INFINITY

  return makeZoneClock((instant): ZoneStretch => {
    if (instant >= lastInstant && rule) {
      const stretch = rule.findStretch(instant)
      return stretch.start >= lastInstant ? stretch : { ...stretch, start: lastInstant }
    }
    // The first change after the instant.
    let low = 0
    let high = instants.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((instants[middle] ?? 0) <= instant) low = middle + 1
      else high = middle
    }
    return {
      start: instants[low - 1] ?? Number.NEGATIVE_INFINITY,
      end: instants[low] ?? Number.POSITIVE_INFINITY,
      offset: offsets[low - 1] ?? before,
    }
  })
}
