// Options of the three agents: one table, the parser that follows it, and the text of --help.
import { type Instant, parseInstant } from '../calendar/time.ts'
import type { ConfigOverride } from '../config/load-config.ts'

export type AgentName = 'imip-person' | 'imip-person-outgoing' | 'imip-resource'

export interface AgentOptions {
  readonly kind: 'options'
  /** Final envelope recipients, spelled as they came. */
  readonly recipients: readonly string[]
  readonly originalRecipient: string | undefined
  /** Empty for the null sender; nothing where it was not told. */
  readonly sender: string | undefined
  readonly login: string | undefined
  readonly client: string | undefined
  readonly queueId: string | undefined
  /** `send`, or show instead: readable (-d), or a JSON object a line (--print json). */
  readonly output: 'send' | 'print' | 'json'
  readonly dryRun: boolean
  /** Decide as at this time. */
  readonly now: Instant | undefined
  readonly configFile: string | undefined
  readonly overrides: readonly ConfigOverride[]
}

/** The command line is wrong, and why. */
export interface UsageFault {
  readonly kind: 'usage-fault'
  readonly reason: string
}

/** Only a text is wanted: --help or --version. */
export interface TextWanted {
  readonly kind: 'help' | 'version'
}

export interface OptionRow {
  readonly short?: string
  readonly long: string
  /** Name of the value in the help; without it the option takes none. */
  readonly value?: string
  readonly help: string
  /** The system setting it overrides. */
  readonly setting?: string
  readonly repeatable?: true
}

export const rows = [
  {
    short: 'o',
    long: 'recipient',
    value: 'ADDRESS',
    repeatable: true,
    help: 'final envelope recipient; without it, on a terminal, from the header',
  },
  { long: 'original-recipient', value: 'ADDRESS', help: 'the address before aliasing' },
  {
    short: 's',
    long: 'sender',
    value: 'ADDRESS',
    help: 'envelope sender, empty or <> for the null sender; without it the Return-Path field',
  },
  { long: 'login', value: 'NAME', help: 'authenticated login' },
  { long: 'client', value: 'ADDRESS', help: 'client address' },
  { long: 'queue-id', value: 'ID', help: 'queue identifier of the mail system' },
  { short: 'S', long: 'store', value: 'DIR-OR-URL', setting: 'store_dir', help: 'where schedules are kept' },
  { short: 'T', long: 'store-type', value: 'TYPE', setting: 'store_type', help: 'file or postgresql' },
  { short: 'j', long: 'journal', value: 'DIR', setting: 'journal_dir', help: 'journals of quotas' },
  { short: 'p', long: 'preferences', value: 'DIR', setting: 'preferences_dir', help: 'preference files' },
  { short: 'P', long: 'publish', value: 'DIR', setting: 'publish_dir', help: 'published free/busy' },
  {
    short: 'l',
    long: 'lmtp',
    value: 'ADDRESS',
    setting: 'lmtp',
    help: 'hand the original mail on by LMTP: path of a UNIX socket, or host:port',
  },
  { short: 'L', long: 'local-smtp', help: 'hand the original mail on by SMTP to local+USER@DOMAIN' },
  {
    long: 'smtp',
    value: 'ADDRESS',
    setting: 'smtp',
    help: 'the mail system that takes answers, and originals with -L (127.0.0.1:25)',
  },
  { short: 'd', long: 'debug', help: 'print what would be sent, send nothing; the store is changed' },
  { long: 'print', value: 'json', help: 'like -d, as one JSON object a line' },
  { long: 'dry-run', help: 'change nothing, send nothing; print the decision and its reasons' },
  { long: 'now', value: 'INSTANT', help: 'decide as at this time, such as 2026-03-02T09:00:00Z' },
  { short: 'c', long: 'config', value: 'FILE', help: 'another configuration file (/etc/imip-agent/config.toml)' },
  { long: 'set', value: 'NAME=VALUE', repeatable: true, help: 'override one setting' },
  { long: 'help', help: 'show this text' },
  { long: 'version', help: 'show the version' },
] as const satisfies readonly OptionRow[]

type OptionName = (typeof rows)[number]['long']

const purposes: Readonly<Record<AgentName, string>> = {
  'imip-person': 'mail arriving for a person',
  'imip-person-outgoing': 'a copy of mail sent by a person',
  'imip-resource': 'mail arriving for a resource',
}

/** The command line without the program's own name. */
export function parseAgentOptions(args: readonly string[]): AgentOptions | UsageFault | TextWanted {
  const given = readArguments(args)
  if (given.kind === 'usage-fault') return given
  const { values } = given
  const all = (name: OptionName): readonly string[] => values.get(name) ?? []
  const last = (name: OptionName): string | undefined => all(name).at(-1)
  // Mail systems put an empty text where they know nothing.
  const filled = (name: OptionName): string | undefined => last(name) || undefined

  if (values.has('help')) return { kind: 'help' }
  if (values.has('version')) return { kind: 'version' }

  const overrides = readOverrides(values)
  if ('kind' in overrides) return overrides
  const recipients = all('recipient').map(unwrapAddress)
  const addresses = [...recipients, last('sender') ?? '', last('original-recipient') ?? '']
  if (recipients.includes('')) return makeUsageFault('option --recipient must not be empty')
  // What becomes a line of SMTP must not contain another.
  if (addresses.some((address) => /[\x00-\x1f\x7f-\x9f]/.test(address)))
    return makeUsageFault('an address contains control characters')
  if (values.has('print') && last('print') !== 'json') return makeUsageFault('option --print knows only json')
  const now = filled('now') === undefined ? undefined : parseInstant(filled('now') ?? '')
  if (typeof now === 'object') return makeUsageFault(`option --now: ${now.text}`)

  const originalRecipient = filled('original-recipient')
  const sender = last('sender')
  return {
    kind: 'options',
    recipients,
    originalRecipient: originalRecipient === undefined ? undefined : unwrapAddress(originalRecipient),
    sender: sender === undefined ? undefined : unwrapAddress(sender),
    login: filled('login'),
    client: filled('client'),
    queueId: filled('queue-id'),
    output: values.has('print') ? 'json' : values.has('debug') ? 'print' : 'send',
    dryRun: values.has('dry-run'),
    now,
    configFile: filled('config'),
    overrides,
  }
}

