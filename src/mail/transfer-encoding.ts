// Content transfer encodings: written by the book, undone only where there is no doubt. RFC 2045, 6.

/** Base64 in lines of 76 characters, CRLF between them, none at the end. */
export function encodeBase64Lines(text: string): string {
  const base64 = Buffer.from(text, 'utf8').toString('base64')
  const lines: string[] = []
  for (let at = 0; at < base64.length; at += longestLine) lines.push(base64.slice(at, at + longestLine))
  return lines.join('\r\n')
}

/** Text with LF line ends as quoted-printable UTF-8 with CRLF ones; a last line end is not written. */
export function encodeQuotedPrintable(text: string): string {
  return text.replace(/\n$/, '').split('\n').map(encodeLine).join('\r\n')
}

// RFC 2045, 6.7 and 6.8: lines of encoded text have at most 76 characters.
const longestLine = 76

function encodeLine(line: string): string {
  const bytes = Buffer.from(line, 'utf8')
  let encoded = ''
  let column = 0
  bytes.forEach((byte, index) => {
    const isBlank = byte === 0x20 || byte === 0x09
    const isLiteral = isBlank ? index < bytes.length - 1 : byte > 0x20 && byte < 0x7f && byte !== 0x3d
    const written = isLiteral ? String.fromCharCode(byte) : `=${byte.toString(16).toUpperCase().padStart(2, '0')}`
    if (column + written.length > longestLine - 1) {
      encoded += '=\r\n'
      column = 0
    }
    encoded += written
    column += written.length
  })
  return encoded
}

/** Undoes base64 that is nothing but base64; nothing where a byte in it is doubtful. */
export function decodeStrictBase64(bytes: Uint8Array): Uint8Array | undefined {
  const text = toBuffer(bytes).toString('latin1')
  const last = /(={0,2})[\r\n]*$/.exec(text)
  const padding = last?.[1]?.length ?? 0
  const body = text.slice(0, last?.index ?? text.length).replace(/[\r\n]+/g, '')
  if (!/^[A-Za-z0-9+/]*$/.test(body) || (body.length + padding) % 4 !== 0) return undefined
  return Buffer.from(body, 'base64')
}

/** Undoes quoted-printable in which every escape is one and no line ends in a blank; nothing where that is not so. */
export function decodeStrictQuotedPrintable(bytes: Uint8Array): Uint8Array | undefined {
  const out = Buffer.allocUnsafe(bytes.length)
  let length = 0
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0
    if (byte !== 0x3d) {
      if (byte < 0x20 ? byte !== 0x0a && byte !== 0x0d && byte !== 0x09 : byte > 0x7e) return undefined
      if ((byte === 0x20 || byte === 0x09) && isLineEnd(bytes[at + 1])) return undefined
      out[length++] = byte
      continue
    }
    const next = bytes[at + 1]
    if (next === 0x0a) at += 1
    else if (next === 0x0d && bytes[at + 2] === 0x0a) at += 2
    else {
      const high = readHexDigit(next)
      const low = readHexDigit(bytes[at + 2])
      if (high === undefined || low === undefined) return undefined
      out[length++] = high * 16 + low
      at += 2
    }
  }
  return out.subarray(0, length)
}

function isLineEnd(byte: number | undefined): boolean {
  return byte === undefined || byte === 0x0a || byte === 0x0d
}

function readHexDigit(byte: number | undefined): number | undefined {
  if (byte === undefined) return undefined
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30
  if (byte >= 0x41 && byte <= 0x46) return byte - 0x41 + 10
  if (byte >= 0x61 && byte <= 0x66) return byte - 0x61 + 10
  return undefined
}

function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
