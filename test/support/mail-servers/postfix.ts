// A private Postfix with the services and lists we ship, on loopback; whatever goes outside ends in the sink.

import { execFile } from 'node:child_process'
import { chownSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Printed } from './printed.ts'
import type { ScratchFolder } from './scratch.ts'
import { readTail } from './scratch.ts'
import { findFreePort, requireMailServers, startServer } from './server-process.ts'
import { fillShippedFile } from './shipped-file.ts'
import { waitUntil } from './wait-until.ts'

export interface PostfixOptions {
  /** The site's own domain; every other one is outside. */
  readonly domain: string
  /** Addresses with a mailbox. */
  readonly mailboxes: readonly string[]
  /** Addresses handled by imip-person, with or without a mailbox behind them. */
  readonly people: readonly string[]
  /** Addresses handled by imip-resource. */
  readonly resources: readonly string[]
  /** Addresses whose mail sent through the submission port is shown to imip-person-outgoing. */
  readonly senders: readonly string[]
  /** Further lines of the transport list: address and where its mail goes, such as `lmtp:unix:/path` for a daemon. */
  readonly routes?: readonly (readonly [string, string])[]
  /** Further services, as they stand in master.cf. */
  readonly services?: string
  /** Other names of addresses, rewritten before anything else: from, to. */
  readonly aliases?: readonly (readonly [string, string])[]
  /** The folder of imip-person, imip-resource and imip-person-outgoing. */
  readonly programs: string
  /** Their configuration, written before Postfix starts; `innerPort` may go into it. */
  readonly configuration: string
  /** The user they run as. */
  readonly user: string
  /** What stands in their environment besides Postfix's own. */
  readonly environment?: Readonly<Record<string, string>>
  /** The mailboxes' LMTP socket. */
  readonly lmtpSocket: string
  /** Dovecot's socket for logins. */
  readonly loginSocket: string
  readonly sinkPort: number
  /** Its folder in the scratch folder; `postfix` if it is the only one. */
  readonly name?: string
  /** A directory says who is handled, in place of people, resources and senders. */
  readonly directory?: DirectoryWords
  /** The folder of the daemon's sockets, where it takes mail in place of the programs. */
  readonly daemon?: string
  /** Port at which the agents hand mail back, in place of the mailboxes' socket. */
  readonly agentsPort?: number
  /** Where agents hand in their answers, if that is known before. */
  readonly innerPort?: number
  /** What imip-admin mta has printed, in place of the shipped files. */
  readonly printed?: Printed
}

/** What the shipped files want to know of a directory. */
export interface DirectoryWords {
  readonly LDAP_URI: string
  readonly LDAP_BASE: string
  readonly LDAP_PERSON: string
  readonly LDAP_RESOURCE: string
}

export interface DeliveryOutcome {
  readonly status: 'sent' | 'deferred' | 'bounced'
  /** The enhanced status code, such as 5.1.1. */
  readonly dsn: string
  /** The service that took it, such as imip-person. */
  readonly relay: string
  readonly text: string
}

export interface QueuedMail {
  readonly queueId: string
  readonly queue: string
  readonly sender: string
  readonly recipients: readonly { readonly address: string; readonly reason: string }[]
}

export interface Postfix {
  /** Takes mail as from a stranger: for the site's own addresses only. */
  readonly outerPort: number
  /** Takes mail from this machine for everybody: where agents hand in their answers. */
  readonly innerPort: number
  /** Takes mail of users who log in; copies go to imip-person-outgoing. */
  readonly submissionPort: number
  /** What became of a mail for one recipient, as soon as Postfix knows. */
  waitForOutcome(queueId: string, recipient: string): Promise<DeliveryOutcome>
  /** What became of a mail at its later tries: the n-th outcome, counted from 1. */
  waitForOutcomeNumber(number: number, queueId: string, recipient: string): Promise<DeliveryOutcome>
  readQueue(): Promise<readonly QueuedMail[]>
  /** Waits until Postfix has nothing to do for now, and answers what it keeps for a later try. */
  waitForRest(deadline?: number): Promise<readonly QueuedMail[]>
  /** Tries everything that is deferred once more, now. */
  flush(): Promise<void>
  /** Has Postfix look at its configuration; answers what it complains about. */
  check(): Promise<string>
  readLog(): string
  readLogTail(): string
  stop(): Promise<void>
}

