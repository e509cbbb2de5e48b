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
  const text = toBuffer(bytes)
    .toString('latin1')
    .replace(/[\r\n]+/g, '')
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text) ? Buffer.from(text, 'base64') : undefined
}

// What is no escape, no soft line break and no printable character, or a blank that a mail system may have added.
const doubtful = /=(?![0-9A-Fa-f]{2}|\r?\n)|[^\t\r\n\x20-\x7e]|[ \t](?=[\r\n]|$)/

/** Undoes quoted-printable in which every escape is one and no line ends in a blank; nothing where that is not so. */
export function decodeStrictQuotedPrintable(bytes: Uint8Array): Uint8Array | undefined {
  const text = toBuffer(bytes).toString('latin1')
  if (doubtful.test(text)) return undefined
  const plain = text
    .replace(/=\r?\n/g, '')
    .replace(/=([0-9A-Fa-f]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)))
  return Buffer.from(plain, 'latin1')
}

function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
