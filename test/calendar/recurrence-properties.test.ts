// What holds for every rule: windows, exceptions, ends and collisions against plain enumeration.

import { describe, expect, test } from 'vitest'
import { findCollisions } from '../../src/calendar/collision.ts'
import { isFault } from '../../src/calendar/fault.ts'
import { isOverlapping } from '../../src/calendar/period.ts'
import {
  findUntil,
  firstOccurrenceAfter,
  listOccurrences,
  type Occurrence,
  type Recurrence,
  readRecurrence,
  walkOccurrences,
} from '../../src/calendar/recurrence.ts'
import { makeCivilDate, serializeCalendarTime } from '../../src/calendar/time.ts'
import { fc } from '../fast-check.ts'
import { makeRandom, makeRandomRule } from './oracle/random-rules.ts'
import { makeComponent, need, zonesFor } from './recurrence-source.ts'

const zoneNames = ['UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata']
const zones = zonesFor('America/Sao_Paulo')
const plenty = { steps: 5_000_000, occurrences: 1_000_000 }
const day = 86_400

interface Sample {
  readonly lines: string
  readonly recurrence: Recurrence
  /** Its first occurrences, by plain walking; all of them where `isWhole`. */
  readonly all: readonly Occurrence[]
  readonly isWhole: boolean
}

/** A random series with a length, in a zone; nothing where the rule never comes true. */
function makeSample(seed: number, most = 150): Sample | undefined {
  const random = makeRandom(seed)
  const { start, rule } = makeRandomRule(random)
  const zone = zoneNames[Math.floor(random() * zoneNames.length)] ?? 'UTC'
  const lengths = ['PT0S', 'PT30M', 'PT1H', 'P1D', 'P1DT2H', 'P3D', 'PT36H']
  const length = lengths[Math.floor(random() * lengths.length)]
  const until = /UNTIL=\d{8}T\d{6}/.test(rule) ? `${rule.replace(/(UNTIL=\d{8}T\d{6})/, '$1Z')}` : rule
  const lines = `DTSTART;TZID=${zone}:${start}\nDURATION:${length}\nRRULE:${until}`
  const recurrence = readRecurrence(makeComponent(lines))
  if (recurrence === undefined || isFault(recurrence)) return undefined
  const all: Occurrence[] = []
  for (const occurrence of walkOccurrences(recurrence, zones, Number.NEGATIVE_INFINITY, plenty)) {
    if (all.length === most) return { lines, recurrence, all, isWhole: false }
    if (isFault(occurrence)) return all.length > 0 ? { lines, recurrence, all, isWhole: false } : undefined
    all.push(occurrence)
  }
  return { lines, recurrence, all, isWhole: true }
}

const seeds = fc.integer({ min: 0, max: 2 ** 31 - 1 })
const share = fc.double({ min: 0, max: 1, noNaN: true })
/** RECURRENCE_RUNS=10 for ten times as many. */
const factor = Number(process.env.RECURRENCE_RUNS ?? 1)
const times = (most: number) => ({ numRuns: Math.ceil(most * factor) })
const runs = times(400)

/** Two instants inside what the sample has enumerated. */
function chooseWindow(sample: Sample, a: number, b: number): { readonly start: number; readonly end: number } {
  const first = (sample.all[0]?.start ?? 0) - 3 * day
  const last = (sample.all.at(-1)?.start ?? 0) + (sample.isWhole ? 5 * day : 0)
  const [low, high] = [Math.min(a, b), Math.max(a, b)]
  return { start: Math.round(first + (last - first) * low), end: Math.round(first + (last - first) * high) }
}

function isIn({ start, end }: Occurrence, window: { readonly start: number; readonly end: number }): boolean {
  return start < window.end && (end > window.start || start >= window.start)
}

const show = (occurrences: readonly Occurrence[]): readonly string[] =>
  occurrences.map(({ id, start, end }) => `${serializeCalendarTime(id)} ${start} ${end}`)

