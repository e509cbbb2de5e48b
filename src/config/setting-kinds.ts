// Kinds of settings: what may stand in the file and in a text (environment, --set), and the value it becomes.

/** Why a value cannot be used, as the end of a sentence. */
export interface Unfit {
  readonly kind: 'unfit'
  readonly reason: string
}

export interface KindValues {
  readonly text: string
  /** An absolute path. */
  readonly path: string
  /** A mail address, or empty. */
  readonly address: string
  /** An absolute path (UNIX socket) or `host:port`, or empty. */
  readonly endpoint: string
  readonly boolean: boolean
  readonly number: number
  /** Seconds. */
  readonly duration: number
  /** Bytes. */
  readonly size: number
  /** File permissions. */
  readonly mode: number
  readonly list: readonly string[]
  readonly map: ReadonlyMap<string, readonly string[]>
  readonly choice: string
}

export type Kind = keyof KindValues

interface KindRules<Name extends Kind> {
  /** For the documents. */
  readonly shown: string
  /** From a value of the file. */
  parseRaw(raw: unknown): KindValues[Name] | Unfit
  /** From the environment or --set. */
  parseText(text: string): KindValues[Name] | Unfit
}

export function makeUnfit(reason: string): Unfit {
  return { kind: 'unfit', reason }
}

export function isUnfit(value: unknown): value is Unfit {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'unfit'
}

export const kinds: { readonly [Name in Kind]: KindRules<Name> } = {
  text: makeTextKind('text', (text) => text),
  path: makeTextKind('path', parsePath),
  address: makeTextKind('mail address', parseAddress),
  endpoint: makeTextKind('socket path or host:port', parseEndpoint),
  boolean: {
    shown: 'true or false',
    parseRaw: (raw) => (typeof raw === 'boolean' ? raw : makeUnfit('must be true or false')),
    parseText: parseBoolean,
  },
  number: {
    shown: 'number',
    parseRaw: (raw) => (typeof raw === 'number' ? parseNumber(String(raw)) : makeUnfit('must be a whole number')),
    parseText: parseNumber,
  },
  duration: makeTextKind('duration', parseSeconds),
  size: makeTextKind('size', parseSize),
  mode: makeTextKind('permissions', parseMode),
  list: {
    shown: 'list',
    parseRaw: parseRawList,
    parseText: splitList,
  },
  map: {
    shown: 'map of lists',
    parseRaw: parseRawMap,
    parseText: parseMap,
  },
  choice: makeTextKind('choice', (text) => text),
}

