// The contract of a store as tests; every store runs them.

import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { CalendarAddress } from '../../src/calendar/calendar-address.ts'
import type { Period } from '../../src/calendar/period.ts'
import { makeProperty } from '../../src/calendar/properties.ts'
import type { CalendarTime } from '../../src/calendar/time.ts'
import type { OthersFreeBusy } from '../../src/freebusy/others.ts'
import { nameDay, type QuotaLimit, type QuotaSettings, type Reservation, sumCharges } from '../../src/freebusy/quota.ts'
import type { Booking } from '../../src/freebusy/record.ts'
import type { HeldMessage, StoredSeries } from '../../src/itip/stored-series.ts'
import type { QuotaChange, Store, StoreReader } from '../../src/store/store.ts'
import { fc } from '../fast-check.ts'
import {
  at,
  between,
  change,
  collect,
  look,
  makeBooking,
  makeEvent,
  makeMail,
  makeRecurrence,
  makeSeries,
  makeVerdict,
  otherRoom,
  room,
  utc,
} from './samples.ts'

export interface StoreUnderTest {
  readonly store: Store
  /** The same store again, as another program would open it; what has no duration gives itself. */
  reopen(): Store
  remove(): Promise<void>
}

export const now = at('2026-03-02T09:00:00Z')
const uid = 'planning@example.com'
const ten = at('2026-03-10T10:00:00Z')
const eleven = at('2026-03-10T11:00:00Z')
const hour = 3600
const day = 86_400

