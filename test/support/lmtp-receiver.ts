// A mail server that keeps what it is given: LMTP as a mailbox, or SMTP as a mail system; with answers for each recipient as told.
import { mkdtempSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SMTPServer } from 'smtp-server'

export interface ReceivedMail {
  readonly sender: string
  /** Those accepted at RCPT, in order. */
  readonly recipients: readonly string[]
  readonly bytes: Buffer
}

/** `550 5.1.1 No such user`; nothing for "accepted". */
export type Answer = string | undefined

export interface ReceiverOptions {
  readonly protocol?: 'lmtp' | 'smtp'
  /** A UNIX socket in a folder of its own, or a free port of the loopback address. */
  readonly listen?: 'socket' | 'port'
  readonly atRecipient?: (recipient: string) => Answer
  /** For each accepted recipient; SMTP takes the first refusal for all. */
  readonly atData?: (recipient: string) => Answer
}

export interface Receiver {
  /** As `--lmtp` and `--smtp` take it. */
  readonly address: string
  /** Given in full and answered, in order; refused ones included. */
  readonly mails: readonly ReceivedMail[]
  /** Resolves when so many mails have come. */
  waitFor(count: number): Promise<readonly ReceivedMail[]>
  close(): Promise<void>
}

export async function startReceiver(options: ReceiverOptions = {}): Promise<Receiver> {
  const { protocol = 'lmtp', listen = 'socket', atRecipient, atData } = options
  const mails: ReceivedMail[] = []
  const waiting: { count: number; resolve: (mails: readonly ReceivedMail[]) => void }[] = []
  const folder = listen === 'socket' ? mkdtempSync(join(tmpdir(), 'receiver-')) : undefined

  const server = new SMTPServer({
    lmtp: protocol === 'lmtp',
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    size: 60 * 1024 * 1024,
    logger: false,
    // Clients that keep connections open do not keep the test waiting.
    closeTimeout: 100,
    onRcptTo: ({ address }, _, done) => done(makeRefusal(atRecipient?.(address))),
    onData: (stream, session, done) => {
      const { mailFrom, rcptTo } = session.envelope
      const recipients = rcptTo.map(({ address }) => address)
      const pieces: Buffer[] = []
      stream.on('data', (piece: Buffer) => pieces.push(piece))
      stream.on('end', () => {
        mails.push({ sender: mailFrom === false ? '' : mailFrom.address, recipients, bytes: Buffer.concat(pieces) })
        const refusals = recipients.map((recipient) => makeRefusal(atData?.(recipient)))
        if (protocol === 'lmtp') {
          const answerEach = done as unknown as (error: null, replies: readonly (Error | string)[]) => void
          answerEach(
            null,
            refusals.map((refusal) => refusal ?? '2.0.0 delivered'),
          )
        } else done(refusals.find((refusal) => refusal !== undefined))
        for (const { count, resolve } of waiting) if (mails.length >= count) resolve(mails)
      })
    },
  })
  // A client that is killed in the middle of a mail is no failure of the receiver.
  server.on('error', () => undefined)
  await new Promise<void>((resolve) => {
    if (folder) server.listen(join(folder, 'socket'), resolve)
    else server.listen(0, '127.0.0.1', resolve)
  })

  return {
    address: folder ? join(folder, 'socket') : `127.0.0.1:${(server.server.address() as AddressInfo).port}`,
    mails,
    waitFor: (count) =>
      new Promise((resolve) => {
        if (mails.length >= count) resolve(mails)
        else waiting.push({ count, resolve })
      }),
    close: () =>
      new Promise((resolve) =>
        server.close(() => {
          if (folder) rmSync(folder, { recursive: true, force: true })
          resolve()
        }),
      ),
  }
}

function makeRefusal(answer: Answer): Error | undefined {
  if (answer === undefined) return undefined
  const [, code, text] = /^(\d{3}) (.*)$/s.exec(answer) ?? []
  return Object.assign(new Error(text), { responseCode: Number(code) })
}
