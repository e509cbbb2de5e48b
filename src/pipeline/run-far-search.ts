// Takes a search through a schedule that nobody could hold as a whole: a stretch at a time, each given up for the next.
import type { Period } from '../calendar/period.ts'
import type { Instant } from '../calendar/time.ts'
import type { FarFound, FarSearch } from '../freebusy/far-search.ts'
import type { FreeBusyWindow } from '../freebusy/window.ts'

export async function runFarSearch(
  search: FarSearch,
  lastEnd: Instant,
  readStretch: (periods: readonly Period[]) => Promise<FreeBusyWindow>,
): Promise<FarFound> {
  const steps = search.run(lastEnd)
  let step = steps.next()
  while (!step.done) step = steps.next(await readStretch(step.value))
  return step.value
}