/** A duration as iCalendar writes it (`PT15M`) or as people do (`15m`, `1h30m`, `500ms`), in seconds. */
export function parseSeconds(text: string): number | Unfit {
  const short = text.trim().toLowerCase()
  // RFC 5545, 3.3.6.
  const formal =
    /^p(?=[^t])(?:(\d+)w)?(?:(\d+)d)?(?:t(?=.)(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?)?$|^pt(?=.)(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(
      short,
    )
  if (formal) {
    const [weeks, days, hours, minutes, seconds, plainHours, plainMinutes, plainSeconds] = formal
      .slice(1)
      .map((digits) => Number(digits ?? 0))
    return (
      (weeks ?? 0) * 604_800 +
      (days ?? 0) * 86_400 +
      ((hours ?? 0) + (plainHours ?? 0)) * 3600 +
      ((minutes ?? 0) + (plainMinutes ?? 0)) * 60 +
      (seconds ?? 0) +
      (plainSeconds ?? 0)
    )
  }
  if (short === '0') return 0
  if (!/^(\d+(ms|s|m|h|d|w))+$/.test(short)) return makeUnfit('must be a duration such as 15m, 1h30m or PT15M')
  let sum = 0
  for (const [, digits, unit] of short.matchAll(/(\d+)(ms|s|m|h|d|w)/g))
    sum += Number(digits) * (secondsOfUnit[unit ?? 's'] ?? 1)
  return sum
}

const secondsOfUnit: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 }

function makeTextKind<Value>(
  shown: string,
  parse: (text: string) => Value | Unfit,
): { shown: string; parseRaw(raw: unknown): Value | Unfit; parseText(text: string): Value | Unfit } {
  return {
    shown,
    parseRaw: (raw) => (typeof raw === 'string' ? parse(raw) : makeUnfit('must be a text in quotes')),
    parseText: parse,
  }
}

function parsePath(text: string): string | Unfit {
  if (!text.startsWith('/')) return makeUnfit('must be an absolute path')
  return text.includes('\0') ? makeUnfit('must not contain NUL') : text
}

function parseAddress(text: string): string | Unfit {
  return text === '' || /^[^\s<>@,;\x00-\x1f\x7f-\x9f]+@[^\s<>@,;\x00-\x1f\x7f-\x9f]+$/.test(text)
    ? text
    : makeUnfit('must be a mail address')
}

function parseEndpoint(text: string): string | Unfit {
  if (text === '' || /^(unix:)?\//.test(text)) return text
  const port = /^(?:\[[0-9a-fA-F:.]+\]|[^\s:[\]/]+):(\d{1,5})$/.exec(text)?.[1]
  return port !== undefined && Number(port) > 0 && Number(port) < 65_536
    ? text
    : makeUnfit('must be the absolute path of a UNIX socket, or host:port')
}

function parseBoolean(text: string): boolean | Unfit {
  if (/^(true|yes|on|1)$/i.test(text)) return true
  if (/^(false|no|off|0)$/i.test(text)) return false
  return makeUnfit('must be true or false')
}

function parseNumber(text: string): number | Unfit {
  return /^\d{1,15}$/.test(text) ? Number(text) : makeUnfit('must be a whole number')
}

function parseSize(text: string): number | Unfit {
  const match = /^(\d{1,12})\s*(|b|kib|mib|gib)$/i.exec(text.trim())
  if (!match) return makeUnfit('must be a size such as 50 MiB')
  return Number(match[1]) * (bytesOfUnit[match[2]?.toLowerCase() ?? ''] ?? 1)
}

const bytesOfUnit: Readonly<Record<string, number>> = { kib: 1024, mib: 1024 ** 2, gib: 1024 ** 3 }

function parseMode(text: string): number | Unfit {
  return /^[0-7]{3,5}$/.test(text)
    ? Number.parseInt(text, 8)
    : makeUnfit('must be permissions in octal, such as "0660"')
}

function parseRawList(raw: unknown): readonly string[] | Unfit {
  if (Array.isArray(raw) && raw.every((member) => typeof member === 'string')) return raw
  return makeUnfit('must be a list of texts, such as ["a", "b"]')
}

function splitList(text: string): readonly string[] {
  return text
    .split(',')
    .map((member) => member.trim())
    .filter((member) => member !== '')
}

function parseRawMap(raw: unknown): ReadonlyMap<string, readonly string[]> | Unfit {
  const wrong = makeUnfit('must be a map of lists, such as { "a@example.com" = ["b@example.com"] }')
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw) || raw instanceof Date) return wrong
  const map = new Map<string, readonly string[]>()
  for (const [name, members] of Object.entries(raw)) {
    const list = parseRawList(members)
    if (isUnfit(list)) return wrong
    map.set(name, list)
  }
  return map
}

/** `a@example.com = b@example.com, c@example.com; d@example.com = …`. */
function parseMap(text: string): ReadonlyMap<string, readonly string[]> | Unfit {
  const map = new Map<string, readonly string[]>()
  for (const entry of text.split(';')) {
    if (entry.trim() === '') continue
    const equals = entry.indexOf('=')
    if (equals < 1) return makeUnfit('must be a map such as a@example.com=b@example.com,c@example.com;d@example.com=…')
    map.set(entry.slice(0, equals).trim(), splitList(entry.slice(equals + 1)))
  }
  return map
}