const run = promisify(execFile)

const serializeEnvironment = (environment: Readonly<Record<string, string>>): string =>
  Object.entries(environment)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ')

const serializeMain = (
  folder: string,
  logFolder: string,
  options: PostfixOptions,
  hasLocalSmtp = options.agentsPort !== undefined,
): string => `
compatibility_level = 3.6
queue_directory = ${folder}/queue
data_directory = ${folder}/data
daemon_directory = /usr/lib/postfix/sbin
command_directory = /usr/sbin
shlib_directory = /usr/lib/postfix
meta_directory = /etc/postfix
mail_owner = postfix
setgid_group = postdrop
maillog_file = ${logFolder}/${options.name ?? 'postfix'}.log
maillog_file_prefixes = ${logFolder}

myhostname = mail.${options.domain}
mydomain = ${options.domain}
myorigin = ${options.domain}
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
disable_dns_lookups = yes
alias_maps =
alias_database =
recipient_delimiter = +
smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination
smtpd_recipient_restrictions = $imip_agent_refused_recipients${hasLocalSmtp ? ', $imip_agent_refused_local' : ''}
smtpd_sasl_type = dovecot
smtpd_sasl_path = ${options.loginSocket}

virtual_mailbox_domains = ${options.domain}
virtual_mailbox_maps = hash:${folder}/mailboxes, $imip_agent_transports${hasLocalSmtp ? ', $imip_agent_onward' : ''}
virtual_alias_maps = ${hasLocalSmtp ? `regexp:${folder}/maps/onward-alias, ` : ''}hash:${folder}/aliases
virtual_transport = lmtp:unix:${options.lmtpSocket}
transport_maps = ${hasLocalSmtp ? '$imip_agent_onward, ' : ''}$imip_agent_transports
default_transport = smtp:[127.0.0.1]:${options.sinkPort}
relay_transport = $default_transport
# Mail handed to Dovecot without an agent between: lines of any length, as the agents hand them on.
lmtp_line_length_limit = 0

# Full speed, and no mail about what the tests do on purpose.
in_flow_delay = 0
notify_classes =
smtpd_client_connection_count_limit = 0
message_size_limit = 104857600
mailbox_size_limit = 0

export_environment = TZ MAIL_CONFIG LANG ${serializeEnvironment(options.environment ?? {})}

${[
  'main.cf.items',
  options.directory ? 'main.cf.ldap' : 'main.cf.lists',
  ...(hasLocalSmtp ? ['main.cf.local-smtp'] : []),
]
  .map((file) => fillFile(options, file, { MAPS: `${folder}/maps` }))
  .join('\n')}
`

// Headers of mail from strangers stay as they are; without the first setting Postfix would take loopback for its own.
const serializeMaster = (
  folder: string,
  ports: Pick<Postfix, 'outerPort' | 'innerPort' | 'submissionPort'>,
  options: PostfixOptions,
): string => `
127.0.0.1:${ports.outerPort} inet n - n - - smtpd
  -o local_header_rewrite_clients=
  -o mynetworks=
  -o syslog_name=postfix/outer
127.0.0.1:${ports.innerPort} inet n - n - - smtpd
  -o syslog_name=postfix/inner
127.0.0.1:${ports.submissionPort} inet n - n - - smtpd
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_client_restrictions=permit_sasl_authenticated,reject
  -o cleanup_service_name=imip-submission-cleanup
  -o syslog_name=postfix/submission
pickup     unix n - n 60 1 pickup
cleanup    unix n - n - 0 cleanup
qmgr       unix n - n 300 1 qmgr
rewrite    unix - - n - - trivial-rewrite
bounce     unix - - n - 0 bounce
defer      unix - - n - 0 bounce
trace      unix - - n - 0 bounce
verify     unix - - n - 1 verify
flush      unix n - n 1000? 0 flush
proxymap   unix - - n - - proxymap
proxywrite unix - - n - 1 proxymap
smtp       unix - - n - - smtp
relay      unix - - n - - smtp
showq      unix n - n - - showq
error      unix - - n - - error
retry      unix - - n - - error
discard    unix - - n - - discard
lmtp       unix - - n - - lmtp
anvil      unix - - n - 1 anvil
scache     unix - - n - 1 scache
postlog    unix-dgram n - n - 1 postlogd
${options.services ?? ''}

${chooseOnward(
  fillFile(options, 'master.cf.items', {
    BIN: options.programs,
    CONFIG: options.configuration,
    USER: options.user,
    LMTP_SOCKET: options.lmtpSocket,
    SMTP: `127.0.0.1:${options.agentsPort ?? ports.innerPort}`,
  }),
  options,
)}
${
  options.agentsPort === undefined
    ? ''
    : fillFile(options, 'master.cf.local-smtp', {
        SMTP: `127.0.0.1:${options.agentsPort}`,
        MAPS: `${folder}/maps`,
      })
}
`

