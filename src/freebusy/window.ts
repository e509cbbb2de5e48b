// FreeBusyWindow: what a decision may know of a schedule: the single bookings near the asked periods, and every recurring booking that reaches into them.
import type { Period } from '../calendar/period.ts'
import type { FarFound } from './far-search.ts'
import type { Booking } from './record.ts'

export interface FreeBusyWindow {
  /** The periods that were asked for; about other times the window says nothing. */
  readonly covers: readonly Period[]
  readonly single: readonly Booking[]
  /** Unexpanded. */
  readonly recurring: readonly Booking[]
  /** What was found behind the listed dates of endless series, by the key of the search (far-search.ts). */
  readonly far?: ReadonlyMap<string, FarFound>
}

export const emptyWindow: FreeBusyWindow = { covers: [], single: [], recurring: [] }

/** For what is read long after: what is held for a proposal now, is soon booked or free again. */
export function withoutOffers(window: FreeBusyWindow): FreeBusyWindow {
  const isBooked = ({ expires }: Booking): boolean => expires === undefined
  return { ...window, single: window.single.filter(isBooked), recurring: window.recurring.filter(isBooked) }
}
