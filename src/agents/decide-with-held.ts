// A decision, and those about messages that waited for this one: under the same lock, in the same commit.

import type { ScheduledComponent } from '../calendar/component.ts'
import { findProperty } from '../calendar/properties.ts'
import { noAuthentication } from '../itip/mail-facts.ts'
import type { SchedulingMessage } from '../itip/scheduling-message.ts'
import type { HeldMessage, StoredSeries } from '../itip/stored-series.ts'
import type { Agent, Handler } from './agent.ts'
import { agents, findHandler } from './agents.ts'
import { withDecidedMembers } from './decided-members.ts'
import type { Decision, Wanted } from './decision.ts'
import type { Effect } from './effect.ts'
import { boundHeld, withoutAged } from './held.ts'
import { pinSender } from './pin-sender.ts'
import * as reasons from './reasons.ts'
import type { Situation } from './situation.ts'

/**
 * The handler's decision; where it changes the series, each held message is then the next message, oldest first, until none of
 * them can be used. What still cannot be used waits on.
 */
export function decideWithHeld(handler: Handler, message: SchedulingMessage, situation: Situation): Decision | Wanted {
  const known = situation.stored ? { ...situation, stored: withoutAged(situation.stored, situation) } : situation
  const decided = handler(message, known)
  if (decided.kind === 'wanted') return decided
  const bounded = boundHeld(decided, known)
  if (bounded.kind === 'wanted') return bounded
  let decision = pinSender(bounded, message, known)
  for (;;) {
    const series = findSaved(decision)
    const next = series && decideNext(series, series.held, message, withDecidedMembers(known, decision))
    if (!next) return decision
    if (next.kind === 'wanted') return next
    decision = joinDecisions(decision, next)
  }
}

/** What becomes of the first held message that can be used now. */
function decideNext(
  series: StoredSeries,
  held: readonly HeldMessage[],
  current: SchedulingMessage,
  situation: Situation,
): Decision | Wanted | undefined {
  for (const candidate of held) {
    // The message at hand has just been decided.
    if (candidate.key === situation.decisionKey) continue
    const agent = agents[candidate.agent as Agent['name']]
    const waiting = { ...series, held: held.filter((other) => other !== candidate) }
    const message = makeHeldMessage(candidate, current)
    const decided = findHandler(
      agent,
      message.component,
      message.method,
    )(message, makeHeldSituation(candidate, waiting, situation))
    if (decided.kind === 'wanted') return { ...decided, periods: [...situation.freeBusy.covers, ...decided.periods] }
    if (decided.verdict !== 'held') return forgetHeld(decided, waiting, candidate)
  }
  return undefined
}

/** The message as it came; `current` is another one of its UID. */
export function makeHeldMessage(
  held: HeldMessage,
  current: Pick<SchedulingMessage, 'uid' | 'component'>,
): SchedulingMessage {
  return {
    method: held.method,
    uid: current.uid,
    component: (held.components[0]?.name ?? current.component) as ScheduledComponent,
    components: held.components,
    timeZones: new Map(held.timeZones.map((zone) => [findProperty(zone, 'TZID')?.value.trim() ?? '', zone])),
    calendarProperties: [],
    prodId: undefined,
    notes: [],
  }
}

/** `stored`: without it. */
export function makeHeldSituation(held: HeldMessage, stored: StoredSeries, situation: Situation): Situation {
  const { messageId, from, sender, envelopeSender, originalRecipient, login, client } = held.mail
  const envelope = { ...situation.mail.envelope, sender: envelopeSender, originalRecipient, login, client }
  const authentication = held.mail.authentication ?? noAuthentication
  return {
    ...situation,
    agent: held.agent as Agent['name'],
    stored,
    decisionKey: held.key,
    wasHeld: true,
    mail: { ...situation.mail, envelope, messageId, from, sender, authentication, isReport: false, isSpam: false },
  }
}

/** It waits no longer, whatever was decided; its mails are answers to it. */
export function forgetHeld(decided: Decision, waiting: StoredSeries, held: HeldMessage): Decision {
  const effects = decided.effects.map((effect) =>
    effect.kind === 'send' ? { decisionKey: held.key, ...effect } : effect,
  )
  const saves = effects.some((effect) => effect.kind === 'save-series')
  return {
    ...decided,
    effects: saves ? effects : [{ kind: 'save-series', series: waiting }, ...effects],
    because: [reasons.heldDecided(held, decided), ...decided.because.slice(1)],
  }
}

function joinDecisions(first: Decision, next: Decision): Decision {
  const effects: readonly Effect[] = [
    ...first.effects.filter((effect) => effect.kind !== 'save-series'),
    ...next.effects,
  ]
  return { ...first, answer: first.answer ?? next.answer, effects, because: [...first.because, ...next.because] }
}

function findSaved(decision: Decision): StoredSeries | undefined {
  const saved = decision.effects.findLast((effect) => effect.kind === 'save-series')
  return saved?.kind === 'save-series' ? saved.series : undefined
}
