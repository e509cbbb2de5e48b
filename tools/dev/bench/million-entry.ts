// What the benchmark of the full room runs in its own process: rooms as large as wanted, written through the store itself.

import { replaceBookings } from '../../../src/agents/bookkeeping.ts'
import type { Component, Property } from '../../../src/calendar/component.ts'
import { makeZones } from '../../../src/calendar/time-zone.ts'
import type { Booking } from '../../../src/freebusy/record.ts'
import type { StoredSeries } from '../../../src/itip/stored-series.ts'
import { makeNodeFileSystem } from '../../../src/store/file/file-system.ts'
import { openFileStore } from '../../../src/store/file/store.ts'
import type { StoreChange } from '../../../src/store/store.ts'
import { loadSystemZones } from '../../../src/zones/system-zones.ts'

export { openRoom } from './growth-entry.ts'

type User = `mailto:${string}`

/** Quarters of an hour from Monday 6 January 2020 on; of each the first ten minutes are booked. */
const quarter = 900
const quartersOfWeek = 672
const first = Date.UTC(2020, 0, 6) / 1000
const now = Date.UTC(2026, 2, 2, 9) / 1000

export interface RoomShape {
  readonly bookings: number
  readonly endless: number
  /** Quarters of an hour from one single booking to the next. */
  readonly step: number
}

/**
 * Endless series begin in the first week, each at an hour of its own; single bookings take other quarters of the week. Nothing
 * is synced, since nobody waits for it: what is measured later does.
 */
export async function fillRoom(directory: string, user: User, { bookings, endless, step }: RoomShape): Promise<void> {
  const system = { ...makeNodeFileSystem(), sync: () => {}, syncAll: async () => {} }
  const store = openFileStore({ directory, now: () => now, fileSystem: system, longestLog: 1_000_000 })
  const zones = makeZones(loadSystemZones(), new Map(), 'Europe/Berlin')
  const batch = 4000
  let place = -1
  for (let written = 0; written < bookings; written += batch) {
    const changes: StoreChange[] = []
    for (let number = written; number < Math.min(bookings, written + batch); number++) {
      if (number < endless) {
        const series = makeSeries(`endless-${number}@example.com`, makeEndless(number))
        changes.push({ user, effect: { kind: 'save-series', series } })
        for (const effect of replaceBookings(series, zones, () => 'BUSY')) changes.push({ user, effect })
        continue
      }
      // Every third quarter of the week is left to the endless series.
      do place += step
      while ((place % quartersOfWeek) % 3 === 0)
      const uid = `stock-${number}@example.com`
      const start = first + place * quarter
      const times = [makeProperty('DTSTART', stamp(start)), makeProperty('DTEND', stamp(start + 600))]
      changes.push({ user, effect: { kind: 'save-series', series: makeSeries(uid, times) } })
      changes.push({ user, effect: { kind: 'book', bookings: [makeSingle(uid, start)] } })
    }
    await store.transact([user], [], async () => ({ changes, result: undefined }))
  }
  await store.close()
}

/** Most are weekly, some every other week, some by the month; half by the clock of a zone. */
function makeEndless(number: number): readonly Property[] {
  const start = first + ((number * 3) % quartersOfWeek) * quarter
  const day = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'][new Date(start * 1000).getUTCDay()]
  const rule = ['FREQ=WEEKLY', 'FREQ=WEEKLY', 'FREQ=WEEKLY', 'FREQ=WEEKLY;INTERVAL=2', `FREQ=MONTHLY;BYDAY=1${day}`][
    number % 5
  ]
  const isZoned = number % 2 === 0
  const property = makeProperty('DTSTART', isZoned ? stamp(start).slice(0, -1) : stamp(start))
  return [
    isZoned ? { ...property, parameters: [{ name: 'TZID', values: ['Europe/Berlin'] }] } : property,
    makeProperty('DURATION', 'PT10M'),
    makeProperty('RRULE', rule ?? ''),
  ]
}

function makeSingle(uid: string, start: number): Booking {
  return {
    start: { kind: 'utc', local: start },
    end: { kind: 'utc', local: start + 600 },
    uid,
    busyType: 'BUSY',
    summary: 'Planning of the next quarter',
    organizer: 'mailto:pat@example.com',
  }
}

function makeSeries(uid: string, times: readonly Property[]): StoredSeries {
  const component: Component = {
    name: 'VEVENT',
    properties: [
      makeProperty('UID', uid),
      makeProperty('DTSTAMP', '20200101T085900Z'),
      ...times,
      makeProperty('ORGANIZER', 'mailto:pat@example.com'),
      makeProperty('ATTENDEE', 'mailto:room@example.com'),
      makeProperty('SUMMARY', 'Planning of the next quarter'),
    ],
    components: [],
  }
  const nothing = { cancelled: [], timeZones: [], answers: [], counters: [], held: [], decided: [] }
  return { uid, parts: [{ key: '', component }], ...nothing }
}

function makeProperty(name: string, value: string): Property {
  return { name, value, parameters: [] }
}

function stamp(instant: number): string {
  return new Date(instant * 1000).toISOString().replace(/[-:]|\.000/g, '')
}
