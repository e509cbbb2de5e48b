// A whole private mail system with the calendar agents in it: Postfix, Dovecot, and the world outside.

import type { Agents, Settings } from './agents.ts'
import { installAgents } from './agents.ts'
import type { Dovecot } from './dovecot.ts'
import { startDovecot } from './dovecot.ts'
import type { Postfix } from './postfix.ts'
import { startPostfix } from './postfix.ts'
import type { ScratchFolder } from './scratch.ts'
import { makeScratchFolder } from './scratch.ts'
import type { SmtpSink } from './smtp-sink.ts'
import { startSmtpSink } from './smtp-sink.ts'

export interface MailSystemOptions {
  /** The site's own domain is example.com; all addresses here are in it. */
  readonly mailboxes: readonly string[]
  /** Handled by imip-person. */
  readonly people?: readonly string[]
  /** Handled by imip-resource. */
  readonly resources?: readonly string[]
  /** Whose sent mail goes to imip-person-outgoing. */
  readonly senders?: readonly string[]
  readonly aliases?: readonly (readonly [string, string])[]
  /** Further lines of the transport list, such as ['pat@example.com', 'lmtp:unix:/path']. */
  readonly routes?: readonly (readonly [string, string])[]
  readonly settings?: Settings
}

export interface MailSystem {
  readonly scratch: ScratchFolder
  readonly sink: SmtpSink
  readonly dovecot: Dovecot
  readonly postfix: Postfix
  readonly agents: Agents
  /** The ends of all logs, for errors. */
  readLogTails(): string
  /** Ends everything and removes all files. */
  stop(): Promise<void>
}

/** How long starting may take on a busy machine; for beforeAll and afterAll. */
export const startLimit = 60_000

export const startMailSystem = async (options: MailSystemOptions): Promise<MailSystem> => {
  const scratch = makeScratchFolder()
  const sink = await startSmtpSink()
  const stop = async () => {
    await scratch.remove()
    await sink.stop()
  }
  try {
    const agents = installAgents(scratch, { local_domains: ['example.com'], ...options.settings })
    const dovecot = await startDovecot(scratch, { mailboxes: options.mailboxes, group: agents.group })
    const postfix = await startPostfix(scratch, {
      domain: 'example.com',
      mailboxes: options.mailboxes,
      people: options.people ?? [],
      resources: options.resources ?? [],
      senders: options.senders ?? [],
      aliases: options.aliases ?? [],
      routes: options.routes ?? [],
      programs: agents.programs,
      configuration: agents.configuration,
      user: agents.user,
      environment: agents.environment,
      lmtpSocket: dovecot.lmtpSocket,
      loginSocket: dovecot.loginSocket,
      sinkPort: sink.port,
    })
    return {
      scratch,
      sink,
      dovecot,
      postfix,
      agents,
      readLogTails: () => `${postfix.readLogTail()}${dovecot.readLogTail()}${agents.readLogTail()}`,
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}
