// A booking moved to another time, as a proposal.
import type { Period } from '../calendar/period.ts'
import type { Booking } from '../freebusy/record.ts'
import type { BookingRequest } from './booking-request.ts'
import { moveBooking } from './move-booking.ts'
import type { Proposal } from './outcome.ts'

export function makeProposal(booking: Booking, slot: Period, request: BookingRequest): Proposal | undefined {
  const moved = moveBooking(booking, slot, request)
  return moved && { times: [slot], bookings: [moved] }
}
