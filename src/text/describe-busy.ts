// The taken times of a schedule in words, on the clock of whoever has it.
import type { Period } from '../calendar/period.ts'
import type { Instant } from '../calendar/time.ts'
import type { Zones } from '../calendar/time-zone.ts'
import { findCatalogue } from './catalogue.ts'
import { formatWhen } from './format-when.ts'

/** Times named one by one; of more the number is told. The calendar beside the text has them all. */
const mostTimes = 6

export function describeBusy(
  within: Period,
  busy: readonly Period[],
  isCut: boolean,
  zones: Zones,
  language: string,
): { readonly when: string; readonly because: readonly string[] } {
  const { freeBusy } = findCatalogue(language)
  const { name, toLocal } = zones.local
  const show = ({ start, end }: { start: Instant; end: Instant }): string =>
    formatWhen({ start: toLocal(start), end: toLocal(end), allDay: false, zone: name })
  const shown = busy.slice(0, mostTimes).map(show)
  const times = shown.length === 0 ? freeBusy.none : freeBusy.taken(shown, busy.length - shown.length)
  return { when: show(within), because: isCut ? [times, freeBusy.cut] : [times] }
}
