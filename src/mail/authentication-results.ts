// Authentication-Results: what the site's own mail system found out about a mail's sender. RFC 8601, 2.2.
import { type Authentication, noAuthentication } from '../itip/mail-facts.ts'
import type { HeaderField } from './header.ts'
import { mostAuthenticationResults } from './limits.ts'

export interface AuthenticationTrust {
  /** The site's own name in the fields; empty: none is believed. */
  readonly authservId: string
  /** Domains of the site, whose servers write the topmost Received fields. */
  readonly localDomains: readonly string[]
}

/**
 * Of the fields with the site's own name that stand above the first Received that is not the site's; all others may come from
 * the sender. That nobody can bring such a field along is the mail system's business: it takes them out (RFC 8601, 5). Where it does
 * not, its own fields stand above what came along: of each method the topmost field that tells of it counts.
 */
export function findAuthentication(fields: readonly HeaderField[], trust: AuthenticationTrust): Authentication {
  const own = trust.authservId.trim().toLowerCase()
  if (own === '') return noAuthentication
  const found: AuthenticationResult[] = []
  const known = new Set<string>()
  let count = 0
  for (const field of fields) {
    if (field.name === 'received' && !isOwnReceived(field.value, own, trust.localDomains)) break
    if (field.name !== 'authentication-results' || count >= mostAuthenticationResults) continue
    const parsed = parseAuthenticationResults(field.value)
    if (parsed?.authservId !== own) continue
    count += 1
    const results = parsed.results.slice(0, mostAuthenticationResults)
    found.push(...results.filter(({ method }) => !known.has(method)))
    for (const { method } of parsed.results) known.add(method)
  }
  return makeAuthentication(found)
}

export interface AuthenticationResult {
  /** `dkim`, `spf`, `dmarc`, `auth`, in lower case. */
  readonly method: string
  /** `pass`, `fail`, `none`, …, in lower case. */
  readonly result: string
  /** `header.d` → value. */
  readonly properties: ReadonlyMap<string, string>
}

/** Nothing where the field is not of that form. */
export function parseAuthenticationResults(
  value: string,
): { readonly authservId: string; readonly results: readonly AuthenticationResult[] } | undefined {
  const [head = [], ...statements] = splitStatements(value)
  const authservId = head[0]?.toLowerCase()
  // RFC 8601, 2.2: after the name a version may stand, which is 1.
  if (authservId === undefined || (head.length > 1 && head[1] !== '1')) return undefined
  return { authservId, results: statements.flatMap((words) => parseStatement(words) ?? []) }
}

function parseStatement(words: readonly string[]): AuthenticationResult | undefined {
  const [method, result] = cutAt(words[0] ?? '', '=')
  if (method === '' || result === undefined || result === '') return undefined
  const properties = new Map<string, string>()
  for (const word of words.slice(1)) {
    const [name, property] = cutAt(word, '=')
    if (property !== undefined && name.includes('.') && !properties.has(name.toLowerCase()))
      properties.set(name.toLowerCase(), property)
  }
  // RFC 8601, 2.2: a version may follow the method: `dkim/1`.
  return { method: cutAt(method.toLowerCase(), '/')[0], result: result.toLowerCase(), properties }
}

function cutAt(text: string, mark: string): readonly [string, string?] {
  const at = text.indexOf(mark)
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + 1)]
}

/** Statements as words: comments are left out, quotes are removed, blanks round `=`, `.` and `/` do not count. */
function splitStatements(value: string): readonly (readonly string[])[] {
  const statements: string[][] = [[]]
  let word = ''
  let depth = 0
  let isQuoted = false
  let isBlankBefore = false
  const endWord = () => {
    if (word !== '') statements.at(-1)?.push(word)
    word = ''
  }
  for (let index = 0; index < value.length; index++) {
    const sign = value[index] ?? ''
    if (sign === '\\' && (isQuoted || depth > 0)) {
      index++
      if (isQuoted) word += value[index] ?? ''
    } else if (isQuoted) {
      if (sign === '"') isQuoted = false
      else word += sign
    } else if (sign === '(') depth++
    else if (depth > 0) {
      if (sign === ')') depth--
    } else if (sign === '"') {
      if (isBlankBefore && !/[=./]$/.test(word)) endWord()
      isQuoted = true
      isBlankBefore = false
    } else if (sign === ';') {
      endWord()
      statements.push([])
    } else if (/\s/.test(sign)) isBlankBefore = true
    else {
      if (isBlankBefore && !/^[=./]$/.test(sign) && !/[=./]$/.test(word)) endWord()
      word += sign
      isBlankBefore = false
    }
  }
  endWord()
  return statements
}

/** RFC 5321, 4.4: `by` names the host that has received it. */
function isOwnReceived(value: string, own: string, localDomains: readonly string[]): boolean {
  const by = /(?:^|\s)by\s+([^\s;()]+)/i.exec(withoutComments(value))?.[1]?.toLowerCase()
  if (by === undefined) return false
  return [own, ...localDomains].some((domain) => by === domain || by.endsWith(`.${domain}`))
}

/** The sender's host names itself, and that stands in comments, too. */
function withoutComments(value: string): string {
  let depth = 0
  let text = ''
  for (const sign of value) {
    if (sign === '(') depth++
    if (depth === 0) text += sign
    if (sign === ')' && depth > 0) {
      depth--
      text += ' '
    }
  }
  return text
}

function makeAuthentication(results: readonly AuthenticationResult[]): Authentication {
  const passed = (method: string, read: (properties: ReadonlyMap<string, string>) => string | undefined) => [
    ...new Set(
      results
        .filter((result) => result.method === method && result.result === 'pass')
        .flatMap(({ properties }) => read(properties)?.toLowerCase() ?? []),
    ),
  ]
  return {
    dmarc: passed('dmarc', (properties) => properties.get('header.from')),
    // RFC 8601, 2.7.1: the signing domain, or the identity behind it.
    dkim: passed('dkim', (properties) => properties.get('header.d') ?? readDomainOf(properties.get('header.i'))),
    spf: passed('spf', (properties) => readDomainOf(properties.get('smtp.mailfrom'))),
    login: passed('auth', (properties) => properties.get('smtp.auth') ?? properties.get('smtp.mailfrom')),
  }
}

function readDomainOf(address: string | undefined): string | undefined {
  return address?.slice(address.lastIndexOf('@') + 1)
}