export function makeHelpText(program: AgentName): string {
  const lines = rows.map((row: OptionRow) => {
    const value = row.value === undefined ? '' : ` ${row.value}`
    const help = row.repeatable ? `${row.help}; repeatable` : row.help
    const left = `  ${row.short === undefined ? '    ' : `-${row.short}, `}--${row.long}${value}`
    return left.length > helpColumn - 2 ? `${left}\n${' '.repeat(helpColumn)}${help}` : left.padEnd(helpColumn) + help
  })
  return [
    `Usage: ${program} [options] < mail`,
    '',
    `For ${purposes[program]}. The mail is read from standard input.`,
    '',
    ...lines,
    '',
    'Exit status: 0 done; 75 keep the mail and try again; 69 the mailbox refused for good;',
    '64 wrong usage (only on a terminal).',
    '',
  ].join('\n')
}

const helpColumn = 34

interface Given {
  readonly kind: 'given'
  readonly values: ReadonlyMap<OptionName, readonly string[]>
}

/**
 * An option that takes a value takes the next argument whatever it looks like: mail systems put addresses there that
 * strangers have chosen.
 */
function readArguments(args: readonly string[]): Given | UsageFault {
  const values = new Map<OptionName, readonly string[]>()
  const put = (name: OptionName, value: string): void => {
    values.set(name, [...(values.get(name) ?? []), value])
  }
  const queue = [...args]
  for (let arg = queue.shift(); arg !== undefined; arg = queue.shift()) {
    if (arg.startsWith('--') && arg.length > 2) {
      const equals = arg.indexOf('=')
      const row = findRow('long', arg.slice(2, equals < 0 ? undefined : equals))
      if (row === undefined) return makeUsageFault(`option ${shorten(arg)} is not known`)
      if (!takesValue(row)) {
        if (equals >= 0) return makeUsageFault(`option --${row.long} takes no value`)
        put(row.long, '')
        continue
      }
      const value = equals < 0 ? queue.shift() : arg.slice(equals + 1)
      if (value === undefined) return makeUsageFault(`option --${row.long} needs a value`)
      put(row.long, value)
    } else if (arg.startsWith('-') && arg.length > 1 && arg !== '--') {
      for (let index = 1; index < arg.length; index += 1) {
        const row = findRow('short', arg.charAt(index))
        if (row === undefined) return makeUsageFault(`option -${shorten(arg.charAt(index))} is not known`)
        if (!takesValue(row)) {
          put(row.long, '')
          continue
        }
        const value = index + 1 < arg.length ? arg.slice(index + 1) : queue.shift()
        if (value === undefined) return makeUsageFault(`option -${arg.charAt(index)} needs a value`)
        put(row.long, value)
        break
      }
    } else return makeUsageFault(`${shorten(arg)} is not an option; the mail is read from standard input`)
  }
  return { kind: 'given', values }
}

type Row = (typeof rows)[number]

function findRow(by: 'long' | 'short', name: string): Row | undefined {
  return rows.find((row: OptionRow) => row[by] === name)
}

function takesValue(row: OptionRow): boolean {
  return row.value !== undefined
}

function readOverrides(values: ReadonlyMap<OptionName, readonly string[]>): readonly ConfigOverride[] | UsageFault {
  if (values.has('lmtp') && values.has('local-smtp')) return makeUsageFault('give either -l or -L')
  const overrides: ConfigOverride[] = []
  for (const text of values.get('set') ?? []) {
    const equals = text.indexOf('=')
    if (equals < 1) return makeUsageFault('option --set needs NAME=VALUE')
    overrides.push({ name: text.slice(0, equals).trim(), value: text.slice(equals + 1), from: 'option --set' })
  }
  for (const row of rows as readonly OptionRow[]) {
    const value = values.get(row.long as OptionName)?.at(-1)
    if (row.setting !== undefined && value !== undefined)
      overrides.push({ name: row.setting, value, from: `option --${row.long}` })
  }
  if (values.has('lmtp')) overrides.push({ name: 'local_smtp', value: 'false', from: 'option --lmtp' })
  if (values.has('local-smtp')) overrides.push({ name: 'local_smtp', value: 'true', from: 'option --local-smtp' })
  return overrides
}

function unwrapAddress(text: string): string {
  return text.startsWith('<') && text.endsWith('>') ? text.slice(1, -1) : text
}

function makeUsageFault(reason: string): UsageFault {
  return { kind: 'usage-fault', reason }
}

function shorten(text: string): string {
  return JSON.stringify(text.slice(0, 80)).slice(1, -1)
}