const fillFile = ({ printed }: PostfixOptions, file: string, words: Readonly<Record<string, string>>): string =>
  printed?.get(file) ?? fillShippedFile(`postfix/${file}`, words)

// As an administrator does for local SMTP.
const chooseOnward = (services: string, { lmtpSocket, agentsPort, printed }: PostfixOptions): string =>
  agentsPort === undefined || printed !== undefined
    ? services
    : services.replace(`-l ${lmtpSocket}`, `-L --smtp 127.0.0.1:${agentsPort}`)

const serializeMap = (rows: readonly (readonly [string, string])[]): string =>
  rows.map(([key, value]) => `${key} ${value}\n`).join('')

// Whoever shall not be taken by a catch-all stands before it, as an alias of itself.
const listAliases = ({ aliases = [], mailboxes, people, resources }: PostfixOptions) =>
  aliases.some(([from]) => from.startsWith('@'))
    ? [...aliases, ...[...new Set([...mailboxes, ...people, ...resources])].map((one) => [one, one] as const)]
    : aliases

const isListening = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })

const escapeForPattern = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

// Nov 22 18:00:00 mail postfix/pipe[12]: 4ABC: to=<a@example.com>, orig_to=…, relay=imip-person, delay=…, dsn=2.0.0, status=sent (text)
const parseOutcomes = (log: string, queueId: string, recipient: string): readonly DeliveryOutcome[] => {
  const start = `\\]: ${escapeForPattern(queueId)}: to=<${escapeForPattern(recipient)}>,`
  const line = new RegExp(`${start}.* relay=([^,]*),.* dsn=([^,]*), status=(sent|deferred|bounced) \\((.*)\\)$`, 'gm')
  return [...log.matchAll(line)].map(([, relay = '', dsn = '', status, text = '']) => ({
    relay,
    dsn,
    status: status === 'sent' || status === 'deferred' ? status : 'bounced',
    text,
  }))
}

interface ShownQueueEntry {
  readonly queue_name: string
  readonly queue_id: string
  readonly sender: string
  readonly recipients: readonly { readonly address: string; readonly delay_reason?: string }[]
}

const parseQueue = (shown: string): readonly QueuedMail[] =>
  shown
    .split('\n')
    .filter((line) => line !== '')
    .map((line): QueuedMail => {
      const entry = JSON.parse(line) as ShownQueueEntry
      return {
        queueId: entry.queue_id,
        queue: entry.queue_name,
        sender: entry.sender,
        recipients: entry.recipients.map((one) => ({ address: one.address, reason: one.delay_reason ?? '' })),
      }
    })

const readPostfixIds = async (): Promise<{ readonly uid: number; readonly gid: number }> => {
  const fields = (await run('getent', ['passwd', 'postfix'])).stdout.split(':')
  return { uid: Number(fields[2]), gid: Number(fields[3]) }
}

