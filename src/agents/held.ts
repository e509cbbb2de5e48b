// Messages that come before the one they need: kept with the series, and forgotten after a while. RFC 5546, 5.2.1 and 5.2.2.

import type { Authentication } from '../itip/mail-facts.ts'
import type { Reason } from '../itip/reason.ts'
import type { SchedulingMessage } from '../itip/scheduling-message.ts'
import type { HeldMessage, StoredSeries } from '../itip/stored-series.ts'
import type { Agent } from './agent.ts'
import type { Situation } from './situation.ts'

/** So many wait of one UID: nobody can fill a store with them. */
const mostHeld = 20

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
  return { ...series, held: [...others, held].slice(-mostHeld) }
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
