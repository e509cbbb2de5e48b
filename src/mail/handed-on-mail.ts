// A mail as it is handed on: the bytes as they came, and above them what we say about it.
/** What the field says; the room `agents` knows it as a verdict. */
export interface ToldVerdict {
  readonly verdict: string
  readonly reason: { readonly code: string }
  readonly method: string | null
  readonly uid: string | null
  readonly recurrenceId: string | null
}

/** A mail with hundreds of objects needs no field for each. */
const mostFields = 10

/** Nothing but fields above: what was signed stays as it was signed. Without verdicts the very same bytes. */
export function composeHandedOn(bytes: Uint8Array, verdicts: readonly ToldVerdict[]): Uint8Array {
  if (verdicts.length === 0) return bytes
  const fields = verdicts.slice(0, mostFields).map(serializeVerdictField).join('')
  const lineEnd = bytes[bytes.indexOf(lineFeed) - 1] === carriageReturn ? '\r\n' : '\n'
  return Buffer.concat([Buffer.from(fields.replaceAll('\r\n', lineEnd), 'latin1'), bytes])
}

const lineFeed = 0x0a
const carriageReturn = 0x0d

/** `X-Imip-Agent: applied; reason=recorded; method=REQUEST; uid="planning@example.com"`. */
export function serializeVerdictField({ verdict, reason, method, uid, recurrenceId }: ToldVerdict): string {
  const parameters = [
    `reason=${makeToken(reason.code)}`,
    ...(method === null ? [] : [`method=${makeToken(method)}`]),
    ...(uid === null ? [] : [`uid=${makeQuoted(uid)}`]),
    ...(recurrenceId === null ? [] : [`recurrence-id=${makeQuoted(recurrenceId)}`]),
  ]
  let column = 0
  const pieces = [`X-Imip-Agent: ${makeToken(verdict)}`, ...parameters].map((piece) => {
    const folds = column > 0 && column + piece.length + 2 > longestLine
    column = folds ? piece.length + 2 : column + piece.length + 2
    return folds ? `\r\n ${piece}` : column > piece.length + 2 ? ` ${piece}` : piece
  })
  return `${pieces.join(';')}\r\n`
}

// RFC 5322, 2.1.1: lines should have at most 78 characters.
const longestLine = 78

/** The longest code of a reason has half as many. */
const longestToken = 60
/** A UID may have thousands of signs, and a line of a header must not. RFC 5322, 2.1.1. */
const longestQuoted = 200

function makeToken(text: string): string {
  return text.replace(/[^A-Za-z0-9-]/g, '').slice(0, longestToken)
}

/** What would end the quotes, or is no sign of a header, becomes a question mark. */
function makeQuoted(text: string): string {
  return `"${text.slice(0, longestQuoted).replace(/[^\x20\x21\x23-\x5b\x5d-\x7e]/g, '?')}"`
}
