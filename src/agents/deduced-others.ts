// What a user's stored events say of others' time: the organizer's, and that of attendees who have answered. Worked out whenever
// somebody looks, so that it can never be behind the events.
import { readAttendees, readOrganizer } from '../calendar/attendee.ts'
import type { CalendarAddress } from '../calendar/calendar-address.ts'
import type { Component } from '../calendar/component.ts'
import { makeZones, type ZoneTables } from '../calendar/time-zone.ts'
import type { Booking, BusyType } from '../freebusy/record.ts'
import { findInvitation, type Identity, isOwnAddress } from '../itip/acting-user.ts'
import type { StoredSeries } from '../itip/stored-series.ts'
import { blockedParticipation, makeBookings, readBusyTypeOf, readSeriesZones } from './bookkeeping.ts'
import { readOrganizersBusyType } from './organizer-sends.ts'

/** Of each other calendar user the times it has, as bookings: recurring ones by their rule. */
export type DeducedOthers = ReadonlyMap<CalendarAddress, readonly Booking[]>

/** How the user's own addresses are known, and in which zone the user reads what floats. */
export interface Deducing {
  readonly identity: Identity
  readonly zoneTables: ZoneTables
  readonly localZone: string
}

export function deduceOthers(
  stored: readonly StoredSeries[],
  { identity, zoneTables, localZone }: Deducing,
): DeducedOthers {
  const others = new Map<CalendarAddress, Booking[]>()
  for (const series of stored) {
    if (isAnsweredByPolicy(series)) continue
    const types = new Map(series.parts.map(({ key, component }) => [key, readTypes(component, series, identity)]))
    // How each has the time is written over below.
    const times = makeBookings(series, makeZones(zoneTables, readSeriesZones(series), localZone), () => 'BUSY')
    for (const time of times)
      for (const [address, busyType] of types.get(time.recurrenceId ?? '') ?? []) {
        const known = others.get(address)
        if (known) known.push({ ...time, busyType })
        else others.set(address, [{ ...time, busyType }])
      }
  }
  return others
}

/**
 * A resource has what it took in its own schedule, so that nobody can have it a second time; and whether an event takes place that it
 * did not take, it is not told.
 */
function isAnsweredByPolicy({ decided }: StoredSeries): boolean {
  return decided.some(({ answer }) => answer !== undefined && answer.participation !== '')
}

/** An organizer has the time unless it says otherwise; an attendee whose answer has come has it as the answer says. */
function readTypes(
  component: Component,
  { answers }: StoredSeries,
  identity: Identity,
): ReadonlyMap<CalendarAddress, BusyType> {
  const types = new Map<CalendarAddress, BusyType>()
  const add = (address: CalendarAddress | undefined, type: BusyType | undefined) => {
    if (address !== undefined && type !== undefined && !isOwnAddress(address, identity)) types.set(address, type)
  }
  // What only keeps a resource from being booked is nobody's meeting.
  if (findInvitation(component, identity)?.attendee.participation === blockedParticipation) return types
  const { rules } = identity
  const answered = new Set<string | undefined>(answers.map(({ attendee }) => attendee))
  for (const { address, participation } of readAttendees(component, rules))
    if (answered.has(address)) add(address, readBusyTypeOf(component, participation))
  const organizer = readOrganizer(component, rules)?.address
  if (organizer === undefined) return types
  const theirs: Identity = { user: organizer, aliases: [], originalRecipient: undefined, groups: [], rules }
  types.delete(organizer)
  add(organizer, readOrganizersBusyType(component, theirs))
  return types
}
