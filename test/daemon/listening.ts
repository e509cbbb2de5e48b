// A listener on a socket of its own, with a receiver that does what a test tells it.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Admission, makeAdmission } from '../../src/daemon/admission.ts'
import type { Answer } from '../../src/daemon/answer.ts'
import { type Listener, startListener } from '../../src/daemon/listener.ts'
import type { MailReceiver, Offer, ReceivedEnvelope } from '../../src/daemon/mail-receiver.ts'
import type { RefusalReason } from '../../src/daemon/refusal.ts'
import type { SessionBounds } from '../../src/daemon/serve-client.ts'

export interface ReceivedMail {
  readonly envelope: ReceivedEnvelope
  /** Those accepted, each once. */
  readonly recipients: readonly string[]
  readonly text: string
}

export interface ListeningOptions {
  readonly offer?: Partial<Offer>
  /** `550 5.1.1 No such user`; nothing for accepted. */
  readonly atRecipient?: (address: string) => string | undefined
  readonly atData?: (address: string) => string | undefined
  /** What is waited for before a mail is answered. */
  readonly beforeAnswer?: () => Promise<unknown>
  readonly bounds?: Partial<SessionBounds>
  readonly admission?: Admission
  readonly mostClients?: number
}

export interface Listening {
  readonly address: string
  readonly listener: Listener
  readonly admission: Admission
  readonly mails: readonly ReceivedMail[]
  /** Each address as often as the receiver was asked. */
  readonly asked: readonly string[]
  readonly refusals: readonly RefusalReason[]
  readonly faults: readonly unknown[]
  /** Receptions that ended without a mail. */
  readonly abandoned: () => number
  close(): Promise<void>
}

export async function startListening(options: ListeningOptions = {}): Promise<Listening> {
  const folder = mkdtempSync(join(tmpdir(), 'lmtpd-'))
  const mails: ReceivedMail[] = []
  const asked: string[] = []
  const refusals: RefusalReason[] = []
  const faults: unknown[] = []
  let abandoned = 0
  const admission = options.admission ?? makeAdmission({ mails: 100, bytes: 100 * 1024 * 1024, patience: 5_000 })
  const receiver: MailReceiver = {
    readOffer: async () => ({ greatestMail: 20 * 1024 * 1024, has8bit: true, hasUtf8: true, ...options.offer }),
    begin(envelope) {
      const recipients: string[] = []
      let isOver = false
      return {
        async addRecipient(address) {
          asked.push(address)
          const answer = makeAnswer(options.atRecipient?.(address), '2.1.5')
          if (answer.code === 250) recipients.push(address)
          return answer
        },
        async receive(bytes) {
          isOver = true
          mails.push({ envelope, recipients, text: Buffer.from(bytes).toString('latin1') })
          await options.beforeAnswer?.()
          return recipients.map((address) => makeAnswer(options.atData?.(address), '2.0.0'))
        },
        abandon() {
          if (!isOver) abandoned += 1
          isOver = true
        },
      }
    },
  }
  const address = join(folder, 'socket')
  const listener = await startListener({
    address: { kind: 'socket', path: address },
    permissions: 0o600,
    receiver,
    admission,
    readBounds: () => ({ recipients: 100, silence: 10_000, receiving: 20_000, ...options.bounds }),
    readMostClients: () => options.mostClients ?? 50,
    name: 'mail.example.com',
    noteRefusal: (reason) => refusals.push(reason),
    noteFault: (error) => faults.push(error),
  })
  return {
    address,
    listener,
    admission,
    mails,
    asked,
    refusals,
    faults,
    abandoned: () => abandoned,
    async close() {
      listener.cut()
      await listener.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function makeAnswer(said: string | undefined, enhanced: string): Answer {
  const [, code, status = '', text = ''] = /^(\d{3}) (\S+) (.*)$/.exec(said ?? '') ?? []
  return code === undefined ? { code: 250, enhanced, text: 'Good' } : { code: Number(code), enhanced: status, text }
}