export function describeStore(name: string, make: () => Promise<StoreUnderTest>): void {
  describe(`contract of a store: ${name}`, () => {
    let used: StoreUnderTest
    let store: Store

    beforeEach(async () => {
      used = await make()
      store = used.store
    })
    afterEach(async () => {
      await store.close()
      await used.remove()
    })

    describe('transactions', () => {
      test('an unknown user has nothing, and reading makes no room', async () => {
        const read = await look(store, room, async (reader) => [
          await reader.readSeries(room, uid),
          await reader.readBookings(room, uid),
          await reader.readWindow(room, [{ start: ten, end: eleven }]),
        ])
        expect(read).toEqual([undefined, [], { covers: [{ start: ten, end: eleven }], single: [], recurring: [] }])
        expect(await store.readUser(room)).toEqual({
          user: room,
          series: [],
          bookings: [],
          offers: [],
          requests: [],
          others: [],
        })
        expect(await collect(store.readOutbox())).toEqual([])
        expect(await collect(store.listUsers())).toEqual([])
      })

      test('what is released or taken from the queue of an unknown user makes no room', async () => {
        await change(store, room, { kind: 'release', uid }, { kind: 'dequeue-request', uid })
        expect(await collect(store.listUsers())).toEqual([])
      })

      test('all changes of a transaction are there afterwards, for others too', async () => {
        const series = makeSeries(uid)
        const booking = makeBooking(uid, ten, eleven)
        const mail = makeMail('<answer-1@example.com>')
        const verdict = makeVerdict(room, now)
        const result = await store.transact([room], [], async () => ({
          changes: [
            { user: room, effect: { kind: 'save-series', series } },
            { user: room, effect: { kind: 'book', bookings: [booking] } },
            { user: room, effect: { kind: 'queue-request', uid } },
            { user: room, outgoing: mail },
            { user: room, verdict },
          ],
          result: 'done',
        }))
        expect(result).toBe('done')
        for (const reader of [store, used.reopen()]) {
          expect(await reader.readUser(room)).toEqual({
            user: room,
            series: [series],
            bookings: [booking],
            offers: [],
            requests: [{ uid, recurrenceId: null, type: 'REQUEST' }],
            others: [],
          })
          const outbox = await collect(reader.readOutbox())
          expect(outbox).toMatchObject([{ user: room, mail: { messageId: mail.messageId }, committedAt: now }])
          expect(await collect(reader.readVerdicts(room, now))).toEqual([verdict])
          expect(await collect(reader.listUsers())).toEqual([room])
        }
      })

      test('a transaction that throws changes nothing', async () => {
        await change(store, room, { kind: 'save-series', series: makeSeries(uid) })
        const before = await store.readUser(room)
        const failing = store.transact([room], [], async () => {
          throw new Error('cannot decide')
        })
        await expect(failing).rejects.toThrow('cannot decide')
        expect(await store.readUser(room)).toEqual(before)
        await change(store, room, { kind: 'queue-request', uid })
        expect((await store.readUser(room)).requests).toHaveLength(1)
      })

      test('users that are not named can be neither read nor changed', async () => {
        await expect(look(store, room, (reader) => reader.readSeries(otherRoom, uid))).rejects.toThrow(otherRoom)
        await expect(look(store, room, (reader) => reader.readWindow(otherRoom, []))).rejects.toThrow(otherRoom)
        await expect(look(store, room, (reader) => reader.readBookings(otherRoom, uid))).rejects.toThrow(otherRoom)
        const changing = store.transact([room], [], async () => ({
          changes: [
            { user: room, effect: { kind: 'queue-request', uid } },
            { user: otherRoom, effect: { kind: 'queue-request', uid } },
          ],
          result: undefined,
        }))
        await expect(changing).rejects.toThrow(otherRoom)
        expect((await store.readUser(room)).requests).toEqual([])
      })

      test('changes take effect in the order given', async () => {
        const later = makeBooking(uid, ten + day, eleven + day)
        await change(
          store,
          room,
          { kind: 'book', bookings: [makeBooking(uid, ten, eleven)] },
          { kind: 'release', uid },
          { kind: 'book', bookings: [later] },
        )
        expect((await store.readUser(room)).bookings).toEqual([later])
        await change(
          store,
          room,
          { kind: 'queue-request', uid },
          { kind: 'dequeue-request', uid },
          { kind: 'release', uid },
        )
        expect(await store.readUser(room)).toEqual({
          user: room,
          series: [],
          bookings: [],
          offers: [],
          requests: [],
          others: [],
        })
      })

      test('twenty at once that look before they book: one is first', async () => {
        const book = (number: number): Promise<boolean> =>
          store.transact([room], ['rooms'], async (reader) => {
            const { single } = await reader.readWindow(room, [{ start: ten, end: eleven }])
            if (single.length > 0) return { changes: [], result: false }
            const bookings = [makeBooking(`planning-${number}@example.com`, ten, eleven)]
            return { changes: [{ user: room, effect: { kind: 'book', bookings } }], result: true }
          })
        const other = used.reopen()
        const booked = await Promise.all(
          Array.from({ length: 20 }, (_, number) =>
            number % 2 === 0
              ? book(number)
              : other.transact([room], [], async (reader) => {
                  const { single } = await reader.readWindow(room, [{ start: ten, end: eleven }])
                  if (single.length > 0) return { changes: [], result: false }
                  const bookings = [makeBooking(`planning-${number}@example.com`, ten, eleven)]
                  return { changes: [{ user: room, effect: { kind: 'book', bookings } }], result: true }
                }),
          ),
        )
        expect(booked.filter(Boolean)).toHaveLength(1)
        expect((await store.readUser(room)).bookings).toHaveLength(1)
      })

      test('users named in opposite order do not wait for each other for ever', async () => {
        const book = (users: readonly CalendarAddress[], number: number): Promise<void> =>
          store.transact(users, ['b', 'a'], async () => ({
            changes: users.map((user) => ({
              user,
              effect: { kind: 'book', bookings: [makeBooking(`${number}@example.com`, ten, eleven)] },
            })),
            result: undefined,
          }))
        await Promise.all(
          Array.from({ length: 12 }, (_, number) => book(number % 2 ? [room, otherRoom] : [otherRoom, room], number)),
        )
        expect((await store.readUser(room)).bookings).toHaveLength(12)
        expect((await store.readUser(otherRoom)).bookings).toHaveLength(12)
      })

      test('what one transaction changes in two rooms is in both', async () => {
        await store.transact([room, otherRoom], [], async () => ({
          changes: [
            { user: room, effect: { kind: 'book', bookings: [makeBooking(uid, ten, eleven)] } },
            { user: otherRoom, effect: { kind: 'queue-request', uid } },
            { user: otherRoom, outgoing: makeMail('<answer-1@example.com>') },
          ],
          result: undefined,
        }))
        const reopened = used.reopen()
        expect((await reopened.readUser(room)).bookings).toHaveLength(1)
        expect((await reopened.readUser(otherRoom)).requests).toHaveLength(1)
        expect(await collect(reopened.readOutbox())).toHaveLength(1)
      })
    })

    describe('series', () => {
      test('come back as they were saved', async () => {
        const series = makeSeries(uid, {
          parts: [
            { key: '', component: makeEvent(uid, ['DTSTART', '20260310T100000Z'], ['RRULE', 'FREQ=DAILY']) },
            { key: '20260311T100000Z', component: makeEvent(uid, ['RECURRENCE-ID', '20260311T100000Z']) },
          ],
          cancelled: [{ key: '20260312T100000Z', component: makeEvent(uid, ['STATUS', 'CANCELLED']) }],
          timeZones: [{ name: 'VTIMEZONE', properties: [makeProperty('TZID', 'Somewhere')], components: [] }],
          answers: [
            {
              attendee: 'mailto:kim@example.com',
              key: '20260311T100000Z',
              participation: 'TENTATIVE',
              sequence: 2,
              stamp: now,
            },
          ],
          takenUntil: now + 365 * day,
          pinned: { address: 'mailto:pat@example.com', proof: 'dkim', at: now },
          counters: [
            {
              attendee: 'mailto:kim@example.com',
              key: '20260311T100000Z',
              component: makeEvent(uid, ['RECURRENCE-ID', '20260311T100000Z'], ['DTSTART', '20260311T120000Z']),
            },
            { attendee: 'mailto:lee@example.com', key: '', component: makeEvent(uid, ['SUMMARY', 'Later']) },
          ],
          held: [
            {
              agent: 'imip-person',
              method: 'ADD',
              components: [makeEvent(uid, ['DTSTART', '20260320T100000Z'], ['SUMMARY', 'A "quoted"\\nline; æøå'])],
              timeZones: [{ name: 'VTIMEZONE', properties: [makeProperty('TZID', 'Elsewhere')], components: [] }],
              because: 'early-add',
              at: now,
              key: 'a0',
              mail: {
                messageId: '<0@example.com>',
                from: ['pat@example.com'],
                sender: [],
                envelopeSender: '',
                authentication: { dmarc: ['example.com'], dkim: [], spf: [], login: [] },
              },
            },
          ],
          decided: [
            { key: 'a1', messageId: '<1@example.com>', at: now, verdict: 'ignored', reason: 'older-revision' },
            {
              key: 'a2',
              messageId: '<2@example.com>',
              at: now + 1,
              verdict: 'applied',
              reason: 'free',
              answer: {
                participation: 'ACCEPTED',
                as: 'Room@example.com',
                comment: 'Free.\nTwo "lines", \\ and more; æøå 😀',
                requestStatus: '2.0;Success',
                stamp: now,
                repeatedAt: [now, now + 60],
              },
            },
          ],
        })
        await change(store, room, { kind: 'save-series', series })
        expect(await look(used.reopen(), room, (reader) => reader.readSeries(room, uid))).toEqual(series)
      })

      test('one that has no components keeps what was decided', async () => {
        const decided = [
          { key: 'a1', messageId: '<1@example.com>', at: now, verdict: 'refused', reason: 'not-yours' },
        ] as const
        const series = makeSeries(uid, { parts: [], decided })
        await change(store, room, { kind: 'save-series', series })
        expect(await look(used.reopen(), room, (reader) => reader.readSeries(room, uid))).toEqual(series)
      })

      test('saving one leaves its bookings and requests, and those leave the series', async () => {
        const booking = makeBooking(uid, ten, eleven)
        await change(store, room, { kind: 'book', bookings: [booking] }, { kind: 'queue-request', uid })
        expect(await look(store, room, (reader) => reader.readSeries(room, uid))).toBeUndefined()
        await change(store, room, { kind: 'save-series', series: makeSeries(uid) })
        await change(store, room, { kind: 'queue-request', uid, recurrenceId: '20260311T100000Z' })
        expect(await store.readUser(room)).toEqual({
          user: room,
          series: [makeSeries(uid)],
          bookings: [booking],
          offers: [],
          requests: [
            { uid, recurrenceId: null, type: 'REQUEST' },
            { uid, recurrenceId: '20260311T100000Z', type: 'REQUEST' },
          ],
          others: [],
        })
        await change(store, room, { kind: 'release', uid }, { kind: 'dequeue-request', uid })
        expect(await store.readUser(room)).toEqual({
          user: room,
          series: [makeSeries(uid)],
          bookings: [],
          offers: [],
          requests: [],
          others: [],
        })
      })

      test('of one instance an invitation and a proposal may wait, and each is taken out by itself', async () => {
        await change(
          store,
          room,
          { kind: 'queue-request', uid, type: 'COUNTER' },
          { kind: 'queue-request', uid },
          { kind: 'queue-request', uid, type: 'COUNTER' },
        )
        const both = [
          { uid, recurrenceId: null, type: 'REQUEST' },
          { uid, recurrenceId: null, type: 'COUNTER' },
        ]
        expect((await used.reopen().readUser(room)).requests).toEqual(both)
        await change(store, room, { kind: 'dequeue-request', uid, type: 'REQUEST' })
        expect((await store.readUser(room)).requests).toEqual(both.slice(1))
        await change(store, room, { kind: 'dequeue-request', uid, recurrenceId: '', type: 'COUNTER' })
        expect((await store.readUser(room)).requests).toEqual([])
      })

      test('any text in them comes back', async () => {
        const text = fc.string({ unit: 'binary', maxLength: 40 })
        const arbitrary = fc.record({
          uid: text,
          key: text,
          messageId: text,
          comment: text,
          // What the reader of calendars leaves in a value.
          summary: fc
            .string({ unit: 'grapheme', maxLength: 200 })
            .map((value) => value.replace(/[\0-\x08\x0a-\x1f\x7f]/g, '')),
        })
        await fc.assert(
          fc.asyncProperty(arbitrary, async (sample) => {
            const series: StoredSeries = makeSeries(sample.uid, {
              parts: [{ key: sample.key, component: makeEvent('x@example.com', ['SUMMARY', sample.summary]) }],
              decided: [
                {
                  key: sample.key,
                  messageId: sample.messageId,
                  at: now,
                  verdict: 'applied',
                  reason: 'free',
                  answer: { participation: 'ACCEPTED', as: '', comment: sample.comment, stamp: now, repeatedAt: [] },
                },
              ],
            })
            const booking = makeBooking(sample.uid, ten, eleven, {
              summary: sample.comment,
              organizer: sample.messageId,
              ...(sample.key === '' ? {} : { recurrenceId: sample.key }),
            })
            await change(store, room, { kind: 'save-series', series }, { kind: 'release', uid: sample.uid })
            await change(store, room, { kind: 'book', bookings: [booking] })
            const read = await look(store, room, async (reader) => [
              await reader.readSeries(room, sample.uid),
              await reader.readBookings(room, sample.uid),
            ])
            expect(read).toEqual([series, [booking]])
          }),
          {
            numRuns: 60,
            // Nothing behind the UID, and no UID: each column of a booking is empty.
            examples: [0, 1].map(() => [{ uid: '', key: '', messageId: '', comment: '', summary: '' }]),
          },
        )
      })
    })

    describe('bookings', () => {
      test('of a UID are answered earliest first, and booked twice are there once', async () => {
        const first = makeBooking(uid, ten, eleven)
        const second = makeBooking(uid, ten + day, eleven + day, { recurrenceId: '20260311T100000Z' })
        await change(store, room, { kind: 'book', bookings: [second, first] })
        await change(store, room, { kind: 'book', bookings: [second, first] })
        expect(await look(store, room, (reader) => reader.readBookings(room, uid))).toEqual([first, second])
        const window = await look(store, room, (reader) => reader.readWindow(room, [{ start: 0, end: 1e10 }]))
        expect(window.single).toEqual([first, second])
      })

      test('are released by UID, or one instance of it', async () => {
        const first = makeBooking(uid, ten, eleven)
        const second = makeBooking(uid, ten + day, eleven + day, { recurrenceId: '20260311T100000Z' })
        const stranger = makeBooking('other@example.com', ten + hour, eleven + hour)
        await change(store, room, { kind: 'book', bookings: [first, second, stranger] })
        await change(store, room, { kind: 'release', uid, recurrenceId: '20260311T100000Z' })
        const all = [{ start: ten - day, end: ten + 3 * day }]
        expect((await look(store, room, (reader) => reader.readWindow(room, all))).single).toEqual([first, stranger])
        await change(store, room, { kind: 'release', uid })
        expect((await look(store, room, (reader) => reader.readWindow(room, all))).single).toEqual([stranger])
        expect(await look(store, room, (reader) => reader.readBookings(room, uid))).toEqual([])
      })

      test('keep all they have', async () => {
        const bookings: readonly Booking[] = [
          makeBooking(uid, ten, eleven, { busyType: 'BUSY-TENTATIVE', expires: now }),
          makeBooking(uid, ten, eleven, { summary: '', organizer: '', busyType: 'ORG', recurrenceId: '20260310' }),
          makeBooking(uid, ten, ten, { summary: 'no length' }),
          {
            ...makeBooking(uid, 0, 0),
            start: { kind: 'date', local: ten - 10 * hour },
            end: { kind: 'date', local: ten + 14 * hour },
          },
          {
            ...makeBooking(uid, 0, 0),
            start: { kind: 'floating', local: ten },
            end: { kind: 'floating', local: eleven },
            recurrence: {
              component: {
                name: 'VEVENT',
                properties: [
                  makeProperty('DTSTART', '20260310T100000', { TZID: 'Europe/Oslo' }),
                  { name: 'RDATE', value: '20260312T100000,20260313T100000', parameters: [] },
                ],
                components: [{ name: 'VALARM', properties: [], components: [] }],
              },
              timeZones: [{ name: 'VTIMEZONE', properties: [makeProperty('TZID', 'Europe/Oslo')], components: [] }],
              until: eleven,
            },
          },
        ]
        await change(store, room, { kind: 'book', bookings })
        const read = await look(used.reopen(), room, (reader) => reader.readBookings(room, uid))
        expect(new Set(read)).toEqual(new Set(bookings))
      })
    })

    describe('windows', () => {
      test('are half-open: 10 to 11 does not reach into 11 to 12', async () => {
        await change(store, room, { kind: 'book', bookings: [makeBooking(uid, ten, eleven)] })
        const sizes = await look(store, room, async (reader) => {
          const read = async (start: number, end: number): Promise<number> =>
            (await reader.readWindow(room, [{ start, end }])).single.length
          return [
            await read(eleven, eleven + hour),
            await read(ten - hour, ten),
            await read(eleven - 1, eleven),
            await read(ten, ten + 1),
            await read(ten, ten),
          ]
        })
        expect(sizes).toEqual([0, 0, 1, 1, 0])
      })

      test('a booking in several windows stands there once, earliest first', async () => {
        const long = makeBooking(uid, ten - 40 * day, ten + 40 * day)
        const short = makeBooking('b@example.com', ten, eleven)
        await change(store, room, { kind: 'book', bookings: [short, long] })
        const periods = [between('2026-03-12T00:00:00Z', '2026-03-13T00:00:00Z'), { start: ten - hour, end: eleven }]
        const window = await look(store, room, (reader) => reader.readWindow(room, periods))
        expect(window).toEqual({ covers: periods, single: [long, short], recurring: [] })
      })

      test('recurring bookings come unexpanded, as far as they reach', async () => {
        const recurring = (name: string, start: number, until?: number): Booking =>
          makeBooking(name, start, start + hour, { recurrence: makeRecurrence('20260310T100000Z', until) })
        const endless = recurring('endless@example.com', ten)
        const aYear = recurring('year@example.com', ten, ten + 364 * day)
        const aWeek = recurring('week@example.com', ten, ten + 7 * day)
        await change(store, room, { kind: 'book', bookings: [endless, aYear, aWeek] })
        const read = (start: number): Promise<readonly string[]> =>
          look(store, room, async (reader) => {
            const { recurring: found, single } = await reader.readWindow(room, [{ start, end: start + hour }])
            expect(single).toEqual([])
            return found.map((booking) => booking.uid).sort()
          })
        expect(await read(ten - hour)).toEqual([])
        expect(await read(ten + 6 * day)).toEqual(['endless@example.com', 'week@example.com', 'year@example.com'])
        expect(await read(ten + 8 * day)).toEqual(['endless@example.com', 'year@example.com'])
        expect(await read(ten + 365 * day)).toEqual(['endless@example.com'])
        expect(await read(ten + 36_500 * day)).toEqual(['endless@example.com'])
        await change(store, room, { kind: 'release', uid: 'endless@example.com' })
        expect(await read(ten + 36_500 * day)).toEqual([])
      })

      test('an RDATE before DTSTART is reached', async () => {
        const recurrence = {
          component: makeEvent(uid, ['DTSTART', '20260310T100000Z'], ['RDATE', '20260201T100000Z']),
          timeZones: [],
          until: eleven,
        }
        await change(store, room, { kind: 'book', bookings: [makeBooking(uid, ten, eleven, { recurrence })] })
        const periods = [between('2026-02-01T10:00:00Z', '2026-02-01T11:00:00Z')]
        const window = await look(store, room, (reader) => reader.readWindow(room, periods))
        expect(window.recurring).toHaveLength(1)
      })

      test('of all times and of none', async () => {
        const first = makeBooking(uid, at('0001-01-01T00:00:00Z'), at('0001-01-01T01:00:00Z'))
        const last = makeBooking(uid, at('9999-12-31T23:00:00Z'), at('9999-12-31T23:59:59Z'))
        await change(store, room, { kind: 'book', bookings: [last, first] })
        const read = (periods: readonly Period[]): Promise<readonly Booking[]> =>
          look(store, room, async (reader) => (await reader.readWindow(room, periods)).single)
        expect(await read([{ start: Number.NEGATIVE_INFINITY, end: Number.POSITIVE_INFINITY }])).toEqual([first, last])
        expect(await read([{ start: -1e15, end: 1e15 }])).toEqual([first, last])
        expect(await read([])).toEqual([])
        expect(await read([{ start: eleven, end: ten }])).toEqual([])
      })

      test('hold what a search through everything finds', async () => {
        const users = fc.integer({ min: 0, max: 1e9 })
        await fc.assert(
          fc.asyncProperty(
            users,
            fc.array(arbitraryChange, { maxLength: 25 }),
            fc.array(arbitraryPeriod),
            async (number, changes, periods) => {
              const user: CalendarAddress = `mailto:room-${number}@example.com`
              let kept: readonly Booking[] = (await store.readUser(user)).bookings
              for (const step of changes) {
                if (step.kind === 'book') {
                  await change(store, user, { kind: 'book', bookings: [step.booking] })
                  kept = [...kept.filter((booking) => !isSame(booking, step.booking)), step.booking]
                } else {
                  await change(store, user, { kind: 'release', uid: step.uid })
                  kept = kept.filter((booking) => booking.uid !== step.uid)
                }
              }
              const expected = kept.filter((booking) => periods.some((period) => mayShareTime(booking, period)))
              for (const reader of [store, used.reopen()]) {
                const window = await look(reader, user, (read) => read.readWindow(user, periods))
                expect(window.covers).toEqual(periods)
                expect(new Set(window.single)).toEqual(new Set(expected.filter((booking) => !booking.recurrence)))
                expect(new Set(window.recurring)).toEqual(new Set(expected.filter((booking) => booking.recurrence)))
                expect(window.single.length + window.recurring.length).toBe(expected.length)
              }
              expect(new Set((await store.readUser(user)).bookings)).toEqual(new Set(kept))
            },
          ),
          { numRuns: 60 },
        )
      })
    })

    describe('free/busy of others', () => {
      const kim: CalendarAddress = 'mailto:kim@example.org'
      const lee: CalendarAddress = 'mailto:lee@example.net'
      const told = (sender: CalendarAddress, start: number): OthersFreeBusy => ({
        sender,
        pieces: [
          {
            uid: 'week@example.org',
            stamp: now,
            expires: now + 30 * day,
            within: { start: start - day, end: start + day },
            busy: [
              { start, end: start + hour, type: 'BUSY' },
              { start: start + hour, end: start + 2 * hour, type: 'BUSY-TENTATIVE' },
              { start: start + 5 * hour, end: start + 6 * hour, type: 'BUSY-UNAVAILABLE' },
            ],
          },
          { uid: '', stamp: now - 5, expires: now, within: { start: start + day, end: start + 2 * day }, busy: [] },
        ],
      })

      test('comes back as it was recorded, by sender', async () => {
        await change(
          store,
          room,
          { kind: 'record-others', others: told(lee, ten) },
          { kind: 'record-others', others: told(kim, eleven) },
        )
        const reopened = used.reopen()
        expect(await look(reopened, room, (reader) => reader.readOthers(room, kim))).toEqual(told(kim, eleven))
        expect((await reopened.readUser(room)).others).toEqual([told(kim, eleven), told(lee, ten)])
        expect((await reopened.readUser(room)).bookings).toEqual([])
      })

      test('the last of one sender counts, and is of one user only', async () => {
        await change(
          store,
          room,
          { kind: 'record-others', others: told(kim, ten) },
          { kind: 'record-others', others: { sender: kim, pieces: [] } },
          { kind: 'record-others', others: told(kim, eleven) },
        )
        expect(await look(used.reopen(), room, (reader) => reader.readOthers(room, kim))).toEqual(told(kim, eleven))
        expect(await look(store, room, (reader) => reader.readOthers(room, lee))).toBeUndefined()
        expect(await look(store, otherRoom, (reader) => reader.readOthers(otherRoom, kim))).toBeUndefined()
        await expect(look(store, room, (reader) => reader.readOthers(otherRoom, kim))).rejects.toThrow(otherRoom)
      })

      test('of any UID and sender', async () => {
        for (const text of ['', '"', 'line\nbreak', '\u2028', '\ud800', 'x'.repeat(4000), '../../x', 'piece 1']) {
          const sender: CalendarAddress = `mailto:${text}@example.org`
          const others = { sender, pieces: told(sender, ten).pieces.map((piece) => ({ ...piece, uid: text })) }
          await change(store, room, { kind: 'record-others', others })
          expect(await look(used.reopen(), room, (reader) => reader.readOthers(room, sender))).toEqual(others)
        }
      })
    })

    describe('messages that wait', () => {
      const hold = (key: string, from: string, time: number): HeldMessage => ({
        agent: 'imip-person',
        method: 'ADD',
        components: [],
        timeZones: [],
        because: 'early-add',
        at: time,
        key,
        mail: { messageId: `<${key}@example.org>`, from: [from], sender: [], envelopeSender: from },
      })
      const [kim, lee] = ['kim@example.org', 'lee@example.net'] as const
      const list = (reader: Store) => look(reader, room, (read) => read.readWaiting(room))

      test('are counted over all series, oldest first', async () => {
        await change(store, room, { kind: 'save-series', series: makeSeries('b', { held: [hold('1', kim, 3)] }) })
        const held = [hold('2', lee, 2), hold('3', kim, 4)]
        await change(store, room, { kind: 'save-series', series: makeSeries(uid, { held }) })
        await change(store, room, { kind: 'save-series', series: makeSeries('c') })
        const all = [
          { uid, domain: 'example.net', at: 2 },
          { uid: 'b', domain: 'example.org', at: 3 },
          { uid, domain: 'example.org', at: 4 },
        ]
        expect(await list(store)).toEqual(all)
        expect(await list(used.reopen())).toEqual(all)
        expect(await look(store, otherRoom, (reader) => reader.readWaiting(otherRoom))).toEqual([])
        await expect(look(store, room, (reader) => reader.readWaiting(otherRoom))).rejects.toThrow(otherRoom)
      })

      test('are counted no more when their series has them no more', async () => {
        const held = [hold('1', kim, 1), hold('2', lee, 2)]
        await change(store, room, { kind: 'save-series', series: makeSeries(uid, { held }) })
        await change(store, room, { kind: 'save-series', series: makeSeries(uid, { held: held.slice(1) }) })
        expect(await list(store)).toEqual([{ uid, domain: 'example.net', at: 2 }])
        await change(store, room, { kind: 'save-series', series: makeSeries(uid) })
        expect(await list(used.reopen())).toEqual([])
      })

      test('of any UID and sender', async () => {
        for (const text of ['', '"', 'line\nbreak', '\u2028', '\ud800', 'x'.repeat(4000), '../../x']) {
          await change(store, room, { kind: 'save-series', series: makeSeries(text, { held: [hold('1', text, 1)] }) })
          expect(await list(used.reopen())).toEqual([{ uid: text, domain: '', at: 1 }])
          await change(store, room, { kind: 'save-series', series: makeSeries(text) })
        }
      })
    })

    describe('offers', () => {
      const held = (name: string, start: number, expires: number, recurrenceId?: string): Booking =>
        makeBooking(name, start, start + hour, {
          busyType: 'BUSY-TENTATIVE',
          expires,
          ...(recurrenceId === undefined ? {} : { recurrenceId }),
        })
      const list = (reader: Store): Promise<readonly Booking[]> => look(reader, room, (read) => read.readOffers(room))
      const listNear = async (reader: Store, start: number): Promise<readonly Booking[]> =>
        (await look(reader, room, (read) => read.readWindow(room, [{ start, end: start + hour }]))).single

      test('are held beside the schedule, and stand in its windows', async () => {
        const booking = makeBooking('other@example.com', ten, eleven)
        const offers = [held(uid, ten, now + 60), held(uid, ten + day, now + 60)] as const
        await change(
          store,
          room,
          { kind: 'offer', bookings: [offers[1], offers[0]] },
          { kind: 'book', bookings: [booking] },
        )
        for (const reader of [store, used.reopen()]) {
          expect(await list(reader)).toEqual(offers)
          expect(await listNear(reader, ten)).toEqual([booking, offers[0]])
          expect(await listNear(reader, ten + day)).toEqual([offers[1]])
          expect(await listNear(reader, eleven)).toEqual([])
          expect(await reader.readUser(room)).toMatchObject({ bookings: [booking], offers })
        }
        expect(await look(store, room, (read) => read.readBookings(room, uid))).toEqual([])
        await change(store, room, { kind: 'release', uid })
        expect(await list(used.reopen())).toEqual(offers)
      })

      test('that recur stand among the recurring bookings of a window', async () => {
        const offer = { ...held(uid, ten, now + 60), recurrence: makeRecurrence('20260310T100000Z') }
        await change(store, room, { kind: 'offer', bookings: [offer] })
        const periods = [{ start: ten + 7 * day, end: eleven + 7 * day }]
        const window = await look(used.reopen(), room, (reader) => reader.readWindow(room, periods))
        expect(window).toEqual({ covers: periods, single: [], recurring: [offer] })
      })

      test('are withdrawn by UID, or by instance', async () => {
        const [whole, one, another] = [
          held(uid, ten, now + 60),
          held(uid, ten + day, now + 60, '20260311T100000Z'),
          held('b', ten, now + 60),
        ]
        await change(store, room, { kind: 'offer', bookings: [whole, one, another] })
        await change(store, room, { kind: 'withdraw-offer', uid, recurrenceId: '20260311T100000Z' })
        expect(await list(used.reopen())).toEqual([another, whole])
        await change(store, room, { kind: 'withdraw-offer', uid, recurrenceId: '' })
        expect(await list(used.reopen())).toEqual([another])
        await change(store, room, { kind: 'withdraw-offer', uid: 'b' })
        expect(await list(used.reopen())).toEqual([])
      })

      test('do not count from the moment they expire, and go with the next change', async () => {
        const [open, expired] = [held(uid, ten, now + 1), held('b', ten, now)]
        await change(store, room, { kind: 'offer', bookings: [open, expired] })
        for (const reader of [store, used.reopen()]) {
          expect(await list(reader)).toEqual([open])
          expect(await listNear(reader, ten)).toEqual([open])
        }
        await change(store, room, { kind: 'queue-request', uid })
        expect((await used.reopen().readUser(room)).offers).toEqual([open])
      })

      test('that have expired go by themselves', async () => {
        await change(store, room, { kind: 'offer', bookings: [held(uid, ten, now - 1)] })
        await change(store, room, { kind: 'expire-offers' })
        expect((await used.reopen().readUser(room)).offers).toEqual([])
      })

      test('that are withdrawn from or forgotten for an unknown user make no room', async () => {
        await change(store, room, { kind: 'withdraw-offer', uid }, { kind: 'expire-offers' })
        await change(store, room, { kind: 'offer', bookings: [makeBooking(uid, ten, eleven)] })
        expect(await collect(store.listUsers())).toEqual([])
        expect(await list(store)).toEqual([])
        await expect(look(store, room, (read) => read.readOffers(otherRoom))).rejects.toThrow(otherRoom)
      })

      test('of any UID and text come back', async () => {
        for (const text of ['', '"', 'line\nbreak', '\u2028', '\ud800', 'tab\t', 'imip-agent offers 1']) {
          const offer = { ...held(text, ten, now + 60), summary: text, organizer: text }
          await change(store, room, { kind: 'offer', bookings: [offer] })
          expect(await list(used.reopen())).toEqual([offer])
          await change(store, room, { kind: 'withdraw-offer', uid: text })
        }
      })

      test('two that are asked of one room at once do not overlap', async () => {
        const hold = (name: string): Promise<void> =>
          store.transact([room], [], async (read) => {
            const { single } = await read.readWindow(room, [{ start: ten, end: eleven }])
            const effect = { kind: 'offer' as const, bookings: [held(name, ten, now + 60)] }
            return { changes: single.length === 0 ? [{ user: room, effect }] : [], result: undefined }
          })
        await Promise.all(['a', 'b', 'c'].map(hold))
        expect(await list(store)).toHaveLength(1)
      })
    })

    describe('names', () => {
      const names = [
        '../../etc/passwd',
        '/etc/passwd',
        '.',
        '..',
        '...',
        '.hidden',
        '',
        ' ',
        '%',
        '%2E',
        '%00',
        '\0',
        'a/b',
        'a\\b',
        'A',
        'a',
        'line\nbreak',
        'æøå',
        'e\u0301',
        '\u00e9',
        '😀',
        '\ud800',
        '\udfff',
        '\ufffd',
        'x'.repeat(200),
        'x'.repeat(201),
        'x'.repeat(4000),
        `${'x'.repeat(3999)}y`,
        '%sha256-0000',
        'CON',
        'name',
      ]

      // What a mail says inside a component has no control characters; its UID may be any text.
      const makeNamed = (name: string): StoredSeries => ({ ...makeSeries('x@example.com'), uid: name })

      test('any text may be a UID', async () => {
        for (const name of names) {
          const bookings = [makeBooking(name, ten, eleven)]
          await change(
            store,
            room,
            { kind: 'save-series', series: makeNamed(name) },
            { kind: 'book', bookings },
            { kind: 'queue-request', uid: name },
          )
        }
        const reopened = used.reopen()
        for (const name of names) {
          const series = await look(reopened, room, (reader) => reader.readSeries(room, name))
          expect(series).toEqual(makeNamed(name))
        }
        const stored = await reopened.readUser(room)
        expect(stored.series.map((series) => series.uid)).toEqual([...names].sort())
        expect(new Set(stored.bookings.map((booking) => booking.uid))).toEqual(new Set(names))
        expect(stored.requests).toHaveLength(names.length)
        await change(store, room, { kind: 'release', uid: '\ud800' })
        expect((await store.readUser(room)).bookings).toHaveLength(names.length - 1)
      })

      test('any text may be an address', async () => {
        const users = names.map((name): CalendarAddress => `mailto:${name}@example.com`)
        for (const user of users) await change(store, user, { kind: 'queue-request', uid: user })
        const reopened = used.reopen()
        for (const user of users) expect((await reopened.readUser(user)).requests).toHaveLength(1)
        expect(new Set(await collect(reopened.listUsers()))).toEqual(new Set(users))
      })
    })

    describe('the outbox', () => {
      const send = (...outgoing: readonly string[]): Promise<void> =>
        store.transact([room], [], async () => ({
          changes: outgoing.map((messageId) => ({ user: room, outgoing: makeMail(messageId, `text of ${messageId}`) })),
          result: undefined,
        }))
      const list = async (reader: Store): Promise<readonly string[]> =>
        (await collect(reader.readOutbox())).map((entry) => `${entry.mail.messageId} ${entry.attempts}`)

      test('holds bytes and envelope as committed, oldest first', async () => {
        await send('<2@example.com>')
        await send('<1@example.com>', '<3@example.com>')
        for (const reader of [store, used.reopen()]) {
          const entries = await collect(reader.readOutbox(room))
          expect(entries.map((entry) => entry.mail.messageId)).toEqual([
            '<2@example.com>',
            '<1@example.com>',
            '<3@example.com>',
          ])
          expect(Buffer.from(entries[1]?.mail.bytes ?? [])).toEqual(Buffer.from('text of <1@example.com>'))
          expect(entries[1]).toMatchObject({ user: room, committedAt: now, attempts: 0 })
          expect(entries[1]?.mail).toMatchObject({
            kind: 'answer',
            envelope: { sender: 'calendar@example.com', recipients: ['pat@example.com'] },
          })
        }
      })

      test('bytes that are no text come back', async () => {
        const bytes = Uint8Array.from({ length: 1024 }, (_, index) => index % 256)
        await store.transact([room], [], async () => ({
          changes: [{ user: room, outgoing: { ...makeMail('<1@example.com>'), bytes } }],
          result: undefined,
        }))
        const [entry] = await collect(used.reopen().readOutbox(room))
        expect(Buffer.from(entry?.mail.bytes ?? [])).toEqual(Buffer.from(bytes))
      })

      test('of others is not answered', async () => {
        await send('<1@example.com>')
        expect(await collect(store.readOutbox(otherRoom))).toEqual([])
      })

      test('what is sent is forgotten, what is kept counts its attempts', async () => {
        await send('<1@example.com>', '<2@example.com>', '<3@example.com>')
        await store.flushOutbox(room, async ({ mail }) => (mail.messageId === '<2@example.com>' ? 'keep' : 'done'))
        expect(await list(store)).toEqual(['<2@example.com> 1'])
        await store.flushOutbox(room, async () => 'keep')
        expect(await list(used.reopen())).toEqual(['<2@example.com> 2'])
        await store.flushOutbox(room, async () => 'done')
        expect(await list(used.reopen())).toEqual([])
        await send('<4@example.com>')
        expect(await list(used.reopen())).toEqual(['<4@example.com> 0'])
      })

      test('a failing send leaves the entry and the outbox free', async () => {
        await send('<1@example.com>', '<2@example.com>')
        const sending = store.flushOutbox(room, async ({ mail }) => {
          if (mail.messageId === '<2@example.com>') throw new Error('no mail system')
          return 'done'
        })
        await expect(sending).rejects.toThrow('no mail system')
        expect(await list(store)).toEqual(['<2@example.com> 0'])
        await store.flushOutbox(room, async () => 'done')
        expect(await list(store)).toEqual([])
      })

      test('two who flush at once send each mail once', async () => {
        await send(...Array.from({ length: 10 }, (_, number) => `<${number}@example.com>`))
        const sent: string[] = []
        const flush = (flusher: Store): Promise<void> =>
          flusher.flushOutbox(room, async ({ mail }) => {
            await Promise.resolve()
            sent.push(mail.messageId)
            return 'done'
          })
        await Promise.all([flush(store), flush(used.reopen()), flush(store)])
        expect(sent.toSorted()).toEqual([...new Set(sent)].sort())
        expect(sent).toHaveLength(10)
      })

      test('others may book while it is sent', async () => {
        await send('<1@example.com>')
        await store.flushOutbox(room, async () => {
          await send('<2@example.com>')
          return 'done'
        })
        expect(await list(store)).toEqual(['<2@example.com> 0'])
      })
    })

    describe('quotas', () => {
      const group = 'rooms'
      const settings: QuotaSettings = {
        limits: new Map<string, QuotaLimit>([
          ['mailto:pat@example.com', 36_000],
          ['board', 'unlimited'],
          ['*', 0],
        ]),
        groups: new Map([['mailto:kim@example.com', 'board']]),
        delegates: [otherRoom, room],
      }
      const reserve = (resource: CalendarAddress, start: number, more: Partial<Reservation> = {}): QuotaChange => ({
        kind: 'book-quota',
        group,
        reservation: {
          resource,
          uid,
          holder: 'mailto:pat@example.com',
          charges: new Map([[nameDay(start + hour), hour]]),
          bookings: [makeBooking(more.uid ?? uid, start, start + hour)],
          ...more,
        },
      })
      const changeQuota = (...changes: readonly QuotaChange[]): Promise<void> =>
        store.transact([], [...new Set(changes.map((each) => each.group))], async () => ({
          changes: changes.map((quota) => ({ quota })),
          result: undefined,
        }))
      const lookAt = <Result>(
        reader: Store,
        work: (reader: StoreReader) => Promise<Result>,
        name = group,
      ): Promise<Result> => reader.transact([], [name], async (known) => ({ changes: [], result: await work(known) }))
      const window = [{ start: ten - day, end: ten + 40 * day }]

      test('an unknown one has nothing, and reading or releasing makes none', async () => {
        await changeQuota({ kind: 'release-quota', group, resource: room, uid })
        const read = await lookAt(store, async (reader) => [
          await reader.readQuota(group),
          await reader.readHolder(group, 'mailto:pat@example.com'),
          await reader.readGiven(group, room),
          await reader.readReservation(group, room, uid),
          await reader.readQuotaWindow(group, window),
        ])
        expect(read).toEqual([
          undefined,
          new Map(),
          new Map(),
          undefined,
          { covers: window, single: [], recurring: [] },
        ])
        expect(await store.readWholeQuota(group)).toBeUndefined()
        expect(await collect(store.listQuotas())).toEqual([])
      })

      test('what is set comes back, without touching what is reserved', async () => {
        await changeQuota(reserve(room, ten))
        await changeQuota({ kind: 'set-quota', group, settings })
        for (const reader of [store, used.reopen()]) {
          expect(await lookAt(reader, (known) => known.readQuota(group))).toEqual(settings)
          expect(await reader.readWholeQuota(group)).toMatchObject({ group, settings, reservations: [{ uid }] })
          expect(await collect(reader.listQuotas())).toEqual([group])
        }
        await changeQuota({ kind: 'set-quota', group, settings: { ...settings, limits: new Map(), delegates: [] } })
        const after = await lookAt(used.reopen(), (known) => known.readQuota(group))
        expect(after).toEqual({ ...settings, limits: new Map(), delegates: [] })
      })

      test('a reservation counts against its holder and its resource, until it is released', async () => {
        await changeQuota(reserve(room, ten), reserve(otherRoom, ten), reserve(room, ten + day, { uid: 'b' }))
        for (const reader of [store, used.reopen()]) {
          const whole = await reader.readWholeQuota(group)
          expect(whole?.holders).toEqual(
            new Map([['mailto:pat@example.com', new Map(Object.entries({ 20260310: 2 * hour, 20260311: hour }))]]),
          )
          expect(whole?.given).toEqual(
            new Map([
              [otherRoom, new Map([['20260310', hour]])],
              [room, new Map(Object.entries({ 20260310: hour, 20260311: hour }))],
            ]),
          )
          const { single } = await lookAt(reader, (known) => known.readQuotaWindow(group, window))
          expect(single.map((booking) => booking.uid)).toEqual([uid, uid, 'b'])
        }
        await changeQuota({ kind: 'release-quota', group, resource: room, uid })
        const reopened = used.reopen()
        expect(await lookAt(reopened, (known) => known.readReservation(group, room, uid))).toBeUndefined()
        expect(await lookAt(reopened, (known) => known.readReservation(group, otherRoom, uid))).toMatchObject({ uid })
        const left = await reopened.readWholeQuota(group)
        expect(left?.holders.get('mailto:pat@example.com')).toEqual(
          new Map(Object.entries({ 20260310: hour, 20260311: hour })),
        )
        const { single } = await lookAt(reopened, (known) => known.readQuotaWindow(group, window))
        expect(single.map((booking) => booking.uid)).toEqual([uid, 'b'])
      })

      test('one that is booked again replaces what it was, holder and all', async () => {
        await changeQuota(reserve(room, ten))
        const weekly = makeBooking(uid, ten, eleven, { recurrence: makeRecurrence('20260310T100000Z') })
        const again = { holder: 'board', charges: new Map([['always', 52 * hour]]), bookings: [weekly] }
        await changeQuota(reserve(room, ten, again))
        const whole = await used.reopen().readWholeQuota(group)
        expect(whole?.reservations).toMatchObject([{ resource: room, uid, ...again }])
        expect(whole?.holders).toEqual(new Map([['board', new Map([['always', 52 * hour]])]]))
        const { single, recurring } = await lookAt(store, (known) => known.readQuotaWindow(group, window))
        expect([single, recurring]).toEqual([[], [weekly]])
      })

      test('what is over is forgotten when somebody says so', async () => {
        const past = ten - 30 * day
        await changeQuota(reserve(room, past, { uid: 'past' }), reserve(room, ten), reserve(room, ten, { uid: 'b' }))
        await changeQuota({
          kind: 'expire-quota',
          group,
          reservations: [{ resource: room, uid: 'past' }],
          holders: ['mailto:pat@example.com'],
          resources: [room],
        })
        const whole = await used.reopen().readWholeQuota(group)
        expect(whole?.reservations.map((reservation) => reservation.uid)).toEqual(['b', uid])
        expect(whole?.holders.get('mailto:pat@example.com')).toEqual(new Map([['20260310', 2 * hour]]))
        expect(whole?.given.get(room)).toEqual(new Map([['20260310', 2 * hour]]))
      })

      test('ones that are not named can be neither read nor changed', async () => {
        const reading = store.transact([], ['cars'], async (reader) => ({
          changes: [],
          result: await reader.readQuota(group),
        }))
        await expect(reading).rejects.toThrow(group)
        const changing = store.transact([room], ['cars'], async () => ({
          changes: [{ user: room, effect: { kind: 'queue-request', uid } }, { quota: reserve(room, ten) }],
          result: undefined,
        }))
        await expect(changing).rejects.toThrow(group)
        expect(await collect(store.listUsers())).toEqual([])
        expect(await collect(store.listQuotas())).toEqual([])
      })

      test('change with two schedules and another quota, or not at all', async () => {
        const both = (fails: boolean): Promise<void> =>
          store.transact([room, otherRoom], ['cars', group], async () => {
            if (fails) throw new Error('cannot decide')
            return {
              changes: [
                { user: room, effect: { kind: 'book', bookings: [makeBooking(uid, ten, eleven)] } },
                { quota: reserve(room, ten) },
                { quota: { ...reserve(otherRoom, ten), group: 'cars' } },
                { user: otherRoom, outgoing: makeMail('<answer-1@example.com>') },
              ],
              result: undefined,
            }
          })
        await expect(both(true)).rejects.toThrow('cannot decide')
        expect(await collect(store.listQuotas())).toEqual([])
        await both(false)
        const reopened = used.reopen()
        expect((await reopened.readUser(room)).bookings).toHaveLength(1)
        expect(await collect(reopened.readOutbox())).toHaveLength(1)
        expect(await collect(reopened.listQuotas())).toEqual(['cars', group])
        expect((await reopened.readWholeQuota('cars'))?.given.get(otherRoom)).toEqual(new Map([['20260310', hour]]))
      })

      test('thirty at once that look before they reserve: as many as the limit allows', async () => {
        const other = used.reopen()
        const tries = Array.from({ length: 30 }, (_, number) =>
          (number % 2 === 0 ? store : other).transact(
            [number % 3 === 0 ? room : otherRoom],
            [group],
            async (reader) => {
              const held = sumCharges(await reader.readHolder(group, 'board'), now)
              if (held + hour > 10 * hour) return { changes: [], result: false }
              const reservation = { uid: `${number}@example.com`, holder: 'board' }
              return { changes: [{ quota: reserve(room, ten, reservation) }], result: true }
            },
          ),
        )
        expect((await Promise.all(tries)).filter(Boolean)).toHaveLength(10)
        expect((await store.readWholeQuota(group))?.reservations).toHaveLength(10)
      })

      test('any text may be a quota, a holder, a resource or a UID', async () => {
        const texts = [
          '../x',
          '.',
          '..',
          '',
          ' ',
          '% %20',
          'line\nbreak',
          'tab\there',
          '\ud800',
          'x'.repeat(400),
          'log',
        ]
        for (const text of texts) {
          const resource: CalendarAddress = `mailto:${text}@example.com`
          const more = { resource, uid: text, holder: text }
          await changeQuota({ ...reserve(resource, ten, more), group: text })
          await changeQuota({
            kind: 'set-quota',
            group: text,
            settings: { ...settings, groups: new Map([[text, text]]) },
          })
          const reopened = used.reopen()
          expect(await lookAt(reopened, (known) => known.readHolder(text, text), text)).toEqual(
            new Map([['20260310', hour]]),
          )
          const found = await lookAt(reopened, (known) => known.readReservation(text, resource, text), text)
          expect(found).toMatchObject(more)
          expect((await reopened.readWholeQuota(text))?.settings.groups).toEqual(new Map([[text, text]]))
        }
        expect(new Set(await collect(used.reopen().listQuotas()))).toEqual(new Set(texts))
      })
    })

    describe('verdicts', () => {
      test('are read from a time on, oldest first', async () => {
        const times = [now, now - 40 * day, now + 5, now + 31 * day]
        await change(store, room, { kind: 'queue-request', uid })
        for (const time of times) await store.noteVerdict(makeVerdict(room, time))
        const read = async (since: number): Promise<readonly number[]> =>
          (await collect(used.reopen().readVerdicts(room, since))).map((verdict) => verdict.at)
        expect(await read(0)).toEqual(times.toSorted((a, b) => a - b))
        expect(await read(now + 1)).toEqual([now + 5, now + 31 * day])
        expect(await collect(store.readVerdicts(otherRoom, 0))).toEqual([])
      })

      test('make no room, are there all the same, and stay when there is one', async () => {
        const verdicts = [
          makeVerdict(room, now, 'first'),
          makeVerdict(room, now + 1, 'second'),
          makeVerdict(room, now + 2, 'third'),
        ] as const
        await store.noteVerdict(verdicts[0])
        await store.transact([room], [], async () => ({
          changes: [{ user: room, verdict: verdicts[1] }],
          result: undefined,
        }))
        expect(await collect(store.listUsers())).toEqual([])
        expect(await collect(used.reopen().readVerdicts(room, 0))).toEqual(verdicts.slice(0, 2))
        await change(store, room, { kind: 'queue-request', uid })
        await store.noteVerdict(verdicts[2])
        expect(await collect(used.reopen().readVerdicts(room, 0))).toEqual(verdicts)
      })

      test('of all users are read together', async () => {
        await change(store, room, { kind: 'queue-request', uid })
        await store.noteVerdict(makeVerdict(room, now))
        await store.noteVerdict(makeVerdict(otherRoom, now + 1))
        await store.transact([room, otherRoom], [], async () => ({
          changes: [
            { user: room, effect: { kind: 'dequeue-request', uid } },
            { user: otherRoom, verdict: makeVerdict(otherRoom, now + 2) },
          ],
          result: undefined,
        }))
        const all = await collect(used.reopen().readVerdicts(undefined, 0))
        expect(all.map((verdict) => verdict.at).toSorted()).toEqual([now, now + 1, now + 2])
      })

      test('any text in them comes back', async () => {
        const verdict = {
          ...makeVerdict(room, now),
          uid: 'two\nlines\0\ud800',
          notes: ['tab\there', '"quoted"'],
          recurrenceId: '20260310',
        }
        await store.noteVerdict(verdict)
        expect(await collect(store.readVerdicts(room, 0))).toEqual([verdict])
      })
    })

    test('rooms made ahead of time are listed in byte order', async () => {
      await store.makeReady()
      await store.makeRoom(room)
      await store.makeRoom(otherRoom)
      await store.makeRoom(room)
      expect(await collect(used.reopen().listUsers())).toEqual([otherRoom, room])
      expect(await store.readUser(room)).toEqual({
        user: room,
        series: [],
        bookings: [],
        offers: [],
        requests: [],
        others: [],
      })
    })
  })
}

