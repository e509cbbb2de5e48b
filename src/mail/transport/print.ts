// A transport that shows mails instead of sending them: `-d` and `--print json` of the command line.
import type { OpenDelivery, Transport } from './transport.ts'

export type PrintForm = 'text' | 'json'

/** `print` takes what belongs to one mail in one call. */
export function makePrintTransport(form: PrintForm, print: (bytes: Uint8Array) => void): Transport {
  return {
    async open(mail): Promise<OpenDelivery> {
      const recipients = mail.envelope.recipients.map(() => ({ kind: 'delivered', reply: '250 printed' }) as const)
      return {
        recipients,
        async finish(bytes) {
          print(form === 'json' ? serializeJson(mail, bytes) : serializeText(mail.envelope.recipients, bytes))
          return recipients
        },
        abandon: async () => undefined,
      }
    },
  }
}

function serializeText(recipients: readonly string[], bytes: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from(`Outgoing parts for ${recipients.join(', ')}...\n`), bytes, Buffer.from('\n')])
}

function serializeJson({ kind, envelope }: Parameters<Transport['open']>[0], bytes: Uint8Array): Uint8Array {
  const mail = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
  return Buffer.from(`${JSON.stringify({ kind, from: envelope.sender, to: envelope.recipients, mail })}\n`)
}