describe('for every series', () => {
  test('a window has what the whole list has there', () => {
    fc.assert(
      fc.property(seeds, share, share, (seed, a, b) => {
        const sample = makeSample(seed)
        if (!sample) return
        const window = chooseWindow(sample, a, b)
        const listed = need(listOccurrences(sample.recurrence, zones, window, plenty))
        expect(show(listed), sample.lines).toEqual(show(sample.all.filter((each) => isIn(each, window))))
      }),
      runs,
    )
  })

  test('splitting a window changes nothing', () => {
    fc.assert(
      fc.property(seeds, share, share, share, (seed, a, b, c) => {
        const sample = makeSample(seed)
        if (!sample) return
        const window = chooseWindow(sample, a, b)
        const middle = Math.round(window.start + (window.end - window.start) * c)
        const list = (start: number, end: number) =>
          need(listOccurrences(sample.recurrence, zones, { start, end }, plenty))
        const parts = [...list(window.start, middle), ...list(middle, window.end)]
        const once = [...new Map(parts.map((each) => [each.start, each])).values()].sort((x, y) => x.start - y.start)
        expect(show(once), sample.lines).toEqual(show(list(window.start, window.end)))
      }),
      runs,
    )
  })

  test('starts ascend and none comes twice', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const sample = makeSample(seed)
        if (!sample) return
        for (let at = 1; at < sample.all.length; at++) {
          expect(sample.all[at]?.start, sample.lines).toBeGreaterThan(sample.all[at - 1]?.start ?? 0)
        }
      }),
      runs,
    )
  })

  test('exceptions take away what they name, in whatever zone, and nothing else', () => {
    fc.assert(
      fc.property(seeds, fc.array(fc.nat(80), { maxLength: 12 }), (seed, taken) => {
        const sample = makeSample(seed)
        if (!sample) return
        const gone = sample.all.filter((_, at) => taken.includes(at))
        const lines = gone.map(({ start }, at) =>
          at % 2 === 0
            ? `EXDATE:${serializeCalendarTime({ kind: 'utc', local: start })}`
            : `EXDATE;TZID=Asia/Tokyo:${serializeCalendarTime({ kind: 'floating', local: start + 9 * 3600 })}`,
        )
        const recurrence = need(readRecurrence(makeComponent([sample.lines, ...lines].join('\n'))))
        const left = sample.all.filter((each) => !gone.includes(each))
        const listed: Occurrence[] = []
        for (const each of walkOccurrences(recurrence, zones, Number.NEGATIVE_INFINITY, plenty)) {
          if (listed.length === left.length || isFault(each)) break
          listed.push(each)
        }
        expect(show(listed), sample.lines).toEqual(show(left))
      }),
      runs,
    )
  })

  test('the first one after an instant is the first of the list', () => {
    fc.assert(
      fc.property(seeds, share, (seed, a) => {
        const sample = makeSample(seed)
        if (!sample) return
        const { start } = chooseWindow(sample, a, a)
        const expected = sample.all.find((each) => each.start > start)
        if (!expected && !sample.isWhole) return
        const found = firstOccurrenceAfter(sample.recurrence, zones, start, plenty)
        expect(isFault(found), sample.lines).toBe(false)
        expect(found, sample.lines).toEqual(expected)
      }),
      runs,
    )
  })

  test('the end is the end of the last one', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const sample = makeSample(seed, 2000)
        if (!sample?.isWhole) return
        const until = findUntil(sample.recurrence, zones, plenty)
        // No end is known of a rule whose time runs out with the calendar.
        if (until === undefined) return
        expect(until, sample.lines).toBe(Math.max(...sample.all.map(({ end }) => end)))
      }),
      runs,
    )
  })

  test('COUNT counted by arithmetic is COUNT counted one by one', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 1, max: 400 }), (seed, count) => {
        const { start, rule } = makeRandomRule(makeRandom(seed))
        const endless = rule.replace(/;(COUNT|UNTIL)=[^;]*/, '')
        const recurrence = readRecurrence(makeComponent(`DTSTART:${start}\nRRULE:${endless};COUNT=${count}`))
        if (recurrence === undefined || isFault(recurrence)) return
        const [bound] = recurrence.rules
        if (bound === undefined) return
        const step = bound.walk(bound.start + 1, { ...plenty })
        let last = bound.start
        for (let counted = 1; counted < count; counted++) {
          const next = step()
          if (next === Number.POSITIVE_INFINITY) return
          last = next
        }
        expect(bound.findLastCounted(Number.POSITIVE_INFINITY, { ...plenty }), `${start} ${rule} ${count}`).toBe(last)
      }),
      times(1500),
    )
  })
})