const arbitraryPeriod: fc.Arbitrary<Period> = fc
  .tuple(
    fc.integer({ min: -40, max: 800 }),
    fc.integer({ min: 0, max: day }),
    fc.oneof(fc.integer({ min: 0, max: 2 * day }), fc.integer({ min: 0, max: 500 * day })),
  )
  .map(([days, seconds, length]) => ({ start: ten + days * day + seconds, end: ten + days * day + seconds + length }))

const arbitraryTimeKind = fc.constantFrom('utc', 'utc', 'utc', 'date', 'floating')

const arbitraryBooking: fc.Arbitrary<Booking> = fc
  .record({
    uid: fc.constantFrom('a', 'b', 'c', 'd'),
    period: arbitraryPeriod,
    kind: arbitraryTimeKind,
    recurring: fc.constantFrom('no', 'no', 'bounded', 'endless'),
    summary: fc.constantFrom('', 'x', 'y'),
  })
  .map(({ uid: name, period, kind, recurring, summary }) => {
    const grid = kind === 'date' ? day : 1
    const time = (instant: number): CalendarTime => {
      const local = Math.floor(instant / grid) * grid
      return kind === 'utc' ? utc(local) : kind === 'date' ? { kind: 'date', local } : { kind: 'floating', local }
    }
    const single = { ...makeBooking(name, 0, 0, { summary }), start: time(period.start), end: time(period.end) }
    if (recurring === 'no') return single
    const recurrence = makeRecurrence('20260310T100000Z', recurring === 'endless' ? undefined : period.end + 1)
    return { ...single, recurrence }
  })

const arbitraryChange = fc.oneof(
  { arbitrary: arbitraryBooking.map((booking) => ({ kind: 'book' as const, booking })), weight: 4 },
  {
    arbitrary: fc.constantFrom('a', 'b', 'c', 'd').map((name) => ({ kind: 'release' as const, uid: name })),
    weight: 1,
  },
)

function isSame(a: Booking, b: Booking): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

/** Brute force, by the words of the contract. */
function mayShareTime(booking: Booking, period: Period): boolean {
  if (period.end <= period.start) return false
  const slack = booking.start.kind === 'utc' ? 0 : 14 * hour
  const start = booking.start.local - slack
  if (booking.recurrence) {
    const until = booking.recurrence.until ?? Number.POSITIVE_INFINITY
    return start < period.end && period.start < until + slack
  }
  if (booking.end.local <= booking.start.local) return false
  return start < period.end && period.start < booking.end.local + slack
}
