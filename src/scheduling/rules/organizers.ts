// resource_organizers: whose invitations resources take.
import { readDomain, showAddress } from '../../calendar/calendar-address.ts'
import type { BookingRequest } from '../booking-request.ts'
import { type Decline, requestStatuses } from '../outcome.ts'
import { refuse } from '../refuse-dates.ts'

export function checkOrganizer({ organizer, resource, site, isAuthenticated }: BookingRequest): Decline | undefined {
  if (site.resourceOrganizers === 'anyone' || isAuthenticated) return undefined
  const domains = site.localDomains.length > 0 ? site.localDomains : [readDomain(resource)]
  if (organizer !== undefined && domains.includes(readDomain(organizer))) return undefined
  const who = organizer === undefined ? 'somebody without a mail address' : showAddress(organizer)
  return refuse(
    'organizer-not-local',
    'resource_organizers',
    `only organizers of ${domains.join(', ')} may book this; ${who} is none`,
    requestStatuses.noAuthority,
  )
}
