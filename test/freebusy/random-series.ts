// Series by chance: rules, dates, exceptions, instances with details of their own, changes and cancellations of this and all later
// ones, on the clocks of several zones, around the days on which these are set.

import type { Component } from '../../src/calendar/component.ts'
import { isFault } from '../../src/calendar/fault.ts'
import { makeProperty, withProperties } from '../../src/calendar/properties.ts'
import { type Occurrence, readSet, walkOccurrences } from '../../src/calendar/recurrence.ts'
import { makeRecurrenceKey } from '../../src/calendar/recurrence-id.ts'
import { type Instance, type KeyedComponent, listInstances } from '../../src/calendar/series.ts'
import { serializeCalendarTime, serializeInstant } from '../../src/calendar/time.ts'
import type { Zones } from '../../src/calendar/time-zone.ts'
import { findPart, makeSeries, withPart } from '../../src/itip/instances.ts'
import type { StoredSeries } from '../../src/itip/stored-series.ts'
import { fc } from '../fast-check.ts'
import { parseEvent } from '../support/calendar-text.ts'

/** 2026-02-20: summer time begins on 8 March in New York, on 29 March in Oslo, and ends on 5 April on Lord Howe Island. */
export const firstDay = 1_771_545_600
export const secondsOfDay = 86_400

const places = ['Europe/Oslo', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata'] as const

type Clock = 'utc' | 'floating' | 'date' | (typeof places)[number]

export interface SeriesChoice {
  readonly clock: Clock
  /** Minutes after the first day. */
  readonly start: number
  readonly length: string
  readonly rule: string
  readonly isEndless: boolean
  readonly count: number
  /** Minutes after the start. */
  readonly dates: readonly number[]
  /** Numbers of instances. */
  readonly leftOut: readonly number[]
  readonly changes: readonly ChangeChoice[]
}

interface ChangeChoice {
  readonly kind: 'one' | 'range' | 'cancel' | 'cut'
  /** Number of the instance. */
  readonly at: number
  /** Minutes. */
  readonly shift: number
  readonly length: string
  /** The clock it is written by; otherwise the series'. */
  readonly clock: Clock | undefined
}

const fiveMinutes = (most: number) => fc.integer({ min: 0, max: most / 5 }).map((number) => number * 5)
const lengths = fc.constantFrom('PT5M', 'PT30M', 'PT1H', 'PT2H30M', 'P1D', 'P1DT6H')
const clocks = fc.constantFrom<Clock>('utc', 'floating', 'date', ...places, ...places)
const rules = fc.constantFrom(
  'FREQ=DAILY',
  'FREQ=DAILY;INTERVAL=2',
  'FREQ=WEEKLY',
  'FREQ=WEEKLY;BYDAY=MO,TH',
  'FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,WE;WKST=SU',
  'FREQ=MONTHLY;BYDAY=-1FR',
  'FREQ=MONTHLY;BYMONTHDAY=1,15',
)

const changes: fc.Arbitrary<ChangeChoice> = fc.record({
  kind: fc.constantFrom<ChangeChoice['kind']>('one', 'range', 'range', 'range', 'cancel', 'cut'),
  at: fc.integer({ min: 0, max: 12 }),
  shift: fc.oneof(
    fc.constantFrom(-60, 60, 0, 24 * 60, -7 * 24 * 60),
    fiveMinutes(6 * 24 * 60).map((minutes) => minutes - 3 * 24 * 60),
  ),
  length: lengths,
  clock: fc.option(clocks, { nil: undefined, freq: 3 }),
})

export const seriesChoices: fc.Arbitrary<SeriesChoice> = fc.record({
  clock: clocks,
  start: fiveMinutes(40 * 24 * 60),
  length: lengths,
  rule: rules,
  isEndless: fc.boolean(),
  count: fc.integer({ min: 1, max: 40 }),
  dates: fc.array(fiveMinutes(60 * 24 * 60), { maxLength: 2 }),
  leftOut: fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 2 }),
  changes: fc.array(changes, { maxLength: 4 }),
})

