// BookingRules: what a resource's preferences say about what may be booked and when, typed.
import { parseDuration } from '../calendar/duration.ts'
import { isFault } from '../calendar/fault.ts'
import { secondsOfDay } from '../calendar/time.ts'
import { type AccessRule, parseAccessRule } from './access-rules.ts'
import { type BlockedTime, parseBlockedTime } from './blocked-times.ts'
import { type PermittedTimes, parsePermittedTimes } from './permitted-times.ts'
import { parseWorkingHours, type WorkingHours } from './working-hours.ts'

/** Durations in seconds. */
export interface BookingRules {
  /** Alternatives; empty for any time. */
  readonly permittedTimes: readonly PermittedTimes[]
  readonly accessRules: readonly AccessRule[]
  /** Nothing: without end. */
  readonly bookingWindow: number | undefined
  readonly seriesBeyondWindow: 'cut' | 'decline'
  readonly shortestBooking: number
  readonly longestBooking: number | undefined
  readonly minimumNotice: number
  readonly bufferBefore: number
  readonly bufferAfter: number
  readonly recurringBookings: boolean
  /** Empty for any time. */
  readonly workingHours: readonly WorkingHours[]
  readonly blockedTimes: readonly BlockedTime[]
  readonly tentativeBookings: 'hold' | 'ignore'
  readonly openBookings: number | undefined
  readonly requestsPerDay: number | undefined
  readonly searchHorizon: number
}

export const bookingPreferences = [
  'permitted_times',
  'acl',
  'booking_window',
  'series_beyond_window',
  'shortest_booking',
  'longest_booking',
  'minimum_notice',
  'buffer_before',
  'buffer_after',
  'recurring_bookings',
  'working_hours',
  'blocked_times',
  'tentative_bookings',
  'open_bookings',
  'requests_per_day',
  'search_horizon',
] as const

export type BookingPreference = (typeof bookingPreferences)[number]

/** From checked lines, defaults filled in. */
export function makeBookingRules(read: (name: BookingPreference) => readonly string[]): BookingRules {
  const readOne = (name: BookingPreference): string => read(name)[0] ?? ''
  const readDuration = (name: BookingPreference): number | undefined => parseBookingDuration(readOne(name))
  const readNumber = (name: BookingPreference): number | undefined =>
    readOne(name) === '' ? undefined : Number(readOne(name))
  return {
    permittedTimes: read('permitted_times').flatMap((line) => parsePermittedTimes(line) ?? []),
    accessRules: read('acl').flatMap((line) => parseAccessRule(line) ?? []),
    bookingWindow: readDuration('booking_window'),
    seriesBeyondWindow: readOne('series_beyond_window') as BookingRules['seriesBeyondWindow'],
    shortestBooking: readDuration('shortest_booking') ?? 0,
    longestBooking: readDuration('longest_booking'),
    minimumNotice: readDuration('minimum_notice') ?? 0,
    bufferBefore: readDuration('buffer_before') ?? 0,
    bufferAfter: readDuration('buffer_after') ?? 0,
    recurringBookings: readOne('recurring_bookings') !== 'no',
    workingHours: read('working_hours').flatMap((line) => parseWorkingHours(line) ?? []),
    blockedTimes: read('blocked_times').flatMap((line) => parseBlockedTime(line) ?? []),
    tentativeBookings: readOne('tentative_bookings') as BookingRules['tentativeBookings'],
    openBookings: readNumber('open_bookings'),
    requestsPerDay: readNumber('requests_per_day'),
    searchHorizon: readDuration('search_horizon') ?? 0,
  }
}

/** Seconds, a day taken as 24 hours; nothing where the text is no duration, or a negative one. */
export function parseBookingDuration(text: string): number | undefined {
  const duration = parseDuration(text)
  if (isFault(duration)) return undefined
  const seconds = duration.days * secondsOfDay + duration.seconds
  return seconds < 0 ? undefined : seconds
}
