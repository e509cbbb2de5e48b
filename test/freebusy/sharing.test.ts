// What somebody who asks is told.
import { describe, expect, test } from 'vitest'
import { makeProperty } from '../../src/calendar/properties.ts'
import type { ZoneTables } from '../../src/calendar/time-zone.ts'
import type { Booking } from '../../src/freebusy/record.ts'
import { limitWindow, listShared, longestShared } from '../../src/freebusy/sharing.ts'

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

describe('what is shared', () => {
  test('is a year at most', () => {
    expect(limitWindow({ start: 5, end: 5 + longestShared })).toEqual({
      within: { start: 5, end: 5 + longestShared },
      isCut: false,
    })
    expect(limitWindow({ start: 5, end: 1e11 })).toEqual({ within: { start: 5, end: 5 + longestShared }, isCut: true })
  })

  test('has the occurrences of series', () => {
    const schedule = { covers: [], single: [], recurring: [makeRecurring('FREQ=WEEKLY')] }
    const shared = listShared(schedule, { start: 20 * day, end: 34 * day }, zoneTables, 'UTC')
    expect(shared).toEqual([
      { start: 24 * day, end: 24 * day + 3600, type: 'BUSY' },
      { start: 31 * day, end: 31 * day + 3600, type: 'BUSY' },
    ])
  })

  test('is nothing at all where one booking cannot be worked out', () => {
    const schedule = { covers: [], single: [], recurring: [makeRecurring('FREQ=SOMETIMES')] }
    expect(listShared(schedule, { start: 0, end: day }, zoneTables, 'UTC')).toMatchObject({ kind: 'fault' })
  })

  test('has nothing of what takes no time, not even its faults', () => {
    const free: Booking = { ...makeRecurring('FREQ=SOMETIMES'), busyType: 'FREE' }
    const schedule = { covers: [], single: [], recurring: [free, { ...free, busyType: 'ORG' as const }] }
    expect(listShared(schedule, { start: 0, end: day }, zoneTables, 'UTC')).toEqual([])
  })
})
