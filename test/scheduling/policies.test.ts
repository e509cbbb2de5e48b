// What each scheduling function says. A row is the preferences, what is booked, what is asked, the outcome.
import { describe, expect, test } from 'vitest'
import type { CalendarAddress } from '../../src/calendar/calendar-address.ts'
import type { OthersFreeBusy } from '../../src/freebusy/others.ts'
import { askRoom, at, makeBooked, showOutcome } from '../support/asked-room.ts'

function tell(
  functions: string,
  preferences: Readonly<Record<string, string>>,
  booked: readonly string[],
  asked: readonly string[],
): string {
  return showOutcome(
    askRoom({
      preferences: { scheduling_function: functions, ...preferences },
      booked: booked.map((text, index) => makeBooked(`booked-${index}@example.com`, at(text))),
      event: asked,
    }).outcome,
  )
}

describe('schedule_in_freebusy', () => {
  test.each([
    ['schedule_in_freebusy', [], '10:00-11:00', 'accept free'],
    ['schedule_in_freebusy', ['10:30-11:30'], '10:00-11:00', 'decline overlaps 10 10:00-11:00'],
    ['schedule_in_freebusy', ['11:00-12:00'], '10:00-11:00', 'accept free'],
    ['schedule_in_freebusy 2', ['10:30-11:30'], '10:00-11:00', 'accept free'],
    ['schedule_in_freebusy 2', ['10:00-10:30', '10:30-11:00'], '10:00-11:00', 'accept free'],
    ['schedule_in_freebusy 2', ['10:00-10:30', '10:15-11:00'], '10:00-11:00', 'decline overlaps 10 10:00-11:00'],
  ])('%s with %j for %s: %s … %s', (functions, booked, asked, outcome) => {
    expect(tell(functions, {}, booked, at(asked))).toBe(outcome)
  })
})

describe('schedule_corrected_in_freebusy', () => {
  const quarters = '0,15,30,45'
  test.each([
    [quarters, [], '10:00-11:00', 'accept free'],
    [quarters, [], '10:07-11:00', 'propose corrected-time 10 10:00-11:00'],
    [quarters, [], '10:08-11:05', 'propose corrected-time 10 10:15-11:00'],
    [quarters, [], '10:01-10:02', 'propose corrected-time 10 10:00-10:15'],
    [quarters, ['09:00-10:10'], '10:07-11:00', 'decline not-permitted-time 10 10:07-11:00'],
    [quarters, ['09:00-10:05'], '10:15-11:00', 'accept free'],
    ['8,12:0', [], '09:00-13:00', 'propose corrected-time 10 08:00-12:00'],
    ['', [], '10:07-11:13', 'accept free'],
    ['0\n20', [], '10:19-11:00', 'propose corrected-time 10 10:20-11:00'],
  ])('%s with %j for %s: %s', (permitted, booked, asked, outcome) => {
    expect(tell('schedule_corrected_in_freebusy', { permitted_times: permitted }, booked, at(asked))).toBe(outcome)
  })

  test('the clock is that of the room', () => {
    const preferences = { permitted_times: '9:0\n12:0', TZID: 'Europe/Oslo' }
    expect(tell('schedule_corrected_in_freebusy', preferences, [], at('08:00-11:00'))).toBe('accept free')
    expect(tell('schedule_corrected_in_freebusy', preferences, [], at('09:00-11:00'))).toBe(
      'propose corrected-time 10 08:00-11:00',
    )
  })

  test('a series keeps its days, and all of it must be free', () => {
    const weekly = [...at('10:07-11:00'), 'RRULE:FREQ=WEEKLY;UNTIL=20260331T100700Z']
    const preferences = { permitted_times: quarters }
    expect(tell('schedule_corrected_in_freebusy', preferences, [], weekly)).toBe(
      'propose corrected-time 10 10:00-11:00',
    )
    expect(tell('schedule_corrected_in_freebusy', preferences, ['24 10:00-10:05'], weekly)).toBe(
      'decline not-permitted-time 10 10:07-11:00, 17 10:07-11:00, 24 10:07-11:00, 31 10:07-11:00',
    )
  })

  test('whole days are on every grid', () => {
    const day = ['DTSTART;VALUE=DATE:20260310', '-DTEND']
    expect(tell('schedule_corrected_in_freebusy', { permitted_times: '30' }, [], day)).toBe('accept free')
  })
})

