// What somebody who asks is told.
import { describe, expect, test } from 'vitest'
import { makeProperty } from '../../src/calendar/properties.ts'
import type { ZoneTables } from '../../src/calendar/time-zone.ts'
import type { Booking } from '../../src/freebusy/record.ts'
import { limitWindow, listShared, makeHorizon, widenToKnow } from '../../src/freebusy/sharing.ts'
import { makeUserPreferences } from '../support/user-preferences.ts'

const zoneTables: ZoneTables = { version: 'test', find: () => undefined }
const day = 86_400

function makeRecurring(rule: string): Booking {
  return {
    start: { kind: 'utc', local: 10 * day },
    end: { kind: 'utc', local: 10 * day + 3600 },
    uid: 'series@example.com',
    busyType: 'BUSY',
    summary: 'secret',
    organizer: '',
    recurrence: {
      component: {
        name: 'VEVENT',
        properties: [
          makeProperty('DTSTART', '19700111T000000Z'),
          makeProperty('DURATION', 'PT1H'),
          makeProperty('RRULE', rule),
        ],
        components: [],
      },
      timeZones: [],
    },
  }
}

const preferences = makeUserPreferences()
const everything = { level: 'full', now: 0, zoneTables, preferences } as const

function makeSingle(start: number, end: number, changes: Partial<Booking> = {}): Booking {
  const { recurrence: _, ...single } = makeRecurring('FREQ=DAILY')
  return { ...single, start: { kind: 'utc', local: start }, end: { kind: 'utc', local: end }, ...changes }
}

describe('what is shared', () => {
  test('is from yesterday to the horizon, in whole days', () => {
    expect(makeHorizon(10 * day + 5, 3 * day)).toEqual({ start: 9 * day, end: 14 * day })
    expect(makeHorizon(10 * day, 3 * day - 1)).toEqual({ start: 9 * day, end: 14 * day })
  })

  test.each([
    [
      { start: 9 * day, end: 12 * day },
      { within: { start: 9 * day, end: 12 * day }, isCut: false },
    ],
    [
      { start: 0, end: 12 * day },
      { within: { start: 9 * day, end: 12 * day }, isCut: true },
    ],
    [
      { start: 13 * day, end: 1e11 },
      { within: { start: 13 * day, end: 14 * day }, isCut: true },
    ],
    [{ start: 14 * day, end: 1e11 }, undefined],
    [{ start: 0, end: 9 * day }, undefined],
  ])('of %o: %o', (asked, told) => {
    expect(limitWindow(asked, { start: 9 * day, end: 14 * day })).toEqual(told)
  })

  test('has the occurrences of series', () => {
    const schedule = { covers: [], single: [], recurring: [makeRecurring('FREQ=WEEKLY')] }
    const shared = listShared({ ...everything, schedule, within: { start: 20 * day, end: 34 * day } })
    expect(shared).toEqual([
      { start: 24 * day, end: 24 * day + 3600, type: 'BUSY' },
      { start: 31 * day, end: 31 * day + 3600, type: 'BUSY' },
    ])
  })

  test('is nothing at all where one booking cannot be worked out', () => {
    const schedule = { covers: [], single: [], recurring: [makeRecurring('FREQ=SOMETIMES')] }
    expect(listShared({ ...everything, schedule, within: { start: 0, end: day } })).toMatchObject({ kind: 'fault' })
  })

  test('has nothing of what takes no time, not even its faults', () => {
    const free: Booking = { ...makeRecurring('FREQ=SOMETIMES'), busyType: 'FREE' }
    const schedule = { covers: [], single: [], recurring: [free, { ...free, busyType: 'ORG' as const }] }
    expect(listShared({ ...everything, schedule, within: { start: 0, end: day } })).toEqual([])
  })

  test('has what is offered as tentative until the offer expires', () => {
    const schedule = { covers: [], single: [makeSingle(100, 200, { expires: 50 })], recurring: [] }
    const shared = { ...everything, schedule, within: { start: 0, end: day } }
    expect(listShared({ ...shared, now: 49 })).toEqual([{ start: 100, end: 200, type: 'BUSY-TENTATIVE' }])
    expect(listShared({ ...shared, now: 50 })).toEqual([])
  })

  const mixed = {
    covers: [],
    single: [
      makeSingle(1900, 3000),
      makeSingle(3000, 4000, { busyType: 'BUSY-TENTATIVE' }),
      makeSingle(9100, 9200, { busyType: 'BUSY-UNAVAILABLE' }),
    ],
    recurring: [],
  }

  test.each([
    ['full', ['1900-3000 BUSY', '3000-4000 BUSY-TENTATIVE', '9100-9200 BUSY-UNAVAILABLE']],
    ['merged', ['1900-4000 BUSY', '9100-9200 BUSY-UNAVAILABLE']],
    ['rounded', ['1800-5400 BUSY', '9100-9200 BUSY-UNAVAILABLE']],
  ] as const)('at the level %s', (level, periods) => {
    expect(show(listShared({ ...everything, level, schedule: mixed, within: { start: 0, end: day } }))).toEqual(periods)
  })

  test('does not tell minute by minute what is rounded', () => {
    const asked = { start: 1810, end: 1870 }
    expect(widenToKnow(asked)).toEqual({ start: 1800, end: 3600 })
    const shared = listShared({ ...everything, level: 'rounded', schedule: mixed, within: asked })
    expect(show(shared)).toEqual(['1810-1870 BUSY'])
  })
})

function show(shared: ReturnType<typeof listShared>): readonly string[] {
  if ('kind' in shared) throw new Error(shared.text)
  return shared.map(({ start, end, type }) => `${start}-${end} ${type}`)
}
