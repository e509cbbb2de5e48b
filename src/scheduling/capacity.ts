// How many bookings of one schedule may overlap, by the user's scheduling functions.
import type { SchedulingFunction } from '../preferences/preferences.ts'

/** The smallest number behind a function that looks at free/busy, since all of them must accept; 1 without one. */
export function readCapacity(functions: readonly SchedulingFunction[]): number {
  const lines = functions.filter(({ name }) => withCapacity.has(name))
  return lines.length === 0 ? 1 : Math.min(...lines.map((line) => Number(line.arguments[0] ?? 1)))
}

const withCapacity: ReadonlySet<string> = new Set([
  'schedule_in_freebusy',
  'schedule_corrected_in_freebusy',
  'schedule_next_available_in_freebusy',
  // Takes no number: one at a time.
  'schedule_across_network',
])