describe('schedule_next_available_in_freebusy', () => {
  test.each<readonly [Readonly<Record<string, string>>, readonly string[], string, string]>([
    [{}, [], '10:00-11:00', 'accept free'],
    [{}, ['10:30-11:30'], '10:00-11:00', 'propose next-available 10 11:30-12:30, 10 12:30-13:30, 10 13:30-14:30'],
    [
      {},
      ['10:00-11:00', '11:30-12:45'],
      '10:00-11:00',
      'propose next-available 10 12:45-13:45, 10 13:45-14:45, 10 14:45-15:45',
    ],
    [
      { permitted_times: '0,30' },
      ['10:00-11:10'],
      '10:00-11:00',
      'propose next-available 10 11:30-12:30, 10 12:30-13:30, 10 13:30-14:30',
    ],
    [
      { working_hours: 'Mon-Fri 08:00-12:00' },
      ['10:00-11:30'],
      '10:00-11:00',
      'propose next-available 11 08:00-09:00, 11 09:00-10:00, 11 10:00-11:00',
    ],
    [
      { working_hours: 'Mon-Fri 08:00-12:00' },
      [],
      '13:00-14:00',
      'propose next-available 11 08:00-09:00, 11 09:00-10:00, 11 10:00-11:00',
    ],
    [
      { buffer_after: 'PT15M' },
      ['10:00-11:00'],
      '10:00-11:00',
      'propose next-available 10 11:15-12:15, 10 12:15-13:15, 10 13:15-14:15',
    ],
    [{ search_horizon: 'PT30M' }, ['10:00-11:00'], '10:00-11:00', 'decline overlaps 10 10:00-11:00'],
    [{ search_horizon: 'PT1H' }, ['10:00-11:00'], '10:00-11:00', 'propose next-available 10 11:00-12:00'],
    [
      { blocked_times: '2026-03-10/2026-03-12 Painting' },
      [],
      '10:00-11:00',
      'propose next-available 13 00:00-01:00, 13 01:00-02:00, 13 02:00-03:00',
    ],
    [
      { minimum_notice: 'P10D' },
      [],
      '10:00-11:00',
      'propose next-available 12 09:00-10:00, 12 10:00-11:00, 12 11:00-12:00',
    ],
  ])('with %j and %j for %s: %s', (preferences, booked, asked, outcome) => {
    expect(tell('schedule_next_available_in_freebusy', preferences, booked, at(asked))).toBe(outcome)
  })

  test('a whole day is proposed as a whole day', () => {
    const day = ['DTSTART;VALUE=DATE:20260310', '-DTEND']
    expect(tell('schedule_next_available_in_freebusy', {}, ['10:00-11:00', '12 09:00-10:00'], day)).toBe(
      'propose next-available 11 00:00-00:00, 13 00:00-00:00, 14 00:00-00:00',
    )
  })

  test('a series of which nothing can be had is proposed at other times of its days', () => {
    const weekly = [...at('10:00-11:00'), 'RRULE:FREQ=WEEKLY;COUNT=2']
    const booked = ['10:00-11:00', '17 10:30-11:30']
    const hours = { working_hours: '09:00-13:00' }
    expect(tell('schedule_next_available_in_freebusy', hours, booked, weekly)).toBe(
      'propose next-available 10 12:00-13:00, 10 09:00-10:00',
    )
    // What can be had of it is the better answer.
    expect(tell('schedule_next_available_in_freebusy', hours, ['10:00-11:00'], weekly)).toBe(
      'decline overlaps 10 10:00-11:00',
    )
  })

  test('the schedule is looked at in growing steps, no farther than is needed', () => {
    const preferences = { scheduling_function: 'schedule_next_available_in_freebusy' }
    const days = (periods: readonly { readonly start: number; readonly end: number }[]): number =>
      periods.reduce((sum, { start, end }) => sum + (end - start) / 86_400, 0)
    const near = askRoom({ preferences, booked: [makeBooked('a', at('10:00-11:00'))], event: at('10:00-11:00') })
    expect(near.wanted.map(days).map(Math.round)).toEqual([0, 2])
    // Taken for weeks: the steps grow to the horizon, and not beyond.
    const month = makeBooked('a', ['DTSTART:20260310T000000Z', 'DTEND:20260420T000000Z'])
    const far = askRoom({ preferences, booked: [month], event: at('10:00-11:00') })
    expect(far.wanted.map(days).map(Math.round)).toEqual([0, 2, 6, 22, 60])
    const year = makeBooked('a', ['DTSTART:20260310T000000Z', 'DTEND:20270420T000000Z'])
    const none = askRoom({ preferences, booked: [year], event: at('10:00-11:00') })
    expect(none.outcome).toMatchObject({ kind: 'decline', whole: false })
  })
})

