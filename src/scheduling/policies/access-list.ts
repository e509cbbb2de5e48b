// access_control_list: the lines of the preference acl, in order. The last one that fits counts; reject is final and ends it.
import { type CalendarAddress, readDomain, showAddress } from '../../calendar/calendar-address.ts'
import { makeReason } from '../../itip/reason.ts'
import type { AccessParty, AccessRule } from '../../preferences/access-rules.ts'
import type { BookingRequest } from '../booking-request.ts'
import { type Outcome, requestStatuses } from '../outcome.ts'
import { refuse } from '../refuse-dates.ts'

const rule = 'scheduling_function access_control_list'

export function applyAccessList(request: BookingRequest): Outcome {
  let decided: AccessRule | undefined
  for (const line of request.preferences.bookingRules.accessRules) {
    if (line.who && !listPlayers(line.who, request).some((address) => isMeant(address, line.who))) continue
    decided = line
    if (line.action === 'reject') break
  }
  const action: AccessRule['action'] = decided?.action ?? findDefault(request.preferences.bookingRules.accessRules)
  const text = decided
    ? `acl says ${describe(decided)}`
    : `no line of acl fits; the others are ${action === 'accept' ? 'accepted' : 'declined'}`
  if (action === 'accept') return { kind: 'accept', because: makeReason('access-granted', rule, text) }
  return refuse('access-denied', rule, text, requestStatuses.noAuthority)
}

/** Where no line speaks of everybody: a list of those who may keeps the others out, a list of those who may not lets them in. */
function findDefault(rules: readonly AccessRule[]): 'accept' | 'decline' {
  return rules.some(({ action }) => action === 'accept') ? 'decline' : 'accept'
}

function listPlayers({ role }: AccessParty, { organizer, attendees }: BookingRequest): readonly CalendarAddress[] {
  if (role === 'attendee') return attendees.map(({ address }) => address)
  return organizer === undefined ? [] : [organizer]
}

function isMeant(address: CalendarAddress, who: AccessParty | undefined): boolean {
  return who?.identity === address || who?.identity === `*@${readDomain(address)}`
}

function describe({ action, who }: AccessRule): string {
  if (!who) return action
  const identity = who.identity.startsWith('*@') ? who.identity : showAddress(who.identity as CalendarAddress)
  return `${action} ${who.role} ${identity}`
}