/** As it would be stored when all its changes have come. */
export function makeRandomSeries(choice: SeriesChoice, uid: string, zones: Zones): StoredSeries {
  const master = makeMaster(choice, uid, zones)
  let series: StoredSeries = { ...makeSeries(uid), parts: [{ key: '', component: master }] }
  const originals = listOriginals(master, zones)
  for (const change of choice.changes) {
    const original = originals[change.at % originals.length]
    const key = original && makeRecurrenceKey(original.id, zones)
    if (original === undefined || key === undefined || isFault(key)) continue
    const isRange = change.kind === 'range' || change.kind === 'cut'
    const id = makeTime('RECURRENCE-ID', original.start, choice.clock, zones, isRange)
    if (change.kind === 'cancel' || change.kind === 'cut') {
      const component = parseEvent(`UID:${uid}`, id, 'STATUS:CANCELLED')
      const parts = series.parts.filter((part) => (isRange ? part.key < key : part.key !== key || part.key === ''))
      series = { ...series, parts, cancelled: withPart(series.cancelled, key, component) }
    } else if (!isCancelled(series, key) && !findPart(series.parts, key)) {
      const clock = change.clock ?? choice.clock
      const start = makeTime('DTSTART', original.start + change.shift * 60, clock, zones, false)
      const component = parseEvent(`UID:${uid}`, id, start, `DURATION:${fitLength(change.length, clock)}`)
      series = { ...series, parts: withPart(series.parts, key, component) }
    }
  }
  return series
}

function isCancelled({ cancelled }: StoredSeries, key: string): boolean {
  return cancelled.some((part) => part.key === key || (hasRange(part.component) && part.key <= key))
}

function hasRange(component: Component): boolean {
  return component.properties.some(({ parameters }) => parameters.some(({ name }) => name === 'RANGE'))
}

function makeMaster(choice: SeriesChoice, uid: string, zones: Zones): Component {
  const { clock, rule, isEndless, count } = choice
  const begin = firstDay + choice.start * 60
  const bare = parseEvent(
    `UID:${uid}`,
    makeTime('DTSTART', begin, clock, zones, false),
    `DURATION:${fitLength(choice.length, clock)}`,
    `RRULE:${rule}${isEndless ? '' : `;COUNT=${count}`}`,
    ...choice.dates.map((minutes) => makeTime('RDATE', begin + minutes * 60, clock, zones, false)),
  )
  const originals = listOriginals(bare, zones)
  const leftOut = choice.leftOut.flatMap((number) => originals[number] ?? [])
  // One is left, so that there is something to change.
  if (leftOut.length >= originals.length) return bare
  const exceptions = leftOut.map(({ id }) =>
    makeProperty(
      'EXDATE',
      serializeCalendarTime(id),
      id.kind === 'zoned' ? { TZID: id.zone } : id.kind === 'date' ? { VALUE: 'DATE' } : {},
    ),
  )
  return exceptions.length === 0 ? bare : withProperties(bare, ...exceptions)
}

function listOriginals(component: Component, zones: Zones): readonly Occurrence[] {
  const recurrence = readSet(component)
  if (isFault(recurrence)) throw new Error(recurrence.text)
  const found: Occurrence[] = []
  for (const occurrence of walkOccurrences(recurrence, zones)) {
    if (isFault(occurrence) || found.length === 13) break
    found.push(occurrence)
  }
  return found
}

function makeTime(name: string, instant: number, clock: Clock, zones: Zones, isRange: boolean): string {
  const range = isRange ? ';RANGE=THISANDFUTURE' : ''
  if (clock === 'utc') return `${name}${range}:${serializeInstant(instant)}`
  const zone = clock === 'floating' || clock === 'date' ? zones.local : zones.resolve(clock)
  if (isFault(zone)) throw new Error(zone.text)
  const text = serializeCalendarTime({ kind: 'floating', local: zone.toLocal(instant) })
  if (clock === 'date') return `${name}${range};VALUE=DATE:${text.slice(0, 8)}`
  return clock === 'floating' ? `${name}${range}:${text}` : `${name}${range};TZID=${clock}:${text}`
}

/** RFC 5545, 3.8.2.5: of dates whole days. */
function fitLength(length: string, clock: Clock): string {
  return clock === 'date' ? (length.startsWith('P1DT') ? 'P2D' : 'P1D') : length
}

/** What `calendar/series.ts` says of it: another way than that of the bookings. */
export function listTrueInstances(
  { parts, cancelled }: StoredSeries,
  zones: Zones,
  window: { readonly start: number; readonly end: number },
): readonly Instance[] {
  const overrides: KeyedComponent[] = [...parts.filter(({ key }) => key !== ''), ...cancelled]
  const instances = listInstances(findPart(parts, ''), overrides, zones, window)
  if (isFault(instances)) throw new Error(instances.text)
  return instances
}
