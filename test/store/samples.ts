// What the store's tests keep in stores: small bookings, series, mails and verdicts.
import type { Verdict } from '../../src/agents/verdict.ts'
import type { CalendarAddress } from '../../src/calendar/calendar-address.ts'
import type { Component } from '../../src/calendar/component.ts'
import type { Period } from '../../src/calendar/period.ts'
import { makeProperty } from '../../src/calendar/properties.ts'
import { type CalendarTime, type Instant, parseInstant } from '../../src/calendar/time.ts'
import type { BookedRecurrence, Booking } from '../../src/freebusy/record.ts'
import type { StoredSeries } from '../../src/itip/stored-series.ts'
import type { OutgoingMail } from '../../src/mail/outgoing-mail.ts'
import type { Store, StoreChange, StoreReader } from '../../src/store/store.ts'

export const room: CalendarAddress = 'mailto:room@example.com'
export const otherRoom: CalendarAddress = 'mailto:annex@example.com'

export function at(text: string): Instant {
  const instant = parseInstant(text)
  if (typeof instant !== 'number') throw new Error(instant.text)
  return instant
}

export function between(start: string, end: string): Period {
  return { start: at(start), end: at(end) }
}

export function utc(local: Instant): CalendarTime {
  return { kind: 'utc', local }
}

export function makeBooking(uid: string, start: Instant, end: Instant, more: Partial<Booking> = {}): Booking {
  const booking: Booking = {
    start: utc(start),
    end: utc(end),
    uid,
    busyType: 'BUSY',
    summary: 'Planning',
    organizer: 'mailto:pat@example.com',
  }
  return { ...booking, ...more }
}

export function makeRecurrence(start: string, until?: Instant): BookedRecurrence {
  const properties = [makeProperty('DTSTART', start), makeProperty('RRULE', 'FREQ=WEEKLY')]
  const component: Component = { name: 'VEVENT', properties, components: [] }
  return { component, timeZones: [], ...(until === undefined ? {} : { until }) }
}

export function makeEvent(uid: string, ...lines: readonly (readonly [name: string, value: string])[]): Component {
  const properties = [['UID', uid], ['DTSTAMP', '20260302T085900Z'], ...lines] as const
  return {
    name: 'VEVENT',
    properties: properties.map(([name, value]) => makeProperty(name, value)),
    components: [],
  }
}

export function makeSeries(uid: string, more: Partial<StoredSeries> = {}): StoredSeries {
  const component = makeEvent(uid, ['DTSTART', '20260310T100000Z'], ['SUMMARY', 'Planning'])
  const series: StoredSeries = {
    uid,
    parts: [{ key: '', component }],
    cancelled: [],
    timeZones: [],
    answers: [],
    counters: [],
    held: [],
    decided: [],
  }
  return { ...series, ...more }
}

export function makeMail(messageId: string, text = 'BEGIN:VCALENDAR\r\n'): OutgoingMail {
  return {
    messageId,
    kind: 'answer',
    envelope: { sender: 'calendar@example.com', recipients: ['pat@example.com'] },
    bytes: Buffer.from(text),
  }
}

export function makeVerdict(user: CalendarAddress, time: Instant, code = 'free'): Verdict {
  return {
    at: time,
    user,
    agent: 'imip-resource',
    uid: 'planning@example.com',
    recurrenceId: null,
    method: 'REQUEST',
    sequence: 0,
    verdict: 'applied',
    answer: 'ACCEPTED',
    reason: { code, rule: 'scheduling_function schedule_in_freebusy', text: 'the time is free' },
    notes: [],
    messageId: '<1@example.com>',
    queueId: null,
  }
}

/** Commits these changes of one user. */
export function change(
  store: Store,
  user: CalendarAddress,
  ...effects: readonly Extract<StoreChange, { effect: unknown }>['effect'][]
): Promise<void> {
  const changes = effects.map((effect) => ({ user, effect }))
  return store.transact([user], [], async () => ({ changes, result: undefined }))
}

/** Reads under the lock, changes nothing. */
export function look<Result>(
  store: Store,
  user: CalendarAddress,
  read: (reader: StoreReader) => Promise<Result>,
): Promise<Result> {
  return store.transact([user], [], async (reader) => ({ changes: [], result: await read(reader) }))
}

export async function collect<Item>(items: AsyncIterable<Item>): Promise<readonly Item[]> {
  const all: Item[] = []
  for await (const item of items) all.push(item)
  return all
}
