// The taken times of a schedule in words, on the clock of whoever has it.
import type { Period } from '../calendar/period.ts'
import type { Instant } from '../calendar/time.ts'
import type { Zones } from '../calendar/time-zone.ts'
import { findCatalogue } from './catalogue.ts'
import { formatWhen } from './format-when.ts'

/** Times named one by one; of more the number is told. The calendar beside the text has them all. */
const mostTimes = 6

export interface ToldBusy {
  readonly within: Period
  readonly busy: readonly Period[]
  /** Of the asked time only a part is told. */
  readonly isCut: boolean
  readonly level: 'full' | 'merged' | 'rounded'
}

export interface DescribedBusy {
  readonly when: string
  readonly because: readonly string[]
}

export function describeBusy({ within, busy, isCut, level }: ToldBusy, zones: Zones, language: string): DescribedBusy {
  const { freeBusy } = findCatalogue(language)
  const shown = busy.slice(0, mostTimes).map((period) => describePeriod(period, zones))
  const times = shown.length === 0 ? freeBusy.none : freeBusy.taken(shown, busy.length - shown.length)
  return {
    when: describePeriod(within, zones),
    because: [times, ...(level === 'full' ? [] : [freeBusy[level]]), ...(isCut ? [freeBusy.cut] : [])],
  }
}

export function describeUntold(
  asked: Period,
  because: 'notTold' | 'beyond',
  zones: Zones,
  language: string,
): DescribedBusy {
  return { when: describePeriod(asked, zones), because: [findCatalogue(language).freeBusy[because]] }
}

function describePeriod({ start, end }: { start: Instant; end: Instant }, { local }: Zones): string {
  return formatWhen({ start: local.toLocal(start), end: local.toLocal(end), allDay: false, zone: local.name })
}
