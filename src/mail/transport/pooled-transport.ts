// A transport over connections that are kept open.
import type { OutgoingMail } from '../outgoing-mail.ts'
import type { Claim, SessionPool } from './pool.ts'
import { makeLost, openDelivery } from './session.ts'
import type { OpenDelivery, Transport } from './transport.ts'

export function makePooledTransport(pool: SessionPool): Transport {
  return {
    async open(mail) {
      try {
        return await openInPool(pool, mail)
      } catch (error) {
        const recipients = mail.envelope.recipients.map(() => makeLost(error))
        return { recipients, finish: async () => recipients, abandon: async () => undefined }
      }
    },
  }
}

async function openInPool(pool: SessionPool, mail: Pick<OutgoingMail, 'envelope' | 'bytes'>): Promise<OpenDelivery> {
  const { claim, opened: delivery } = await openInSession(pool, ({ session }) => openDelivery(session, mail))
  return {
    recipients: delivery.recipients,
    async finish(bytes) {
      const results = await delivery.finish(bytes)
      // After DATA that was taken nothing is left; in every other case the server may remember something.
      claim.giveBack(results.some(({ kind }) => kind === 'delivered') ? 'clean' : 'open')
      return results
    },
    async abandon() {
      await delivery.abandon()
      claim.giveBack('open')
    },
  }
}

/** A connection that ended while nobody used it is no reason to defer a mail: another one is tried. */
export async function openInSession<Opened>(
  pool: SessionPool,
  open: (claim: Claim) => Promise<Opened>,
): Promise<{ readonly claim: Claim; readonly opened: Opened }> {
  for (;;) {
    const claim = await pool.claim()
    const opened = await open(claim)
    if (claim.isFresh || !claim.session.conversation.isLost()) return { claim, opened }
    claim.giveBack('open')
  }
}
