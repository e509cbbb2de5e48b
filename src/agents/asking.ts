// What the agent may ask or tell for a person: REFRESH to the organizer, and the current REQUEST to an attendee who asks for it.
import { readAttendees } from '../calendar/attendee.ts'
import { type CalendarAddress, readMailbox, showAddress } from '../calendar/calendar-address.ts'
import { makeProperty, readSequence, readText } from '../calendar/properties.ts'
import type { Zones } from '../calendar/time-zone.ts'
import { findInvitation } from '../itip/acting-user.ts'
import { findOrganizer } from '../itip/authority.ts'
import { findPart, makeSeries } from '../itip/instances.ts'
import type { Reason } from '../itip/reason.ts'
import { makeCurrentRequest, makeRefresh } from '../itip/refresh.ts'
import type { SchedulingMessage } from '../itip/scheduling-message.ts'
import type { StoredSeries } from '../itip/stored-series.ts'
import { describeWhen } from '../text/describe-when.ts'
import type { Agent } from './agent.ts'
import { type Decision, decide } from './decision.ts'
import type { SendEffect } from './effect.ts'
import { withHeld } from './held.ts'
import { makeIdentity } from './identity.ts'
import * as reasons from './reasons.ts'
import type { Situation } from './situation.ts'
import { maySpeak, maySpeakAsNamed } from './speaking.ts'

export interface Asked {
  /** The series with the note that it was asked. */
  readonly series: StoredSeries
  readonly effects: readonly SendEffect[]
  readonly reason: Reason
}

/** Asks the organizer for the whole event, once for each revision. RFC 5546, 3.2.4 and 3.2.6. */
export function askForCurrent(message: SchedulingMessage, situation: Situation, zones: Zones): Asked {
  const { stored, mail, site } = situation
  const series = stored ?? makeSeries(message.uid)
  // RFC 5546, 3.5.2: no response to the organizer.
  if (message.component === 'VJOURNAL') return { series, effects: [], reason: reasons.journalNotAsked }
  const known = findPart(series.parts, '') ?? series.parts[0]?.component
  const [component] = message.components
  const organizer = findOrganizer(known ? [known, ...message.components] : message.components, site.addresses)
  const mailbox = organizer && readMailbox(organizer.property.value)
  const nothing = (reason: Reason): Asked => ({ series, effects: [], reason })
  if (!component || !organizer || mailbox === undefined) return nothing(reasons.organizerWithoutAddress)
  // RFC 3834, 2: what was written in answer to something is not answered by asking.
  if (mail.autoSubmitted === 'auto-replied' || mail.isReport) return nothing(reasons.automaticAnswer)
  // Nobody is written to because somebody else's mail names them.
  const isHeard = known ? maySpeak([organizer], situation) : maySpeakAsNamed(organizer, situation)
  if (!isHeard) return nothing(reasons.wrongSender(organizer))
  const key = `refresh ${readSequence(component)}`
  if (series.decided.some((decided) => decided.key === key)) return nothing(reasons.refreshAskedBefore)
  const identity = makeIdentity(situation)
  const invitation = findInvitation(component, identity) ?? (known && findInvitation(known, identity))
  const attendee = invitation?.kind === 'own' ? invitation.attendee.property : makeProperty('ATTENDEE', situation.user)
  const as = readMailbox(attendee.value) ?? showAddress(situation.user)
  const effect: SendEffect = {
    kind: 'send',
    as,
    to: [mailbox],
    message: makeRefresh(message.uid, message.component, organizer.property, attendee, situation.now),
    repetition: 0,
    facts: {
      kind: 'refresh',
      language: situation.preferences.language,
      name: situation.preferences.commonName || as,
      summary: readText(component, 'SUMMARY') ?? '',
      when: describeWhen(known ?? component, zones),
      location: undefined,
      because: [],
    },
  }
  const entry = {
    key,
    messageId: mail.messageId,
    at: situation.now,
    verdict: 'applied' as const,
    reason: reasons.refreshAsked.code,
  }
  return {
    series: { ...series, decided: [...series.decided, entry].slice(-mostDecided) },
    effects: [effect],
    reason: reasons.refreshAsked,
  }
}

/** Asks for the whole event in place of taking the added date alone. */
export function askInstead(message: SchedulingMessage, situation: Situation, zones: Zones): Decision {
  const asked = askForCurrent(message, situation, zones)
  if (asked.effects.length === 0) return decide('ignored', asked.reason)
  return decide('applied', asked.reason, [{ kind: 'save-series', series: asked.series }, ...asked.effects])
}

/** An addition to what is not known: it waits, and the organizer is asked for what is missing. */
export function holdAdd(
  message: SchedulingMessage,
  situation: Situation,
  agent: Agent['name'],
  zones: Zones,
): Decision {
  const asked = askForCurrent(message, situation, zones)
  const series = withHeld(asked.series, agent, message, situation, reasons.earlyAdd)
  return decide('held', [reasons.earlyAdd, asked.reason], [{ kind: 'save-series', series }, ...asked.effects])
}

/** Of the messages of one UID: as decided-once.ts keeps them. */
const mostDecided = 64

/** So many are told within a day about one UID: two programs cannot ask each other for ever. */
const mostTold = 10
const day = 86_400

/** The current REQUEST to one attendee alone, and the series with the note that it was told. */
export function tellCurrent(
  stored: StoredSeries,
  attendee: CalendarAddress,
  key: string,
  situation: Situation,
  zones: Zones,
): Asked | undefined {
  const rules = situation.site.addresses
  const current = makeCurrentRequest(stored, attendee, key, zones, rules)
  const organizer = current && findOrganizer(current.components, rules)
  const [component] = current?.components ?? []
  const listed = component && readAttendees(component, rules).find(({ address }) => address === attendee)
  const mailbox = listed && readMailbox(listed.property.value)
  if (!current || !organizer || !component || mailbox === undefined) return undefined
  const code = reasons.currentSent.code
  const told = stored.decided.filter((decided) => decided.reason === code && decided.at > situation.now - day)
  if (told.length >= mostTold) return { series: stored, effects: [], reason: reasons.toldTooOften }
  const as = readMailbox(organizer.property.value) ?? showAddress(situation.user)
  const effect: SendEffect = {
    kind: 'send',
    as,
    to: [mailbox],
    message: current,
    repetition: 0,
    facts: {
      kind: 'current',
      language: situation.preferences.language,
      name: situation.preferences.commonName || organizer.commonName || as,
      summary: readText(component, 'SUMMARY') ?? '',
      when: describeWhen(component, zones),
      location: readText(component, 'LOCATION'),
      because: [],
    },
  }
  const entry = {
    key: situation.decisionKey,
    messageId: situation.mail.messageId,
    at: situation.now,
    verdict: 'applied' as const,
    reason: code,
  }
  const decided = [...stored.decided.filter((other) => other.key !== entry.key), entry].slice(-mostDecided)
  return { series: { ...stored, decided }, effects: [effect], reason: reasons.currentSent }
}
