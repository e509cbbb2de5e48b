// What bench-store.mjs measures, made into one file by it: rooms of several sizes, and what a message asks of the store.

import type { Booking } from '../../../src/freebusy/record.ts'
import type { StoredSeries } from '../../../src/itip/stored-series.ts'
import { openFileStore } from '../../../src/store/file/store.ts'
import type { Store, StoreChange } from '../../../src/store/store.ts'

const first = 1_767_600_000
const hour = 3600
const day = 86_400
const text = 'x'.repeat(1500)

export function open(directory: string): Store {
  return openFileStore({ directory, now: () => first })
}

/** So many single bookings, 24 a day from one day on, and among them so many endless series. */
export async function fill(store: Store, user: `mailto:${string}`, bookings: number, endless: number): Promise<void> {
  for (let index = 0; index < bookings; index += 500) {
    const size = Math.min(500, bookings - index)
    const changes = Array.from({ length: size }, (_, offset) => makeChanges(user, index + offset, endless)).flat()
    await store.transact([user], [], async () => ({ changes, result: undefined }))
  }
}

function makeChanges(user: `mailto:${string}`, number: number, endless: number): readonly StoreChange[] {
  const uid = `booking-${number}@example.com`
  const start = first + number * hour
  const booking = number < endless ? makeRecurring(uid, start) : makeSingle(uid, start)
  return [
    { user, effect: { kind: 'save-series', series: makeSeries(uid) } },
    { user, effect: { kind: 'book', bookings: [booking] } },
  ]
}

/** A single request: looked, booked, answered. */
export async function request(store: Store, user: `mailto:${string}`, name: string, slot: number): Promise<void> {
  const uid = `${name}@example.com`
  const start = first + slot * hour
  await answer(store, user, uid, [{ start, end: start + hour / 2 }], makeSingle(uid, start))
}

/** A weekly series of 52. */
export async function requestSeries(store: Store, user: `mailto:${string}`, name: string, slot: number): Promise<void> {
  const uid = `${name}@example.com`
  const start = first + slot * hour
  const periods = Array.from({ length: 52 }, (_, week) => ({
    start: start + week * 7 * day,
    end: start + week * 7 * day + hour / 2,
  }))
  await answer(store, user, uid, periods, makeRecurring(uid, start, start + 52 * 7 * day))
}

async function answer(
  store: Store,
  user: `mailto:${string}`,
  uid: string,
  periods: readonly { readonly start: number; readonly end: number }[],
  booking: Booking,
): Promise<void> {
  await store.transact([user], [], async (reader) => {
    await reader.readSeries(user, uid)
    const window = await reader.readWindow(user, periods)
    const changes: readonly StoreChange[] = [
      { user, effect: { kind: 'save-series', series: makeSeries(uid) } },
      { user, effect: { kind: 'release', uid } },
      { user, effect: { kind: 'book', bookings: [booking] } },
      {
        user,
        outgoing: {
          messageId: `<${uid}>`,
          kind: 'answer',
          envelope: { sender: 'room@example.com', recipients: ['pat@example.com'] },
          bytes: Buffer.from(text),
        },
      },
    ]
    return { changes, result: window.single.length }
  })
  await store.flushOutbox(user, async () => 'done')
}

export async function cancel(store: Store, user: `mailto:${string}`, name: string): Promise<void> {
  const uid = `${name}@example.com`
  await store.transact([user], [], async (reader) => {
    const series = (await reader.readSeries(user, uid)) ?? makeSeries(uid)
    const changes: readonly StoreChange[] = [
      { user, effect: { kind: 'save-series', series: { ...series, parts: [], cancelled: series.parts } } },
      { user, effect: { kind: 'release', uid } },
    ]
    return { changes, result: undefined }
  })
}

/** What a search for the next free time within 90 days reads. */
export async function lookAhead(store: Store, user: `mailto:${string}`, slot: number): Promise<number> {
  const start = first + slot * hour
  return store.transact([user], [], async (reader) => {
    const window = await reader.readWindow(user, [{ start, end: start + 90 * day }])
    return { changes: [], result: window.single.length + window.recurring.length }
  })
}

function makeSingle(uid: string, start: number): Booking {
  return {
    start: { kind: 'utc', local: start },
    end: { kind: 'utc', local: start + hour / 2 },
    uid,
    busyType: 'BUSY',
    summary: 'Planning of the next quarter',
    organizer: 'mailto:pat@example.com',
  }
}

function makeRecurring(uid: string, start: number, until?: number): Booking {
  const property = (name: string, value: string, zone?: string) => ({
    name,
    value,
    parameters: zone === undefined ? [] : [{ name: 'TZID', values: [zone] }],
  })
  const component = {
    name: 'VEVENT',
    properties: [
      property('DTSTART', '20260105T080000', 'Europe/Oslo'),
      property('DURATION', 'PT30M'),
      property('RRULE', 'FREQ=WEEKLY'),
    ],
    components: [],
  }
  return {
    ...makeSingle(uid, start),
    recurrence: { component, timeZones: [], ...(until === undefined ? {} : { until }) },
  }
}

function makeSeries(uid: string): StoredSeries {
  const property = (name: string, value: string) => ({ name, value, parameters: [] })
  const component = {
    name: 'VEVENT',
    properties: [
      property('UID', uid),
      property('DTSTAMP', '20260302T085900Z'),
      property('DTSTART', '20260310T100000Z'),
      property('DTEND', '20260310T110000Z'),
      property('ORGANIZER', 'mailto:pat@example.com'),
      property('ATTENDEE', 'mailto:room@example.com'),
      property('SUMMARY', 'Planning of the next quarter'),
    ],
    components: [],
  }
  return {
    uid,
    parts: [{ key: '', component }],
    cancelled: [],
    timeZones: [],
    answers: [],
    counters: [],
    held: [],
    decided: [],
  }
}
