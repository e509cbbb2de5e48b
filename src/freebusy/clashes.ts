// Which bookings of a schedule overlap others: for those who look, not for decisions.
import { isOverlapping, type Period } from '../calendar/period.ts'
import type { ZoneTables } from '../calendar/time-zone.ts'
import { type BookedTime, expandBookings } from './expand-bookings.ts'
import type { Booking } from './record.ts'

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
  readonly within: Period
  /** How many may overlap at one instant. */
  readonly capacity: number
  readonly zoneTables: ZoneTables
  readonly localZone: string
}

/** By first date, one for each two UIDs. Bookings whose times cannot be read are passed over. */
export function findClashes(question: ClashQuestion): readonly Clash[] {
  const { within, zoneTables, localZone } = question
  // RFC 5545, 3.2.9: FREE takes no time; ORG is held by an organizer who does not attend.
  const taking = question.bookings.filter(({ busyType }) => busyType !== 'FREE' && busyType !== 'ORG')
  const { times } = expandBookings(taking, within, zoneTables, localZone)
  const clashes = new Map<string, Clash>()
  let present: BookedTime[] = []
  for (const time of times) {
    if (!isOverlapping(time.period, within)) continue
    present = present.filter(({ period }) => period.end > time.period.start)
    const others = present.filter(({ booking }) => booking.uid !== time.booking.uid)
    if (others.length >= question.capacity) {
      for (const other of others) {
        if (question.uids.has(time.booking.uid) || question.uids.has(other.booking.uid)) addClash(clashes, time, other)
      }
    }
    present.push(time)
  }
  return [...clashes.values()]
}

function addClash(clashes: Map<string, Clash>, time: BookedTime, other: BookedTime): void {
  const [a, b] = [time.booking, other.booking]
  const key = JSON.stringify([a.uid, b.uid].sort())
  const known = clashes.get(key)
  const first = { start: time.period.start, end: Math.min(time.period.end, other.period.end) }
  clashes.set(key, known ? { ...known, count: known.count + 1 } : { booking: a, other: b, first, count: 1 })
}
