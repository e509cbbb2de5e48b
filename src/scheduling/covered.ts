// What of a schedule is not loaded yet.
import type { Period } from '../calendar/period.ts'

/** Those periods about which a window that covers these others says nothing. */
export function findUncovered(wanted: readonly Period[], covers: readonly Period[]): readonly Period[] {
  const known = new Set(covers.map(({ start, end }) => `${start} ${end}`))
  // Most are known by their very name; long ones are few.
  const missing = wanted.filter(({ start, end }) => !known.has(`${start} ${end}`))
  return missing.filter(({ start, end }) => !covers.some((cover) => cover.start <= start && end <= cover.end))
}