describe('weeks of the year', () => {
  test('are those that counting day by day gives, also every few years', () => {
    const week = fc.integer({ min: 1, max: 53 }).chain((number) => fc.constantFrom(number, -number))
    fc.assert(
      fc.property(
        fc.integer({ min: 8000, max: 25_000 }),
        fc.integer({ min: 1, max: 5 }),
        fc.uniqueArray(week, { minLength: 1, maxLength: 4 }),
        fc.uniqueArray(fc.nat(6), { minLength: 1, maxLength: 4 }),
        fc.nat(6),
        (start, interval, numbers, days, weekStart) => {
          const names = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU']
          const rule = `FREQ=YEARLY;INTERVAL=${interval};WKST=${names[weekStart]};BYWEEKNO=${numbers};BYDAY=${days.map((each) => names[each])}`
          const lines = `DTSTART:${serializeCalendarTime({ kind: 'date', local: start * day })}\nRRULE:${rule}`
          const recurrence = readRecurrence(makeComponent(lines))
          const expected: number[] = []
          for (let at = start; at < start + 366 * 40; at++) {
            const { year, number, weeks } = findWeek(at, weekStart)
            if (!days.includes((at + 3) % 7) || (year - findWeek(start, weekStart).year) % interval !== 0) continue
            if (numbers.includes(number) || numbers.includes(number - weeks - 1)) expected.push(at)
          }
          if (expected[0] !== start) expected.unshift(start)
          if (isFault(recurrence) || recurrence === undefined) {
            expect(expected.length, rule).toBe(1)
            return
          }
          const window = { start: start * day, end: (start + 366 * 40) * day }
          const found = need(listOccurrences(recurrence, zonesFor('UTC'), window, plenty)).map(
            (each) => each.start / day,
          )
          expect(found, lines).toEqual(expected)
        },
      ),
      times(60),
    )
  })
})

/** RFC 5545, 3.3.10: a week belongs to the year that has at least four of its days. */
function findWeek(at: number, weekStart: number): { year: number; number: number; weeks: number } {
  const beginOf = (each: number): number => each - ((each + 3 - weekStart + 7) % 7)
  const { year } = makeCivilDate(beginOf(at) + 3)
  const first = (of: number): number => beginOf(Date.UTC(of, 0, 4) / 1000 / day)
  return {
    year,
    number: (beginOf(at) - first(year)) / 7 + 1,
    weeks: (first(year + 1) - first(year)) / 7,
  }
}

