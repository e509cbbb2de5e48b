// When somebody cannot be booked: working hours, blocked times, VAVAILABILITY. RFC 7953, 4 and 5.1.
import { describe, expect, test } from 'vitest'
import { parseInstant } from '../../src/calendar/time.ts'
import { listClosed } from '../../src/freebusy/availability.ts'
import { listShared } from '../../src/freebusy/sharing.ts'
import { loadSystemZones } from '../../src/zones/system-zones.ts'
import { makeUserPreferences } from '../support/user-preferences.ts'

const zones = loadSystemZones()

function at(text: string): number {
  const instant = parseInstant(text)
  if (typeof instant !== 'number') throw new Error(instant.text)
  return instant
}

/** `MM-DD HH:MM` of 2026, UTC. */
function show(instant: number): string {
  return new Date(instant * 1000).toISOString().slice(5, 16).replace('T', ' ')
}

function list(texts: Readonly<Record<string, string>>, from: string, to: string): readonly string[] {
  const closed = listClosed(makeUserPreferences(texts), { start: at(from), end: at(to) }, zones)
  if ('code' in closed) throw new Error(closed.text)
  return closed
    .toSorted((a, b) => a.start - b.start)
    .map(({ start, end, type }) => `${show(start)} ${show(end)} ${type.replace('BUSY-', '')}`)
}

const calendar = (...lines: readonly string[]): string =>
  ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//example.com//Case//EN', ...lines, 'END:VCALENDAR', ''].join('\r\n')

const available = (...lines: readonly string[]): readonly string[] => [
  'BEGIN:AVAILABLE',
  'UID:hours@example.com',
  'DTSTAMP:20260101T000000Z',
  ...lines,
  'END:AVAILABLE',
]

const component = (...lines: readonly string[]): readonly string[] => [
  'BEGIN:VAVAILABILITY',
  'UID:always@example.com',
  'DTSTAMP:20260101T000000Z',
  ...lines,
  'END:VAVAILABILITY',
]

const office = available(
  'DTSTART;TZID=Europe/Oslo:20260105T090000',
  'DTEND;TZID=Europe/Oslo:20260105T170000',
  'RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR',
)

// Saturday 28 March, the night before the clocks go forward, to Monday.
const weekend = ['20260327T120000Z', '20260330T120000Z'] as const

describe('working hours and blocked times', () => {
  test('are told by the clock of the user', () => {
    expect(list({ TZID: 'Europe/Oslo', working_hours: 'Mon-Fri 09:00-17:00' }, ...weekend)).toEqual([
      '03-27 16:00 03-30 07:00 UNAVAILABLE',
    ])
    expect(list({ blocked_times: '2026-03-28 Closed' }, ...weekend)).toEqual(['03-28 00:00 03-29 00:00 UNAVAILABLE'])
  })

  test('without any nothing is closed', () => {
    expect(list({}, ...weekend)).toEqual([])
  })
})

