// Busy periods as others may see them: sorted, without overlaps, the stronger type where two share time. RFC 5545, 3.2.9.
import type { Period } from '../calendar/period.ts'
import type { BusyType } from './record.ts'

export interface BusyPeriod extends Period {
  readonly type: ShownType
}

/** RFC 5545, 3.2.9. What is free, or held by an organizer who does not attend, is not told. */
export type ShownType = Exclude<BusyType, 'FREE' | 'ORG'>

/** The strongest first: where two share time, the stronger is told. */
export const shownTypes: readonly ShownType[] = ['BUSY-UNAVAILABLE', 'BUSY', 'BUSY-TENTATIVE']

/** Sorted, without overlaps, neighbours of one type joined, cut to the window. */
export function mergeBusyPeriods(periods: readonly BusyPeriod[], within: Period): readonly BusyPeriod[] {
  const merged: BusyPeriod[] = []
  for (const type of shownTypes) {
    const stronger = [...merged].sort(compareStart)
    const own = periods.filter((period) => period.type === type).map((period) => cutPeriod(period, within))
    for (const period of joinPeriods(own))
      merged.push(...subtractPeriods(period, stronger).map((rest) => ({ ...rest, type })))
  }
  return merged.sort(compareStart)
}

/** May be without length, or less. */
export function cutPeriod(period: Period, within: Period): Period {
  return { start: Math.max(period.start, within.start), end: Math.min(period.end, within.end) }
}

/** Sorted; those that overlap or touch become one, those without length vanish. */
export function joinPeriods(periods: readonly Period[]): readonly Period[] {
  const joined: Period[] = []
  for (const { start, end } of periods.filter((period) => period.start < period.end).sort(compareStart)) {
    const last = joined.at(-1)
    if (last && start <= last.end) joined[joined.length - 1] = { start: last.start, end: Math.max(last.end, end) }
    else joined.push({ start, end })
  }
  return joined
}

/** What is left of a period without others, which are sorted and do not overlap. */
export function subtractPeriods(period: Period, others: readonly Period[]): readonly Period[] {
  const rest: Period[] = []
  let start = period.start
  for (const other of others) {
    if (other.end <= start) continue
    if (other.start >= period.end) break
    if (other.start > start) rest.push({ start, end: other.start })
    start = Math.max(start, other.end)
  }
  if (start < period.end) rest.push({ start, end: period.end })
  return rest
}

function compareStart(a: Period, b: Period): number {
  return a.start - b.start
}
