// One command line of an LMTP client, read: what it wants, or the answer that it is wrong. RFC 2033; RFC 5321, 4.1.1.
import type { Answer } from './answer.ts'
import { parseEnvelopePath, parseParameters } from './envelope-path.ts'

export type Command =
  | { readonly kind: 'hello'; readonly name: string }
  | { readonly kind: 'mail'; readonly sender: string; readonly parameters: ReadonlyMap<string, string> }
  | { readonly kind: 'recipient'; readonly address: string; readonly parameters: ReadonlyMap<string, string> }
  /** What the mail system knows of its own client; by name in capitals, decoded. */
  | { readonly kind: 'forward'; readonly attributes: ReadonlyMap<string, string> }
  | { readonly kind: 'data' | 'reset' | 'noop' | 'verify' | 'help' | 'quit' }
  | { readonly kind: 'fault'; readonly answer: Answer }

/** The line without its end. */
export function parseCommand(line: Uint8Array): Command {
  const text = decode(line)
  if (text === undefined) return makeFault(500, '5.5.2', 'A command is written in UTF-8')
  const [, verb = '', rest = ''] = /^([A-Za-z]*)(?:[ \t]+(.*?))?[ \t]*$/s.exec(text) ?? []
  const read = commands[verb.toUpperCase()]
  return read ? read(rest) : makeFault(500, '5.5.1', 'Command not known')
}

const commands: Readonly<Record<string, (rest: string) => Command>> = {
  LHLO: (rest) => (rest === '' ? makeFault(501, '5.5.4', 'LHLO needs a name') : { kind: 'hello', name: rest }),
  // RFC 2033, 4.1: HELO and EHLO must not be answered by a positive reply.
  HELO: () => makeFault(500, '5.5.1', 'This is LMTP: say LHLO'),
  EHLO: () => makeFault(500, '5.5.1', 'This is LMTP: say LHLO'),
  MAIL: (rest) => readPath(rest, 'FROM', (sender, parameters) => ({ kind: 'mail', sender, parameters })),
  RCPT: (rest) =>
    readPath(rest, 'TO', (address, parameters) =>
      address === ''
        ? makeFault(501, '5.1.3', 'A recipient has an address')
        : { kind: 'recipient', address, parameters },
    ),
  DATA: (rest) => readBare(rest, 'data'),
  RSET: (rest) => readBare(rest, 'reset'),
  QUIT: (rest) => readBare(rest, 'quit'),
  // RFC 5321, 4.1.1.9: what stands behind NOOP is ignored.
  NOOP: () => ({ kind: 'noop' }),
  VRFY: (rest) => (rest === '' ? makeFault(501, '5.5.4', 'VRFY needs a name') : { kind: 'verify' }),
  EXPN: () => makeFault(502, '5.5.1', 'Lists are not told'),
  HELP: () => ({ kind: 'help' }),
  XFORWARD: readForward,
}

function readBare(rest: string, kind: 'data' | 'reset' | 'quit'): Command {
  return rest === '' ? { kind } : makeFault(501, '5.5.4', `Nothing stands behind ${kind.toUpperCase()}`)
}

function readPath(
  rest: string,
  word: 'FROM' | 'TO',
  make: (address: string, parameters: ReadonlyMap<string, string>) => Command,
): Command {
  const [, given] = new RegExp(`^${word}: ?(.*)$`, 'is').exec(rest) ?? []
  const verb = word === 'FROM' ? 'MAIL' : 'RCPT'
  if (given === undefined) return makeFault(501, '5.5.4', `Say ${verb} ${word}:<address>`)
  const path = parseEnvelopePath(given)
  if (path === undefined)
    return makeFault(501, word === 'FROM' ? '5.1.7' : '5.1.3', `${verb} ${word}: this is no address`)
  const parameters = parseParameters(path.rest)
  return parameters ? make(path.address, parameters) : makeFault(501, '5.5.4', `${verb}: parameters are NAME=VALUE`)
}

/** Postfix's own extension: `XFORWARD ADDR=192.0.2.1 IDENT=4ABC`; `[UNAVAILABLE]` for what it does not know. */
function readForward(rest: string): Command {
  const parameters = parseParameters(rest)
  if (parameters === undefined || parameters.size === 0)
    return makeFault(501, '5.5.4', 'XFORWARD: attributes are NAME=VALUE')
  const attributes = new Map<string, string>()
  for (const [name, value] of parameters) {
    if (!forwardedAttributes.includes(name)) return makeFault(501, '5.5.4', `XFORWARD: ${name} is not known`)
    const decoded = decodeXtext(value)
    if (decoded === undefined) return makeFault(501, '5.5.4', 'XFORWARD: a value is not encoded as it should be')
    if (!/^\[(UNAVAILABLE|TEMPUNAVAIL)\]$/i.test(decoded)) attributes.set(name, decoded)
  }
  return { kind: 'forward', attributes }
}

export const forwardedAttributes: readonly string[] = ['NAME', 'ADDR', 'PORT', 'PROTO', 'HELO', 'IDENT', 'SOURCE']

// RFC 3461, 4: `+2B` for a sign that could not stand there.
function decodeXtext(text: string): string | undefined {
  if (/\+(?![0-9A-F]{2})/.test(text)) return undefined
  const decoded = text.replace(/\+([0-9A-F]{2})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  )
  return /[^\x20-\x7e]/.test(decoded) ? undefined : decoded
}

function makeFault(code: number, enhanced: string, text: string): Command {
  return { kind: 'fault', answer: { code, enhanced, text } }
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function decode(line: Uint8Array): string | undefined {
  try {
    return decoder.decode(line)
  } catch {
    return undefined
  }
}
