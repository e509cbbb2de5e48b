// Quota: how much of a group of resources somebody may hold, between which of them bookings may move, and what is held.
import type { CalendarAddress } from '../calendar/calendar-address.ts'
import { type Instant, serializeInstant } from '../calendar/time.ts'
import type { Booking } from './record.ts'
import type { FreeBusyWindow } from './window.ts'

/** The name of a quota: a word of the administrator, or the address of the resource whose own quota it is. */
export type QuotaGroup = string

export interface QuotaSettings {
  /** By address of an organizer, by group, or `*` for all who are not named. */
  readonly limits: ReadonlyMap<string, QuotaLimit>
  /** Organizers who share one limit: address, or `*` for all who are not named, → group. */
  readonly groups: ReadonlyMap<string, string>
  /** Resources of which one may take a booking in place of another, the first choice first. */
  readonly delegates: readonly CalendarAddress[]
}

/** Seconds that may be held at one time. */
export type QuotaLimit = number | 'unlimited'

/**
 * Seconds by the day (`20260310`, in UTC) on which the time that they stand for ends: once that day is over they are given back.
 * Under `always` what is never over: series without end.
 */
export type QuotaCharges = ReadonlyMap<string, number>

export const noCharges: QuotaCharges = new Map()

/** What one resource has given away in a quota for one UID. */
export interface Reservation {
  readonly resource: CalendarAddress
  readonly uid: string
  /** Whose limit it counts against: the organizer, or the organizer's group. */
  readonly holder: string
  readonly charges: QuotaCharges
  readonly bookings: readonly Booking[]
}

/** Whom the bookings of an organizer count against. */
export function findHolder({ groups }: QuotaSettings, organizer: string): string {
  return groups.get(organizer) ?? groups.get('*') ?? organizer
}

/** Nothing where neither the holder nor everybody has a limit. */
export function findLimit({ limits }: QuotaSettings, holder: string): QuotaLimit | undefined {
  return limits.get(holder) ?? limits.get('*')
}

/** What still counts at this time. */
export function sumCharges(charges: QuotaCharges, now: Instant): number {
  const today = nameDay(now)
  let sum = 0
  for (const [day, seconds] of charges) if (day >= today) sum += seconds
  return sum
}

/** Without what has been given back by now. */
export function withoutPast(charges: QuotaCharges, now: Instant): QuotaCharges {
  const today = nameDay(now)
  return new Map([...charges].filter(([day]) => day >= today))
}

export function addCharges(charges: QuotaCharges, added: QuotaCharges): QuotaCharges {
  const sums = new Map(charges)
  for (const [day, seconds] of added) sums.set(day, (sums.get(day) ?? 0) + seconds)
  return sums
}

/** What was given back already stays so. */
export function subtractCharges(charges: QuotaCharges, taken: QuotaCharges): QuotaCharges {
  const rest = new Map(charges)
  for (const [day, seconds] of taken) {
    const left = (rest.get(day) ?? 0) - seconds
    if (left > 0) rest.set(day, left)
    else rest.delete(day)
  }
  return rest
}

/** Days are digits, so it comes after all of them. */
export const always = 'always'

export function nameDay(instant: Instant): string {
  return serializeInstant(instant).slice(0, 8)
}

/** What a decision may know of a quota. */
export interface QuotaState {
  readonly settings: QuotaSettings
  /** Whom the organizer at hand counts as. */
  readonly holder: string
  readonly held: QuotaCharges
  /** What the resource has reserved in it for the UID at hand. */
  readonly own: Reservation | undefined
  /** All resources together, as far as it is loaded. */
  readonly freeBusy: FreeBusyWindow
}
