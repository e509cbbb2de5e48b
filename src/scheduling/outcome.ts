// What a resource's policies say to a request, and what they know of it.
import type { Period } from '../calendar/period.ts'
import type { ZoneTables } from '../calendar/time-zone.ts'
import type { Conflict } from '../freebusy/conflicts.ts'
import type { FreeBusyWindow } from '../freebusy/window.ts'
import type { Reason } from '../itip/reason.ts'

export interface BookingRequest {
  readonly uid: string
  /** All that is asked for: one period for a single event, one for each occurrence of a series. */
  readonly periods: readonly Period[]
  /** The resource's own schedule, at least within the periods. */
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
