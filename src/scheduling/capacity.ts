// How many bookings of one schedule may overlap, by the user's scheduling functions.
import type { SchedulingFunction } from '../preferences/preferences.ts'

/** The number behind `schedule_in_freebusy`; 1 without one. */
export function readCapacity(functions: readonly SchedulingFunction[]): number {
  const line = functions.find(({ name }) => name === 'schedule_in_freebusy')
  return Number(line?.arguments[0] ?? 1)
}
