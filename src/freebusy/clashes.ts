// Which bookings of a schedule overlap others: for whoever wants to know, not for a decision.
import { isFault } from '../calendar/fault.ts'
import type { Period } from '../calendar/period.ts'
import { listOccurrences, readRecurrence } from '../calendar/recurrence.ts'
import type { Instant } from '../calendar/time.ts'
import { toInstant, type ZoneTables } from '../calendar/time-zone.ts'
import type { Booking } from './record.ts'
import { makeBookingZones } from './record-zones.ts'

export interface Clash {
  readonly booking: Booking
  readonly other: Booking
  /** When both are there for the first time. */
  readonly first: Period
  /** At how many dates. */
  readonly count: number
}

export interface ClashQuestion {
  readonly bookings: readonly Booking[]
  /** Clashes that none of these has a part in are left out. */
  readonly uids: ReadonlySet<string>
  /** Series are followed inside this period. */
  readonly within: Period
  /** How many may overlap at one instant. */
  readonly capacity: number
  readonly zoneTables: ZoneTables
  readonly localZone: string
}

/** By first date, one for each two UIDs. Bookings whose times cannot be read are passed over. */
export function findClashes(question: ClashQuestion): readonly Clash[] {
  const clashes = new Map<string, Clash>()
  let present: BusyTime[] = []
  for (const time of listBusyTimes(question)) {
    present = present.filter(({ end }) => end > time.start)
    const others = present.filter(({ booking }) => booking.uid !== time.booking.uid)
    if (others.length >= question.capacity) {
      for (const other of others) {
        if (!question.uids.has(time.booking.uid) && !question.uids.has(other.booking.uid)) continue
        addClash(clashes, time, other)
      }
    }
    present.push(time)
  }
  return [...clashes.values()]
}

interface BusyTime extends Period {
  readonly booking: Booking
}

function listBusyTimes({ bookings, within, zoneTables, localZone }: ClashQuestion): readonly BusyTime[] {
  const times: BusyTime[] = []
  for (const booking of bookings) {
    // RFC 5545, 3.2.9: FREE takes no time; ORG is held by an organizer who does not attend.
    if (booking.busyType === 'FREE' || booking.busyType === 'ORG') continue
    for (const { start, end } of listPeriods(booking, within, zoneTables, localZone))
      if (end > start && end > within.start && start < within.end) times.push({ start, end, booking })
  }
  return times.sort((a, b) => a.start - b.start)
}

function listPeriods(
  booking: Booking,
  within: Period,
  zoneTables: ZoneTables,
  localZone: string,
): readonly { readonly start: Instant; readonly end: Instant }[] {
  const zones = makeBookingZones(booking, zoneTables, localZone)
  if (!booking.recurrence) {
    const [start, end] = [toInstant(booking.start, zones), toInstant(booking.end, zones)]
    return isFault(start) || isFault(end) ? [] : [{ start, end }]
  }
  const recurrence = readRecurrence(booking.recurrence.component)
  const occurrences = recurrence && !isFault(recurrence) ? listOccurrences(recurrence, zones, within) : []
  return isFault(occurrences) ? [] : occurrences
}

function addClash(clashes: Map<string, Clash>, time: BusyTime, other: BusyTime): void {
  const [a, b] = [time.booking.uid, other.booking.uid].sort()
  const key = JSON.stringify([a, b])
  const known = clashes.get(key)
  const first: Period = { start: time.start, end: Math.min(time.end, other.end) }
  clashes.set(
    key,
    known ? { ...known, count: known.count + 1 } : { booking: time.booking, other: other.booking, first, count: 1 },
  )
}
