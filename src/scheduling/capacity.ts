// How many bookings of one schedule may overlap, by the user's scheduling functions.
import type { SchedulingFunction } from '../preferences/preferences.ts'

/** The number behind the first function that looks at free/busy; 1 without one. */
export function readCapacity(functions: readonly SchedulingFunction[]): number {
  const line = functions.find(({ name }) => withCapacity.has(name))
  return Number(line?.arguments[0] ?? 1)
}

const withCapacity: ReadonlySet<string> = new Set([
  'schedule_in_freebusy',
  'schedule_corrected_in_freebusy',
  'schedule_next_available_in_freebusy',
])
