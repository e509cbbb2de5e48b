// The journals of quotas follow the schedule: what a decision books and releases counts in every quota that the resource names.
import { isFault } from '../calendar/fault.ts'
import { noCharges, type QuotaGroup } from '../freebusy/quota.ts'
import { countCharges } from '../freebusy/quota-charges.ts'
import type { Booking } from '../freebusy/record.ts'
import type { Decision } from './decision.ts'
import type { QuotaEffect } from './effect.ts'
import type { Situation } from './situation.ts'

/** The decision with what it means for these quotas; without change where it leaves the bookings of the UID as they are. */
export function withQuotaEffects(
  decision: Decision,
  uid: string,
  situation: Situation,
  groups: readonly QuotaGroup[],
): Decision {
  if (groups.length === 0 || !isBookedAnew(decision, uid)) return decision
  const bookings = listBooked(decision, uid)
  const effects = groups.flatMap((group) => makeQuotaEffect(group, uid, bookings, situation) ?? [])
  return effects.length === 0 ? decision : { ...decision, effects: [...decision.effects, ...effects] }
}

/** Bookings of a UID are always taken back as a whole and booked anew (bookkeeping.ts), but where it is new. */
export function isBookedAnew(decision: Decision, uid: string): boolean {
  const isReleased = decision.effects.some(
    (effect) => effect.kind === 'release' && effect.uid === uid && effect.recurrenceId === undefined,
  )
  return isReleased || listBooked(decision, uid).length > 0
}

export function listBooked({ effects }: Decision, uid: string): readonly Booking[] {
  return effects.flatMap((effect) =>
    effect.kind === 'book' ? effect.bookings.filter((booking) => booking.uid === uid) : [],
  )
}

function makeQuotaEffect(
  group: QuotaGroup,
  uid: string,
  bookings: readonly Booking[],
  { quotas, user, now, zoneTables, preferences }: Situation,
): QuotaEffect | undefined {
  const quota = quotas?.get(group)
  if (!quota) return undefined
  if (bookings.length === 0) return quota.own && { kind: 'release-quota', group, resource: user, uid }
  const counted = countCharges(bookings, now, zoneTables, preferences.zone)
  // What cannot be counted is booked only by those who have no limit.
  const charges = isFault(counted) ? noCharges : counted
  return { kind: 'book-quota', group, reservation: { resource: user, uid, holder: quota.holder, charges, bookings } }
}
