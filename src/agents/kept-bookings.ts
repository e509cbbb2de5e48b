// What of an event stays booked beside what is asked now: for those who count all of it.
import { makeZones } from '../calendar/time-zone.ts'
import type { Booking } from '../freebusy/record.ts'
import { findInvitation, type Identity } from '../itip/acting-user.ts'
import { makeBookings, readBusyTypeOf, readSeriesZones } from './bookkeeping.ts'
import type { Situation } from './situation.ts'

/** Of the stored series, without the instances that are asked anew; a series that is asked anew leaves only its other instances. */
export function listKeptBookings(
  { stored, zoneTables, preferences }: Situation,
  identity: Identity,
  asked: readonly Booking[],
): readonly Booking[] {
  if (!stored) return []
  const keys = new Set(asked.map((booking) => booking.recurrenceId ?? ''))
  // As the dates of instances of their own, these are left out of the rule.
  const taken = stored.parts.filter((part) => keys.has(part.key))
  const named = [...keys].filter((key) => key !== '')
  const exceptions = named.flatMap((key) => stored.parts.slice(0, 1).map(({ component }) => ({ key, component })))
  const series = {
    ...stored,
    parts: stored.parts.filter((part) => !taken.includes(part)),
    cancelled: [...stored.cancelled, ...exceptions],
  }
  const zones = makeZones(zoneTables, readSeriesZones(stored), preferences.zone)
  return makeBookings(series, zones, (component) => {
    const participation = findInvitation(component, identity)?.attendee.participation
    return participation === undefined ? undefined : readBusyTypeOf(component, participation)
  })
}
