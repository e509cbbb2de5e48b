// Lines of the preferences that say what may be booked and when.
import { describe, expect, test } from 'vitest'
import { parseAccessRule } from '../../src/preferences/access-rules.ts'
import { parseBlockedTime } from '../../src/preferences/blocked-times.ts'
import { parseBookingDuration } from '../../src/preferences/booking-rules.ts'
import { parsePermittedTimes } from '../../src/preferences/permitted-times.ts'
import { parseWorkingHours } from '../../src/preferences/working-hours.ts'

describe('permitted times', () => {
  test.each<readonly [string, readonly (readonly number[])[] | undefined]>([
    ['0,15,30,45', [[], [0, 15, 30, 45], [0]]],
    ['30, 0', [[], [0, 30], [0]]],
    ['8,9,10:0', [[8, 9, 10], [0], [0]]],
    [':0,30', [[], [0, 30], [0]]],
    ['8::0', [[8], [], [0]]],
    ['8:30:15', [[8], [30], [15]]],
    ['24:0', undefined],
    ['60', undefined],
    ['0,,30', undefined],
    ['1:2:3:4', undefined],
    ['quarter', undefined],
  ])('%s', (line, lists) => {
    const parsed = parsePermittedTimes(line)
    expect(parsed && [parsed.hours, parsed.minutes, parsed.seconds]).toEqual(lists)
  })
})

describe('working hours', () => {
  test.each<readonly [string, readonly [string, number, number] | undefined]>([
    ['Mon-Fri 08:00-18:00', ['0,1,2,3,4', 8, 18]],
    ['sat,SUN 10:00 - 14:30', ['5,6', 10, 14.5]],
    ['Fri-Mon 9:00-12:00', ['4,5,6,0', 9, 12]],
    ['07:00-24:00', ['0,1,2,3,4,5,6', 7, 24]],
    ['18:00-08:00', undefined],
    ['08:00-08:00', undefined],
    ['Mon 08:60-09:00', undefined],
    ['Monday 08:00-18:00', undefined],
    ['Mon-Tue-Wed 08:00-18:00', undefined],
    ['08:00-24:30', undefined],
    ['', undefined],
  ])('%s', (line, hours) => {
    const parsed = parseWorkingHours(line)
    expect(parsed && [[...parsed.weekdays].join(), parsed.from / 3600, parsed.to / 3600]).toEqual(hours)
  })
})

describe('blocked times', () => {
  test.each<readonly [string, readonly [number, string] | undefined]>([
    ['2026-12-24 Closed', [24, 'Closed']],
    ['2026-12-24/2026-12-26 Closed  for holidays', [72, 'Closed for holidays']],
    ['2026-05-04T08:00/2026-05-04T12:00', [4, '']],
    ['2026-05-04T08:00/2026-05-04T08:00', undefined],
    ['2026-05-04T08:00', undefined],
    ['2026-05-04/2026-05-03', undefined],
    ['2026-05-04/2026-05-05T10:00', undefined],
    ['2026-02-30', undefined],
    ['tomorrow', undefined],
  ])('%s', (line, hours) => {
    const parsed = parseBlockedTime(line)
    expect(parsed && [(parsed.to - parsed.from) / 3600, parsed.why]).toEqual(hours)
  })
})

describe('access rules', () => {
  test.each<readonly [string, string | undefined]>([
    ['accept', 'accept anybody'],
    ['Decline', 'decline anybody'],
    ['accept organiser mailto:Pat@Example.com', 'accept organizer mailto:pat@example.com'],
    ['reject organizer pat@example.com', 'reject organizer mailto:pat@example.com'],
    ['reject attendee *@example.net', 'reject attendee *@example.net'],
    ['accept organiser @example.net', 'accept organizer *@example.net'],
    ['accept organiser example.net', 'accept organizer *@example.net'],
    ['permit', undefined],
    ['accept organiser', undefined],
    ['accept chair pat@example.com', undefined],
    ['accept organiser pat@example.com or kim@example.com', undefined],
  ])('%s', (line, rule) => {
    const parsed = parseAccessRule(line)
    expect(parsed && `${parsed.action} ${parsed.who ? `${parsed.who.role} ${parsed.who.identity}` : 'anybody'}`).toBe(
      rule,
    )
  })
})

test.each<readonly [string, number | undefined]>([
  ['P90D', 7_776_000],
  ['PT90M', 5400],
  ['P1DT1H', 90_000],
  ['PT0S', 0],
  ['-PT5M', undefined],
  ['90', undefined],
  ['', undefined],
])('the duration %s', (text, seconds) => {
  expect(parseBookingDuration(text)).toBe(seconds)
})
