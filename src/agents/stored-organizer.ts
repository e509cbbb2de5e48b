// What holds for every message about a stored series: who may change it, and in which zones it is read.
import type { CalendarUser } from '../calendar/attendee.ts'
import { readMailbox, showAddress } from '../calendar/calendar-address.ts'
import { isFault } from '../calendar/fault.ts'
import { readText } from '../calendar/properties.ts'
import { makeZones, type Zones } from '../calendar/time-zone.ts'
import { findInvitation } from '../itip/acting-user.ts'
import { findOrganizer } from '../itip/authority.ts'
import { type CancelledPart, receiveCancel } from '../itip/cancel.ts'
import { readKey } from '../itip/instances.ts'
import { mayReplaceOrganizer } from '../itip/organizer-change.ts'
import type { Reason } from '../itip/reason.ts'
import { compareRevision, readRevision } from '../itip/revision.ts'
import type { SchedulingMessage } from '../itip/scheduling-message.ts'
import { describeWhen } from '../text/describe-when.ts'
import type { NoticeFacts } from '../text/notice-facts.ts'
import { readBusyTypeOf, readSeriesZones, replaceBookings } from './bookkeeping.ts'
import { type Decision, decide } from './decision.ts'
import type { StoreEffect } from './effect.ts'
import { withHeld } from './held.ts'
import { makeIdentity } from './identity.ts'
import * as reasons from './reasons.ts'
import type { Situation } from './situation.ts'
import { isSenderChecked, listSpeakers, maySpeak, maySpeakAsNamed } from './speaking.ts'

/**
 * A stored series is changed only by its organizer, in mail from the organizer's domain; by another one where `wish` and the rules
 * of organizer-change.ts let it take over. RFC 5546, 6.1.
 */
export function checkStoredOrganizer(
  message: SchedulingMessage,
  situation: Situation,
  wish: 'attendee' | 'any' | 'never' = 'never',
): Decision | undefined {
  const rules = situation.site.addresses
  const stored = findStoredOrganizer(situation)
  if (!stored) return undefined
  const organizer = findOrganizer(message.components, rules)
  if (organizer && organizer.address !== stored.address)
    return isReplaced(message, situation, stored, organizer, wish)
      ? undefined
      : decide('refused', reasons.otherOrganizer(stored, organizer))
  return maySpeak([stored], situation) ? undefined : decideUnproven(message, situation, stored)
}

/**
 * Where senders are proven, a change from another identity than the one pinned to the UID waits until somebody who may says so, and
 * the owner is told; otherwise it is refused. RFC 5546, 6.1.1.
 */
function decideUnproven(message: SchedulingMessage, situation: Situation, organizer: CalendarUser): Decision {
  const { stored, agent } = situation
  const waiting = stored?.held.filter((held) => held.because === reasons.unprovenSenderCode) ?? []
  if (!stored || !isSenderChecked(situation)) return decide('refused', reasons.wrongSender(organizer))
  // A mail that was recorded comes again where a program was killed after it: there is nothing in it that could wait.
  if (isKnownAlready(message, situation)) return decide('ignored', reasons.alreadyKnown)
  if (waiting.length >= mostUnproven) return decide('refused', reasons.wrongSender(organizer))
  const reason = reasons.unprovenSender(organizer)
  const series = withHeld(stored, agent, message, situation, reason)
  const decision = decide('held', reason, [{ kind: 'save-series', series }])
  return { ...decision, notice: makeUnprovenNotice(message, situation, organizer) }
}

/** Is each of its parts stored in this very revision? */
function isKnownAlready(message: SchedulingMessage, situation: Situation): boolean {
  const { stored } = situation
  const zones = readZones(message, situation)
  return message.components.every((component) => {
    const key = readKey(component, stored, zones)
    const known = isFault(key) ? undefined : stored?.parts.find((part) => part.key === key)?.component
    return known !== undefined && compareRevision(readRevision(component), readRevision(known)) === 'same'
  })
}

