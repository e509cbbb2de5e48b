// The next free times against a model that looks at each minute and asks the functions themselves: the same times, and none that would be refused.
import { describe, expect, test } from 'vitest'
import type { Period } from '../../src/calendar/period.ts'
import type { Booking } from '../../src/freebusy/record.ts'
import type { BookingRequest } from '../../src/scheduling/booking-request.ts'
import { findFreeSlots } from '../../src/scheduling/free-slots.ts'
import { isPermittedByRules } from '../../src/scheduling/rules.ts'
import { findTakenDates } from '../../src/scheduling/taken-dates.ts'
import { makeBooked, makeRequest, showTime } from '../support/asked-room.ts'

const day = Date.UTC(2026, 2, 10) / 1000
const minute = 60
const horizon = 2 * 86_400

function makeRandom(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7f_ff_ff_ff
    return Math.floor((state / 0x80_00_00_00) * below)
  }
}

function write(instant: number): string {
  return new Date(instant * 1000).toISOString().replace(/[-:]|\.000/g, '')
}

function makeScene(seed: number) {
  const random = makeRandom(seed)
  const capacity = 1 + random(3)
  const length = (1 + random(12)) * 10 * minute
  const preferences: Record<string, string> = {
    working_hours: ['', 'Mon-Fri 08:00-18:00', '08:00-12:00\n13:00-17:30', '06:00-24:00'][random(4)] ?? '',
    permitted_times: ['', '0,30', '0,15,30,45', ''][random(4)] ?? '',
    buffer_after: ['', 'PT10M', '', 'PT25M'][random(4)] ?? '',
    blocked_times: random(4) === 0 ? '2026-03-10T11:00/2026-03-10T15:20' : '',
  }
  const booked: Booking[] = Array.from({ length: 4 + random(30) }, (_, index) => {
    const start = day - 86_400 + random(4 * 24 * 6) * 10 * minute
    const lines = [`DTSTART:${write(start)}`, `DTEND:${write(start + (1 + random(24)) * 10 * minute)}`]
    return makeBooked(`b${index}@example.com`, random(5) === 0 ? [...lines, 'RRULE:FREQ=DAILY;COUNT=3'] : lines)
  })
  const start = day + random(24 * 6) * 10 * minute
  return { capacity, preferences, booked, asked: { start, end: start + length } }
}

function makeKnown(preferences: Record<string, string>, booked: readonly Booking[]): BookingRequest {
  return {
    ...makeRequest({ preferences }),
    freeBusy: {
      covers: [{ start: day - 10 * 86_400, end: day + 20 * 86_400 }],
      single: booked.filter(({ recurrence }) => !recurrence),
      recurring: booked.filter(({ recurrence }) => recurrence),
    },
  }
}

/** May exactly this be booked? */
function isFree(request: BookingRequest, { start, end }: Period, capacity: number): boolean {
  const asked = [makeBooked('asked@example.com', [`DTSTART:${write(start)}`, `DTEND:${write(end)}`])]
  const taken = findTakenDates(request, asked, capacity)
  return !('kind' in taken) && taken.length === 0 && isPermittedByRules(request, [{ start, end }])
}

/** The first free time, minute by minute; on a grid it ends at the next permitted time. */
function findByMinutes(request: BookingRequest, from: number, length: number, latest: number, capacity: number) {
  const [permitted] = request.preferences.bookingRules.permittedTimes
  const isOnGrid = (instant: number): boolean => !permitted || permitted.minutes.includes((instant / minute) % 60)
  for (let start = Math.ceil(from / minute) * minute; start + length <= latest; start += minute) {
    if (!isOnGrid(start)) continue
    let end = start + length
    while (!isOnGrid(end)) end += minute
    if (end <= latest && isFree(request, { start, end }, capacity)) return { start, end }
  }
  return undefined
}

describe('free times', () => {
  test.each(Array.from({ length: 60 }, (_, seed) => seed + 1))('scene %i', (seed) => {
    const { capacity, preferences, booked, asked } = makeScene(seed)
    const request = makeKnown(preferences, booked)
    const found = findFreeSlots(request, { asked, isDays: false, capacity, horizon })
    if ('kind' in found) throw new Error('all is known')
    let from = asked.start
    for (const slot of found) {
      const expected = findByMinutes(request, from, asked.end - asked.start, slot.end + 86_400, capacity)
      expect(expected && showTime(expected)).toBe(showTime(slot))
      from = slot.end
    }
    // Fewer than three only where there is no more.
    const latest = asked.end + horizon
    if (found.length < 3)
      expect(findByMinutes(request, from, asked.end - asked.start, latest, capacity), 'one more').toBeUndefined()
  })
})