describe('two series', () => {
  test('collide where plain comparison finds it', () => {
    fc.assert(
      fc.property(seeds, seeds, share, (seedA, seedB, a) => {
        const [sampleA, sampleB] = [makeSample(seedA, 300), makeSample(seedB, 300)]
        if (!sampleA || !sampleB) return
        const from = chooseWindow(sampleA, a, a).start
        const reach = (sample: Sample) => (sample.isWhole ? Number.POSITIVE_INFINITY : (sample.all.at(-1)?.start ?? 0))
        const known = Math.min(reach(sampleA), reach(sampleB))
        const expected = sampleA.all.flatMap((one) =>
          sampleB.all
            .filter((other) => isOverlapping(one, other) && Math.min(one.end, other.end) > from)
            .map((other) => ({ a: one, b: other })),
        )
        const sure = expected.filter((pair) => pair.a.start < known && pair.b.start < known && pair.a.end < known)
        const found = findCollisions(sampleA.recurrence, sampleB.recurrence, zones, zones, from, 5, plenty)
        if (isFault(found)) {
          expect(found.code, `${sampleA.lines}\n${sampleB.lines}`).toBe('too-much-work')
          return
        }
        const showPairs = (pairs: readonly { a: Occurrence; b: Occurrence }[]) =>
          pairs.map((pair) => `${pair.a.start} ${pair.b.start}`)
        const message = `${from}\n${sampleA.lines}\n${sampleB.lines}`
        // What is found later than plain comparison could look must still be a collision.
        for (const pair of found) expect(isOverlapping(pair.a, pair.b), message).toBe(true)
        expect(showPairs(found).slice(0, Math.min(5, sure.length)), message).toEqual(showPairs(sure).slice(0, 5))
        if (sampleA.isWhole && sampleB.isWhole) {
          expect(showPairs(found), message).toEqual(showPairs(expected).slice(0, 5))
        }
      }),
      times(600),
    )
  })

  const kinds = [
    'FREQ=DAILY',
    'FREQ=DAILY;INTERVAL=2',
    'FREQ=DAILY;INTERVAL=3',
    'FREQ=WEEKLY',
    'FREQ=WEEKLY;INTERVAL=2',
    'FREQ=WEEKLY;INTERVAL=3;BYDAY=MO,WE',
    'FREQ=WEEKLY;BYDAY=TU,SU',
    'FREQ=MONTHLY;BYDAY=1MO',
    'FREQ=MONTHLY;BYDAY=-1SU',
    'FREQ=MONTHLY;BYMONTHDAY=15',
    'FREQ=YEARLY',
    'FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU',
    'FREQ=HOURLY;INTERVAL=36',
  ]
  const someTime = fc.record({
    kind: fc.constantFrom(...kinds),
    zone: fc.constantFrom('Europe/Berlin', 'Europe/London', 'America/New_York', 'UTC', 'Australia/Lord_Howe'),
    day: fc.nat(27),
    // Many at night, when clocks are set.
    quarter: fc.oneof(fc.nat(95), fc.integer({ min: 2, max: 14 })),
    length: fc.constantFrom('PT15M', 'PT30M', 'PT1H', 'PT2H', 'P1D'),
  })

  test('without end collide within years exactly where plain comparison finds it', () => {
    fc.assert(
      fc.property(someTime, someTime, (one, other) => {
        const write = ({ kind, zone, day: number, quarter, length }: typeof one) => {
          const minutes = quarter * 15
          const clock = `${String(Math.floor(minutes / 60)).padStart(2, '0')}${String(minutes % 60).padStart(2, '0')}00`
          return `DTSTART;TZID=${zone}:202601${String(number + 1).padStart(2, '0')}T${clock}\nDURATION:${length}\nRRULE:${kind}`
        }
        const lines = [write(one), write(other)]
        const [a, b] = lines.map((text) => need(readRecurrence(makeComponent(text)))) as [Recurrence, Recurrence]
        const from = Date.UTC(2026, 1, 1) / 1000
        const window = { start: from, end: Date.UTC(2038, 0, 1) / 1000 }
        const listA = need(listOccurrences(a, zones, window, plenty))
        const listB = need(listOccurrences(b, zones, window, plenty))
        let first: string | undefined
        for (let at = 0, low = 0; at < listA.length && first === undefined; at++) {
          const each = listA[at] as Occurrence
          while (low < listB.length && (listB[low]?.end ?? 0) <= each.start) low += 1
          for (let next = low; next < listB.length && (listB[next]?.start ?? 0) < each.end; next++) {
            const counter = listB[next] as Occurrence
            if (isOverlapping(each, counter)) {
              first = `${each.start} ${counter.start}`
              break
            }
          }
        }
        const found = findCollisions(a, b, zones, zones, from, 1)
        const message = lines.join('\n')
        expect(isFault(found) ? found.text : undefined, message).toBe(undefined)
        const [pair] = need(found)
        const shown = pair === undefined ? undefined : `${pair.a.start} ${pair.b.start}`
        if (first !== undefined || (pair !== undefined && pair.a.start < window.end - day)) {
          expect(shown, message).toBe(first)
        }
      }),
      times(500),
    )
  })
})
