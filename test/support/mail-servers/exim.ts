// A private Exim with the routers, transports and lists we ship, on loopback; whatever goes outside ends in the sink.

import { execFile } from 'node:child_process'
import { appendFileSync, chownSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { DirectoryWords } from './postfix.ts'
import type { Printed } from './printed.ts'
import type { ScratchFolder } from './scratch.ts'
import { readTail } from './scratch.ts'
import { findFreePort, requireMailServers, startServer } from './server-process.ts'
import { fillShippedFile } from './shipped-file.ts'

export interface EximOptions {
  /** The site's own domain; every other one is outside. */
  readonly domain: string
  readonly mailboxes: readonly string[]
  readonly people: readonly string[]
  readonly resources: readonly string[]
  readonly senders: readonly string[]
  readonly aliases?: readonly (readonly [string, string])[]
  readonly programs: string
  readonly configuration: string
  readonly user: string
  readonly group: string
  readonly environment: Readonly<Record<string, string>>
  readonly lmtpSocket: string
  readonly loginSocket: string
  readonly sinkPort: number
  /** Its folder in the scratch folder. */
  readonly name: string
  /** A directory says who is handled, in place of the lists. */
  readonly directory?: DirectoryWords
  /** The folder of the daemon's sockets, where it takes mail in place of the programs. */
  readonly daemon?: string
  /** The agents' own port. */
  readonly agentsPort: number
  /** Do they hand mail back there, in place of the mailboxes' socket? */
  readonly hasLocalSmtp: boolean
  /** What imip-admin mta has printed, in place of the shipped files. */
  readonly printed?: Printed
}

export interface Exim {
  /** Takes mail as from a stranger: for the site's own addresses only. */
  readonly outerPort: number
  /** Takes mail of users who log in. */
  readonly submissionPort: number
  /** Tries everything that waits once more, now, and answers when that is done. */
  flush(): Promise<void>
  /** Mails that are kept for a later try, or under way; what it has given up for good does not count. */
  countQueue(): Promise<number>
  /** Has Exim look at its configuration; answers what it complains about. */
  check(): Promise<string>
  /** Which routers and transports take mail for the address. */
  route(address: string): Promise<string>
  readLog(): string
  readLogTail(): string
  stop(): Promise<void>
}

/** Where tools/dev/install-test-packages.sh puts it: Debian does not let it be installed beside Postfix. */
export const eximProgram = '/usr/local/lib/imip-agent-tests/exim4'

const serializeConfiguration = (
  folder: string,
  ports: Pick<Exim, 'outerPort' | 'submissionPort'>,
  options: EximOptions,
): string => {
  const fill = (file: string): string => {
    const printed = options.printed?.get(file)
    if (printed !== undefined) return printed
    const text = fillShippedFile(`exim/${file}`, {
      MAPS: `${folder}/maps`,
      OUTGOING: `people-outgoing.${options.domain}`,
      LDAP_LOGIN: '',
      ...(options.directory ?? {}),
      SMTP_PORT: String(options.agentsPort),
      ...nameTransports(options.daemon !== undefined),
      BIN: options.programs,
      CONFIG: options.configuration,
      USER: options.user,
      GROUP: options.group,
      LMTP_SOCKET: options.lmtpSocket,
      SMTP: `127.0.0.1:${options.agentsPort}`,
      RUN: options.daemon ?? '/nowhere',
    })
    // As an administrator does for local SMTP.
    return options.hasLocalSmtp
      ? text.replace(`-l ${options.lmtpSocket}`, `-L --smtp 127.0.0.1:${options.agentsPort}`)
      : text
  }
  return `
${fill(options.directory ? 'macros.ldap' : 'macros')}
exim_path = ${eximProgram}
spool_directory = ${folder}/spool
log_file_path = ${folder}/log/%slog
pid_file_path = ${folder}/exim.pid
primary_hostname = mail.${options.domain}
qualify_domain = ${options.domain}
local_interfaces = 127.0.0.1
daemon_smtp_ports = ${ports.outerPort} : ${ports.submissionPort} : ${options.agentsPort}
never_users = root
tls_advertise_hosts =
host_lookup =
dns_dnssec_ok = 0
rfc1413_hosts =
keep_environment = ^TZ
add_environment = PATH=/usr/bin:/bin${Object.entries(options.environment)
    .map(([name, value]) => `:${name}=${value}`)
    .join('')}
smtp_enforce_sync = false
acl_smtp_rcpt = check_rcpt
acl_smtp_data = accept
queue_run_max = 1

begin acl
check_rcpt:
${fill('acl-rcpt')}
${options.hasLocalSmtp ? fill('acl-rcpt.local-smtp') : ''}
  accept condition = \${if eq{$received_port}{${options.agentsPort}}}
  accept authenticated = *
  require message = relay not permitted
    domains = ${options.domain}
  require verify = recipient
  accept

begin routers
${options.hasLocalSmtp ? fill('routers.local-smtp') : ''}

aliases:
  driver = redirect
  data = \${lookup{\${lc:$local_part@$domain}}lsearch{${folder}/maps/aliases}}

${fill('routers')}

mailboxes:
  driver = accept
  domains = ${options.domain}
  local_part_suffix = +*
  local_part_suffix_optional
  condition = \${lookup{\${lc:$local_part@$domain}}lsearch{${folder}/maps/mailboxes}{yes}{no}}
  transport = mailboxes

catch_all:
  driver = redirect
  domains = ${options.domain}
  data = \${lookup{*@$domain}lsearch{${folder}/maps/aliases}}

outside:
  driver = manualroute
  domains = ! ${options.domain}
  route_data = 127.0.0.1
  self = send
  transport = sink

begin transports
${fill('transports')}

mailboxes:
  driver = lmtp
  socket = ${options.lmtpSocket}
  rcpt_include_affixes
  user = postfix

sink:
  driver = smtp
  port = ${options.sinkPort}
  allow_localhost
  message_linelength_limit = 100000

begin retry
* * F,1h,1s

begin authenticators
plain:
  driver = dovecot
  public_name = PLAIN
  server_socket = ${options.loginSocket}
  server_set_id = $auth1
  server_advertise_condition = \${if eq{$received_port}{${ports.submissionPort}}}
`
}

const nameTransports = (byDaemon: boolean) => {
  const ending = byDaemon ? '_daemon' : ''
  return {
    PERSON: `imip_person${ending}`,
    RESOURCE: `imip_resource${ending}`,
    PERSON_OUTGOING: `imip_person_outgoing${ending}`,
  }
}

// Exim keeps its rights only for configurations named here. Lines of tests that were killed go.
const trusted = '/etc/exim4/trusted_configs'

const trustConfiguration = (path: string, is: boolean): void => {
  mkdirSync('/etc/exim4', { recursive: true })
  const lines = existsSync(trusted) ? readFileSync(trusted, 'utf8').split('\n') : []
  const kept = lines.filter((line) => line !== path && (!line.includes('/imip-agent-') || existsSync(line)))
  writeFileSync(trusted, `${[...kept.filter((line) => line !== ''), ...(is ? [path] : [])].join('\n')}\n`, {
    mode: 0o644,
  })
}

const isListening = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })

