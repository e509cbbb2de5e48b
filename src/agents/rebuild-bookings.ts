// When the bookings of a stored series take place, as it follows from the series now: new zone data may have moved them.
import type { Component } from '../calendar/component.ts'
import { isFault } from '../calendar/fault.ts'
import { findUntil } from '../calendar/recurrence.ts'
import type { Instant } from '../calendar/time.ts'
import { makeZones, type Zones } from '../calendar/time-zone.ts'
import { readBookedRecurrence } from '../freebusy/booked-recurrence.ts'
import type { BookedRecurrence, Booking, BusyType } from '../freebusy/record.ts'
import { findInvitation, type Identity } from '../itip/acting-user.ts'
import { makeBookings, readBusyTypeOf, readSeriesZones } from './bookkeeping.ts'
import { makeIdentity } from './identity.ts'
import type { Situation } from './situation.ts'

/** `known` are the bookings as they are. What a decision has taken stays taken, and so much of it: no rebuild decides again. */
export function rebuildBookings(situation: Situation, known: readonly Booking[]): readonly Booking[] {
  const { stored, zoneTables, preferences } = situation
  if (!stored || known.length === 0) return known
  const identity = makeIdentity(situation)
  const zones = makeZones(zoneTables, readSeriesZones(stored), preferences.zone)
  return known.map((booking) => {
    const part = stored.parts.find(({ key }) => key === (booking.recurrenceId ?? ''))
    // Somebody who has not answered about the new time of an event still holds the old one.
    if (!part || !isAsBooked(part.component, booking.busyType, identity)) return booking
    const [made] = makeBookings({ ...stored, parts: [part] }, zones, () => booking.busyType)
    const recurrence = booking.recurrence && withUntilAnew(booking.recurrence, zones)
    const anew = made
      ? { ...booking, start: made.start, end: made.end, ...(recurrence ? { recurrence } : {}) }
      : booking
    return JSON.stringify(anew) === JSON.stringify(booking) ? booking : anew
  })
}

/** What nobody knows the invitation of any more is believed. */
function isAsBooked(component: Component, busyType: BusyType, identity: Identity): boolean {
  if (busyType === 'ORG') return true
  const participation = findInvitation(component, identity)?.attendee.participation
  return participation === undefined || readBusyTypeOf(component, participation) === busyType
}

function withUntilAnew(booked: BookedRecurrence, zones: Zones): BookedRecurrence {
  const recurrence = booked.until === undefined ? undefined : readBookedRecurrence(booked)
  const until: Instant | undefined | object =
    recurrence === undefined || isFault(recurrence) ? undefined : findUntil(recurrence, zones)
  return typeof until === 'number' ? { ...booked, until } : booked
}
