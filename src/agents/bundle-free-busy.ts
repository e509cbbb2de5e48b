// Bundling: the user's free/busy beside an answer, and beside what the user is told, so that nobody has to ask for it.
import { parseCalendarAddress } from '../calendar/calendar-address.ts'
import { isFault } from '../calendar/fault.ts'
import type { Period } from '../calendar/period.ts'
import type { WritableCalendar } from '../calendar/serialize.ts'
import { listShared, makeHorizon, widenToKnow } from '../freebusy/sharing.ts'
import { makePublishedFreeBusy } from '../freebusy/vfreebusy.ts'
import type { SharingLevel } from '../preferences/preferences.ts'
import { isAuthentic, makeAsker } from './asker.ts'
import type { Decision, Wanted } from './decision.ts'
import type { Effect, SendEffect } from './effect.ts'
import * as reasons from './reasons.ts'
import { makeScheduleAfter } from './schedule-after.ts'
import type { Situation } from './situation.ts'

/**
 * The decision with free/busy beside each answer that may have it, or what must be known of the schedule first. It is told as
 * it will be, and as far ahead as to askers outside: an answer is not to become heavy by it.
 */
export function bundleFreeBusy(decision: Decision, situation: Situation): Decision | Wanted {
  if (!isBundling(situation)) return decision
  const within = makeHorizon(situation.now, situation.site.freeBusyOutsideHorizon)
  const levels = decision.effects.map((effect) => (effect.kind === 'send' ? findLevel(effect, situation) : 'none'))
  if (levels.every((level) => level === 'none')) return decision
  if (!isKnown(within, situation)) return { kind: 'wanted', periods: [widenToKnow(within)] }
  const after = { ...situation, freeBusy: makeScheduleAfter(situation.freeBusy, decision.effects) }
  let isLeftOut = false
  const effects = decision.effects.map((effect, index): Effect => {
    const level = levels[index] ?? 'none'
    if (effect.kind !== 'send' || level === 'none') return effect
    const beside = makeBundle(level, within, after)
    isLeftOut ||= beside === undefined
    return beside ? { ...effect, beside } : effect
  })
  return { ...decision, effects, because: isLeftOut ? [...decision.because, reasons.bundleLeftOut] : decision.because }
}

/** What the user's own programs are told: all of it. Nothing where it is not wanted, or cannot be worked out. */
export function makeOwnBundle(decision: Decision, situation: Situation): WritableCalendar | Wanted | undefined {
  if (!isBundling(situation)) return undefined
  const within = makeHorizon(situation.now, situation.site.freeBusyOutsideHorizon)
  if (!isKnown(within, situation)) return { kind: 'wanted', periods: [widenToKnow(within)] }
  const after = { ...situation, freeBusy: makeScheduleAfter(situation.freeBusy, decision.effects) }
  return makeBundle('full', within, after)
}

function isBundling({ preferences }: Situation): boolean {
  return preferences.freeBusyBundling && preferences.freeBusySharing
}

/** How much the receiver is told. Free/busy itself needs nothing beside it, and of two receivers each should have its own. */
function findLevel({ to, message }: SendEffect, situation: Situation): SharingLevel {
  const [mailbox, ...others] = to
  const address = mailbox === undefined ? undefined : parseCalendarAddress(mailbox, situation.site.addresses)
  if (address === undefined || others.length > 0 || message.component === 'VFREEBUSY') return 'none'
  return isAuthentic(address, situation) ? makeAsker(address, situation).level : 'none'
}

function isKnown(within: Period, { freeBusy }: Situation): boolean {
  const { start, end } = widenToKnow(within)
  return freeBusy.covers.some((period) => period.start === start && period.end === end)
}

function makeBundle(
  level: Exclude<SharingLevel, 'none'>,
  within: Period,
  { user, now, freeBusy, zoneTables, preferences }: Situation,
): WritableCalendar | undefined {
  const busy = listShared({ schedule: freeBusy, within, level, now, zoneTables, preferences })
  return isFault(busy) ? undefined : makePublishedFreeBusy({ user, stamp: now, within, busy })
}