export const startPostfix = async (scratch: ScratchFolder, options: PostfixOptions): Promise<Postfix> => {
  requireMailServers('/usr/sbin/postfix', '/usr/sbin/postmap', '/usr/lib/postfix/sbin/master')
  const name = options.name ?? 'postfix'
  const folder = join(scratch.path, name)
  for (const name of ['', 'queue', 'data', 'maps']) mkdirSync(join(folder, name), { mode: 0o755 })
  const { uid, gid } = await readPostfixIds()
  chownSync(join(folder, 'data'), uid, gid)
  const ports = {
    outerPort: await findFreePort(),
    innerPort: options.innerPort ?? (await findFreePort()),
    submissionPort: await findFreePort(),
  }
  const log = join(scratch.path, `${name}.log`)

  const daemon = options.daemon === undefined ? undefined : `imip-lmtp:unix:${options.daemon}`
  const takers = {
    person: daemon === undefined ? 'imip-person:' : `${daemon}/person`,
    resource: daemon === undefined ? 'imip-resource:' : `${daemon}/resource`,
    personOutgoing: daemon === undefined ? `imip-person-outgoing:${options.domain}` : `${daemon}/person-outgoing`,
  }
  const outgoingDomain = `people-outgoing.${options.domain}`
  const lists: Readonly<Record<string, string>> = {
    mailboxes: serializeMap(options.mailboxes.map((address) => [address, 'here'])),
    aliases: serializeMap(listAliases(options)),
    'maps/transport': serializeMap([
      ...(options.directory ? [] : options.people).map((address) => [address, takers.person] as const),
      ...(options.directory ? [] : options.resources).map((address) => [address, takers.resource] as const),
      ...(options.routes ?? []),
      [outgoingDomain, takers.personOutgoing],
    ]),
    'maps/people-outgoing': serializeMap(
      options.senders.map((address) => [address, `${address.slice(0, address.lastIndexOf('@'))}@${outgoingDomain}`]),
    ),
    'maps/refused-recipients': serializeMap([[outgoingDomain, "REJECT for the calendar agent's own use"]]),
  }
  writeFileSync(join(folder, 'main.cf'), serializeMain(folder, scratch.path, options))
  writeFileSync(join(folder, 'master.cf'), serializeMaster(folder, ports, options))
  for (const [list, content] of Object.entries(lists)) {
    writeFileSync(join(folder, list), options.printed?.get(list.replace('maps/', '')) ?? content)
    await run('/usr/sbin/postmap', ['-c', folder, `hash:${join(folder, list)}`])
  }
  const words = {
    LMTP_SOCKET: options.lmtpSocket,
    DOMAINS: options.domain,
    PERSON: takers.person,
    RESOURCE: takers.resource,
    ...(options.directory ?? { LDAP_URI: '', LDAP_BASE: '', LDAP_PERSON: '', LDAP_RESOURCE: '' }),
  }
  for (const file of [
    'onward',
    'onward-address',
    'onward-alias',
    'refused-local',
    'ldap-people.cf',
    'ldap-resources.cf',
    'ldap-people-outgoing.cf',
  ])
    writeFileSync(join(folder, 'maps', file), fillFile(options, file, words))

  const server = await startServer(scratch, {
    name,
    program: '/usr/sbin/postfix',
    args: ['-c', folder, 'start-fg'],
    isReady: async () => (await Promise.all(Object.values(ports).map(isListening))).every((is) => is),
    logs: [log],
  })

  const readLog = () => readFileSync(log, 'utf8')
  const readLogTail = () => readTail(log)
  const readQueue = async () => parseQueue((await run('/usr/sbin/postqueue', ['-c', folder, '-j'])).stdout)
  const waitForOutcomeNumber: Postfix['waitForOutcomeNumber'] = (number, queueId, recipient) =>
    waitUntil(
      `Postfix to do something with ${queueId} for ${recipient}`,
      () => parseOutcomes(readLog(), queueId, recipient)[number - 1],
      {
        explain: readLogTail,
      },
    )

  return {
    ...ports,
    waitForOutcomeNumber,
    waitForOutcome: (queueId, recipient) => waitForOutcomeNumber(1, queueId, recipient),
    readQueue,
    waitForRest: (deadline = 20_000) =>
      waitUntil(
        'Postfix to have nothing to do',
        async () => {
          const queue = await readQueue()
          return queue.every((mail) => mail.queue === 'deferred') && queue
        },
        { deadline, every: 100, explain: readLogTail },
      ),
    flush: async () => {
      await run('/usr/sbin/postqueue', ['-c', folder, '-f'])
    },
    check: async () => {
      const before = readLog().length
      // `check` leaves out settings that nobody knows. Whose the running queue is does not matter here.
      const told = await Promise.all([
        run('/usr/sbin/postfix', ['-c', folder, 'check']),
        run('/usr/sbin/postconf', ['-c', folder, '-n']),
        run('/usr/sbin/postconf', ['-c', folder, '-M']),
      ])
      return `${told.map(({ stderr }) => stderr).join('')}${readLog()
        .slice(before)
        .replace(/^(?!.*(?:warning|fatal|error)).*\n|^.*(?:not owned by root|group or other writable): .*\n/gm, '')}`
    },
    readLog,
    readLogTail,
    stop: () => server.stop(),
  }
}
