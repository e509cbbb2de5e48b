// FreeBusyWindow: what a decision may know of a schedule: the single bookings near the asked periods, and every recurring booking that reaches into them.
import type { Period } from '../calendar/period.ts'
import type { Booking } from './record.ts'

export interface FreeBusyWindow {
  /** The periods that were asked for; about other times the window says nothing. */
  readonly covers: readonly Period[]
  readonly single: readonly Booking[]
  /** Unexpanded. */
  readonly recurring: readonly Booking[]
}

export const emptyWindow: FreeBusyWindow = { covers: [], single: [], recurring: [] }
