// What a resource's scheduling functions are asked: the request as they see it.
import { type Attendee, readAttendees } from '../calendar/attendee.ts'
import type { CalendarAddress } from '../calendar/calendar-address.ts'
import { listRequestedToday } from '../freebusy/others.ts'
import type { Booking } from '../freebusy/record.ts'
import { type Identity, isOwnAddress } from '../itip/acting-user.ts'
import { findOrganizer } from '../itip/authority.ts'
import type { SchedulingMessage } from '../itip/scheduling-message.ts'
import type { AskedAttendee, BookingRequest } from '../scheduling/booking-request.ts'
import { isAuthenticated } from './authenticated.ts'
import { listKeptBookings } from './kept-bookings.ts'
import type { Situation } from './situation.ts'

export function makeBookingRequest(
  { uid, components }: SchedulingMessage,
  situation: Situation,
  identity: Identity,
  asked: readonly Booking[],
): BookingRequest {
  const { now, user, site, preferences, zoneTables, freeBusy } = situation
  return {
    now,
    uid,
    asked,
    resource: user,
    organizer: findOrganizer(components, site.addresses)?.address,
    isAuthenticated: isAuthenticated(situation),
    attendees: listAttendees(
      components.flatMap((component) => readAttendees(component, site.addresses)),
      identity,
    ),
    freeBusy,
    others: situation.attendeesFreeBusy ?? new Map(),
    ...countRequests(situation, components),
    ...(situation.quotas && situation.quotas.size > 0
      ? { quotas: situation.quotas, rest: listKeptBookings(situation, identity, asked) }
      : {}),
    ...(situation.delegation ? { delegation: situation.delegation } : {}),
    ...(situation.isEnoughSearched ? { isEnoughSearched: true } : {}),
    preferences,
    site,
    zoneTables,
  }
}

/** What waited may have come of another organizer, who is not counted here. */
function countRequests(
  { requests, now, site }: Situation,
  components: SchedulingMessage['components'],
): Pick<BookingRequest, 'requestsToday'> {
  if (!requests || findOrganizer(components, site.addresses)?.address !== requests.sender) return {}
  return { requestsToday: listRequestedToday(requests, now).length }
}

function listAttendees(attendees: readonly Attendee[], identity: Identity): readonly AskedAttendee[] {
  const known = new Map<CalendarAddress, AskedAttendee>()
  for (const { address, role, userType } of attendees)
    if (address !== undefined && !isOwnAddress(address, identity) && !known.has(address))
      known.set(address, { address, role, userType })
  return [...known.values()]
}