const run = promisify(execFile)

export const startExim = async (scratch: ScratchFolder, options: EximOptions): Promise<Exim> => {
  requireMailServers(eximProgram)
  const folder = join(scratch.path, options.name)
  const [uid = 0, gid = 0] = await Promise.all(
    ['-u', '-g'].map(async (flag) => Number((await run('/usr/bin/id', [flag, 'Debian-exim'])).stdout)),
  )
  for (const name of ['', 'spool', 'log', 'maps']) {
    mkdirSync(join(folder, name), { mode: 0o755 })
    if (name === 'spool' || name === 'log') chownSync(join(folder, name), uid, gid)
  }
  const ports = { outerPort: await findFreePort(), submissionPort: await findFreePort() }
  const lists = {
    people: options.people,
    resources: options.resources,
    'people-outgoing': options.senders,
    mailboxes: options.mailboxes,
    aliases: (options.aliases ?? []).map(([from, to]) => `${from.replace(/^@/, '*@')}: ${to}`),
  }
  for (const [name, lines] of Object.entries(lists))
    writeFileSync(join(folder, 'maps', name), options.printed?.get(name) ?? lines.map((line) => `${line}\n`).join(''))
  const configuration = join(folder, 'exim.conf')
  writeFileSync(configuration, serializeConfiguration(folder, ports, options), { mode: 0o644 })
  trustConfiguration(configuration, true)
  const log = join(folder, 'log', 'mainlog')
  const panics = join(folder, 'log', 'paniclog')

  const server = await startServer(scratch, {
    name: options.name,
    program: eximProgram,
    args: ['-C', configuration, '-bdf', '-q2s'],
    isReady: () => isListening(options.agentsPort),
    logs: [log, panics],
  })
  appendFileSync(log, '')
  chownSync(log, uid, statSync(log).gid)

  return {
    ...ports,
    flush: async () => {
      await run(eximProgram, ['-C', configuration, '-qff'])
    },
    // A line a mail: age, size, identifier, sender, and perhaps that it is frozen. The recipients stand below.
    countQueue: async () =>
      (await run(eximProgram, ['-C', configuration, '-bp'])).stdout.match(
        /^ *\d+[smhdw] +[^ ]+ \S{16} (?!.*frozen).*$/gm,
      )?.length ?? 0,
    check: async () => (await run(eximProgram, ['-C', configuration, '-bV'])).stderr,
    route: async (address) => (await run(eximProgram, ['-C', configuration, '-bt', address])).stdout,
    readLog: () => readFileSync(log, 'utf8'),
    readLogTail: () => `${readTail(log)}${existsSync(panics) ? readTail(panics) : ''}`,
    stop: async () => {
      await server.stop()
      trustConfiguration(configuration, false)
    },
  }
}
