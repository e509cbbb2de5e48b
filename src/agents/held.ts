// Messages that come before the one they need: kept with the series, and forgotten after a while. RFC 5546, 5.2.1 and 5.2.2.

import type { Authentication } from '../itip/mail-facts.ts'
import type { Reason } from '../itip/reason.ts'
import type { SchedulingMessage } from '../itip/scheduling-message.ts'
import type { HeldMessage, StoredSeries } from '../itip/stored-series.ts'
import { readSenderDomain } from '../itip/waiting.ts'
import type { Agent } from './agent.ts'
import { type Decision, decide, type Wanted } from './decision.ts'
import * as reasons from './reasons.ts'
import type { Situation } from './situation.ts'
import { findProvenSpeaker, isSenderChecked } from './speaking.ts'

/** So many wait of one UID: each is looked at again whenever the series changes. */
const mostWaitingOfUid = 20

/** The series with this message waiting for its partner. */
export function withHeld(
  series: StoredSeries,
  agent: Agent['name'],
  message: SchedulingMessage,
  situation: Situation,
  because: Reason,
): StoredSeries {
  const { envelope, messageId, from, sender, authentication } = situation.mail
  const held: HeldMessage = {
    agent,
    method: message.method,
    components: message.components,
    timeZones: [...message.timeZones.values()],
    because: because.code,
    at: situation.now,
    key: situation.decisionKey,
    ...(isUnproven(because, situation) ? { isUnproven: true as const } : {}),
    mail: {
      messageId,
      from,
      sender,
      envelopeSender: envelope.sender,
      ...(envelope.originalRecipient === undefined ? {} : { originalRecipient: envelope.originalRecipient }),
      ...(envelope.login === undefined ? {} : { login: envelope.login }),
      ...(envelope.client === undefined ? {} : { client: envelope.client }),
      ...(hasProof(authentication) ? { authentication } : {}),
    },
  }
  const others = series.held.filter((other) => other.key !== held.key)
  return { ...series, held: [...others, held] }
}

/** Of nobody proven, or not of whom it speaks for. */
function isUnproven({ code }: Reason, situation: Situation): boolean {
  return code === reasons.unprovenSenderCode || (isSenderChecked(situation) && !findProvenSpeaker(situation))
}

/**
 * Is there room for one more message to wait? RFC 5546, 6.1.5: nobody fills a store with them. What waits has been promised its
 * place, so the new one goes without, and no domain has more than a quarter of the places: a flood takes them from nobody else.
 * What nobody has proven takes no place of what is proven: a quarter of the places is for all of that kind, and of a UID the oldest
 * of them goes for one that is proven.
 */
export function boundHeld(decision: Decision, situation: Situation): Decision | Wanted {
  const { stored, site, mail, decisionKey } = situation
  const known = stored?.held ?? []
  const saved = decision.effects.findLast((effect) => effect.kind === 'save-series')
  const added = saved?.series.held.find(({ key }) => key === decisionKey)
  if (!added || known.some(({ key }) => key === decisionKey)) return decision
  const least = added.isUnproven ? undefined : known.find((held) => held.isUnproven)
  if (known.length >= mostWaitingOfUid && !least)
    return decide('ignored', reasons.tooManyWaiting(mostWaitingOfUid, 'of this UID'))
  if (situation.waiting === undefined) return { kind: 'wanted', periods: situation.freeBusy.covers, waiting: true }
  const waiting = situation.waiting.filter(({ at }) => at >= situation.now - site.heldAge)
  const proven = waiting.filter((other) => !other.isUnproven)
  const share = Math.max(1, Math.floor(site.heldLimit / 4))
  if ((added.isUnproven ? waiting : proven).length >= site.heldLimit)
    return decide('ignored', reasons.tooManyWaiting(site.heldLimit, 'for this user'))
  if (added.isUnproven)
    return waiting.length - proven.length >= share
      ? decide('ignored', reasons.tooManyWaiting(share, 'of nobody proven'))
      : decision
  const domain = readSenderDomain({ from: mail.from, envelopeSender: mail.envelope.sender })
  const own = proven.filter((other) => other.domain === domain)
  if (own.length >= share) return decide('ignored', reasons.tooManyWaiting(share, `from ${domain}`))
  return known.length >= mostWaitingOfUid && least ? withoutHeld(decision, least) : decision
}

function withoutHeld(decision: Decision, gone: HeldMessage): Decision {
  const effects = decision.effects.map((effect) =>
    effect.kind === 'save-series'
      ? { ...effect, series: { ...effect.series, held: effect.series.held.filter(({ key }) => key !== gone.key) } }
      : effect,
  )
  return { ...decision, effects }
}

/** Without what has waited too long. */
export function withoutAged(series: StoredSeries, situation: Situation): StoredSeries {
  const oldest = situation.now - situation.site.heldAge
  if (series.held.every((held) => held.at >= oldest)) return series
  return { ...series, held: series.held.filter((held) => held.at >= oldest) }
}

function hasProof({ dmarc, dkim, spf, login }: Authentication): boolean {
  return [dmarc, dkim, spf, login].some((passed) => passed.length > 0)
}
