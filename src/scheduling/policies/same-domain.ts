// same_domain_only: the organizer must be of the resource's own mail domain.
import { readDomain, showAddress } from '../../calendar/calendar-address.ts'
import { makeReason } from '../../itip/reason.ts'
import type { BookingRequest } from '../booking-request.ts'
import { type Outcome, requestStatuses } from '../outcome.ts'
import { refuse } from '../refuse-dates.ts'

const rule = 'scheduling_function same_domain_only'

export function acceptSameDomainOnly({ organizer, resource }: BookingRequest): Outcome {
  const domain = readDomain(resource)
  if (organizer !== undefined && readDomain(organizer) === domain)
    return { kind: 'accept', because: makeReason('same-domain', rule, `the organizer is of ${domain}`) }
  const who = organizer === undefined ? 'somebody without a mail address' : showAddress(organizer)
  return refuse(
    'other-domain',
    rule,
    `only organizers of ${domain} may book this; ${who} is none`,
    requestStatuses.noAuthority,
  )
}
