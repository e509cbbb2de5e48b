// A booking that an administrator takes out of somebody's schedule: the time is free, and the organizer gets a DECLINED.
import { readAttendee } from '../calendar/attendee.ts'
import type { Component } from '../calendar/component.ts'
import { isFault } from '../calendar/fault.ts'
import { makeProperty } from '../calendar/properties.ts'
import { makeZones, type Zones } from '../calendar/time-zone.ts'
import { findInvitation, type Identity, type Invitation, isOwnAddress } from '../itip/acting-user.ts'
import { findOrganizer } from '../itip/authority.ts'
import { makeHeldInstance } from '../itip/find-instance.ts'
import { makeInstanceId, makePlainId } from '../itip/instance-id.ts'
import { findPart, isThisAndFuture, readKey, withParts } from '../itip/instances.ts'
import type { SchedulingMessage } from '../itip/scheduling-message.ts'
import type { DecidedMessage, RecordedAnswer, StoredPart, StoredSeries } from '../itip/stored-series.ts'
import { makeAnswer, withOwnParticipation } from './answers.ts'
import { readBusyTypeOf, readSeriesZones, replaceBookings } from './bookkeeping.ts'
import { withDecided } from './decided-once.ts'
import { type Decision, decide } from './decision.ts'
import type { Effect } from './effect.ts'
import { makeIdentity } from './identity.ts'
import { readOrganizersBusyType } from './organizer-sends.ts'
import * as reasons from './reasons.ts'
import type { Situation } from './situation.ts'

export interface HandCancellation {
  readonly uid: string
  /** The original start of one instance, as calendars write it; without it, all of the UID. */
  readonly recurrenceId: string | undefined
}

export function decideHandCancellation({ uid, recurrenceId }: HandCancellation, situation: Situation): Decision {
  const { stored, preferences } = situation
  if (!stored) return decide('ignored', reasons.unknownUid(uid))
  const timeZones = readSeriesZones(stored)
  const zones = makeZones(situation.zoneTables, timeZones, preferences.zone)
  const found = recurrenceId === undefined ? stored.parts : findInstance(stored, recurrenceId, zones)
  if (found === 'gone' || (found?.length === 0 && stored.cancelled.length > 0))
    return decide('ignored', reasons.alreadyDeclined)
  if (found === undefined) return decide('ignored', reasons.unknownInstance(uid, recurrenceId ?? ''))
  const [first] = found
  if (!first) return decide('ignored', reasons.unknownUid(uid))
  const identity = makeIdentity(situation)
  const declined = found.filter(({ component }) => readParticipation(component, identity) === 'DECLINED')
  if (declined.length === found.length) return decide('ignored', reasons.alreadyDeclined)

  const message: SchedulingMessage = {
    method: 'REQUEST',
    uid,
    component: 'VEVENT',
    components: found.map(({ component }) => component),
    timeZones,
    calendarProperties: [],
    prodId: undefined,
    notes: [],
  }
  const invitation = findInvitation(first.component, identity) ?? makeOwnInvitation(identity)
  const answer = makeAnswer({
    message,
    situation,
    invitation,
    zones,
    participation: 'DECLINED',
    reason: reasons.cancelledByHand,
    requestStatus: undefined,
  })
  const parts = found.map(({ key, component }) => ({
    key,
    component: withOwnParticipation(component, 'DECLINED', invitation, identity),
  }))
  const after = { ...stored, parts: withParts(stored.parts, parts) }
  // Nobody is told of the end of an event by its own organizer's calendar: that is for the organizer's program to do.
  const isAnswered = isAskedByOthers(message, situation, identity) && answer.effect.to.length > 0
  const series = withDecided(
    recurrenceId === undefined ? withAnswers(after, answer.recorded) : after,
    situation,
    'applied',
    reasons.cancelledByHand,
    isAnswered ? answer.recorded : undefined,
  )
  const effects: Effect[] = [
    { kind: 'save-series', series },
    ...replaceBookings(series, zones, (component) => readBusyType(component, situation, identity)),
    recurrenceId === undefined
      ? { kind: 'dequeue-request', uid }
      : { kind: 'dequeue-request', uid, recurrenceId: first.key },
    ...(isAnswered ? [answer.effect] : []),
  ]
  return decide('applied', reasons.cancelledByHand, effects, isAnswered ? 'DECLINED' : null)
}

/** The part of an instance, made of the series where it has none; `gone` where it is cancelled already. */
function findInstance(stored: StoredSeries, text: string, zones: Zones): readonly StoredPart[] | 'gone' | undefined {
  const given = makePlainId(text.trim().toUpperCase().replace(/[-:]/g, ''))
  const key = readKey({ name: 'VEVENT', properties: [given], components: [] }, stored, zones)
  if (isFault(key)) return undefined
  const part = findPart(stored.parts, key)
  if (part && !isThisAndFuture(part)) return [{ key, component: part }]
  if (findPart(stored.cancelled, key)) return 'gone'
  const series = findPart(stored.parts, '')
  const component = series && makeHeldInstance(stored, key, makeInstanceId(series, key, zones), zones)
  return component && [{ key, component }]
}

function readParticipation(component: Component, identity: Identity): string | undefined {
  return findInvitation(component, identity)?.attendee.participation
}

/** For somebody whom the event does not list: the organizer's own, or one made by hand. */
function makeOwnInvitation({ user, rules }: Identity): Invitation {
  return { kind: 'own', attendee: readAttendee(makeProperty('ATTENDEE', user), rules) }
}

function isAskedByOthers(message: SchedulingMessage, situation: Situation, identity: Identity): boolean {
  const organizer = findOrganizer(message.components, situation.site.addresses)
  return organizer !== undefined && !isOwnAddress(organizer.address, identity)
}

function readBusyType(component: Component, { site }: Situation, identity: Identity) {
  const organizer = findOrganizer([component], site.addresses)
  if (isOwnAddress(organizer?.address, identity)) return readOrganizersBusyType(component, identity)
  const participation = readParticipation(component, identity)
  return participation === undefined ? undefined : readBusyTypeOf(component, participation)
}

/** An organizer who asks again is told of the end, not of what was answered before. */
function withAnswers(series: StoredSeries, recorded: RecordedAnswer): StoredSeries {
  const replace = (message: DecidedMessage): DecidedMessage =>
    message.answer ? { ...message, answer: { ...recorded, repeatedAt: message.answer.repeatedAt } } : message
  return { ...series, decided: series.decided.map(replace) }
}