describe('VAVAILABILITY', () => {
  test('without bounds is all the time, but for what is available', () => {
    expect(list({ availability: calendar(...component(...office)) }, ...weekend)).toEqual([
      '03-27 16:00 03-30 07:00 UNAVAILABLE',
    ])
  })

  test('says nothing outside its own time', () => {
    const bounded = component('DTSTART:20260328T000000Z', 'DTEND:20260329T000000Z', 'BUSYTYPE:BUSY', ...office)
    expect(list({ availability: calendar(...bounded) }, ...weekend)).toEqual(['03-28 00:00 03-29 00:00 BUSY'])
    const long = component('DTSTART:20260328T000000Z', 'DURATION:PT6H', 'BUSYTYPE:BUSY-TENTATIVE')
    expect(list({ availability: calendar(...long) }, ...weekend)).toEqual(['03-28 00:00 03-28 06:00 TENTATIVE'])
    const until = component('DTEND:20260328T000000Z')
    expect(list({ availability: calendar(...until) }, ...weekend)).toEqual(['03-27 12:00 03-28 00:00 UNAVAILABLE'])
    const since = component('DTSTART:20260330T000000Z')
    expect(list({ availability: calendar(...since) }, ...weekend)).toEqual(['03-30 00:00 03-30 12:00 UNAVAILABLE'])
  })

  test('of a higher priority takes the place of others, their available time included', () => {
    const holiday = component('PRIORITY:1', 'DTSTART:20260327T000000Z', 'DTEND:20260329T000000Z', 'BUSYTYPE:BUSY')
    for (const both of [
      [...component(...office), ...holiday],
      [...holiday, ...component(...office)],
    ])
      expect(list({ availability: calendar(...both) }, ...weekend)).toEqual([
        '03-27 12:00 03-29 00:00 BUSY',
        '03-29 00:00 03-30 07:00 UNAVAILABLE',
      ])
  })

  test('of one priority: the stronger type counts', () => {
    const busy = component('DTSTART:20260328T000000Z', 'DTEND:20260328T120000Z', 'BUSYTYPE:BUSY')
    const maybe = component('DTSTART:20260328T060000Z', 'DTEND:20260328T180000Z', 'BUSYTYPE:BUSY-TENTATIVE')
    expect(list({ availability: calendar(...maybe, ...busy) }, ...weekend)).toEqual([
      '03-28 00:00 03-28 12:00 BUSY',
      '03-28 12:00 03-28 18:00 TENTATIVE',
    ])
  })

  test('an instance of its own takes the place of the rule', () => {
    const moved = available(
      'RECURRENCE-ID;TZID=Europe/Oslo:20260330T090000',
      'DTSTART;TZID=Europe/Oslo:20260330T110000',
      'DTEND;TZID=Europe/Oslo:20260330T120000',
    )
    expect(list({ availability: calendar(...component(...office, ...moved)) }, ...weekend)).toEqual([
      '03-27 16:00 03-30 09:00 UNAVAILABLE',
      '03-30 10:00 03-30 12:00 UNAVAILABLE',
    ])
  })

  // RFC 7953, 5.1.1: two hours a column, available from 8 to 18 in Montreal, a meeting at 12.
  test('the simple example of the standard', () => {
    const text = calendar(
      ...component(
        ...available(
          'DTSTART;TZID=America/Montreal:20111002T080000',
          'DTEND;TZID=America/Montreal:20111002T180000',
          'RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR',
        ),
      ),
    )
    const preferences = makeUserPreferences({ availability: text, TZID: 'America/Montreal' })
    const meeting = {
      start: { kind: 'utc' as const, local: at('20111107T170000Z') },
      end: { kind: 'utc' as const, local: at('20111107T190000Z') },
      uid: 'meeting@example.com',
      busyType: 'BUSY' as const,
      summary: '',
      organizer: '',
    }
    const shared = listShared({
      schedule: { covers: [], single: [meeting], recurring: [] },
      within: { start: at('20111107T050000Z'), end: at('20111108T050000Z') },
      level: 'full',
      now: 0,
      zoneTables: zones,
      preferences,
    })
    expect(
      'code' in shared ? shared : shared.map(({ start, end, type }) => `${show(start)} ${show(end)} ${type}`),
    ).toEqual([
      '11-07 05:00 11-07 13:00 BUSY-UNAVAILABLE',
      '11-07 17:00 11-07 19:00 BUSY',
      '11-07 23:00 11-08 05:00 BUSY-UNAVAILABLE',
    ])
  })

  test('what cannot be worked out is a fault, not open', () => {
    const odd = available('DTSTART;TZID=Nowhere/Town:20260105T090000', 'DURATION:PT8H', 'RRULE:FREQ=DAILY')
    const preferences = makeUserPreferences({ availability: calendar(...component(...odd)) })
    expect(listClosed(preferences, { start: 0, end: 86_400 }, zones)).toMatchObject({ kind: 'fault' })
  })

  test.each([
    ['nothing of it', 'must be a calendar with VAVAILABILITY: '],
    [calendar('BEGIN:VEVENT', 'UID:a', 'END:VEVENT'), 'there is no VAVAILABILITY in it'],
    [calendar(...component(...available())), 'an AVAILABLE has no DTSTART'],
    [calendar(...Array.from({ length: 101 }, () => component()).flat()), 'it has more than 100 components'],
  ])('is checked as a preference: %#', (text, reason) => {
    expect(() => makeUserPreferences({ availability: text })).toThrow(reason)
  })

  test('may be folded, and written with either line end', () => {
    const folded = calendar(...component(...office)).replace('BYDAY=', 'BY\r\n DAY=')
    for (const text of [folded, folded.replaceAll('\r\n', '\n')])
      expect(list({ availability: text }, ...weekend)).toEqual(['03-27 16:00 03-30 07:00 UNAVAILABLE'])
  })
})
