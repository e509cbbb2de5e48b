// The outside world of a test: an SMTP server that takes every mail and keeps its envelope and its bytes.

import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'

export interface SunkMail {
  readonly sender: string
  readonly recipients: readonly string[]
  readonly mail: Buffer
}

export interface SmtpSink {
  readonly port: number
  readonly mails: readonly SunkMail[]
  /** The first mail, come or coming, for which the condition holds. */
  waitForMail(what: string, condition: (mail: SunkMail) => boolean, explain?: () => string): Promise<SunkMail>
  stop(): Promise<void>
}

interface Waiting {
  readonly condition: (mail: SunkMail) => boolean
  readonly resolve: (mail: SunkMail) => void
}

const patience = 20_000

export const startSmtpSink = async (): Promise<SmtpSink> => {
  const mails: SunkMail[] = []
  const waiting = new Set<Waiting>()

  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    logger: false,
    onData: (stream, session, done) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('error', done)
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope
        const mail: SunkMail = {
          sender: mailFrom === false ? '' : mailFrom.address,
          recipients: rcptTo.map((recipient) => recipient.address),
          mail: Buffer.concat(chunks),
        }
        mails.push(mail)
        done()
        for (const one of waiting) if (one.condition(mail)) one.resolve(mail)
      })
    },
  })
  server.on('error', () => undefined)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))

  return {
    port: (server.server.address() as AddressInfo).port,
    mails,
    waitForMail: (what, condition, explain) => {
      const come = mails.find(condition)
      if (come !== undefined) return Promise.resolve(come)
      return new Promise((resolve, reject) => {
        const one: Waiting = {
          condition,
          resolve: (mail) => {
            clearTimeout(timer)
            waiting.delete(one)
            resolve(mail)
          },
        }
        const timer = setTimeout(() => {
          waiting.delete(one)
          reject(new Error(`No mail came in ${patience} ms: ${what}\n${explain?.() ?? ''}`))
        }, patience)
        waiting.add(one)
      })
    },
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
