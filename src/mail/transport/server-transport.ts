// A transport with one connection for each mail: connect, deliver, leave.
import { connectBare } from './bare-connection.ts'
import { openDelivery, openSession, type SessionOptions } from './session.ts'
import type { DeliveryResult, Transport } from './transport.ts'

export type ServerTransportOptions = Omit<SessionOptions, 'protocol'>

export function makeServerTransport(protocol: 'smtp' | 'lmtp', options: ServerTransportOptions): Transport {
  return {
    async open(mail) {
      try {
        const session = await openSession({ connect: connectBare, ...options, protocol })
        const delivery = await openDelivery(session, mail)
        return {
          recipients: delivery.recipients,
          async finish(bytes) {
            const results = await delivery.finish(bytes)
            session.conversation.quit()
            return results
          },
          async abandon() {
            await delivery.abandon()
            session.conversation.quit()
          },
        }
      } catch (error) {
        const reply = error instanceof Error ? error.message : 'no connection'
        const recipients: readonly DeliveryResult[] = mail.envelope.recipients.map(() => ({ kind: 'deferred', reply }))
        return { recipients, finish: async () => recipients, abandon: async () => undefined }
      }
    },
  }
}