function makeUnprovenNotice(message: SchedulingMessage, situation: Situation, organizer: CalendarUser): NoticeFacts {
  const [component] = message.components
  return {
    kind: 'unproven',
    language: situation.preferences.language,
    about: showAddress(situation.user),
    organizer: readMailbox(organizer.property.value) ?? '',
    from: situation.mail.from.join(', '),
    method: message.method,
    summary: (component && readText(component, 'SUMMARY')) ?? '',
    when: component ? describeWhen(component, readZones(message, situation)) : '',
  }
}

/** So many wait of one UID: whoever forges many fills no store. */
const mostUnproven = 5

/** The note that nobody has proven who sends this first message, where the site wants that. */
export function noteUnverified(message: SchedulingMessage, situation: Situation): readonly Reason[] {
  const organizer = findOrganizer(message.components, situation.site.addresses)
  // What only waits of the UID was sent by anybody: the first message is the one that brings the organizer.
  if (findStoredOrganizer(situation) || !organizer || !isSenderChecked(situation)) return []
  if (maySpeakAsNamed(organizer, situation)) return []
  return [reasons.unverifiedRequest(organizer)]
}

/** The note that another organizer has taken over, where that is so. */
export function noteReplacement(message: SchedulingMessage, situation: Situation): readonly Reason[] {
  const stored = findStoredOrganizer(situation)
  const organizer = findOrganizer(message.components, situation.site.addresses)
  return stored && organizer && stored.address !== organizer.address ? [reasons.organizerReplaced] : []
}

function findStoredOrganizer({ stored, site }: Situation): CalendarUser | undefined {
  const parts = [...(stored?.parts ?? []), ...(stored?.cancelled ?? [])]
  return findOrganizer(
    parts.map((part) => part.component),
    site.addresses,
  )
}

function isReplaced(
  message: SchedulingMessage,
  situation: Situation,
  before: CalendarUser,
  after: CalendarUser,
  wish: 'attendee' | 'any' | 'never',
): boolean {
  const { stored, site } = situation
  return (
    stored !== undefined &&
    mayReplaceOrganizer({
      stored,
      before,
      after,
      message,
      rules: site.addresses,
      speakers: listSpeakers(situation),
      maySpeak: (user) => maySpeakAsNamed(user, situation),
      wish,
    })
  )
}

/** The zones of a message, with those its stored series brought along before. */
export function readZones(message: SchedulingMessage, situation: Situation): Zones {
  const timeZones = new Map([...readSeriesZones(situation.stored), ...message.timeZones])
  return makeZones(situation.zoneTables, timeZones, situation.preferences.zone)
}

/**
 * CANCEL is the same for a person and a resource: the time is free again, and nothing is answered. RFC 5546, 3.2.5.
 * `afterwards` adds what only one of them does for each cancelled part.
 */
export function decideCancel(
  message: SchedulingMessage,
  situation: Situation,
  afterwards: (part: CancelledPart) => readonly StoreEffect[],
): Decision {
  const identity = makeIdentity(situation)
  const refusal = checkStoredOrganizer(message, situation)
  if (refusal) return refusal
  // What nobody has proven must not stand in the way of the request when it comes.
  const [unverified] = noteUnverified(message, situation)
  if (unverified) return decide('refused', unverified)
  const zones = readZones(message, situation)
  const isUs = (component: SchedulingMessage['components'][number]) => findInvitation(component, identity) !== undefined
  const received = receiveCancel(situation.stored, message, zones, isUs)
  if (isFault(received)) return decide('passed', reasons.unusable(received))
  const cancelled = received.parts.filter((part) => part.change === 'cancelled')
  const save: StoreEffect = { kind: 'save-series', series: received.series }
  if (cancelled.length > 0) {
    const freed = replaceBookings(received.series, zones, (component) => {
      const participation = findInvitation(component, identity)?.attendee.participation
      return participation === undefined ? undefined : readBusyTypeOf(component, participation)
    })
    return decide('applied', reasons.cancelled(cancelled), [save, ...freed, ...cancelled.flatMap(afterwards)])
  }
  const changes = new Set(received.parts.map((part) => part.change))
  if (changes.has('early')) return decide('held', reasons.earlyCancel, [save])
  if (changes.has('others-uninvited')) return decide('applied', reasons.othersUninvited, [save])
  return decide('ignored', reasons.olderRevision(message, situation.stored))
}
