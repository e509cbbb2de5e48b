// What a resource's policies say to a request, and what they know of it.
import type { ZoneTables } from '../calendar/time-zone.ts'
import type { Conflict } from '../freebusy/conflicts.ts'
import type { Booking } from '../freebusy/record.ts'
import type { FreeBusyWindow } from '../freebusy/window.ts'
import type { Reason } from '../itip/reason.ts'

export interface BookingRequest {
  readonly uid: string
  /** What would be booked. */
  readonly asked: readonly Booking[]
  /** The resource's own schedule, at least where the asked bookings reach. */
  readonly freeBusy: FreeBusyWindow
  readonly zoneTables: ZoneTables
  /** The resource's zone. */
  readonly localZone: string
}

export type Outcome =
  | { readonly kind: 'accept'; readonly because: Reason }
  | {
      readonly kind: 'decline'
      readonly because: Reason
      /** What the refusal means for the organizer: which dates are taken, or which rule is against it. */
      readonly clashes: readonly Conflict[]
      /** RFC 5546, 3.6. */
      readonly requestStatus: string
    }

/** One rule of a resource for accepting bookings; `undefined` is "no opinion". */
export type Policy = (request: BookingRequest, policyArguments: readonly string[]) => Outcome | undefined
