// Whose published free/busy a decision makes out of date.
import type { CalendarAddress } from '../calendar/calendar-address.ts'
import type { Preferences } from '../preferences/preferences.ts'
import type { Decision } from './decision.ts'
import type { Effect, StoreEffect } from './effect.ts'

/** What is published can be fetched by everybody, so it is what askers outside are told. */
export function isPublic({ freeBusyPublishing, freeBusySharing, freeBusyOutside }: Preferences): boolean {
  return freeBusyPublishing && freeBusySharing && freeBusyOutside !== 'none'
}

/**
 * The decision with a publication for each schedule it changes. A mail that was decided before may have been cut off between its
 * commit and the publication, so it publishes once more.
 */
export function withPublication(decision: Decision, user: CalendarAddress): Decision {
  const owners = new Set<CalendarAddress>(decision.because[0].code === 'already-decided' ? [user] : [])
  for (const effect of decision.effects) {
    if (effect.kind !== 'of-member') {
      if (isChangingSchedule(effect)) owners.add(user)
    } else if (effect.effects.some(isChangingSchedule)) owners.add(effect.member)
  }
  if (owners.size === 0) return decision
  const publications = [...owners].map((of): Effect => ({ kind: 'publish-free-busy', of }))
  return { ...decision, effects: [...decision.effects, ...publications] }
}

const changing: ReadonlySet<Effect['kind']> = new Set<StoreEffect['kind']>([
  'book',
  'release',
  'offer',
  'withdraw-offer',
])

function isChangingSchedule({ kind }: Effect): boolean {
  return changing.has(kind)
}
