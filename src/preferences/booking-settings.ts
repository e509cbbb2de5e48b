// The preferences that say what may be booked and when: rows of the table in settings.ts.

import { parseAccessRule } from './access-rules.ts'
import { parseBlockedTime } from './blocked-times.ts'
import { parseBookingDuration } from './booking-rules.ts'
import { parsePermittedTimes } from './permitted-times.ts'
import type { PreferenceSetting } from './settings.ts'
import { parseWorkingHours } from './working-hours.ts'

/** Nothing, or what is wrong with a line, as the end of a sentence. */
function checkWith(parse: (line: string) => unknown, reason: string): (line: string) => string | undefined {
  return (line) => (parse(line) === undefined ? reason : undefined)
}

const checkDuration = checkWith(parseBookingDuration, 'must be a duration such as P90D or PT30M')

function checkNumber(line: string): string | undefined {
  return /^[1-9]\d{0,5}$/.test(line) ? undefined : 'must be a number from 1 on'
}

/** As many as the store counts of a day (freebusy/others.ts). */
function checkDailyNumber(line: string): string | undefined {
  return /^[1-9]\d{0,2}$/.test(line) ? undefined : 'must be a number from 1 to 999'
}

export const bookingSettings = {
  permitted_times: {
    kind: 'lines',
    who: 'resource',
    default: '',
    help: 'At which times of the clock of the resource events may begin and end, for `schedule_corrected_in_freebusy` and proposals: `MINUTES`, `HOURS:MINUTES` or `HOURS:MINUTES:SECONDS`, each a list; an empty list is any, several lines are alternatives.',
    example: '0,15,30,45',
    check: checkWith(
      parsePermittedTimes,
      'must be minutes, hours:minutes or hours:minutes:seconds, such as 0,30 or 8,9,10:0,30',
    ),
  },
  acl: {
    kind: 'lines',
    who: 'resource',
    default: '',
    help: 'Rules of `access_control_list`, one a line: `accept`, `decline` or `reject`, alone or with a role (`organiser`, `attendee`) and an identity (an address, or `*@` and a domain). The last line that fits counts; `reject` ends it.',
    example: 'decline\naccept organiser mailto:paul.person@example.com',
    check: checkWith(
      parseAccessRule,
      'must be accept, decline or reject, alone or with organiser or attendee and an address or *@ and a domain',
    ),
  },
  booking_window: {
    kind: 'text',
    who: 'resource',
    default: 'P365D',
    siteSetting: 'booking_window',
    help: 'How far ahead may be booked. Empty: as far as anybody likes.',
    example: 'P90D',
    check: checkDuration,
  },
  series_beyond_window: {
    kind: 'choice',
    who: 'resource',
    default: 'cut',
    values: ['cut', 'decline'],
    help: 'A series that runs past the booking window is taken up to there (`cut`) or declined.',
  },
  shortest_booking: {
    kind: 'text',
    who: 'resource',
    default: '',
    help: 'No event may be shorter.',
    example: 'PT15M',
    check: checkDuration,
  },
  longest_booking: {
    kind: 'text',
    who: 'resource',
    default: '',
    help: 'No event may be longer; of a series each date is looked at.',
    example: 'PT4H',
    check: checkDuration,
  },
  minimum_notice: {
    kind: 'text',
    who: 'resource',
    default: '',
    help: 'How long before it begins an event must be asked for.',
    example: 'PT2H',
    check: checkDuration,
  },
  buffer_before: {
    kind: 'text',
    who: 'resource',
    default: '',
    help: 'Time that is kept free before each event, to prepare it. It follows `buffer_after` of the event before.',
    example: 'PT10M',
    check: checkDuration,
  },
  buffer_after: {
    kind: 'text',
    who: 'resource',
    default: '',
    help: 'Time that is kept free after each event, to clear up.',
    example: 'PT15M',
    check: checkDuration,
  },
  recurring_bookings: {
    kind: 'choice',
    who: 'resource',
    default: 'yes',
    values: ['yes', 'no'],
    help: 'Whether events that repeat are taken.',
  },
  working_hours: {
    kind: 'lines',
    who: 'both',
    default: '',
    help: 'Only inside these hours may be booked, by the clock of the resource: weekdays and hours, several lines add up. Empty: at any time. Of a person only free/busy follows them: all other time is told as unavailable.',
    example: 'Mon-Thu 08:00-18:00\nFri 08:00-16:00',
    check: checkWith(parseWorkingHours, 'must be hours, with days or without, such as Mon-Fri 08:00-18:00'),
  },
  blocked_times: {
    kind: 'lines',
    who: 'both',
    default: '',
    help: 'Times at which nothing can be booked, by the clock of the resource: a day, a first and a last day, or two times, and perhaps why.',
    example: '2026-12-24/2027-01-01 Closed\n2026-05-04T08:00/2026-05-04T12:00 Fire drill',
    check: checkWith(parseBlockedTime, 'must be days or times, such as 2026-12-24/2027-01-01 Closed'),
  },
  tentative_bookings: {
    kind: 'choice',
    who: 'resource',
    default: 'hold',
    values: ['hold', 'ignore'],
    help: 'Whether what is booked tentatively keeps others out (`hold`), or may be booked over (`ignore`).',
  },
  open_bookings: {
    kind: 'text',
    who: 'resource',
    default: '',
    help: 'How many bookings that are not over one organizer may have in this resource; a series counts as one.',
    example: '5',
    check: checkNumber,
  },
  requests_per_day: {
    kind: 'text',
    who: 'resource',
    default: '',
    help: 'How many requests of one organizer are decided within 24 hours, changes of bookings included; further ones are declined. Empty: any number.',
    example: '50',
    check: checkDailyNumber,
  },
  search_horizon: {
    kind: 'text',
    who: 'resource',
    default: 'P90D',
    help: 'How far behind the time that was asked for free times are looked for, to propose them.',
    example: 'P14D',
    check: checkDuration,
  },
} as const satisfies Readonly<Record<string, PreferenceSetting>>
