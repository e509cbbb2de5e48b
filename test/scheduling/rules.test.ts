// What the rules of site and preferences have against a booking. A row is the preferences, what is asked, the outcome.
import { describe, expect, test } from 'vitest'
import type { SiteSettings } from '../../src/preferences/site-settings.ts'
import { type AskedRoom, askRoom, at, makeBooked, showOutcome } from '../support/asked-room.ts'

function tell(asked: AskedRoom): string {
  return showOutcome(askRoom(asked).outcome)
}

const weekly = (rule: string): readonly string[] => [...at('10:00-11:00'), `RRULE:FREQ=WEEKLY;${rule}`]

describe('rules', () => {
  // 10 March 2026 is a Tuesday; it is asked on 2 March, 09:00.
  test.each<readonly [Readonly<Record<string, string>>, readonly string[], string]>([
    [{ recurring_bookings: 'no' }, at('10:00-11:00'), 'accept free'],
    [{ recurring_bookings: 'no' }, weekly('COUNT=2'), 'reject no-recurring-bookings'],
    [{}, ['DTSTART:20260302T080000Z', 'DTEND:20260302T083000Z'], 'reject in-the-past'],
    [{}, ['DTSTART:20260302T080000Z', 'DTEND:20260302T093000Z'], 'accept free'],
    [{}, ['DTSTART:20260223T080000Z', 'DTEND:20260223T083000Z', 'RRULE:FREQ=WEEKLY;COUNT=2'], 'reject in-the-past'],
    [{}, ['DTSTART:20260223T080000Z', 'DTEND:20260223T083000Z', 'RRULE:FREQ=WEEKLY;COUNT=3'], 'accept free'],
    [{ shortest_booking: 'PT1H' }, at('10:00-11:00'), 'accept free'],
    [{ shortest_booking: 'PT1H' }, at('10:00-10:59'), 'reject too-short'],
    [{ longest_booking: 'PT1H' }, at('10:00-11:00'), 'accept free'],
    [{ longest_booking: 'PT1H' }, at('10:00-11:01'), 'reject too-long'],
    [{ minimum_notice: 'P8D' }, at('10:00-11:00'), 'accept free'],
    [{ minimum_notice: 'P8DT2H' }, at('10:00-11:00'), 'decline too-late 10 10:00-11:00'],
    [{ minimum_notice: 'P10D' }, weekly('COUNT=2'), 'decline too-late 10 10:00-11:00'],
    [{ working_hours: 'Mon-Fri 08:00-18:00' }, at('10:00-11:00'), 'accept free'],
    [{ working_hours: 'Mon-Fri 08:00-18:00' }, at('17:30-18:30'), 'decline outside-working-hours 10 17:30-18:30'],
    [{ working_hours: 'Mon-Fri 08:00-18:00' }, at('14 10:00-11:00'), 'decline outside-working-hours 14 10:00-11:00'],
    [{ working_hours: '08:00-12:00\n12:00-18:00' }, at('11:30-12:30'), 'accept free'],
    [{ working_hours: '08:00-12:00\n13:00-18:00' }, at('11:30-13:30'), 'decline outside-working-hours 10 11:30-13:30'],
    [{ working_hours: '00:00-24:00' }, ['DTSTART:20260310T220000Z', 'DTEND:20260312T020000Z'], 'accept free'],
    [{ working_hours: '08:00-10:00', TZID: 'Europe/Oslo' }, at('07:00-09:00'), 'accept free'],
    [{ blocked_times: '2026-03-10 Painting' }, at('10:00-11:00'), 'decline blocked 10 10:00-11:00'],
    [{ blocked_times: '2026-03-10 Painting' }, at('11 00:00-01:00'), 'accept free'],
    [{ blocked_times: '2026-03-17/2026-03-18' }, weekly('COUNT=3'), 'decline blocked 17 10:00-11:00'],
    [{ booking_window: 'P7D' }, at('10:00-11:00'), 'reject beyond-window'],
    [{ booking_window: 'P8DT2H' }, at('10:00-11:00'), 'accept free'],
    [{ booking_window: 'P14D', series_beyond_window: 'decline' }, weekly('COUNT=2'), 'reject beyond-window'],
    [{ booking_window: 'P16D', series_beyond_window: 'decline' }, weekly('COUNT=2'), 'accept free'],
    [{ series_beyond_window: 'decline' }, weekly('INTERVAL=1'), 'reject beyond-window'],
    [{ booking_window: '' }, weekly('INTERVAL=1'), 'accept free'],
  ])('%j for %j: %s', (preferences, event, outcome) => {
    expect(tell({ preferences, event })).toBe(outcome)
  })

  test.each<readonly [string, Partial<SiteSettings>, boolean, string]>([
    ['pat@example.com', {}, false, 'accept free'],
    ['kim@example.net', {}, false, 'reject organizer-not-local'],
    ['kim@example.net', { resourceOrganizers: 'anyone' }, false, 'accept free'],
    ['kim@example.net', { localDomains: ['example.net'] }, false, 'accept free'],
    ['pat@example.com', { localDomains: ['example.net'] }, false, 'reject organizer-not-local'],
    ['kim@example.net', {}, true, 'accept free'],
  ])('%s with %j, authenticated %s: %s', (organizer, site, isAuthenticated, outcome) => {
    expect(tell({ event: [`ORGANIZER:mailto:${organizer}`], site, isAuthenticated })).toBe(outcome)
  })

  test('what is refused without a look at the schedule is not looked up', () => {
    expect(askRoom({ event: ['ORGANIZER:mailto:kim@example.net'] }).wanted).toEqual([])
    expect(askRoom({ preferences: { booking_window: 'P1D' } }).wanted).toEqual([])
  })
})

