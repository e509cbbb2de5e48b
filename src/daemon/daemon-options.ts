// The command line of imip-lmtpd: its own options, and those of the agents that mean something here.
import {
  type AgentName,
  type AgentOptions,
  type OptionRow,
  parseAgentOptions,
  rows,
  type TextWanted,
  type UsageFault,
} from '../cli/agent-options.ts'
import { parseServerAddress, type ServerAddress } from '../mail/transport/server-address.ts'

export interface DaemonOptions {
  readonly kind: 'options'
  readonly listeners: readonly { readonly role: AgentName; readonly address: ServerAddress }[]
  readonly metrics: ServerAddress | undefined
  readonly shared: Pick<AgentOptions, 'now' | 'configFile' | 'overrides'>
}

const ownRows = [
  { long: 'person', value: 'ADDRESS', help: 'take mail arriving for people here' },
  { long: 'person-outgoing', value: 'ADDRESS', help: 'take copies of mail sent by people here' },
  { long: 'resource', value: 'ADDRESS', help: 'take mail arriving for resources here' },
  { long: 'metrics', value: 'ADDRESS', help: 'tell measures to Prometheus here' },
] as const

const roles: Readonly<Record<string, AgentName>> = {
  person: 'imip-person',
  'person-outgoing': 'imip-person-outgoing',
  resource: 'imip-resource',
}

/** What an agent is told about one mail, or what keeps it from handing it on. */
const foreign = [
  'recipient',
  'original-recipient',
  'sender',
  'login',
  'client',
  'queue-id',
  'debug',
  'print',
  'dry-run',
]

/** The command line without the program's own name. */
export function parseDaemonOptions(args: readonly string[]): DaemonOptions | UsageFault | TextWanted {
  const own = new Map<string, string>()
  const left: string[] = []
  const queue = [...args]
  for (let arg = queue.shift(); arg !== undefined; arg = queue.shift()) {
    const [, name = '', , value] = /^--([^=]*)(=(.*))?$/s.exec(arg) ?? []
    if (foreign.includes(name)) return makeUsageFault(`option --${name} is about one mail, or hands none on`)
    if (!ownRows.some(({ long }) => long === name)) {
      left.push(arg)
      // What follows belongs to it, whatever it looks like.
      const next = takesNext(arg) ? queue.shift() : undefined
      if (next !== undefined) left.push(next)
      continue
    }
    const given = value ?? queue.shift()
    if (given === undefined) return makeUsageFault(`option --${name} needs a value`)
    if (own.has(name)) return makeUsageFault(`option --${name} is given twice`)
    own.set(name, given)
  }
  const shared = parseAgentOptions(left)
  if (shared.kind !== 'options') return shared
  if (shared.output !== 'send' || shared.recipients.length > 0 || shared.sender !== undefined)
    return makeUsageFault('options -o, -s and -d are about one mail, or hand none on')

  const addresses = new Map<string, ServerAddress>()
  for (const [name, text] of own) {
    const address = readAddress(name, text)
    if ('reason' in address) return address
    addresses.set(name, address)
  }
  const listeners = Object.entries(roles).flatMap(([name, role]) => {
    const address = addresses.get(name)
    return address ? [{ role, address }] : []
  })
  if (listeners.length === 0) return makeUsageFault('give at least one of --person, --person-outgoing, --resource')
  return { kind: 'options', listeners, metrics: addresses.get('metrics'), shared }
}

function readAddress(name: string, text: string): ServerAddress | UsageFault {
  const address = parseServerAddress(text)
  if (address === undefined) return makeUsageFault(`option --${name}: ${text} is neither a path nor host:port`)
  // RFC 2033, 5: who finds a mail server on port 25 speaks SMTP, and would take one reply for all.
  if (address.kind === 'host' && address.port === 25 && name !== 'metrics')
    return makeUsageFault(`option --${name}: LMTP must not be on port 25, which is for SMTP (RFC 2033, 5)`)
  return address
}

function takesNext(arg: string): boolean {
  const find = (by: 'long' | 'short', name: string): OptionRow | undefined =>
    rows.find((row: OptionRow) => row[by] === name)
  if (arg.startsWith('--')) return !arg.includes('=') && find('long', arg.slice(2))?.value !== undefined
  const letters = /^-(.+)$/.exec(arg)?.[1] ?? ''
  const first = [...letters].findIndex((letter) => find('short', letter)?.value !== undefined)
  return first >= 0 && first === letters.length - 1
}

/** Its own, and those of the agents that mean something here. */
export const daemonOptions: readonly OptionRow[] = [...ownRows, ...rows.filter(({ long }) => !foreign.includes(long))]

export function makeDaemonHelp(): string {
  const lines = daemonOptions.map((row: OptionRow) => {
    const left = `  ${row.short === undefined ? '    ' : `-${row.short}, `}--${row.long}${row.value === undefined ? '' : ` ${row.value}`}`
    return left.length > helpColumn - 2
      ? `${left}\n${' '.repeat(helpColumn)}${row.help}`
      : left.padEnd(helpColumn) + row.help
  })
  return [
    'Usage: imip-lmtpd [--person ADDRESS] [--person-outgoing ADDRESS] [--resource ADDRESS] [options]',
    '',
    'The agents as one server that speaks LMTP. ADDRESS is the path of a UNIX socket, or host:port; never port 25.',
    'SIGTERM ends it when the mails under way are done, SIGHUP reads the configuration again.',
    '',
    ...lines,
    '',
  ].join('\n')
}

const helpColumn = 34

function makeUsageFault(reason: string): UsageFault {
  return { kind: 'usage-fault', reason }
}
