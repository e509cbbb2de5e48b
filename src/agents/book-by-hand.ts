// Time that an administrator takes in somebody's schedule, without an invitation.
import type { Component } from '../calendar/component.ts'
import { isFault } from '../calendar/fault.ts'
import type { Period } from '../calendar/period.ts'
import { makeProperty, makeTextProperty } from '../calendar/properties.ts'
import { serializeInstant } from '../calendar/time.ts'
import { makeZones } from '../calendar/time-zone.ts'
import { findConflicts } from '../freebusy/conflicts.ts'
import { makeSeries } from '../itip/instances.ts'
import { readCapacity } from '../scheduling/capacity.ts'
import { makeBookings } from './bookkeeping.ts'
import { type Decision, decide } from './decision.ts'
import * as reasons from './reasons.ts'
import type { Situation } from './situation.ts'

export interface HandBooking {
  readonly uid: string
  readonly period: Period
  /** Mail address of the one it is booked for, who then counts as its organizer. */
  readonly bookedFor: string | undefined
  readonly summary: string | undefined
  /** Book also what is taken. */
  readonly isForced: boolean
}

/** `situation.freeBusy` covers the period. */
export function decideHandBooking(booking: HandBooking, situation: Situation): Decision {
  const { preferences, zoneTables } = situation
  const component = makeEvent(booking, situation)
  const series = { ...makeSeries(booking.uid), parts: [{ key: '', component }] }
  const bookings = makeBookings(series, makeZones(zoneTables, new Map(), preferences.zone), () => 'BUSY')
  const conflicts = findConflicts({
    asked: bookings,
    window: situation.freeBusy,
    uid: booking.uid,
    capacity: readCapacity(preferences.schedulingFunctions),
    zoneTables,
    localZone: preferences.zone,
  })
  if (isFault(conflicts)) return decide('refused', reasons.unusable(conflicts))
  const uids = new Set(conflicts.flatMap((conflict) => conflict.with.map((time) => time.booking.uid)))
  if (uids.size > 0 && !booking.isForced) return decide('refused', reasons.taken([...uids]))
  const notes = uids.size > 0 ? [reasons.taken([...uids])] : []
  return decide(
    'applied',
    [reasons.bookedByHand, ...notes],
    [
      { kind: 'save-series', series },
      { kind: 'book', bookings },
    ],
  )
}

function makeEvent({ uid, period, bookedFor, summary }: HandBooking, { now, user }: Situation): Component {
  return {
    name: 'VEVENT',
    components: [],
    properties: [
      makeProperty('UID', uid),
      makeProperty('DTSTAMP', serializeInstant(now)),
      makeProperty('DTSTART', serializeInstant(period.start)),
      makeProperty('DTEND', serializeInstant(period.end)),
      ...(summary === undefined ? [] : [makeTextProperty('SUMMARY', summary)]),
      ...(bookedFor === undefined ? [] : [makeProperty('ORGANIZER', `mailto:${bookedFor}`)]),
      makeProperty('ATTENDEE', user, { PARTSTAT: 'ACCEPTED' }),
    ],
  }
}
