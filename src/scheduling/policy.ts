// Policy: one rule of a resource for accepting bookings.
import type { BookingRequest } from './booking-request.ts'
import type { Outcome, WantedForScheduling } from './outcome.ts'

/** `undefined` is "no opinion". The asked periods are covered by the window when it is asked; it may want more. */
export type Policy = (
  request: BookingRequest,
  policyArguments: readonly string[],
) => Outcome | WantedForScheduling | undefined
