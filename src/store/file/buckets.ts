// Buckets: the files in which bookings lie by time, named after the time they are about.
//
// A booking lies in each bucket it may take time in, at the finest step where those are few: days, months, years, or
// `always`. A window reads the buckets it touches at every step: a few files near it, however much there is elsewhere.
import type { Period } from '../../calendar/period.ts'
import { type Instant, makeCivilDate, secondsOfDay } from '../../calendar/time.ts'
import { earliestInstant, latestInstant } from '../booking-span.ts'

/** `2026/03-10`, `2026/03`, `2026/year` or `always`: paths inside `freebusy`. */
export type BucketName = string

/** More copies cost each change more; fewer send more bookings to the coarse buckets, which windows far away read too. */
const mostCopies = 4

export function listBucketsOf(span: Period): readonly BucketName[] {
  if (span.end <= span.start) return []
  const first = dayOf(span.start)
  const last = dayOf(span.end - 1)
  if (last - first < mostCopies) return listRange(first, last, nameDay)
  const start = monthOf(first)
  const end = monthOf(last)
  if (end - start < mostCopies) return listRange(start, end, nameMonth)
  const from = Math.floor(start / 12)
  const to = Math.floor(end / 12)
  return to - from < mostCopies ? listRange(from, to, nameYear) : [always]
}

/** Which buckets may be there; asked only where a window is too long to name them all. */
export interface BucketList {
  listYears(): readonly string[]
  listYear(year: string): readonly string[]
}

/** All buckets that may hold bookings of these periods. */
export function listBucketsNear(periods: readonly Period[], list: BucketList): ReadonlySet<BucketName> {
  const buckets = new Set<BucketName>()
  for (const period of periods) {
    const start = Math.max(period.start, earliestInstant)
    const end = Math.min(period.end, latestInstant)
    if (end <= start) continue
    buckets.add(always)
    addBuckets(buckets, dayOf(start), dayOf(end - 1), list)
  }
  return buckets
}

const always: BucketName = 'always'

/** From so many days on it is cheaper to ask what is there than to name each day. */
const manyDays = 120

function addBuckets(buckets: Set<BucketName>, first: number, last: number, list: BucketList): void {
  if (last - first < manyDays) {
    for (let day = first; day <= last; day++) buckets.add(nameDay(day))
    for (let month = monthOf(first); month <= monthOf(last); month++) {
      buckets.add(nameMonth(month))
      buckets.add(nameYear(Math.floor(month / 12)))
    }
    return
  }
  const [from, to] = [nameDay(first), nameDay(last)]
  for (const year of list.listYears()) {
    if (year < from.slice(0, 4) || year > to.slice(0, 4)) continue
    for (const name of list.listYear(year)) {
      const bucket = `${year}/${name}`
      // A month is compared with the month of the first day, a year with its year.
      const isWithin = name === 'year' || (bucket >= from.slice(0, bucket.length) && bucket <= to)
      if (isWithin) buckets.add(bucket)
    }
  }
}

function nameDay(day: number): BucketName {
  const { year, month, day: number } = makeCivilDate(day)
  return `${four(year)}/${two(month)}-${two(number)}`
}

/** Months are counted from year 0. */
function nameMonth(month: number): BucketName {
  return `${four(Math.floor(month / 12))}/${two((month % 12) + 1)}`
}

function nameYear(year: number): BucketName {
  return `${four(year)}/year`
}

function dayOf(instant: Instant): number {
  return Math.floor(instant / secondsOfDay)
}

function monthOf(day: number): number {
  const { year, month } = makeCivilDate(day)
  return year * 12 + month - 1
}

function listRange(first: number, last: number, name: (number: number) => BucketName): readonly BucketName[] {
  return Array.from({ length: last - first + 1 }, (_, index) => name(first + index))
}

function four(year: number): string {
  return String(year).padStart(4, '0')
}

function two(number: number): string {
  return number < 10 ? `0${number}` : String(number)
}
