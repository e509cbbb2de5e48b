// A site with the agents in its mail system, in any of the ways we ship: Postfix or Exim, lists or LDAP, pipe or daemon, LMTP or local SMTP.

import { join } from 'node:path'
import type { Agents, Settings } from './agents.ts'
import { installAgents } from './agents.ts'
import { makeSocketFolder, startDaemon } from './daemon.ts'
import type { Dovecot } from './dovecot.ts'
import { startDovecot } from './dovecot.ts'
import { startExim } from './exim.ts'
import { startPostfix } from './postfix.ts'
import { type Printed, printFiles } from './printed.ts'
import type { ScratchFolder } from './scratch.ts'
import { makeScratchFolder } from './scratch.ts'
import type { ServerProcess } from './server-process.ts'
import { findFreePort } from './server-process.ts'
import type { Slapd } from './slapd.ts'
import { startSlapd } from './slapd.ts'
import type { SmtpSink } from './smtp-sink.ts'
import { startSmtpSink } from './smtp-sink.ts'

export interface Way {
  readonly system: 'postfix' | 'exim'
  readonly who: 'lists' | 'ldap'
  readonly by: 'pipe' | 'daemon'
  readonly onward: 'lmtp' | 'local-smtp'
}

/** What stands around the mail systems. */
export interface Surroundings {
  readonly scratch: ScratchFolder
  readonly sink: SmtpSink
  readonly dovecot: Dovecot
  readonly agents: Agents
  readonly slapd: Slapd | undefined
  readonly options: SurroundingOptions
  remove(): Promise<void>
}

export interface SurroundingOptions {
  readonly mailboxes: readonly string[]
  readonly people: readonly string[]
  readonly resources: readonly string[]
  /** Other names: from, to, several of them separated by commas. `@example.com` takes what is nobody's. */
  readonly aliases: readonly (readonly [string, string])[]
  readonly settings?: Settings
  readonly hasDirectory?: boolean
  /** Are the lists those that imip-admin mta prints? They name pat, kim, room and car. Otherwise they are made of the above. */
  readonly hasPrintedLists?: boolean
  /** Bytes a mailbox may hold, by address. */
  readonly quotas?: Readonly<Record<string, number>>
}

export const makeSurroundings = async (options: SurroundingOptions): Promise<Surroundings> => {
  const scratch = makeScratchFolder()
  const sink = await startSmtpSink()
  const remove = async () => {
    await scratch.remove()
    await sink.stop()
  }
  try {
    const agents = installAgents(scratch, {
      local_domains: ['example.com'],
      resource_organizers: 'anyone',
      ...options.settings,
    })
    const dovecot = await startDovecot(scratch, {
      mailboxes: options.mailboxes,
      group: agents.group,
      quotas: options.quotas ?? {},
    })
    const slapd = options.hasDirectory ? await startSlapd(scratch, options) : undefined
    return { scratch, sink, dovecot, agents, slapd, options, remove }
  } catch (error) {
    await remove()
    throw error
  }
}

export interface Site {
  readonly outerPort: number
  readonly submissionPort: number
  /** Tries everything that waits once more, now. */
  flush(): Promise<void>
  /** Mails under way, or kept for a later try. */
  countQueue(): Promise<number>
  /** What the mail system complains about in its configuration. */
  check(): Promise<string>
  /** Which routers and transports of Exim take mail for the address; Postfix is not asked. */
  route(address: string): Promise<string> | undefined
  /** Ends the daemon as the kernel or an administrator may. */
  killDaemon(): Promise<void>
  startDaemon(): Promise<void>
  readLog(): string
  readLogTail(): string
  stop(): Promise<void>
}

export const startSite = async (way: Way, name: string, around: Surroundings): Promise<Site> => {
  const { scratch, sink, dovecot, agents, slapd, options: who } = around
  const hasLocalSmtp = way.onward === 'local-smtp'
  const daemonFolder = way.by === 'daemon' ? join(scratch.path, `${name}.d`) : undefined
  if (daemonFolder !== undefined)
    await makeSocketFolder(daemonFolder, way.system === 'postfix' ? 'postfix' : 'Debian-exim')
  const agentsPort = await findFreePort()
  const options = {
    name,
    domain: 'example.com',
    mailboxes: who.mailboxes,
    people: who.people,
    resources: who.resources,
    senders: who.people,
    aliases: who.aliases,
    programs: agents.programs,
    configuration: agents.configuration,
    user: agents.user,
    environment: agents.environment,
    lmtpSocket: dovecot.lmtpSocket,
    loginSocket: dovecot.loginSocket,
    sinkPort: sink.port,
    ...(way.who === 'ldap' && slapd !== undefined ? { directory: slapd.words } : {}),
    ...(daemonFolder === undefined ? {} : { daemon: daemonFolder }),
    printed: await print(way, join(scratch.path, name), agentsPort, daemonFolder, around),
  }
  const startSystem = async () => {
    if (way.system === 'exim') return startExim(scratch, { ...options, group: agents.group, agentsPort, hasLocalSmtp })
    return startPostfix(scratch, { ...options, ...(hasLocalSmtp ? { agentsPort } : { innerPort: agentsPort }) })
  }
  const system = await startSystem()
  let daemon: ServerProcess | undefined
  const startOwnDaemon = async (): Promise<void> => {
    if (daemonFolder === undefined) return
    daemon = await startDaemon(scratch, {
      folder: daemonFolder,
      agents,
      options: [
        ...['--smtp', `127.0.0.1:${agentsPort}`, '--set', 'outgoing_authority=envelope'],
        ...(hasLocalSmtp ? ['-L'] : ['-l', dovecot.lmtpSocket]),
      ],
    })
  }
  await startOwnDaemon()
  return {
    outerPort: system.outerPort,
    submissionPort: system.submissionPort,
    flush: () => system.flush(),
    countQueue: async () => ('countQueue' in system ? system.countQueue() : (await system.readQueue()).length),
    check: () => system.check(),
    route: (address) => ('route' in system ? system.route(address) : undefined),
    killDaemon: async () => {
      if (daemon === undefined) return
      process.kill(daemon.pid, 'SIGKILL')
      await daemon.stop()
      daemon = undefined
    },
    startDaemon: startOwnDaemon,
    readLog: () => system.readLog(),
    readLogTail: () => system.readLogTail(),
    stop: async () => {
      await daemon?.stop()
      await system.stop()
    },
  }
}

const lists = ['transport', 'people-outgoing', 'people', 'resources']

/** What imip-admin mta prints for this way, from the configuration; what the agents are told by options stands there for once. */
const print = async (
  way: Way,
  folder: string,
  agentsPort: number,
  daemonFolder: string | undefined,
  { agents, dovecot, slapd, options: { hasPrintedLists } }: Surroundings,
): Promise<Printed> => {
  const printed = await printFiles(agents, way.system, [
    ...['--set', `lmtp=${dovecot.lmtpSocket}`, '--set', `smtp=127.0.0.1:${agentsPort}`],
    ...['--set', `local_smtp=${way.onward === 'local-smtp'}`],
    ...['--bin', agents.programs, '--maps', join(folder, 'maps'), '--user', `${agents.user}:${agents.group}`],
    ...(daemonFolder === undefined ? [] : ['--daemon', '--run', daemonFolder]),
    ...(way.who === 'ldap' && slapd !== undefined
      ? ['--ldap', '--ldap-uri', slapd.words.LDAP_URI, '--ldap-base', slapd.words.LDAP_BASE]
      : []),
  ])
  return hasPrintedLists ? printed : new Map([...printed].filter(([file]) => !lists.includes(file)))
}