describe('schedule_across_network', () => {
  const kim: CalendarAddress = 'mailto:kim@example.net'
  const busy = (
    sender: CalendarAddress,
    from: number,
    to: number,
    expires = 2_000_000_000,
  ): [CalendarAddress, OthersFreeBusy] => {
    const day = Date.UTC(2026, 2, 10) / 1000
    const within = { start: day, end: day + 86_400 }
    const period = { start: day + from * 3600, end: day + to * 3600, type: 'BUSY' as const }
    return [sender, { sender, pieces: [{ uid: '', stamp: 0, expires, within, busy: [period] }] }]
  }

  test.each<readonly [string, readonly [CalendarAddress, OthersFreeBusy][], readonly string[], string]>([
    ['nothing is known', [], ['ATTENDEE:mailto:kim@example.net'], 'accept free'],
    ['another time', [busy(kim, 12, 13)], ['ATTENDEE:mailto:kim@example.net'], 'accept free'],
    [
      'the same time',
      [busy(kim, 10.5, 13)],
      ['ATTENDEE:mailto:kim@example.net'],
      'decline attendees-busy 10 10:00-11:00',
    ],
    ['told long ago', [busy(kim, 10.5, 13, 0)], ['ATTENDEE:mailto:kim@example.net'], 'accept free'],
    [
      'for information only',
      [busy(kim, 10, 13)],
      ['ATTENDEE;ROLE=NON-PARTICIPANT:mailto:kim@example.net'],
      'accept free',
    ],
    ['the organizer', [busy('mailto:pat@example.com', 10, 13)], ['ATTENDEE:mailto:pat@example.com'], 'accept free'],
    ['somebody else', [busy('mailto:lee@example.net', 10, 13)], ['ATTENDEE:mailto:kim@example.net'], 'accept free'],
  ])('%s: %s', (_, others, attendees, outcome) => {
    const preferences = { scheduling_function: 'schedule_across_network' }
    const event = [...attendees, ...at('10:00-11:00'), 'ATTENDEE:mailto:room@example.com']
    expect(showOutcome(askRoom({ preferences, event, others: new Map(others) }).outcome)).toBe(outcome)
  })

  test('the room itself must be free, too', () => {
    expect(tell('schedule_across_network', {}, ['10:30-11:30'], at('10:00-11:00'))).toBe(
      'decline overlaps 10 10:00-11:00',
    )
  })
})

describe('same_domain_only', () => {
  test.each([
    ['mailto:pat@example.com', 'accept same-domain'],
    ['mailto:pat@Example.COM', 'accept same-domain'],
    ['mailto:kim@example.net', 'reject other-domain'],
    ['mailto:kim@sub.example.com', 'reject other-domain'],
    ['https://example.com/pat', 'reject other-domain'],
  ])('%s: %s', (organizer, outcome) => {
    const preferences = { scheduling_function: 'same_domain_only' }
    const event = [`ORGANIZER:${organizer}`]
    const site = { resourceOrganizers: 'anyone' as const }
    expect(showOutcome(askRoom({ preferences, event, site }).outcome)).toBe(outcome)
  })
})

describe('access_control_list', () => {
  test.each([
    ['', 'accept access-granted'],
    ['accept', 'accept access-granted'],
    ['decline', 'reject access-denied'],
    ['reject', 'reject access-denied'],
    // The last line that fits counts.
    ['decline\naccept organiser mailto:pat@example.com', 'accept access-granted'],
    ['accept organiser mailto:pat@example.com\ndecline', 'reject access-denied'],
    ['accept\ndecline attendee kim@example.net', 'reject access-denied'],
    ['accept\ndecline attendee lee@example.net', 'accept access-granted'],
    // A refusal by reject is final.
    ['reject attendee *@example.net\naccept organiser mailto:pat@example.com', 'reject access-denied'],
    ['decline attendee *@example.net\naccept organiser mailto:pat@example.com', 'accept access-granted'],
    // Without a line for everybody the list says by its kind what becomes of the others.
    ['accept organiser *@example.org', 'reject access-denied'],
    ['decline organiser *@example.org', 'accept access-granted'],
    ['accept organizer *@example.com', 'accept access-granted'],
  ])('%j: %s', (acl, outcome) => {
    const preferences = { scheduling_function: 'access_control_list', acl }
    const event = ['ATTENDEE:mailto:kim@example.net', 'ATTENDEE:mailto:room@example.com']
    expect(showOutcome(askRoom({ preferences, event }).outcome)).toBe(outcome)
  })
})