describe('a series that runs past the booking window', () => {
  test.each([
    ['an endless one', weekly('INTERVAL=1'), 'P21D', '20260323T090000Z'],
    ['a counted one', weekly('COUNT=10'), 'P21D', '20260323T090000Z'],
    ['one that ends before', weekly('COUNT=2'), 'P21D', undefined],
    ['whole days', ['DTSTART;VALUE=DATE:20260310', '-DTEND', 'RRULE:FREQ=DAILY'], 'P21D', '20260323T090000Z'],
  ])('%s is taken up to there', (_, event, booking_window, until) => {
    const preferences = { booking_window }
    const answer = askRoom({ preferences, event })
    expect(answer.outcome.kind).toBe('accept')
    expect(answer.until && new Date(answer.until * 1000).toISOString().replace(/[-:]|\.000/g, '')).toBe(until)
    // What is booked behind the end hinders nobody.
    const behind = makeBooked('behind@example.com', ['DTSTART:20260324T100000Z', 'DTEND:20260324T110000Z'])
    expect(askRoom({ preferences, event, booked: [behind] }).outcome.kind).toBe(until ? 'accept' : 'accept')
    const before = makeBooked('before@example.com', ['DTSTART:20260317T100000Z', 'DTEND:20260317T110000Z'])
    expect(askRoom({ preferences, event, booked: [before] }).outcome.kind).toBe('decline')
  })
})

describe('buffers', () => {
  const booked = [makeBooked('booked@example.com', at('10:00-11:00'))]
  const preferences = { buffer_before: 'PT10M', buffer_after: 'PT20M' }
  test.each([
    ['11:30-12:00', 'accept free'],
    ['11:29-12:00', 'decline overlaps 10 11:29-12:00'],
    ['09:00-09:30', 'accept free'],
    ['09:00-09:31', 'decline overlaps 10 09:00-09:31'],
  ])('%s: %s', (asked, outcome) => {
    expect(tell({ preferences, booked, event: at(asked) })).toBe(outcome)
  })

  test('between series, and over midnight', () => {
    const daily = [
      makeBooked('daily@example.com', ['DTSTART:20260310T220000Z', 'DTEND:20260310T235000Z', 'RRULE:FREQ=DAILY']),
    ]
    const asked = ['DTSTART:20260312T001500Z', 'DTEND:20260312T010000Z', 'RRULE:FREQ=WEEKLY;COUNT=2']
    expect(tell({ preferences, booked: daily, event: asked })).toBe('decline overlaps 12 00:15-01:00, 19 00:15-01:00')
    expect(tell({ booked: daily, event: asked })).toBe('accept free')
  })

  test('around whole days', () => {
    const day = [makeBooked('day@example.com', ['DTSTART;VALUE=DATE:20260310', '-DTEND', 'RRULE:FREQ=WEEKLY'])]
    expect(tell({ preferences, booked: day, event: at('11 00:00-01:00') })).toBe('decline overlaps 11 00:00-01:00')
    expect(tell({ preferences, booked: day, event: at('18 00:30-01:00') })).toBe('accept free')
  })
})

describe('what holds the time', () => {
  const tentative = [makeBooked('tentative@example.com', at('10:00-11:00'), 'BUSY-TENTATIVE')]
  const held = (expires: number) => [
    { ...makeBooked('offer@example.com', at('10:00-11:00'), 'BUSY-TENTATIVE'), expires },
  ]
  const now = Date.UTC(2026, 2, 2, 9) / 1000
  test.each<readonly [string, AskedRoom, string]>([
    ['a tentative booking', { booked: tentative }, 'decline overlaps 10 10:00-11:00'],
    [
      'one that may be booked over',
      { booked: tentative, preferences: { tentative_bookings: 'ignore' } },
      'accept free',
    ],
    ['a proposal that is open', { booked: held(now + 1) }, 'decline overlaps 10 10:00-11:00'],
    [
      'a proposal is held whatever tentative bookings are',
      { booked: held(now + 1), preferences: { tentative_bookings: 'ignore' } },
      'decline overlaps 10 10:00-11:00',
    ],
    ['a proposal that has expired', { booked: held(now) }, 'accept free'],
    ['its own old time', { booked: [makeBooked('planning@example.com', at('10:00-11:00'))] }, 'accept free'],
  ])('%s', (_, asked, outcome) => {
    expect(tell({ event: at('10:00-11:00'), ...asked })).toBe(outcome)
  })

  test('a date that is over hinders no series', () => {
    const booked = [makeBooked('old@example.com', ['DTSTART:20260223T080000Z', 'DTEND:20260223T083000Z'])]
    const event = ['DTSTART:20260223T080000Z', 'DTEND:20260223T083000Z', 'RRULE:FREQ=WEEKLY;COUNT=5']
    expect(tell({ booked, event })).toBe('accept free')
  })
})

describe('open_bookings', () => {
  const one = makeBooked('one@example.com', at('10:00-11:00'))
  const series = makeBooked('two@example.com', [...at('11 10:00-11:00'), 'RRULE:FREQ=WEEKLY'])
  const kims = makeBooked('three@example.com', [...at('12 10:00-11:00'), 'ORGANIZER:mailto:kim@example.com'])
  const preferences = { open_bookings: '2' }
  test.each([
    ['one', [one, kims], 'accept free'],
    ['two, a series counts as one', [one, series, kims], 'reject too-many-bookings'],
  ])('%s', (_, booked, outcome) => {
    expect(tell({ preferences, booked, event: at('13 10:00-11:00') })).toBe(outcome)
  })

  test('a change of one of them is none more', () => {
    const own = makeBooked('planning@example.com', at('13 10:00-11:00'))
    expect(tell({ preferences, booked: [one, own], event: at('13 12:00-13:00') })).toBe('accept free')
  })
})
