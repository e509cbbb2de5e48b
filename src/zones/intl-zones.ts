// Zone tables from the runtime's own `Intl`, for systems without zone files: slower, and of another version than the system's.
import type { Instant } from '../calendar/time.ts'
import { secondsOfDay } from '../calendar/time.ts'
import type { TimeZone, ZoneTables } from '../calendar/time-zone.ts'
import { makeZoneClock, type ZoneStretch } from '../calendar/zone-clock.ts'

export function makeIntlZones(): ZoneTables {
  const zones = new Map<string, TimeZone>()
  return {
    version: `icu-${process.versions.tz ?? 'unknown'}`,
    find(name) {
      const before = zones.get(name)
      if (before) return before
      const zone = makeIntlZone(name)
      if (zone) zones.set(name, zone)
      return zone
    },
  }
}

function makeIntlZone(name: string): TimeZone | undefined {
  const readOffset = makeOffsetReader(name)
  if (readOffset === undefined) return undefined
  return { name, source: 'known', ...makeZoneClock((instant) => findStretch(readOffset, instant)) }
}

/** Nothing where `Intl` does not know the zone. */
function makeOffsetReader(name: string): ((instant: Instant) => number) | undefined {
  // An offset such as `+01:00` is no name of a zone.
  if (!/^[A-Za-z]/.test(name)) return undefined
  try {
    const format = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
    return (instant) => {
      const parts = new Map(format.formatToParts(instant * 1000).map(({ type, value }) => [type, value]))
      const read = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.get(type))
      const year = parts.get('era') === 'BC' ? 1 - read('year') : read('year')
      const date = new Date(0)
      date.setUTCFullYear(year, read('month') - 1, read('day'))
      date.setUTCHours(read('hour'), read('minute'), read('second'))
      return date.getTime() / 1000 - instant
    }
  } catch {
    return undefined
  }
}

/** Clocks are set at most every few weeks; this is fine enough to see each change. */
const probeDays = 14
/** Steps of a look for the next change: a year and a half. */
const mostProbes = 40

/** The stretch around an instant: looked for in steps, then narrowed to the second. Long ones are cut into pieces. */
function findStretch(readOffset: (instant: Instant) => number, instant: Instant): ZoneStretch {
  const offset = readOffset(instant)
  const seek = (direction: 1 | -1): Instant => {
    let same = instant
    for (let probe = 1; probe <= mostProbes; probe++) {
      const at = instant + direction * probe * probeDays * secondsOfDay
      if (readOffset(at) !== offset) return narrow(same, at)
      same = at
    }
    return direction === 1 ? same + 1 : same
  }
  /** The first second with the later of two offsets. */
  const narrow = (same: Instant, other: Instant): Instant => {
    let [inside, outside] = [same, other]
    while (Math.abs(inside - outside) > 1) {
      const middle = Math.floor((inside + outside) / 2)
      if (readOffset(middle) === offset) inside = middle
      else outside = middle
    }
    return Math.max(inside, outside)
  }
  return { start: seek(-1), end: seek(1), offset }
}
